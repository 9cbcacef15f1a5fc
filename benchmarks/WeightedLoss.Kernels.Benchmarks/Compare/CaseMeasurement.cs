using System.Numerics;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Checks and times all contenders of a case.</summary>
internal static class CaseMeasurement
{
    /// <summary>The rows of a case; empty when the result of ours is wrong.</summary>
    /// <param name="case">The case.</param>
    /// <param name="rounds">The most rounds.</param>
    /// <param name="budget">The time for all rounds; null for all rounds in whatever time.</param>
    /// <param name="failures">Receives what is wrong, in words.</param>
    public static IReadOnlyList<CompareRow> Run(BenchmarkCase @case, int rounds, TimeSpan? budget, List<string> failures) =>
        @case.Type == "f32" ? Run<float>(@case, rounds, budget, failures) : Run<double>(@case, rounds, budget, failures);

    private static IReadOnlyList<CompareRow> Run<T>(BenchmarkCase @case, int rounds, TimeSpan? budget, List<string> failures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var workload = NewWorkload<T>(@case);
        using var alone = @case.Threads == 1 ? null : NewWorkload<T>(@case with { Threads = 1 });
        if (workload.FindReferenceError() is { } wrong)
        {
            failures.Add($"{@case} is left out, because the result of ours, which all others are compared with, is wrong: {wrong}.");
            return [];
        }

        var contenders = new List<Contender>();
        try
        {
            foreach (var contender in Lineup.For(workload).Concat(alone is null ? [] : Lineup.OfOneThread(alone)))
            {
                workload.GradientSpan.Fill(T.NaN);
                alone?.GradientSpan.Fill(T.NaN);
                if (contender.FindError(contender.Run()) is { } error)
                {
                    failures.Add($"{contender.Name} on {contender.Isa} is left out of {@case}, because its result is wrong: {error}.");
                    (contender as IDisposable)?.Dispose();
                }
                else
                {
                    contenders.Add(contender);
                }
            }

            if (contenders.FirstOrDefault()?.Name != Ours.Name)
            {
                // The ratios would be to something else.
                return [];
            }

            // The clock goes last, so that it isn't one of the rows.
            var all = @case.Threads == 1 ? [.. contenders, new ClockProbe()] : contenders;
            var times = InterleavedTimer.Time(all, @case.Threads, rounds, budget);
            return ToRows(@case, contenders, times, MeasuredKernel.Of(@case));
        }
        finally
        {
            contenders.ForEach(static contender => (contender as IDisposable)?.Dispose());
        }
    }

    private static Workload<T> NewWorkload<T>(BenchmarkCase @case)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        @case.Classes == 1 ? new BinaryWorkload<T>(@case) : new CrossEntropyWorkload<T>(@case);

    private static CompareRow[] ToRows(BenchmarkCase @case, List<Contender> contenders, RoundTimes[] times, MeasuredKernel kernel)
    {
        double? gigahertz = times.Length > contenders.Count ? ClockProbe.Cycles / times[^1].Median : null;
        var memory = MedianOf("memory-stream") ?? MedianOf("copy");

        // In memory an exp alone isn't always as fast as the memory; the faster of the two is as near to a limit as can be had.
        var exp = new[] { MedianOf("vector-exp"), MedianOf("libmvec-expf") ?? MedianOf("libmvec-exp") }.Min();
        return [.. contenders.Zip(times, (contender, time) =>
        {
            var (ratio, perLogit) = (time.RatioTo(times[0]), time.Median / @case.Logits);
            return new CompareRow(
                @case.Loss,
                @case.Type,
                @case.Labels,
                @case.Classes,
                @case.N,
                @case.Threads,
                @case.Gradient,
                contender.Name,
                contender.Isa,
                Math.Round(perLogit, 5),
                time == times[0] ? 1 : RoundTimes.Says(ratio) ? Math.Round(ratio.Median, 3) : null,
                Math.Round(time.Quartiles.Lower / @case.Logits, 5),
                Math.Round(time.Quartiles.Upper / @case.Logits, 5),
                Math.Round(ratio.Lower, 3),
                Math.Round(ratio.Upper, 3),
                Math.Round((contender.BytesPerLogit ?? @case.BytesPerLogit) / perLogit, 2),
                gigahertz is { } clock ? Math.Round(1 / (perLogit * clock), 3) : null,
                !contender.IsLimit && memory is { } m && exp is { } e ? Math.Round(Math.Max(m, e) / time.Median, 3) : null,
                time.Nanoseconds.Length,
                @case.Loss != "ce" ? @case.PositiveShare : null,
                contender == contenders[0] ? kernel : null);
        })];

        double? MedianOf(string name) =>
            contenders.FindIndex(contender => contender.Name == name) is >= 0 and var found ? times[found].Median : null;
    }
}
