using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>Trains a model twice, without and with a positive weight, and shows both side by side.</summary>
internal static class TrainCommand
{
    /// <summary>Where the rows come from.</summary>
    /// <param name="Path">A CSV file; null for generated payments.</param>
    /// <param name="HasHeader">Whether the file has a header line.</param>
    /// <param name="Label">The label column; null for the last.</param>
    /// <param name="Positive">The positive value; null to choose it.</param>
    internal sealed record DataOptions(string? Path, bool HasHeader, string? Label, string? Positive);

    /// <summary>Runs the command.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="dataOptions">Where the rows come from.</param>
    /// <param name="options">How to train.</param>
    /// <param name="positiveWeight">The weight of a positive; null for negatives ÷ positives of the training rows.</param>
    /// <param name="outFolder">Where the models are saved; null if they are not.</param>
    public static void Run(
        IAnsiConsole console, DataOptions dataOptions, TrainingOptions options, float? positiveWeight, string? outFolder)
    {
        var data = Load(console, dataOptions, options.Seed);
        var parts = PreparedData.Of(data, options.Seed);
        var counts = new ClassCounts(2).Add(parts.Labels);
        var weight = positiveWeight ?? ClassWeights.PositiveWeight<float>(counts);

        WriteLine(console, $"{parts.Rows.Rows:N0} training rows ({counts[1]:N0} positive), {parts.ValidationRows.Rows:N0} validation rows "
            + $"({parts.ValidationLabels.Count((byte)1):N0} positive), {parts.Rows.Features} features.");
        WriteLine(console, $"Positive weight {weight:G6}{(positiveWeight is null ? ", negatives ÷ positives" : "")}.");
        console.WriteLine();

        var (unweighted, unweightedOutcome) = Train("unweighted", 1);
        var (weighted, weightedOutcome) = Train("weighted", weight);

        if (outFolder is not null)
        {
            OutputFiles.Write(Path.Combine(outFolder, "unweighted.json"), unweighted);
            OutputFiles.Write(Path.Combine(outFolder, "weighted.json"), weighted);
        }

        if (data.BestLogits is { } best)
        {
            var bestLogits = Array.ConvertAll(parts.Split.Validation, i => (float)best[i]);
            ReportView.Write(
                console, unweightedOutcome, weightedOutcome, new("best possible", BinaryReport.Of(bestLogits, parts.ValidationLabels), null));
        }
        else
        {
            ReportView.Write(console, unweightedOutcome, weightedOutcome);
        }

        WriteLine(console, outFolder is null
            ? "The models were not saved; --out FOLDER does."
            : $"Saved unweighted.json and weighted.json in {outFolder}.");

        (byte[] File, Outcome Outcome) Train(string name, float weight)
        {
            var (model, time) = ProgressView.Show(console, name, options.Epochs, report => TrainingRun.Train(
                parts.Rows, parts.Labels, weight, options, Validate, report));
            var outcome = new Outcome(name, BinaryReport.Of(ValidationLogits(model), parts.ValidationLabels), time);
            return (ModelFile.Of(model, data, parts.Standardizer, options, weight).ToBytes(), outcome);
        }

        ValidationFigures Validate(Model model)
        {
            var logits = ValidationLogits(model);
            return new(BinaryReport.LogLossOf(logits, parts.ValidationLabels), BinaryReport.AveragePrecisionOf(logits, parts.ValidationLabels));
        }

        float[] ValidationLogits(Model model) => model.Logits(parts.ValidationRows, options.Threads);
    }

    /// <summary>Reads the file, or makes the rows.</summary>
    internal static LabelledData Load(IAnsiConsole console, DataOptions options, ulong seed)
    {
        if (options.Path is null)
        {
            WriteLine(console, "No --data given: training on generated card payments, of which about 0.5 % are fraud.");
            return PaymentGenerator.Generate(seed);
        }

        var table = CsvTable.ReadLabelled(options.Path, options.HasHeader, options.Label);
        var (labels, positive) = BinaryLabels.From(options.Path, table.Labels, options.Positive);
        if (table.HasNumericHeader)
        {
            WriteLine(console, $"Note: the first line of {options.Path} holds only numbers and was taken for the header; if there is no "
                + "header, give --header none.");
        }

        var chosen = options.Positive is null ? " (chosen; --positive names another)" : "";
        WriteLine(console, $"{options.Path}: {labels.Length:N0} rows, label column '{table.LabelName}', positive value '{positive}'{chosen}.");
        return new(
            options.Path, table.FeatureNames, table.Values, labels,
            new(table.LabelName!, table.LabelIndex, positive, options.HasHeader), BestLogits: null);
    }

    // Not through the console's own writer, which wraps lines and reads brackets as markup.
    private static void WriteLine(IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
