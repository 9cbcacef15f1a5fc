using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>Σ w over the rows of a cross-entropy: what the mean by weight divides by, which the kernel must know before it runs.</summary>
internal static class RowWeightSum
{
    /// <summary>Up to this class count, counting the labels of each class is faster than a look into a table for each label.</summary>
    private const int MostCounted = 16;

    /// <summary>As many labels, a byte each, stay in the first-level cache while the classes take their turns.</summary>
    private const int Block = 2048;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double OfLabels<T, TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var classWeights = options.ClassWeights;
        if (sampleWeights.IsEmpty && classWeights.Length <= MostCounted)
        {
            Span<long> counts = stackalloc long[classWeights.Length];
            Elements.Fill(counts, 0);
            Span<sbyte> narrow = stackalloc sbyte[Block];
            for (; !labels.IsEmpty; labels = labels[Math.Min(Block, labels.Length)..])
            {
                var block = LabelPass.ToSignedBytes(labels[..Math.Min(Block, labels.Length)], narrow);
                var counted = block.Length & -(2 * Vector256<sbyte>.Count);
                for (var k = 0; k < classWeights.Length; k++)
                {
                    counts[k] += Count(block[..counted], (sbyte)k);
                }

                foreach (var label in block[counted..])
                {
                    // Others are ignored.
                    if ((uint)label < (uint)classWeights.Length)
                    {
                        counts[label]++;
                    }
                }
            }

            var sum = 0d;
            for (var k = 0; k < classWeights.Length; k++)
            {
                sum += counts[k] * double.CreateTruncating(classWeights[k]);
            }

            return sum;
        }

        Vector256<double> low = default, high = default;
        var table = new ClassTable<T>(options);
        var whole = labels.Length & -EightSums.Length;
        for (var i = 0; i < whole; i += EightSums.Length)
        {
            low += table.OfFour(labels, sampleWeights, i);
            high += table.OfFour(labels, sampleWeights, i + 4);
        }

        var sums = new EightSums(low, high);
        for (var i = whole; i < labels.Length; i++)
        {
            var weight = double.CreateTruncating(table.Of(labels[i]));
            sums[i % EightSums.Length] += sampleWeights.IsEmpty ? weight : weight * double.CreateTruncating(sampleWeights[i]);
        }

