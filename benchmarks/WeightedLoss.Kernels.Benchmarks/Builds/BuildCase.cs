using System.Globalization;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>A call whose time is compared between two builds.</summary>
/// <param name="Loss">bce, ce, focal-sigmoid or focal-softmax.</param>
/// <param name="Type">f32 or f64.</param>
/// <param name="Classes">Logits per sample; 1 for bce and the sigmoid's focal loss.</param>
/// <param name="Gamma">The focusing parameter; 0 for bce and ce.</param>
/// <param name="Option">gradient (with the loss, hard labels), or how the call differs from that.</param>
/// <param name="N">Samples.</param>
internal sealed record BuildCase(string Loss, string Type, int Classes, double Gamma, string Option, int N)
{
    private const int Small = 64, Large = 64 << 10;

    private static readonly string[] Types = ["f32", "f64"];

    private static readonly string[] BinaryOptions =
        ["gradient", "loss", "soft", "sample-weights", "losses", "smoothing", "ignore", "columns"];

    private static readonly string[] SoftmaxOptions =
        ["gradient", "loss", "soft", "sample-weights", "losses", "smoothing", "ignore", "class-major"];

    private static readonly string[] FocalSoftmaxOptions = ["gradient", "loss", "sample-weights", "losses", "ignore", "class-major"];

    private static readonly int[] Classes16 = [2, 3, 4, 5, 7, 10, 16, 17, 37, 100, 300, 1000];

    /// <summary>All cases: calls of 64 samples, where the fixed cost of a call shows, and of about 65,536 logits.</summary>
    public static IReadOnlyList<BuildCase> All { get; } =
    [
        .. Of("bce", [1], [0], BinaryOptions),
        .. Of("focal-sigmoid", [1], [2, 1.5], BinaryOptions),
        .. Of("ce", Classes16, [0], SoftmaxOptions),
        .. Of("focal-softmax", [3, 7, 100], [2, 1.5], FocalSoftmaxOptions),
    ];

    /// <summary>The first calls of a process: each runs other kernels.</summary>
    public static IReadOnlyList<BuildCase> First { get; } =
    [
        .. All.Where(@case => @case is { Type: "f32", Option: "gradient", N: Small, Classes: 1 or 7 or 100 }),
        .. All.Where(@case => @case is { Type: "f64", Option: "gradient", N: Small, Classes: 1 or 7, Gamma: 0 }),
    ];

    /// <summary>The arrays: cases with the same ones can share them.</summary>
    public BenchmarkCase Arrays => new(Classes == 1 ? "bce" : "ce", Type, "hard", Classes, N, Threads: 1, Gradient: true);

    /// <summary>For example <c>focal-sigmoid-f32-g2-soft-n64</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Loss}-{Type}{(Classes == 1 ? "" : $"-c{Classes}")}{(Gamma == 0 ? "" : $"-g{Gamma}")}-{Option}-n{N}");

    /// <summary>Whether all parts of a filter, for example <c>ce-f32-c7</c>, are parts of the name.</summary>
    public bool Matches(string filter) => filter.Split('-').All(ToString().Split('-').Contains);

    private static IEnumerable<BuildCase> Of(string loss, int[] classes, double[] gammas, string[] options) =>
        (from type in Types
         from k in classes
         from n in new[] { Small, k == 1 ? Large : CaseGrid.CrossEntropyCase(type, k, Large, threads: 1).N }
         from gamma in gammas
         from option in options
         select new BuildCase(loss, type, k, gamma, option, n)).Distinct();
}
