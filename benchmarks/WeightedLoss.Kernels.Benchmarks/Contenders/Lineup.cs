using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Every contender that has an answer for a case. The first is ours on the best instruction set.</summary>
internal static class Lineup
{
    /// <summary>Why a contender of a loss is missing.</summary>
    public static IEnumerable<string> Messages(string loss) =>
        loss == "ce" ? [.. LibmvecExp.Messages, .. CrossEntropyNativeC.Messages] : LibmvecExp.Messages;

    public static Contender[] For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. workload switch
        {
            BinaryWorkload<T> { Case.Loss: "focal" } focal => FocalOurs.For(focal).Append(new FocalScalarLoop<T>(focal)).Append(new FocalTensorPrimitives<T>(focal)),
            BinaryWorkload<T> binary => ForLoss(binary),
            CrossEntropyWorkload<T> { Case.Loss: "focal" } focal => FocalOurs.For(focal).Append(new SoftmaxFocalScalarLoop<T>(focal)),
            CrossEntropyWorkload<T> crossEntropy => ForLoss(crossEntropy),
            _ => throw new ArgumentException($"Nobody computes {workload.Case.Loss}.", nameof(workload)),
        },
        .. VectorExp.For(workload),
        .. LibmvecExp.For(workload),
    ];

    private static IEnumerable<Contender> ForLoss<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. Ours.For(workload),
        new ScalarLoop<T>(workload),
        new TensorPrimitivesBlocks<T>(workload),
        .. workload.Case.Gradient ? [new MultiplyAddStream<T>(workload)] : (Contender[])[],
    ];

    private static IEnumerable<Contender> ForLoss<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. Ours.For(workload),
        new CrossEntropyScalarLoop<T>(workload),
        CrossEntropyTensorPrimitives.For(workload),
        .. CrossEntropyNativeC.For(workload),
        new GradientCopy<T>(workload),
    ];
}
