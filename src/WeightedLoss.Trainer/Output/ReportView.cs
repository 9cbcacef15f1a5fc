using Spectre.Console;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Output;

/// <summary>One column of the final tables.</summary>
/// <param name="Name">What was scored by.</param>
/// <param name="Report">How well.</param>
/// <param name="Time">Where the time went; null where nothing was trained.</param>
internal sealed record Outcome(string Name, BinaryReport Report, TrainingTime? Time);

/// <summary>The tables at the end of a training, side by side.</summary>
internal static class ReportView
{
    /// <summary>Writes the confusion matrices and then all other figures.</summary>
    public static void Write(IAnsiConsole console, params IReadOnlyCollection<Outcome> outcomes)
    {
        var confusion = Headed("actual", "called", outcomes);
        AddRow(confusion, ["negative", "negative"], outcomes, outcome => $"{outcome.Report.TrueNegatives:N0}");
        AddRow(confusion, ["", "positive"], outcomes, outcome => $"{outcome.Report.FalsePositives:N0}");
        AddRow(confusion, ["positive", "negative"], outcomes, outcome => $"{outcome.Report.FalseNegatives:N0}");
        AddRow(confusion, ["", "positive"], outcomes, outcome => $"{outcome.Report.TruePositives:N0}");
        console.WriteLine();
        console.WriteLine("Validation rows at threshold 0.5:");
        console.Write(confusion);

        var figures = Headed("", null, outcomes);
        AddRow(figures, ["precision"], outcomes, outcome => $"{outcome.Report.Precision:F4}");
        AddRow(figures, ["recall"], outcomes, outcome => $"{outcome.Report.Recall:F4}");
        AddRow(figures, ["F1"], outcomes, outcome => $"{outcome.Report.F1:F4}");
        AddRow(figures, ["average precision"], outcomes, outcome => $"{outcome.Report.AveragePrecision:F4}");
        AddRow(figures, ["log loss"], outcomes, outcome => $"{outcome.Report.LogLoss:F5}");
        AddRow(figures, ["training time, s"], outcomes, outcome => $"{outcome.Time?.Total.TotalSeconds:F3}");
        AddRow(figures, ["  in the loss kernel"], outcomes, outcome => $"{outcome.Time?.KernelShare:P1}");
        AddRow(figures, ["  kernel, ns per sample"], outcomes, outcome => $"{outcome.Time?.KernelNanosecondsPerSample:F2}");
        console.Write(figures);
    }

    private static Table Headed(string first, string? second, IEnumerable<Outcome> outcomes)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn(first).NoWrap());
        if (second is not null)
        {
            table.AddColumn(new TableColumn(second).NoWrap());
        }

        foreach (var outcome in outcomes)
        {
            table.AddColumn(new TableColumn(outcome.Name.EscapeMarkup()).RightAligned().NoWrap());
        }

        return table;
    }

    private static void AddRow(Table table, string[] names, IEnumerable<Outcome> outcomes, Func<Outcome, string> cell) =>
        table.AddRow([.. names, .. outcomes.Select(cell)]);
}
