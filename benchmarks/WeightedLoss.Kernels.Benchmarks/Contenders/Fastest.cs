using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Chooses between several ways to write the same contender: which one is best depends on the number of classes.</summary>
internal static class Fastest
{
    private const int Rounds = 3;

    /// <summary>The fastest of the candidates.</summary>
    public static Contender Of(int threads, IReadOnlyList<Contender> candidates) =>
        candidates.Count == 1
            ? candidates[0]
            : candidates.Zip(InterleavedTimer.Time(candidates, threads, Rounds)).MinBy(candidate => candidate.Second.Median).First;
}
