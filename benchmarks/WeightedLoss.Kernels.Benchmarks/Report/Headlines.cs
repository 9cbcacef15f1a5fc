using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>The cases that tables and bars show: one thread, with gradient.</summary>
internal static class Headlines
{
    private const int Usual = 64 << 10, InMemory = 16 << 20;

    private static readonly int[] Classes = [2, 3, 7, 10, 16, 100, 1000, 32 << 10, 128 << 10];

    public static IReadOnlyList<BenchmarkCase> Binary { get; } =
    [
        Sigmoid("bce", "f32", "hard", Usual),
        Sigmoid("bce", "f32", "hard", InMemory),
        Sigmoid("bce", "f32", "soft", Usual),
        Sigmoid("bce", "f64", "hard", Usual),
        Sigmoid("bce", "f64", "soft", Usual),
    ];

    public static IReadOnlyList<BenchmarkCase> CrossEntropy { get; } =
    [
        .. Classes.Select(k => CaseGrid.CrossEntropyCase("f32", k, Usual, threads: 1)),
        .. new[] { 7, 100 }.Select(k => CaseGrid.CrossEntropyCase("f64", k, Usual, threads: 1)),
    ];

    public static IReadOnlyList<BenchmarkCase> Focal { get; } =
    [
        Sigmoid("focal", "f32", "hard", Usual),
        Sigmoid("focal", "f64", "hard", Usual),
        .. new[] { 3, 7, 100 }.Select(k => CaseGrid.CrossEntropyCase("f32", k, Usual, threads: 1) with { Loss = "focal" }),
    ];

    public static IReadOnlyList<BenchmarkCase> All { get; } = [.. Binary, .. CrossEntropy, .. Focal];

    /// <summary>The rows of a case, whatever the share of positive labels; empty if it was not measured.</summary>
    public static IReadOnlyList<CompareRow> RowsOf(RunResult run, BenchmarkCase @case) =>
        [.. run.Rows.Where(row => row.Case with { PositiveShare = @case.PositiveShare } == @case)];

    private static BenchmarkCase Sigmoid(string loss, string type, string labels, int n) =>
        new(loss, type, labels, Classes: 1, n, Threads: 1, Gradient: true);
}