        return sums.Fold();
    }

    /// <summary>How many of a block's labels, in whole pairs of vectors, are k: a comparison and a subtraction for each vector, where -1 stands for true.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count(ReadOnlySpan<sbyte> labels, sbyte k)
    {
        // A block has fewer than 256 vectors, so that a byte can count them.
        ref var first = ref MemoryMarshal.GetReference(labels);
        var wanted = Vector256.Create(k);
        Vector256<sbyte> even = default, odd = default;
        for (var i = 0; i < labels.Length; i += 2 * Vector256<sbyte>.Count)
        {
            even -= Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), wanted);
            odd -= Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)(i + Vector256<sbyte>.Count)), wanted);
        }

        var (low, high) = Vector256.Widen((even + odd).AsByte());
        return Vector256.Sum(low + high);
    }

    /// <summary>The targets of a sample are added in the order of the classes; eight samples go side by side.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double OfTargets<T>(ReadOnlySpan<T> targets, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = targets.Length / options.Classes;
        var address = new ClassAddress<T>(options, rows, stride: 0);
        var sums = default(EightSums);
        Span<nint> starts = stackalloc nint[EightSums.Length];
        for (var row = 0; row < rows; row += EightSums.Length)
        {
            // Where there are no eight left, the last one stands in for the others.
            for (var i = 0; i < EightSums.Length; i++)
            {
                starts[i] = address.Row(Math.Min(row + i, rows - 1));
            }

            var eight = OfEight(targets, starts, address.ClassStride, options);
            for (var i = 0; i < Math.Min(EightSums.Length, rows - row); i++)
            {
                sums[i] += sampleWeights.IsEmpty ? eight[i] : eight[i] * double.CreateTruncating(sampleWeights[row + i]);
            }
        }

        return sums.Fold();
    }

    /// <summary>Σ w·t over the classes of eight samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EightSums OfEight<T>(ReadOnlySpan<T> targets, ReadOnlySpan<nint> starts, nint stride, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref var first = ref MemoryMarshal.GetReference(targets);
        var classWeights = options.ClassWeights;
        var (s0, s1, s2, s3, s4, s5, s6, s7) = (starts[0], starts[1], starts[2], starts[3], starts[4], starts[5], starts[6], starts[7]);
        Vector256<double> low = default, high = default;
        var k = 0;
        if (Avx.IsSupported && stride == 1)
        {
            // Four classes of each sample at once, and then the classes one after the other, as below.
            for (; k <= options.Classes - Vector256<double>.Count; k += Vector256<double>.Count)
            {
                var weights = classWeights.IsEmpty ? Vector256<double>.One : Widening.LoadFour(in classWeights[k], 0);
                low = AddFour(low, weights, ref Unsafe.Add(ref first, k), s0, s1, s2, s3);
                high = AddFour(high, weights, ref Unsafe.Add(ref first, k), s4, s5, s6, s7);
            }
        }

        for (var offset = k * stride; k < options.Classes; k++, offset += stride)
        {
            var weight = Vector256.Create(classWeights.IsEmpty ? 1 : double.CreateTruncating(classWeights[k]));
            low += weight * Widening.Create(
                Unsafe.Add(ref first, s0 + offset), Unsafe.Add(ref first, s1 + offset), Unsafe.Add(ref first, s2 + offset), Unsafe.Add(ref first, s3 + offset));
            high += weight * Widening.Create(
                Unsafe.Add(ref first, s4 + offset), Unsafe.Add(ref first, s5 + offset), Unsafe.Add(ref first, s6 + offset), Unsafe.Add(ref first, s7 + offset));
        }

        return new(low, high);
    }

    /// <summary>Adds four classes of four samples to the samples' sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddFour<T>(Vector256<double> sums, Vector256<double> weights, ref T first, nint s0, nint s1, nint s2, nint s3)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var row0 = weights * Widening.LoadFour(in first, (nuint)s0);
        var row1 = weights * Widening.LoadFour(in first, (nuint)s1);
        var row2 = weights * Widening.LoadFour(in first, (nuint)s2);
        var row3 = weights * Widening.LoadFour(in first, (nuint)s3);
        var (even01, odd01) = (Avx.UnpackLow(row0, row1), Avx.UnpackHigh(row0, row1));
        var (even23, odd23) = (Avx.UnpackLow(row2, row3), Avx.UnpackHigh(row2, row3));
        sums += Avx.Permute2x128(even01, even23, 0x20);
        sums += Avx.Permute2x128(odd01, odd23, 0x20);
        sums += Avx.Permute2x128(even01, even23, 0x31);
        return sums + Avx.Permute2x128(odd01, odd23, 0x31);
    }

    /// <summary>The weights of the classes, and 0 for what is none: an ignored label.</summary>
    private readonly ref struct ClassTable<T>(SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _weights = options.ClassWeights;
        private readonly ulong _classes = (ulong)options.Classes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal T Of<TLabel>(TLabel label)
            where TLabel : unmanaged, IBinaryInteger<TLabel>
        {
            var k = ulong.CreateTruncating(label);
            return k >= _classes ? T.Zero : _weights.IsEmpty ? T.One : _weights[(int)k];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector256<double> OfFour<TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, int i)
            where TLabel : unmanaged, IBinaryInteger<TLabel>
        {
            var weights = Widening.Create(Of(labels[i]), Of(labels[i + 1]), Of(labels[i + 2]), Of(labels[i + 3]));
            return sampleWeights.IsEmpty ? weights : weights * Widening.LoadFour(in MemoryMarshal.GetReference(sampleWeights), (nuint)i);
        }
    }
}
