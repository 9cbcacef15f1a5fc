using System.Globalization;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>The tables of the report, some of which are the README's.</summary>
internal static class SpeedTables
{
    private static readonly string[] Peers = ["libtorch", "libtorch-retained", "scalar", "tensor-primitives", "mlnet", "native-c-plain", "native-c"];
    private static readonly string[][] Limits = [["libmvec-expf", "libmvec-exp"], ["memory-stream", "copy"]];

    /// <summary>What the cells mean.</summary>
    public const string Legend =
        "Nanoseconds per logit by ours; of the others their time divided by ours in the same rounds, above 1 is slower than ours. "
        + ResultTable.SaysNothing + " stands where the quartiles of that ratio lie further apart than it lies from 1. The last column is the slower "
        + "of two limits, the memory alone and the faster of our and libmvec's exp alone, divided by ours.";

    /// <summary>A few figures for the head of the page: what, and the range of the ratio over all runs.</summary>
    public static IEnumerable<(string Figure, string Meaning)> Figures(MergedResults results)
    {
        (BenchmarkCase Case, string Peer, string Meaning)[] chosen =
        [
            (Headlines.Binary[0], "libtorch", "LibTorch, binary cross-entropy"),
            (Headlines.CrossEntropy[2], "libtorch", "LibTorch, cross-entropy of 7 classes"),
            (Headlines.Binary[0], "native-c", "C with -ffast-math, binary cross-entropy"),
            (Headlines.Binary[0], "scalar", "a loop in C#, binary cross-entropy"),
        ];
        var runs = results.Runs.Where(run => !run.IsOlder || results.Runs.All(other => other.IsOlder)).ToArray();
        foreach (var (@case, peer, meaning) in chosen)
        {
            var ratios = runs
                .Select(run => Headlines.RowsOf(run, @case).FirstOrDefault(row => row.Contender == peer)?.RatioToOurs)
                .OfType<double>().ToArray();
            if (ratios.Length != 0)
            {
                var (least, most) = (Ratio(ratios.Min()), Ratio(ratios.Max()));
                yield return (least == most ? least : $"{least.TrimEnd('×')}–{most}", meaning);
            }
        }
    }

