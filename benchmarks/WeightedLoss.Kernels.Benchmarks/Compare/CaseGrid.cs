namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The cases that are compared.</summary>
internal static class CaseGrid
{
    // All sizes are multiples of 64, so that no contender needs a tail. The arrays lie in the first, the second and the third level
    // of the cache and in memory; at 64 the fixed cost of a call shows.
    private static readonly int[] Sizes = [64, 4 << 10, 64 << 10, 1 << 20, 16 << 20];

    /// <summary>All cases.</summary>
    public static IEnumerable<BenchmarkCase> Full =>
        from type in new[] { "f32", "f64" }
        from labels in new[] { "hard", "soft" }
        from n in Sizes
        from threads in n >= 1 << 20 && Environment.ProcessorCount > 1 ? new[] { 1, Environment.ProcessorCount } : [1]
        from gradient in n == 64 << 10 ? new[] { true, false } : [true]
        select new BenchmarkCase("bce", type, labels, Classes: 1, n, threads, gradient);

    /// <summary>What tells most, in about a minute: one thread; in memory hard labels only, because the slow contenders take their time.</summary>
    public static IEnumerable<BenchmarkCase> Quick =>
        Full.Where(@case => @case is { Threads: 1, N: 64 or 64 << 10 } or { Threads: 1, N: 16 << 20, Labels: "hard" });
}
