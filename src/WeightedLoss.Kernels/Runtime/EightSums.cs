using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>
/// Eight sums that take turns: side by side they hide the latency of the addition. They are part of a result's definition, like the lanes
/// of a kernel.
/// </summary>
[InlineArray(Length)]
internal struct EightSums
{
    internal const int Length = 8;

    private double _first;

    internal EightSums(Vector256<double> low, Vector256<double> high)
    {
        low.StoreUnsafe(ref _first);
        high.StoreUnsafe(ref _first, (nuint)Vector256<double>.Count);
    }

    /// <summary>Adds them in the one order that there is.</summary>
    internal readonly double Fold() => (this[0] + this[4] + (this[2] + this[6])) + (this[1] + this[5] + (this[3] + this[7]));
}
