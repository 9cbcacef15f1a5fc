namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Median and quartiles.</summary>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>The quartiles of some numbers; of two in the middle the median is the larger.</summary>
    public static Quartiles Of(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return new(sorted[sorted.Length / 4], sorted[sorted.Length / 2], sorted[^(1 + (sorted.Length / 4))]);
    }
}

/// <summary>What one call of a contender took in each of the rounds.</summary>
/// <param name="Nanoseconds">By round: the same index is the same round for all contenders that were timed together.</param>
internal sealed record RoundTimes(double[] Nanoseconds)
{
    /// <summary>The time.</summary>
    public Quartiles Quartiles { get; } = Quartiles.Of(Nanoseconds);

    /// <summary>The median.</summary>
    public double Median => Quartiles.Median;

    /// <summary>This time divided by another, round by round.</summary>
    public Quartiles RatioTo(RoundTimes other) => Quartiles.Of(Nanoseconds.Zip(other.Nanoseconds, (time, by) => time / by));

    /// <summary>
    /// Whether a ratio says anything: its quartiles must lie closer together than its median lies to 1, on a scale where ½ is as far from
    /// 1 as 2 is.
    /// </summary>
    public static bool Says(Quartiles ratio) => Math.Log(ratio.Upper / ratio.Lower) <= Math.Abs(Math.Log(ratio.Median));
}
