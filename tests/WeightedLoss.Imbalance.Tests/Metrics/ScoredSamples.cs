using FsCheck;
using FsCheck.Fluent;

namespace WeightedLoss.Tests.Metrics;

/// <summary>
/// Up to 40 scored samples with many equal scores, both zeros among them; weights are small integers, so that sums are exact.
/// </summary>
public sealed record ScoredSamples(double[] Scores, int[] Labels, double[] Weights)
{
    public static Arbitrary<ScoredSamples> Arbitrary() =>
        (from length in Gen.Choose(0, 40)
         from scores in Gen.Elements(-3.5, -1, -0.0, 0.0, 0.25, 1, 7).ArrayOf(length)
         from labels in Gen.Elements(0, 0, 1).ArrayOf(length)
         from weights in Gen.Choose(0, 4).Select(w => (double)w).ArrayOf(length)
         select new ScoredSamples(scores, labels, weights)).ToArbitrary();

    /// <summary>A threshold at, between, above and below all scores.</summary>
    public static IEnumerable<double> Thresholds => [-10, -3.5, -2, -1, -0.5, 0, 0.1, 0.25, 0.5, 1, 3, 7, 10];

    public ScoredSamples Slice(Range range) => new(Scores[range], Labels[range], Weights[range]);

    public ScoredSamples Reversed() => new([.. Scores.Reverse()], [.. Labels.Reverse()], [.. Weights.Reverse()]);

    /// <summary>Each sample as often as its weight says.</summary>
    public ScoredSamples Repeated()
    {
        int[] rows = [.. Enumerable.Range(0, Scores.Length).SelectMany(i => Enumerable.Repeat(i, (int)Weights[i]))];
        return new([.. rows.Select(i => Scores[i])], [.. rows.Select(i => Labels[i])], [.. rows.Select(_ => 1.0)]);
    }

    public override string ToString() =>
        string.Join("; ", Enumerable.Range(0, Scores.Length).Select(i => $"{Scores[i]:R} y {Labels[i]} w {Weights[i]:R}"));
}
