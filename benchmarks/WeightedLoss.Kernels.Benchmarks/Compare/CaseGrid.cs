namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The cases that are compared.</summary>
internal static class CaseGrid
{
    // All sizes are multiples of 64, so that no contender needs a tail. The arrays lie in the first, the second and the third level
    // of the cache and in memory; at 64 the fixed cost of a call shows.
    private static readonly int[] Sizes = [64, 4 << 10, 64 << 10, 1 << 20, 16 << 20];

    // Classes whose rows outgrow the first-level cache.
    private const int ManyClasses = 32 << 10;

    /// <summary>All cases of binary cross-entropy.</summary>
    public static IEnumerable<BenchmarkCase> Binary =>
        from type in new[] { "f32", "f64" }
        from labels in new[] { "hard", "soft" }
        from n in Sizes
        from threads in n >= 1 << 20 && Environment.ProcessorCount > 1 ? new[] { 1, Environment.ProcessorCount } : [1]
        from gradient in n == 64 << 10 ? new[] { true, false } : [true]
        select new BenchmarkCase("bce", type, labels, Classes: 1, n, threads, gradient);

    /// <summary>What tells most, in about a minute: one thread; in memory hard labels only, because the slow contenders take their time.</summary>
    public static IEnumerable<BenchmarkCase> QuickBinary =>
        Binary.Where(@case => @case is { Threads: 1, N: 64 or 64 << 10 } or { Threads: 1, N: 16 << 20, Labels: "hard" });

    /// <summary>All cases of focal loss: one thread, hard labels; of the softmax about 64 K logits.</summary>
    public static IEnumerable<BenchmarkCase> Focal =>
        Binary.Where(@case => @case is { Threads: 1, Labels: "hard", Gradient: true })
            .Concat(CrossEntropy([2, 3, 7, 10, 16, 100, 1000]).Where(@case => @case is { Threads: 1, Logits: < 512 << 10 }))
            .Select(@case => @case with { Loss = "focal" });

    /// <summary>What tells most.</summary>
    public static IEnumerable<BenchmarkCase> QuickFocal => Focal.Where(@case => @case.N is 64 << 10 || @case is { Type: "f32", Classes: > 1 });

    /// <summary>
    /// The numbers of classes that are compared unless others are given: the small ones that have kernels of their own, powers of two
    /// and others, up to the vocabulary of a language model.
    /// </summary>
    public static IReadOnlyList<int> Classes { get; } = [2, 3, 7, 10, 16, 100, 1000, ManyClasses];

    /// <summary>
    /// All cases of cross-entropy: about 64 K and 1 M logits, in the second and the third level of the cache, and 16 M, in memory, for
    /// very many classes.
    /// </summary>
    public static IEnumerable<BenchmarkCase> CrossEntropy(IReadOnlyList<int> classes)
    {
        var cases =
            from type in new[] { "f32", "f64" }
            from k in classes
            from logits in k >= ManyClasses ? new[] { 64 << 10, 1 << 20, 16 << 20 } : [64 << 10, 1 << 20]
            from threads in logits >= 1 << 20 && Environment.ProcessorCount > 1 ? new[] { 1, Environment.ProcessorCount } : [1]
            select CrossEntropyCase(type, k, logits, threads);

        // A single row can be longer than the first sizes.
        return cases.Distinct();
    }

    /// <summary>What tells most, in less than a minute: one thread; in memory float only.</summary>
    public static IEnumerable<BenchmarkCase> QuickCrossEntropy(IReadOnlyList<int> classes) =>
        CrossEntropy(classes).Where(@case => @case is { Threads: 1, Logits: < 512 << 10 } or { Threads: 1, Type: "f32", Logits: > 2 << 20 });

    /// <summary>A case of about as many logits; whole blocks of 64 rows where there are so many, so that no contender needs a tail.</summary>
    public static BenchmarkCase CrossEntropyCase(string type, int classes, int logits, int threads)
    {
        var rows = Math.Max(1, logits / classes);
        return new("ce", type, "hard", classes, rows < 64 ? rows : rows & -64, threads, Gradient: true);
    }
}
