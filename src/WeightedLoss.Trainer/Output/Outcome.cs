using Spectre.Console;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Output;

/// <summary>One column of the final tables.</summary>
/// <param name="Name">What was scored by.</param>
/// <param name="Report">How well.</param>
/// <param name="Time">Where the time went; null where nothing was trained.</param>
internal sealed record Outcome<TReport>(string Name, TReport Report, TrainingTime? Time);

/// <summary>Tables with a column for each outcome.</summary>
internal static class OutcomeTables
{
    /// <summary>A table without rows.</summary>
    /// <param name="first">The head of the column of names.</param>
    /// <param name="second">The head of a second one; null for none.</param>
    /// <param name="outcomes">The other columns.</param>
    public static Table Headed<TReport>(string first, string? second, IEnumerable<Outcome<TReport>> outcomes)
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

    /// <summary>Adds a row.</summary>
    public static void AddRow<TReport>(
        this Table table, string[] names, IEnumerable<Outcome<TReport>> outcomes, Func<Outcome<TReport>, string> cell) =>
        table.AddRow([.. names, .. outcomes.Select(cell)]);

    /// <summary>Adds where the time of the trainings went.</summary>
    public static void AddTimes<TReport>(this Table table, IReadOnlyCollection<Outcome<TReport>> outcomes)
    {
        table.AddRow(["training time, s"], outcomes, outcome => $"{outcome.Time?.Total.TotalSeconds:F3}");
        table.AddRow(["  in the loss kernel"], outcomes, outcome => $"{outcome.Time?.KernelShare:P1}");
        table.AddRow(["  kernel, ns per sample"], outcomes, outcome => $"{outcome.Time?.KernelNanosecondsPerSample:F2}");
    }
}
