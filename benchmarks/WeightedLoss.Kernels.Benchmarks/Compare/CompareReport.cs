using System.Globalization;
using Spectre.Console;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Results as tables.</summary>
internal static class CompareReport
{
    /// <summary>What the columns mean.</summary>
    public static string Legend { get; } =
        $"ns/logit: median over rounds, and the quartiles, {(ThreadClock.IsCpuTime ? "in CPU time on one thread, else " : "")}in wall time; "
        + "× ours: the time divided by ours on that instruction set, so above 1 is slower.";

    /// <summary>The table of one case, with a column of ratios for each instruction set on which ours has vector kernels.</summary>
    public static Table ToTable(IReadOnlyList<CompareRow> rows, TableBorder border)
    {
        var ours = rows.Where(row => row.Contender == Contenders.Ours.Name && row.Isa != "scalar").ToArray();
        var table = new Table { Border = border };
        table.AddColumn("contender").AddColumn("isa");
        table.AddColumn("ns/logit", column => column.RightAligned());
        table.AddColumn("quartiles", column => column.RightAligned());
        foreach (var row in ours)
        {
            table.AddColumn($"× ours {row.Isa}", column => column.RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([
                row.Contender,
                row.Isa,
                Format(row.NsPerElement),
                $"{Format(row.NsPerElementLowerQuartile)}–{Format(row.NsPerElementUpperQuartile)}",
                .. ours.Select(our => (row.NsPerElement / our.NsPerElement).ToString("0.00", CultureInfo.InvariantCulture)),
            ]);
        }

        return table;
    }

    /// <summary>Environment and tables as Markdown.</summary>
    public static string ToMarkdown(
        string title,
        IEnumerable<(string Name, string Value)> environment,
        IEnumerable<string> messages,
        IEnumerable<(BenchmarkCase Case, IReadOnlyList<CompareRow> Rows)> results)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 160;

        writer.WriteLine($"# {title}\n");
        foreach (var (name, value) in environment)
        {
            writer.WriteLine($"- {name}: {value}");
        }

        writer.WriteLine($"\n{Legend}");
        foreach (var message in messages)
        {
            writer.WriteLine($"\n{message}");
        }

        // A Markdown table brings its own empty lines.
        writer.WriteLine();
        foreach (var (@case, rows) in results)
        {
            writer.WriteLine($"## {@case}");
            console.Write(ToTable(rows, TableBorder.Markdown));
        }

        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
    }

    private static string Format(double nanoseconds) => nanoseconds.ToString("0.000", CultureInfo.InvariantCulture);
}
