using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Every contender that has an answer for a case. The first is ours.</summary>
internal static class Lineup
{
    // Where our scalar kernels are timed as well.
    private const int LogitsOfScalarKernel = 64 << 10;

    /// <summary>The packages of this process.</summary>
    public static IReadOnlyList<PeerPackage> Packages { get; set; } = [];

    /// <summary>Who is missing, and why.</summary>
    public static IEnumerable<string> Messages =>
    [
        .. Packages.Count == 0
            ? ["libtorch and mlnet are left out: the same commands with --project benchmarks/WeightedLoss.Kernels.Benchmarks.Peers have them, "
                + "and download half a gigabyte for it."]
            : Packages.Where(package => package.Message is not null).Select(package => $"{package.Name} is left out: {package.Message}"),
        .. NativeC.Messages,
        .. LibmvecExp.Messages,
    ];

    public static Contender[] For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. workload switch
        {
            BinaryWorkload<T> binary => ForLoss(binary),
            CrossEntropyWorkload<T> crossEntropy => ForLoss(crossEntropy),
            _ => throw new ArgumentException($"Nobody computes {workload.Case.Loss}.", nameof(workload)),
        },
        .. VectorExp.For(workload),
        .. LibmvecExp.For(workload),
    ];

    private static IEnumerable<Contender> ForLoss<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. workload.Case.Loss == "focal" ? FocalOurs.For(workload) : OursFor(workload),
        workload.Case.Loss == "focal" ? new FocalScalarLoop<T>(workload) : new ScalarLoop<T>(workload),
        workload.Case.Loss == "focal" ? new FocalTensorPrimitives<T>(workload) : new TensorPrimitivesBlocks<T>(workload),
        .. NativeC.For(workload),
        .. Packages.Where(package => package.Message is null).SelectMany(package => package.For(workload)),
        .. workload.Case.Gradient ? [new MultiplyAddStream<T>(workload)] : (Contender[])[],
    ];

    private static IEnumerable<Contender> ForLoss<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. workload.Case.Loss == "focal" ? FocalOurs.For(workload) : OursFor(workload),
        workload.Case.Loss == "focal" ? new SoftmaxFocalScalarLoop<T>(workload) : new CrossEntropyScalarLoop<T>(workload),
        .. workload.Case.Loss == "focal" ? (Contender[])[] : [CrossEntropyTensorPrimitives.For(workload)],
        .. NativeC.For(workload),
        .. Packages.Where(package => package.Message is null).SelectMany(package => package.For(workload)),
        new GradientCopy<T>(workload),
    ];

    /// <summary>Ours by the public method, and at one size by the scalar kernels.</summary>
    private static IEnumerable<Contender> OursFor<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Ours.For(workload).Where((contender, i) => i == 0 || (contender.Isa == "scalar" && workload.Case is { Threads: 1, Logits: LogitsOfScalarKernel }));

    private static IEnumerable<Contender> OursFor<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Ours.For(workload).Where((contender, i) =>
            i == 0 || (contender.Isa == "scalar" && workload.Case is { Threads: 1, Logits: > LogitsOfScalarKernel / 2 and <= LogitsOfScalarKernel }));
}
