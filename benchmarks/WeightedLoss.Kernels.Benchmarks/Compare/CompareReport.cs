using System.Globalization;
using Spectre.Console;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Results as tables.</summary>
internal static class CompareReport
{
    /// <summary>What the columns mean.</summary>
    public static string Legend { get; } =
        $"ns/logit: median over rounds, and the quartiles, {(ThreadClock.IsCpuTime ? "in CPU time on one thread, else " : "")}in wall time; "
        + "× ours: the time divided by ours in the same rounds, so above 1 is slower; "
        + $"{ResultTable.SaysNothing} stands where the quartiles of that ratio lie further apart than it lies from 1; "
        + "GB/s: logits, labels and gradient once each; logits/clock: by the clock measured in the same rounds; "
        + "of limit: the slower of memory (memory-stream, copy) and the faster exp alone, divided by the time.";

    /// <summary>The table of one case.</summary>
    public static Table ToTable(IReadOnlyList<CompareRow> rows, TableBorder border)
    {
        var table = ResultTable.Of(border, ["contender", "isa"], ["ns/logit", "quartiles", "× ours", "GB/s", "logits/clock", "of limit"]);

        foreach (var row in rows)
        {
            table.AddRow(
                row.Contender,
                row.Isa,
                Format(row.NsPerElement, "0.000"),
                $"{Format(row.NsPerElementLowerQuartile, "0.000")}–{Format(row.NsPerElementUpperQuartile, "0.000")}",
                row.RatioToOurs is { } ratio ? Format(ratio, "0.00") : ResultTable.SaysNothing,
                Format(row.GigabytesPerSecond, "0.0"),
                row.ElementsPerClock is { } elements ? Format(elements, "0.00") : ResultTable.Unknown,
                row.FractionOfLimit is { } fraction ? Format(fraction, "0 %") : ResultTable.Unknown);
        }

        return table;
    }

    /// <summary>A result file as Markdown.</summary>
    public static string ToMarkdown(RunResult run)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 160;

        writer.WriteLine($"# {run.InstructionSet} on {run.Cpu}\n");
        foreach (var (name, value) in run.Environment)
        {
            writer.WriteLine($"- {name}: {value}");
        }

        writer.WriteLine($"- numerics version: {run.NumericsVersion}\n\n{Legend}");
        foreach (var message in run.Messages)
        {
            writer.WriteLine($"\n{message}");
        }

        // A Markdown table brings its own empty lines.
        writer.WriteLine();
        foreach (var rows in run.Rows.GroupBy(row => row.Case))
        {
            writer.WriteLine($"## {rows.Key}");
            console.Write(ToTable([.. rows], TableBorder.Markdown));
        }

        if (run.Curve is { } curve)
        {
            writer.WriteLine("## Cross-entropy for every small number of classes");
            console.Write(ClassCurve.ToTable(curve, TableBorder.Markdown));
        }

        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
