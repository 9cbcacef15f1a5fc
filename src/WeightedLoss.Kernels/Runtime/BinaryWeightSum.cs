using System.Numerics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Runtime;

/// <summary>Σ w over the labels of a call, for the calls whose gradient needs it before the kernel runs.</summary>
internal static class BinaryWeightSum
{
    /// <summary>Eight sums side by side hide the latency of the addition; they are part of the result's definition, like the lanes of a kernel.</summary>
    private const int Sums = 8;

    internal static double Compute<T, TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, BinaryOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var positive = double.CreateTruncating(options.PositiveWeight);
        var negative = double.CreateTruncating(options.NegativeWeight);
        var columnWeights = options.PositiveWeights;
        var columns = options.Columns;
        var labelsPerWeight = sampleWeights.Length == labels.Length ? 1 : columns;
        Span<double> sums = stackalloc double[Sums];
        sums.Clear();

        for (var i = 0; i < labels.Length; i++)
        {
            var target = Target<T, TLabel>(labels[i]);
            if (target < 0)
            {
                continue;
            }

            var positiveWeight = columnWeights.IsEmpty ? positive : double.CreateTruncating(columnWeights[i % columns]);
            var weight = (positiveWeight * target) + (negative * (1 - target));
            if (!sampleWeights.IsEmpty)
            {
                weight *= double.CreateTruncating(sampleWeights[labelsPerWeight == 1 ? i : i / columns]);
            }

            sums[i % Sums] += weight;
        }

        return (sums[0] + sums[4] + (sums[2] + sums[6])) + (sums[1] + sums[5] + (sums[3] + sums[7]));
    }

    /// <summary>The target as a number; −1 for a label that is ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Target<T, TLabel>(TLabel label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) == typeof(T))
        {
            return double.CreateTruncating((T)(object)label);
        }

        var value = typeof(TLabel) == typeof(int) ? (int)(object)label
            : typeof(TLabel) == typeof(long) ? (long)(object)label
            : typeof(TLabel) == typeof(bool) ? ((bool)(object)label ? 1 : 0)
            : (byte)(object)label;
        return value is 0 or 1 ? value : -1;
    }
}