    /// <summary>The machine of each run.</summary>
    public static TextTable Machines(MergedResults results)
    {
        var names = results.Runs.SelectMany(run => run.Environment.Keys).Distinct().Where(name => name != "ours chooses").ToArray();
        return new(
            ["", .. results.Runs.Select(run => $"{DisplayName.OfInstructionSet(run.InstructionSet)} on {run.Cpu}")],
            1 + results.Runs.Count,
            [
                .. names.Select(name =>
                    (IReadOnlyList<string>)[name, .. results.Runs.Select(run => run.Environment.GetValueOrDefault(name, ""))]),
                ["measured", .. results.Runs.Select(
                    run => run.Measured.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC")],
                ["clock, median", .. results.Runs.Select(Clock)],
                ["numerics version", .. results.Runs.Select(run => run.NumericsVersion is { } version ? Format(version, "0") : "older")],
            ]);
    }

    public static TextTable Binary(MergedResults results) =>
        Ratios(
            results,
            Headlines.Binary,
            ["type, labels", "n"],
            @case => [$"{DisplayName.OfType(@case.Type)}, {@case.Labels}", Format(@case.N, "N0")]);

    public static TextTable CrossEntropy(MergedResults results) =>
        Ratios(results, Headlines.CrossEntropy, ["type", "K"], @case => [DisplayName.OfType(@case.Type), Format(@case.Classes, "N0")]);

    public static TextTable Focal(MergedResults results) =>
        Ratios(
            results,
            Headlines.Focal,
            ["type", "K"],
            @case => [DisplayName.OfType(@case.Type), @case.Classes == 1 ? "sigmoid" : Format(@case.Classes, "N0")]);

    /// <summary>What all cores gain over one; for ours and for the memory alone.</summary>
    /// <param name="results">The results.</param>
    /// <param name="isShown">Which of the cases are shown.</param>
    public static TextTable Threads(MergedResults results, Func<BenchmarkCase, bool> isShown)
    {
        var rows =
            from run in results.Runs
            from @case in run.Rows.Where(row => row.IsOurs && row.Threads > 1).Select(row => row.Case)
            where isShown(@case)
            let all = Headlines.RowsOf(run, @case)
            let alone = Find(all, [OneThread.NameOf(Ours.Name)])
            where alone is not null
            select (IReadOnlyList<string>)
            [
                results.NameOf(run),
                DisplayName.Of(@case) + (@case.Classes > 1 ? $", {Format(@case.Logits, "N0")} logits" : ""),
                Format(@case.Threads, "0"),
                Ratio(alone.RatioToOurs),
                MemoryGain(all),
            ];
        return new(["", "case", "threads", "ours", "memory alone"], 2, [.. rows]);
    }

    private static TextTable Ratios(
        MergedResults results, IReadOnlyList<BenchmarkCase> cases, string[] heads, Func<BenchmarkCase, string[]> describe)
    {
        var found =
            (from run in results.Runs
             from @case in cases
             let rows = Headlines.RowsOf(run, @case)
             let ours = rows.FirstOrDefault(row => row.IsOurs)
             where ours is not null
             select (Run: run, Case: @case, Rows: rows, Ours: ours)).ToArray();
        string[][] others = [.. Peers.Select(peer => new[] { peer }).Concat(Limits).Where(
            names => found.Any(entry => Find(entry.Rows, names) is not null))];
        return new(
            ["", .. heads, "ours", .. others.Select(names => DisplayName.OfContender(names[0])), "of the limit"],
            1 + heads.Length,
            [.. found.Select(entry => (IReadOnlyList<string>)
            [
                results.NameOf(entry.Run),
                .. describe(entry.Case),
                $"{Format(entry.Ours.NsPerElement, "0.00")} ns",
                .. others.Select(names => Find(entry.Rows, names) is { } other ? Ratio(other.RatioToOurs) : ""),
                entry.Ours.FractionOfLimit is { } fraction ? Format(fraction, "0 %") : "",
            ])]);
    }

    /// <summary>
    /// How many times faster all threads are than one where there is only memory. Their ratio by rounds isn't stored, so that its quartiles
    /// are taken to be those of both times at their worst.
    /// </summary>
    private static string MemoryGain(IReadOnlyList<CompareRow> rows)
    {
        string[] names = ["memory-stream", "copy"];
        if (Find(rows, [.. names.Select(OneThread.NameOf)]) is not { } one || Find(rows, names) is not { } all)
        {
            return "";
        }

        var gain = new Quartiles(
            one.NsPerElementLowerQuartile / all.NsPerElementUpperQuartile,
            one.NsPerElement / all.NsPerElement,
            one.NsPerElementUpperQuartile / all.NsPerElementLowerQuartile);
        return Ratio(RoundTimes.Says(gain) ? gain.Median : null);
    }

    private static CompareRow? Find(IReadOnlyList<CompareRow> rows, string[] names) =>
        rows.FirstOrDefault(row => names.Contains(row.Contender));

    private static string Clock(RunResult run)
    {
        var clocks = run.Rows.Where(row => row.ElementsPerClock > 0).Select(row => 1 / (row.NsPerElement * row.ElementsPerClock!.Value)).ToArray();
        return clocks.Length == 0 ? "unknown" : $"{Format(Quartiles.Of(clocks).Median, "0.0")} GHz";
    }

    private static string Ratio(double? ratio) =>
        ratio switch
        {
            null => ResultTable.SaysNothing,
            >= 10 => Format(ratio.Value, "0.0") + "×",
            _ => Format(ratio.Value, "0.00") + "×",
        };

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
