using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Chooses between several ways to write the same contender: which one is best depends on the number of classes.</summary>
internal static class Fastest
{
    private const int Rounds = 3;

    /// <summary>The fastest of the candidates; the others are released.</summary>
    public static Contender Of(int threads, IReadOnlyList<Contender> candidates)
    {
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        var fastest = candidates.Zip(InterleavedTimer.Time(candidates, threads, Rounds)).MinBy(candidate => candidate.Second.Median).First;
        foreach (var other in candidates.Where(candidate => candidate != fastest))
        {
            (other as IDisposable)?.Dispose();
        }

        return fastest;
    }
}
