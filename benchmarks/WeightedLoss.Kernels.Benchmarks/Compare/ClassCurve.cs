using System.Globalization;
using Spectre.Console;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A point of the curve.</summary>
/// <param name="Classes">The number of classes K.</param>
/// <param name="N">Samples.</param>
/// <param name="NsPerElement">Nanoseconds per logit by ours, the median of the rounds.</param>
/// <param name="NsPerElementLowerQuartile">A quarter of the rounds took at most this.</param>
/// <param name="NsPerElementUpperQuartile">A quarter of the rounds took at least this.</param>
/// <param name="ExpNsPerElement">Nanoseconds per logit of libmvec's expf alone; null where there is none.</param>
/// <param name="RatioToExp">Ours divided by that.</param>
/// <param name="RatioToNeighbours">Ours divided by ours for a class less or a class more, whichever is faster.</param>
/// <param name="Kernel">The kernel of ours; null in files from before there was a numerics version.</param>
internal sealed record ClassCurvePoint(
    int Classes,
    int N,
    double NsPerElement,
    double NsPerElementLowerQuartile,
    double NsPerElementUpperQuartile,
    double? ExpNsPerElement,
    double? RatioToExp,
    double RatioToNeighbours,
    MeasuredKernel? Kernel);

/// <summary>
/// What a logit of cross-entropy costs for every small number of classes: float, hard labels, class weights, loss and gradient, one
/// thread. No number of classes should cost much more than its neighbours, whatever way its kernel goes.
/// </summary>
/// <remarks>
/// All points are timed in the same interleaved rounds, so that a slow moment of the machine doesn't look like a slow kernel.
/// </remarks>
internal static class ClassCurve
{
    private const int FewestClasses = 2;
    private const int MostClasses = 64;
    private const int Logits = 64 << 10;

    /// <summary>The points in the order of classes, which are printed; null when a result is wrong.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="failures">Receives what is wrong, in words.</param>
    public static IReadOnlyList<ClassCurvePoint>? Measure(int rounds, List<string> failures)
    {
        if (MeasurePoints(rounds, failures) is not { } points)
        {
            return null;
        }

        var worstToExp = points.MaxBy(point => point.RatioToExp);
        var worstToNeighbours = points.MaxBy(point => point.RatioToNeighbours)!;
        AnsiConsole.Write(ToTable(points, ResultTable.ConsoleBorder));
        AnsiConsole.WriteLine(
            worstToExp?.RatioToExp is { } ratio
                ? $"largest ratio to libmvec's expf: {Format(ratio, "0.00")} at {worstToExp.Classes} classes"
                : "no ratio to libmvec's expf");
        AnsiConsole.WriteLine(
            $"largest ratio to a neighbour: {Format(worstToNeighbours.RatioToNeighbours, "0.00")} at {worstToNeighbours.Classes} classes");
        return points;
    }

    /// <summary>The points as a table.</summary>
    public static Table ToTable(IEnumerable<ClassCurvePoint> points, TableBorder border)
    {
        var table = ResultTable.Of(border, [], ["classes", "ns/logit", "quartiles", "libmvec-expf", "× expf", "× neighbour"]);

        foreach (var point in points)
        {
            table.AddRow(
                Format(point.Classes, "0"),
                Format(point.NsPerElement, "0.000"),
                $"{Format(point.NsPerElementLowerQuartile, "0.000")}–{Format(point.NsPerElementUpperQuartile, "0.000")}",
                point.ExpNsPerElement is { } exp ? Format(exp, "0.000") : ResultTable.Unknown,
                point.RatioToExp is { } ratio ? Format(ratio, "0.00") : ResultTable.Unknown,
                Format(point.RatioToNeighbours, "0.00"));
        }

        return table;
    }

    private static ClassCurvePoint[]? MeasurePoints(int rounds, List<string> failures)
    {
        var workloads = new List<CrossEntropyWorkload<float>>();
        try
        {
            for (var classes = FewestClasses; classes <= MostClasses; classes++)
            {
                workloads.Add(new CrossEntropyWorkload<float>(CaseGrid.CrossEntropyCase("f32", classes, Logits, threads: 1)));
            }

            var ours = workloads.ConvertAll(workload => Ours.For(workload).First());
            var exps = workloads.ConvertAll(workload => LibmvecExp.For(workload).FirstOrDefault());
            var errors = workloads.Zip(ours.Zip(exps), (workload, pair) =>
                (workload.Case, Error: workload.FindReferenceError() ?? FindError(pair.First) ?? FindError(pair.Second)));
            if (errors.FirstOrDefault(found => found.Error is not null) is { Error: { } error } wrong)
            {
                failures.Add($"There is no curve over the numbers of classes, because a result of {wrong.Case} is wrong: {error}.");
                return null;
            }

            var timings = InterleavedTimer.Time([.. ours, .. exps.OfType<Contender>()], threads: 1, rounds);
            var times = workloads.Select((workload, i) => timings[i].Median / workload.Case.Logits).ToArray();
            return [.. workloads.Select((workload, i) =>
            {
                // The exps are there for all or for none.
                double? exp = exps[i] is null ? null : timings[workloads.Count + i].Median / workload.Case.Logits;
                var neighbour = Math.Min(times[i == 0 ? 1 : i - 1], times[i == times.Length - 1 ? i - 1 : i + 1]);
                return new ClassCurvePoint(
                    workload.Case.Classes,
                    workload.Case.N,
                    Math.Round(times[i], 5),
                    Math.Round(timings[i].Quartiles.Lower / workload.Case.Logits, 5),
                    Math.Round(timings[i].Quartiles.Upper / workload.Case.Logits, 5),
                    exp is { } time ? Math.Round(time, 5) : null,
                    exp is { } divisor ? Math.Round(times[i] / divisor, 3) : null,
                    Math.Round(times[i] / neighbour, 3),
                    MeasuredKernel.Of(workload.Case));
            })];
        }
        finally
        {
            workloads.ForEach(static workload => workload.Dispose());
        }
    }

    private static string? FindError(Contender? contender) => contender?.FindError(contender.Run());

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
