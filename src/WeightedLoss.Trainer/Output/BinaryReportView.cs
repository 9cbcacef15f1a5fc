using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;

namespace WeightedLoss.Trainer.Output;

/// <summary>The tables at the end of a training on two classes, side by side.</summary>
internal static class BinaryReportView
{
    /// <summary>Writes the confusion matrices and then all other figures.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="isWeighted">Whether rows have weights of their own.</param>
    /// <param name="outcomes">The columns.</param>
    public static void Write(IAnsiConsole console, bool isWeighted, IReadOnlyCollection<Outcome<BinaryReport>> outcomes)
    {
        var confusion = OutcomeTables.Headed("actual", "predicted", outcomes);
        confusion.AddRow(["negative", "negative"], outcomes, outcome => SampleWeights.Text(outcome.Report.Confusion.TrueNegatives));
        confusion.AddRow(["", "positive"], outcomes, outcome => SampleWeights.Text(outcome.Report.Confusion.FalsePositives));
        confusion.AddRow(["positive", "negative"], outcomes, outcome => SampleWeights.Text(outcome.Report.Confusion.FalseNegatives));
        confusion.AddRow(["", "positive"], outcomes, outcome => SampleWeights.Text(outcome.Report.Confusion.TruePositives));
        console.WriteLine();
        console.WriteLine($"{(isWeighted ? "Weight of the validation" : "Validation")} rows at threshold 0.5:");
        console.Write(confusion);

        var figures = OutcomeTables.Headed("", null, outcomes);
        figures.AddRow(["precision"], outcomes, outcome => $"{outcome.Report.Confusion.Precision:F4}");
        figures.AddRow(["recall"], outcomes, outcome => $"{outcome.Report.Confusion.Recall:F4}");
        figures.AddRow(["F1"], outcomes, outcome => $"{outcome.Report.Confusion.F1:F4}");
        figures.AddRow(["average precision"], outcomes, outcome => $"{outcome.Report.AveragePrecision:F4}");
        figures.AddRow(["log loss"], outcomes, outcome => $"{outcome.Report.LogLoss:F5}");
        figures.AddTimes(outcomes);
        console.Write(figures);
    }
}
