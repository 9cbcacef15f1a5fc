using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Every contender that has an answer for a case. The first is ours on the best instruction set.</summary>
internal static class Lineup
{
    /// <summary>Why a contender is missing.</summary>
    public static IEnumerable<string> Messages => LibmvecExp.Messages;

    public static Contender[] For<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. Ours.For(workload),
        new ScalarLoop<T>(workload),
        new TensorPrimitivesBlocks<T>(workload),
        .. workload.Case.Gradient ? [new MultiplyAddStream<T>(workload)] : (Contender[])[],
        .. VectorExp.For(workload),
        .. LibmvecExp.For(workload),
    ];
}
