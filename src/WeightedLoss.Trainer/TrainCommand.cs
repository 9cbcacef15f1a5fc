using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>Trains a model twice, without and with weights, and shows both side by side.</summary>
internal static class TrainCommand
{
    /// <summary>Where the rows come from.</summary>
    /// <param name="Path">A CSV file; null for generated payments.</param>
    /// <param name="HasHeader">Whether the file has a header line.</param>
    /// <param name="Label">The label column; null for the last.</param>
    /// <param name="Positive">The positive value; null to choose it, or for more than two classes.</param>
    /// <param name="MaxClasses">The most classes to accept.</param>
    internal sealed record DataOptions(string? Path, bool HasHeader, string? Label, string? Positive, int MaxClasses);

    /// <summary>Runs the command.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="dataOptions">Where the rows come from.</param>
    /// <param name="request">How to train.</param>
    /// <param name="weights">How to weight.</param>
    /// <param name="outFolder">Where the models are saved; null if they are not.</param>
    public static void Run(
        IAnsiConsole console, DataOptions dataOptions, TrainingRequest request, LossOptions weights, string? outFolder)
    {
        var data = Load(console, dataOptions, request.Seed);
        var parts = PreparedData.Of(data, request.Seed);
        if (data.Label.Classes is null)
        {
            new BinaryComparison(data, parts, weights).Run(console, request.ForTwoClasses(), outFolder);
        }
        else
        {
            new MulticlassComparison(data, parts, weights).Run(console, request.ForClasses(parts.Rows.Rows), outFolder);
        }
    }

    /// <summary>Reads the file, or makes the rows.</summary>
    internal static LabelledData Load(IAnsiConsole console, DataOptions options, ulong seed)
    {
        if (options.Path is null)
        {
            console.WritePlain("No --data given: training on generated card payments, of which about 0.5 % are fraud.");
            return PaymentGenerator.Generate(seed);
        }

        var table = CsvTable.ReadLabelled(options.Path, options.HasHeader, options.Label);
        var column = table.LabelName!;
        byte[] labels;
        LabelInfo info;
        string described;
        if (options.Positive is null && ClassLabels.AreIn(table.Labels))
        {
            (labels, var classes) = ClassLabels.From(options.Path, column, table.Labels, options.MaxClasses);
            info = new(column, table.LabelIndex, Positive: null, options.HasHeader, classes);
            described = $"{classes.Length} classes: {Listing.Of(classes)}";
        }
        else
        {
            (labels, var positive) = BinaryLabels.From(options.Path, table.Labels, options.Positive);
            info = new(column, table.LabelIndex, positive, options.HasHeader);
            described = $"positive value '{positive}'{(options.Positive is null ? " (chosen; --positive names another)" : "")}";
        }

        if (table.HasNumericHeader)
        {
            console.WritePlain($"Note: the first line of {options.Path} holds only numbers and was taken for the header; if there is no "
                + "header, give --header none.");
        }

        console.WritePlain($"{options.Path}: {labels.Length:N0} rows, label column '{column}', {described}.");
        return new(options.Path, table.FeatureNames, table.Values, labels, info, BestLogits: null);
    }
}
