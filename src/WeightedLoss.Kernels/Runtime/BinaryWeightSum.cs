using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>Σ w over the labels of a call, for the calls whose gradient needs it before the kernel runs.</summary>
/// <remarks>The weight of a target y is w⁺·y + w⁻·(1 − y) in double, times the sample's own.</remarks>
internal static class BinaryWeightSum
{
    private const int TileLength = BinaryOptions<float>.ColumnTile;

    [SkipLocalsInit]
    internal static double Compute<T, TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, BinaryOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var columns = options.Columns;
        var isPerRow = !sampleWeights.IsEmpty && sampleWeights.Length != labels.Length;
        Span<byte> hardTile = stackalloc byte[TileLength];
        Span<T> weightTile = stackalloc T[TileLength];
        (Vector256<double> Low, Vector256<double> High) lanes = default;
        var whole = labels.Length & -EightSums.Length;
        for (var start = 0; start < whole;)
        {
            var tile = labels.Slice(start, Math.Min(TileLength, whole - start));
            var own = sampleWeights.IsEmpty ? default : isPerRow ? weightTile[..tile.Length] : sampleWeights.Slice(start, tile.Length);
            if (isPerRow)
            {
                RowWeights.Repeat(sampleWeights, columns, start, weightTile[..tile.Length]);
            }

            var positive = options.TiledColumnWeights.IsEmpty ? default : options.TiledColumnWeights.Slice(start % columns, tile.Length);
            var weights = new Weights<T>(own, positive, options);
            if (typeof(TLabel) == typeof(T))
            {
                AddSoft(MemoryMarshal.Cast<TLabel, T>(tile), weights, ref lanes);
            }
            else if (Unsafe.SizeOf<TLabel>() == 1)
            {
                AddHard(MemoryMarshal.Cast<TLabel, byte>(tile), weights, ref lanes);
            }
            else
            {
                LabelPass.Narrow(tile, hardTile);
                AddHard(hardTile[..tile.Length], weights, ref lanes);
            }

            start += tile.Length;
        }

        var sums = new EightSums(lanes.Low, lanes.High);
        for (var i = whole; i < labels.Length; i++)
        {
            var target = Target<T, TLabel>(labels[i]);
            if (target < 0)
            {
                continue;
            }

            var given = options.PositiveWeights.IsEmpty ? options.PositiveWeight : options.PositiveWeights[i % columns];
            var weight = (double.CreateTruncating(given) * target) + (double.CreateTruncating(options.NegativeWeight) * (1 - target));
            sums[i % EightSums.Length] += sampleWeights.IsEmpty
                ? weight
                : weight * double.CreateTruncating(sampleWeights[isPerRow ? i / columns : i]);
        }

        return sums.Fold();
    }

    /// <summary>Soft targets, in whole eights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSoft<T>(ReadOnlySpan<T> targets, Weights<T> weights, ref (Vector256<double> Low, Vector256<double> High) sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (low, high) = sums;
        ref var first = ref MemoryMarshal.GetReference(targets);
        for (nuint i = 0; i < (nuint)targets.Length; i += EightSums.Length)
        {
            low += weights.OfTargets(i, Widening.LoadFour(in first, i));
            high += weights.OfTargets(i + 4, Widening.LoadFour(in first, i + 4));
        }

        sums = (low, high);
    }

    /// <summary>Labels of one byte, in whole eights: 1, 0, and what is ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddHard<T>(ReadOnlySpan<byte> labels, Weights<T> weights, ref (Vector256<double> Low, Vector256<double> High) sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (low, high) = sums;
        for (var i = 0; i < labels.Length; i += EightSums.Length)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(labels.Slice(i, EightSums.Length));
            if (word == 0)
            {
                // With few positives, most eights have none.
                low += weights.TimesOwn((nuint)i, weights.Negative);
                high += weights.TimesOwn((nuint)i + 4, weights.Negative);
                continue;
            }

            var eight = Vector128.CreateScalar(word).AsByte();
            var isPositive = Widening.Mask(Vector128.Equals(eight, Vector128<byte>.One));
            var isNegative = Widening.Mask(Vector128.Equals(eight, Vector128<byte>.Zero));
            var (first, second) = weights.OfLabels((nuint)i, isPositive, isNegative);
            low += weights.TimesOwn((nuint)i, first);
            high += weights.TimesOwn((nuint)i + 4, second);
        }

        sums = (low, high);
    }

    /// <summary>The target as a number; −1 for a label that is ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Target<T, TLabel>(TLabel label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) == typeof(T))
        {
            return double.CreateTruncating(Unsafe.BitCast<TLabel, T>(label));
        }

        // A negative label is a large number without a sign.
        var value = Unsafe.SizeOf<TLabel>() switch
        {
            sizeof(byte) => Unsafe.BitCast<TLabel, byte>(label),
            sizeof(ushort) => Unsafe.BitCast<TLabel, ushort>(label),
            sizeof(uint) => Unsafe.BitCast<TLabel, uint>(label),
            _ => Unsafe.BitCast<TLabel, ulong>(label),
        };
        return value <= 1 ? value : -1;
    }

    /// <summary>The weights of a tile, four at a time.</summary>
    private readonly ref struct Weights<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _own;
        private readonly ReadOnlySpan<T> _columns;
        private readonly Vector256<double> _positive;
        private readonly Vector256<T> _positives;
        private readonly Vector256<T> _negatives;

        internal Weights(ReadOnlySpan<T> own, ReadOnlySpan<T> columns, BinaryOptions<T> options)
        {
            _own = own;
            _columns = columns;
            _positive = Vector256.Create(double.CreateTruncating(options.PositiveWeight));
            Negative = Vector256.Create(double.CreateTruncating(options.NegativeWeight));
            _positives = Vector256.Create(options.PositiveWeight);
            _negatives = Vector256.Create(options.NegativeWeight);
        }

        /// <summary>The weight of negative labels.</summary>
        internal Vector256<double> Negative { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector256<double> OfTargets(nuint i, Vector256<double> targets) =>
            TimesOwn(i, (Positive(i) * targets) + (Negative * (Vector256<double>.One - targets)));

        /// <summary>The weights of eight labels; floats are chosen before they are widened.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal (Vector256<double> First, Vector256<double> Second) OfLabels(nuint i, Vector256<int> isPositive, Vector256<int> isNegative)
        {
            if (typeof(T) == typeof(float))
            {
                var weights = OfLabels(i, isPositive.As<int, T>(), isNegative.As<int, T>()).As<T, float>();
                return Vector256.Widen(weights);
            }

            var (low, high) = Vector256.Widen(isPositive);
            var (negativeLow, negativeHigh) = Vector256.Widen(isNegative);
            return (
                OfLabels(i, low.As<long, T>(), negativeLow.As<long, T>()).As<T, double>(),
                OfLabels(i + 4, high.As<long, T>(), negativeHigh.As<long, T>()).As<T, double>());
        }

        /// <summary>The weights of four samples, times their own.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector256<double> TimesOwn(nuint i, Vector256<double> weights) =>
            _own.IsEmpty ? weights : weights * Widening.LoadFour(in MemoryMarshal.GetReference(_own), i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<T> OfLabels(nuint i, Vector256<T> isPositive, Vector256<T> isNegative) => Vector256.ConditionalSelect(
            isPositive,
            _columns.IsEmpty ? _positives : Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_columns), i),
            isNegative & _negatives);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<double> Positive(nuint i) =>
            _columns.IsEmpty ? _positive : Widening.LoadFour(in MemoryMarshal.GetReference(_columns), i);
    }
}
