using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Every contender that has an answer for a case. The first is ours.</summary>
internal static class Lineup
{
    // About so many, give or take a row: where our scalar kernels are timed as well.
    private const int UsualLogits = 64 << 10;

    /// <summary>The packages of this process.</summary>
    public static IReadOnlyList<PeerPackage> Packages { get; set; } = [];

    /// <summary>Whether the C library keeps freed memory: then only ours and the packages that allocate their results take part.</summary>
    public static bool RetainsMemory { get; set; }

    /// <summary>Who is missing, and why.</summary>
    public static IEnumerable<string> Messages =>
    [
        .. Packages.Count == 0
            ? ["libtorch and mlnet are left out: their packages take half a gigabyte, so that only the project "
                + "benchmarks/WeightedLoss.Kernels.Benchmarks.Peers, which has the same commands, refers to them."]
            : Packages.Where(package => package.Message is not null).Select(package => $"{package.Name} is left out: {package.Message}"),
        .. NativeC.Messages,
        .. LibmvecExp.Messages,
    ];

    public static Contender[] For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RetainsMemory
            ? workload switch
            {
                BinaryWorkload<T> binary => [OursFor(binary).First(), .. PackagesFor(binary)],
                CrossEntropyWorkload<T> crossEntropy => [OursFor(crossEntropy).First(), .. PackagesFor(crossEntropy)],
                _ => throw NobodyComputes(workload.Case),
            }
            :
            [
                .. workload switch
                {
                    BinaryWorkload<T> binary => ForLoss(binary),
                    CrossEntropyWorkload<T> crossEntropy => ForLoss(crossEntropy),
                    _ => throw NobodyComputes(workload.Case),
                },
                .. VectorExp.For(workload),
                .. LibmvecExp.For(workload),
            ];

    /// <summary>For a case with several threads, from the same case with one: ours, and the limit of the memory.</summary>
    public static IEnumerable<Contender> OfOneThread<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Contender[] alone = workload switch
        {
            BinaryWorkload<T> binary => [OursFor(binary).First(), new MultiplyAddStream<T>(binary)],
            CrossEntropyWorkload<T> crossEntropy => [OursFor(crossEntropy).First(), new GradientCopy<T>(crossEntropy)],
            _ => throw NobodyComputes(workload.Case),
        };
        return alone.Select(contender => new OneThread(contender));
    }

    private static IEnumerable<Contender> ForLoss<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. OursFor(workload),
        .. workload.Case.Loss switch
        {
            "focal" => (Contender[])[new FocalScalarLoop<T>(workload), new FocalTensorPrimitives<T>(workload)],
            "asymmetric" => [new AsymmetricScalarLoop<T>(workload)],
            _ => [new ScalarLoop<T>(workload), new TensorPrimitivesBlocks<T>(workload)],
        },
        .. NativeC.For(workload),
        .. PackagesFor(workload),
        .. workload.Case.Gradient ? [new MultiplyAddStream<T>(workload)] : (Contender[])[],
    ];

    private static IEnumerable<Contender> ForLoss<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. OursFor(workload),
        workload.Case.Loss == "focal" ? new SoftmaxFocalScalarLoop<T>(workload) : new CrossEntropyScalarLoop<T>(workload),
        .. workload.Case.Loss == "focal" ? (Contender[])[] : [CrossEntropyTensorPrimitives.For(workload)],
        .. NativeC.For(workload),
        .. PackagesFor(workload),
        new GradientCopy<T>(workload),
    ];

    /// <summary>
    /// Ours by the public method first; of cross-entropy at one size the scalar kernels, of focal loss other ways to compute it.
    /// </summary>
    private static IEnumerable<Contender> OursFor<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        workload.Case.Loss == "focal"
            ? FocalOurs.For(workload)
            : Ours.For(workload).Where((contender, i) => i == 0 || IsScalarOfUsualSize(contender, workload.Case));

    /// <inheritdoc cref="OursFor{T}(BinaryWorkload{T})"/>
    private static IEnumerable<Contender> OursFor<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        workload.Case.Loss == "focal"
            ? FocalOurs.For(workload)
            : Ours.For(workload).Where((contender, i) => i == 0 || IsScalarOfUsualSize(contender, workload.Case));

    private static IEnumerable<Contender> PackagesFor<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UsablePackages.SelectMany(package => package.For(workload));

    private static IEnumerable<Contender> PackagesFor<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UsablePackages.SelectMany(package => package.For(workload));

    private static IEnumerable<PeerPackage> UsablePackages =>
        Packages.Where(package => package.Message is null && (package.AllocatesResults || !RetainsMemory));

    private static bool IsScalarOfUsualSize(Contender contender, BenchmarkCase @case) =>
        contender.Isa == "scalar" && @case is { Threads: 1, Logits: > UsualLogits / 2 and <= UsualLogits };

    private static ArgumentException NobodyComputes(BenchmarkCase @case) => new($"Nobody computes {@case.Loss}.");
}
