using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>The tables between two comments of the README, which say what the stored results say.</summary>
internal static class ReadmeTables
{
    private const string Begin = "<!-- speed: written by the command report -->\n", End = "<!-- end of speed -->\n";

    /// <summary>The text that belongs between the comments.</summary>
    public static string Of(MergedResults results)
    {
        // The README is about one machine; the report is about all.
        var newest = results.Runs.MaxBy(run => (!run.IsOlder, run.Measured))!;
        var machine = results with { Runs = [.. results.Runs.Where(run => run.Cpu == newest.Cpu)] };
        var environment = newest.Environment;
        return
            $"{newest.Cpu}, {environment["cores"]} cores, {environment["runtime"]}, "
            + $"{(environment.TryGetValue("LibTorch", out var libTorch) ? $"LibTorch {libTorch}, " : "")}{environment["C compiler"]}.\n"
            + (machine.Runs.Any(run => run.IsOlder) ? "\"Older version\" was measured before there was a numerics version.\n" : "")
            + $"\nBinary cross-entropy:\n\n{SpeedTables.Binary(machine).ToMarkdown()}"
            + $"\nCross-entropy with class weights, about 65,536 logits:\n\n{SpeedTables.CrossEntropy(machine).ToMarkdown()}"
            + $"\nFocal loss with γ = 2, about 65,536 logits:\n\n{SpeedTables.Focal(machine).ToMarkdown()}"
            + (SpeedTables.Threads(machine, IsShown) is { Rows.Count: > 0 } threads
                ? $"\nAll cores, how many times faster than one thread in the same rounds:\n\n{threads.ToMarkdown()}"
                : "");
    }

    /// <summary>Of the threads' table: one type, and of the softmax one number of classes.</summary>
    private static bool IsShown(BenchmarkCase @case) => @case is { Type: "f32", Labels: "hard", Classes: 1 or 7 };

    /// <summary>What a README says between the comments.</summary>
    /// <exception cref="InvalidDataException">It has no such comments.</exception>
    public static string In(string readme) => readme[Between(readme)];

    /// <summary>A README with other text between the comments.</summary>
    /// <exception cref="InvalidDataException">It has no such comments.</exception>
    public static string Replace(string readme, string tables)
    {
        var between = Between(readme);
        return readme[..between.Start] + tables + readme[between.End..];
    }

    private static Range Between(string readme)
    {
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end > begin
            ? new Range(begin + Begin.Length, end)
            : throw new InvalidDataException($"The README has no lines '{Begin.Trim()}' and '{End.Trim()}'.");
    }
}
