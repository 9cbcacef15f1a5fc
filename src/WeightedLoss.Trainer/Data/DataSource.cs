using Spectre.Console;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Data;

/// <summary>Where the rows come from.</summary>
/// <param name="Path">A CSV file; null for generated payments.</param>
/// <param name="HasHeader">Whether the file has a header line.</param>
/// <param name="Label">The label column; null for the last.</param>
/// <param name="Positive">The positive value; null to choose it, or for more than two classes.</param>
/// <param name="MaxClasses">The most classes to accept.</param>
internal sealed record DataSource(string? Path, bool HasHeader, string? Label, string? Positive, int MaxClasses)
{
    /// <summary>Reads the file, or makes the rows.</summary>
    public LabelledData Load(IAnsiConsole console, ulong seed)
    {
        if (Path is null)
        {
            console.WritePlain("No --data given: training on generated card payments, of which about 0.5 % are fraud.");
            return PaymentGenerator.Generate(seed);
        }

        var table = CsvTable.ReadLabelled(Path, HasHeader, Label);
        var column = table.LabelName!;
        byte[] labels;
        LabelInfo info;
        string described;
        if (Positive is null && ClassLabels.AreIn(table.Labels))
        {
            (labels, var classes) = ClassLabels.From(Path, column, table.Labels, MaxClasses);
            info = new(column, table.LabelIndex, Positive: null, HasHeader, classes);
            described = $"{classes.Length} classes: {Listing.Of(classes)}";
        }
        else
        {
            (labels, var positive) = BinaryLabels.From(Path, table.Labels, Positive);
            info = new(column, table.LabelIndex, positive, HasHeader);
            described = $"positive value '{positive}'{(Positive is null ? " (chosen; --positive names another)" : "")}";
        }

        if (table.HasNumericHeader)
        {
            console.WritePlain($"Note: the first line of {Path} holds only numbers and was taken for the header; if there is no "
                + "header, give --header none.");
        }

        console.WritePlain($"{Path}: {labels.Length:N0} rows, label column '{column}', {described}.");
        return new(Path, table.FeatureNames, table.Values, labels, info, BestLogits: null);
    }
}
