using Spectre.Console;
using WeightedLoss.Trainer.Metrics;

namespace WeightedLoss.Trainer.Output;

/// <summary>The tables at the end of a training on two classes, side by side.</summary>
internal static class BinaryReportView
{
    /// <summary>Writes the confusion matrices and then all other figures.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<Outcome<BinaryReport>> outcomes)
    {
        var confusion = OutcomeTables.Headed("actual", "called", outcomes);
        confusion.AddRow(["negative", "negative"], outcomes, outcome => $"{outcome.Report.Confusion.TrueNegatives:N0}");
        confusion.AddRow(["", "positive"], outcomes, outcome => $"{outcome.Report.Confusion.FalsePositives:N0}");
        confusion.AddRow(["positive", "negative"], outcomes, outcome => $"{outcome.Report.Confusion.FalseNegatives:N0}");
        confusion.AddRow(["", "positive"], outcomes, outcome => $"{outcome.Report.Confusion.TruePositives:N0}");
        console.WriteLine();
        console.WriteLine("Validation rows at threshold 0.5:");
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
