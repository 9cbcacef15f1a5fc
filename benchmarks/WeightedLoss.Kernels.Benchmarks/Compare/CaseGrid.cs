namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The cases that are compared.</summary>
internal static class CaseGrid
{
    // All sizes are multiples of 64, so that no contender needs a tail. The arrays lie in the first, the second and the third level
    // of the cache and in memory; at 64 the fixed cost of a call shows.
    private const int Smallest = 64, InFirstLevel = 4 << 10, InSecondLevel = 64 << 10, InThirdLevel = 1 << 20, InMemory = 16 << 20;

    // Classes whose rows outgrow the first-level cache.
    private const int ManyClasses = 32 << 10;

    private static readonly string[] Types = ["f32", "f64"];

    /// <summary>
    /// The numbers of classes that are compared unless others are given: the small ones that have kernels of their own, powers of two
    /// and others, up to the vocabulary of a language model.
    /// </summary>
    public static IReadOnlyList<int> Classes { get; } = [2, 3, 7, 10, 16, 100, 1000, ManyClasses, 4 * ManyClasses];

    /// <summary>The cases of a loss, or of <c>all</c>.</summary>
    public static IEnumerable<BenchmarkCase> Of(string loss, bool quick, IReadOnlyList<int> classes) =>
        loss switch
        {
            "bce" => quick ? QuickBinary : Binary,
            "ce" => quick ? QuickCrossEntropy(classes) : CrossEntropy(classes),
            "focal" => quick ? QuickFocal : Focal,
            "asymmetric" => Asymmetric,
            _ => [.. Of("bce", quick, classes), .. Of("ce", quick, classes), .. Of("focal", quick, classes)],
        };

    /// <summary>
    /// A case of about as many logits; whole blocks of 64 rows where there are so many, so that no contender needs a tail.
    /// </summary>
    public static BenchmarkCase CrossEntropyCase(string type, int classes, int logits, int threads)
    {
        var rows = Math.Max(1, logits / classes);
        return new("ce", type, "hard", classes, rows < 64 ? rows : rows & -64, threads, Gradient: true);
    }

    /// <summary>Every size, with all cores where it is large; in memory soft targets and doubles take long and tell little more.</summary>
    private static IEnumerable<BenchmarkCase> Binary =>
        from type in Types
        from labels in new[] { "hard", "soft" }
        from n in new[] { Smallest, InFirstLevel, InSecondLevel, InThirdLevel, InMemory }
        from threads in Threads(n)
        from gradient in n == InSecondLevel ? new[] { true, false } : [true]
        where n < InMemory || (labels == "hard" && (type == "f32" || threads == 1))
        select new BenchmarkCase("bce", type, labels, Classes: 1, n, threads, gradient);

    private static IEnumerable<BenchmarkCase> QuickBinary =>
        Binary.Where(@case => @case is { N: Smallest, Labels: "hard" } or { N: InSecondLevel, Gradient: true }
            or { Type: "f32", Labels: "hard", N: InMemory, Threads: 1 } or { Type: "f32", Labels: "hard", N: InThirdLevel, Threads: > 1 });

    /// <summary>
    /// Every number of classes in the second and the third level of the cache; two of them in every size; very many classes in memory.
    /// </summary>
    private static IEnumerable<BenchmarkCase> CrossEntropy(IReadOnlyList<int> classes)
    {
        var everyClass =
            from type in Types
            from k in classes
            from logits in type == "f32" || k is 7 or 100 or 1000 ? new[] { InSecondLevel, InThirdLevel } : [InSecondLevel]
            from threads in type == "f32" ? Threads(logits) : [1]
            select CrossEntropyCase(type, k, logits, threads);
        var everySize =
            from k in classes.Where(k => k is 7 or 100)
            from logits in new[] { Smallest, InFirstLevel, InMemory }
            select CrossEntropyCase("f32", k, logits, threads: 1);
        var inMemory =
            from k in classes.Where(k => k >= ManyClasses)
            from threads in Threads(InMemory)
            select CrossEntropyCase("f32", k, InMemory, threads);

        // A single row can be longer than the first sizes.
        return everyClass.Concat(everySize).Concat(inMemory).Distinct();
    }

    private static IEnumerable<BenchmarkCase> QuickCrossEntropy(IReadOnlyList<int> classes) =>
        CrossEntropy(classes).Where(@case => @case is { Threads: 1, Logits: > InFirstLevel and <= InSecondLevel or 4 * ManyClasses }
            && (@case.Type == "f32" || @case.Classes is 7 or 100));

    /// <summary>Of the sigmoid every size; of the softmax some numbers of classes in the second level of the cache.</summary>
    private static IEnumerable<BenchmarkCase> Focal =>
        Binary.Where(@case => @case is { Labels: "hard", Gradient: true, Threads: 1 } and ({ Type: "f32" } or { N: < InMemory })
                or { Labels: "hard", Type: "f32", N: InThirdLevel })
            .Concat(
                from type in Types
                from k in new[] { 2, 3, 7, 10, 16, 100, 1000 }
                select CrossEntropyCase(type, k, InSecondLevel, threads: 1))
            .Select(@case => @case with { Loss = "focal" });

    private static IEnumerable<BenchmarkCase> Asymmetric =>
        Binary.Where(@case => @case is { N: InSecondLevel, Labels: "hard", Gradient: true }).Select(
            @case => @case with { Loss = "asymmetric" });

    private static IEnumerable<BenchmarkCase> QuickFocal =>
        Focal.Where(@case => @case is { N: InSecondLevel, Classes: 1 } or { Type: "f32", Classes: 3 or 7 or 100 });

    private static int[] Threads(int logits) =>
        logits >= InThirdLevel && Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : [1];
}
