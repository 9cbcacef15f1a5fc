using Spectre.Console;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Tables of names and numbers.</summary>
internal static class ResultTable
{
    /// <summary>In the place of a ratio whose spread is wider than it is far from 1.</summary>
    public const string SaysNothing = "·";

    /// <summary>In the place of a figure that there isn't.</summary>
    public const string Unknown = "–";

    /// <summary>That of a terminal, or Markdown where the output goes elsewhere.</summary>
    public static TableBorder ConsoleBorder => Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded;

    /// <summary>A table without rows.</summary>
    /// <param name="border">How it is drawn.</param>
    /// <param name="names">The heads of the first columns.</param>
    /// <param name="numbers">The heads of the columns behind them, which are aligned to the right.</param>
    public static Table Of(TableBorder border, string[] names, string[] numbers)
    {
        var table = new Table { Border = border }.AddColumns(names);
        foreach (var number in numbers)
        {
            table.AddColumn(number, column => column.RightAligned());
        }

        return table;
    }
}
