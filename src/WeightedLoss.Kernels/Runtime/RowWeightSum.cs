using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>Σ w over the rows of a cross-entropy: what the mean by weight divides by, needed before the kernel runs.</summary>
internal static class RowWeightSum
{
    /// <summary>Up to this class count, counting the labels of each class is faster than a look into a table for each label.</summary>
    private const int MostCounted = 16;

    /// <summary>As many labels stay in the first-level cache while the classes take their turns.</summary>
    private const int Block = 4096;

    /// <summary>Sums side by side hide the latency of the addition; they are part of the result's definition, like the lanes of a kernel.</summary>
    private const int Sums = 8;

    internal static double Compute<T, TLabel>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, long ignored, CrossEntropyOptions<T> options)
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

    private static double OfLabels<T, TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var classWeights = options.ClassWeights;
        if (sampleWeights.IsEmpty && classWeights.Length <= MostCounted)
        {
            Span<long> counts = stackalloc long[MostCounted];
            counts.Clear();
            for (; !labels.IsEmpty; labels = labels[Math.Min(Block, labels.Length)..])
            {
                var block = labels[..Math.Min(Block, labels.Length)];
                for (var k = 0; k < classWeights.Length; k++)
                {
                    counts[k] += block.Count(TLabel.CreateTruncating(k));
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

    private static double OfTargets<T>(ReadOnlySpan<T> targets, ReadOnlySpan<T> sampleWeights, CrossEntropyOptions<T> options)
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

/// <summary>Where the logits of a sample lie.</summary>
internal readonly struct ClassAddress<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _positions;
    private readonly nint _sampleStride;

    /// <param name="options">The layout and the class count.</param>
    /// <param name="rows">The number of samples.</param>
    /// <param name="stride">From row to row, for rows with a stride; 0 for none.</param>
    internal ClassAddress(CrossEntropyOptions<T> options, int rows, int stride)
    {
        var kind = options.Layout.Kind;
        IsClassMajor = kind is LogitLayoutKind.ClassMajor or LogitLayoutKind.Spatial;
        _positions = kind switch
        {
            LogitLayoutKind.ClassMajor => Math.Max(1, rows),
            LogitLayoutKind.Spatial => options.Layout.Positions,
            _ => 1,
        };
        ClassStride = _positions;
        _sampleStride = stride != 0 ? stride : (nint)options.Classes * _positions;
    }

    /// <summary>Whether neighbouring samples lie side by side.</summary>
    internal bool IsClassMajor { get; }

    /// <summary>From class to class.</summary>
    internal nint ClassStride { get; }

    /// <summary>From row to row, where classes lie side by side.</summary>
    internal nint RowStride => _sampleStride;

    /// <summary>The element of class 0.</summary>
    internal nint Row(int row)
    {
        if (_positions == 1)
        {
            return row * _sampleStride;
        }

        var (sample, position) = Math.DivRem(row, _positions);
        return (sample * _sampleStride) + position;
    }

    /// <summary>How many samples, from one on, lie side by side, or one class stride apart.</summary>
    internal int Run(int row, int rows) => IsClassMajor ? Math.Min(rows, _positions - (row % _positions)) : rows;
}
