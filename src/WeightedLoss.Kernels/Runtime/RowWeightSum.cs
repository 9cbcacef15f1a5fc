using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>Σ w over the rows of a cross-entropy: what the mean by weight divides by, which the kernel must know before it runs.</summary>
internal static class RowWeightSum
{
    /// <summary>Up to this class count, counting the labels of each class is faster than a look into a table for each label.</summary>
    private const int MostCounted = 16;

    /// <summary>As many labels, a byte each, stay in the first-level cache while the classes take their turns.</summary>
    private const int Block = 2048;

    /// <summary>Sums side by side hide the latency of the addition; they are part of the result's definition, like the lanes of a kernel.</summary>
    private const int Sums = 8;

    internal static double Compute<T, TLabel>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, long ignored, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) == typeof(T))
        {
            return OfTargets(MemoryMarshal.Cast<TLabel, T>(labels), sampleWeights, options);
        }

        if (options.ClassWeights.IsEmpty && sampleWeights.IsEmpty)
        {
            return labels.Length - ignored;
        }

        if (typeof(TLabel) == typeof(byte))
        {
            return OfLabels(MemoryMarshal.Cast<TLabel, byte>(labels), sampleWeights, options);
        }

        return typeof(TLabel) == typeof(int)
            ? OfLabels(MemoryMarshal.Cast<TLabel, int>(labels), sampleWeights, options)
            : OfLabels(MemoryMarshal.Cast<TLabel, long>(labels), sampleWeights, options);
    }

    [SkipLocalsInit]
    private static double OfLabels<T, TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var classWeights = options.ClassWeights;
        if (sampleWeights.IsEmpty && classWeights.Length <= MostCounted)
        {
            Span<long> counts = stackalloc long[classWeights.Length];
            counts.Clear();
            Span<sbyte> narrow = stackalloc sbyte[Block];
            for (; !labels.IsEmpty; labels = labels[Math.Min(Block, labels.Length)..])
            {
                var block = LabelPass.ToSignedBytes(labels[..Math.Min(Block, labels.Length)], narrow);
                for (var k = 0; k < classWeights.Length; k++)
                {
                    counts[k] += block.Count((sbyte)k);
                }
            }

            var sum = 0d;
            for (var k = 0; k < classWeights.Length; k++)
            {
                sum += counts[k] * double.CreateTruncating(classWeights[k]);
            }

            return sum;
        }

        Span<double> sums = stackalloc double[Sums];
        sums.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            var label = ulong.CreateTruncating(labels[i]);
            if (label >= (ulong)options.Classes)
            {
                continue;
            }

            var weight = classWeights.IsEmpty ? 1 : double.CreateTruncating(classWeights[(int)label]);
            sums[i % Sums] += sampleWeights.IsEmpty ? weight : weight * double.CreateTruncating(sampleWeights[i]);
        }

        return Fold(sums);
    }

    private static double OfTargets<T>(ReadOnlySpan<T> targets, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classWeights = options.ClassWeights;
        var address = new ClassAddress<T>(options, targets.Length / options.Classes, stride: 0);
        Span<double> sums = stackalloc double[Sums];
        sums.Clear();
        for (var i = 0; i < targets.Length / options.Classes; i++)
        {
            var start = address.Row(i);
            var sum = 0d;
            for (var k = 0; k < options.Classes; k++)
            {
                var weight = classWeights.IsEmpty ? 1 : double.CreateTruncating(classWeights[k]);
                sum += weight * double.CreateTruncating(targets[(int)(start + (k * address.ClassStride))]);
            }

            sums[i % Sums] += sampleWeights.IsEmpty ? sum : sum * double.CreateTruncating(sampleWeights[i]);
        }

        return Fold(sums);
    }

    private static double Fold(ReadOnlySpan<double> sums) =>
        (sums[0] + sums[4] + (sums[2] + sums[6])) + (sums[1] + sums[5] + (sums[3] + sums[7]));
}
