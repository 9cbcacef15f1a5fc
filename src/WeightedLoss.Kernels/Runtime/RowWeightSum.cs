using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>
/// Σ w over the rows of a cross-entropy: what the mean by weight divides by, which the kernel must know before it runs. Hard labels are
/// checked on the way, before anything is written.
/// </summary>
internal static class RowWeightSum
{
    /// <summary>Up to this class count, counting the labels of each class is faster than a look into a table for each label.</summary>
    private const int MostCounted = 16;

    /// <summary>As many labels, a byte each, stay in the first-level cache while the classes take their turns.</summary>
    private const int Block = 2048;

    /// <summary>So few labels are counted one by one.</summary>
    private const int MostCountedSingly = 8;

    /// <summary>The labels, a byte each, in two vectors of 256 bits.</summary>
    private const int PairOfVectors = 64;

    /// <summary>Σ w of hard labels, which are checked.</summary>
    /// <returns>The sum, and the number of labels that are to be ignored.</returns>
    /// <exception cref="ArgumentException">A label is neither a class nor the ignore label.</exception>
    internal static (double Weight, long Ignored) OfLabels<T, TLabel>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        return typeof(TLabel) == typeof(byte) ? OfIntegers(MemoryMarshal.Cast<TLabel, byte>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(sbyte) ? OfIntegers(MemoryMarshal.Cast<TLabel, sbyte>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(short) ? OfIntegers(MemoryMarshal.Cast<TLabel, short>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(ushort) ? OfIntegers(MemoryMarshal.Cast<TLabel, ushort>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(int) ? OfIntegers(MemoryMarshal.Cast<TLabel, int>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(uint) ? OfIntegers(MemoryMarshal.Cast<TLabel, uint>(labels), sampleWeights, options)
            : typeof(TLabel) == typeof(long) ? OfIntegers(MemoryMarshal.Cast<TLabel, long>(labels), sampleWeights, options)
            : throw new NotSupportedException($"{typeof(TLabel)} is no type of class labels.");
    }

    private static (double Weight, long Ignored) OfIntegers<T, TInteger>(
        ReadOnlySpan<TInteger> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger>
    {
        var classWeights = options.ClassWeights;
        if (sampleWeights.IsEmpty && !classWeights.IsEmpty && classWeights.Length <= MostCounted)
        {
            // What is no class is counted nowhere, so if the counts make up all labels, all are classes. That spares a pass over them.
            var (sum, counted) = OfCounts(labels, classWeights);
            return (sum, counted == labels.Length ? 0 : LabelPass.CountIgnored(labels, options.Classes, options.IgnoreLabel));
        }

        var ignored = LabelPass.CountIgnored(labels, options.Classes, options.IgnoreLabel);
        return (classWeights.IsEmpty && sampleWeights.IsEmpty ? labels.Length - ignored : OfTable(labels, sampleWeights, options), ignored);
    }

    /// <summary>By the number of labels of each class.</summary>
    /// <returns>The sum, and the number of labels that are classes.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe (double Sum, long Counted) OfCounts<T, TInteger>(ReadOnlySpan<TInteger> labels, ReadOnlySpan<T> classWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        Span<long> counts = stackalloc long[classWeights.Length];
        Elements.Fill(counts, 0);
        if (labels.Length <= MostCountedSingly)
        {
            foreach (var label in labels)
            {
                var k = ulong.CreateTruncating(label);
                if (k < (ulong)counts.Length)
                {
                    counts[(int)k]++;
                }
            }

            labels = default;
        }

        Span<sbyte> narrow = stackalloc sbyte[Block + PairOfVectors];
        for (; !labels.IsEmpty; labels = labels[Math.Min(Block, labels.Length)..])
        {
            var block = LabelPass.ToSignedBytes(labels[..Math.Min(Block, labels.Length)], narrow);
            var whole = block.Length & -PairOfVectors;
            for (var k = 0; whole != 0 && k < classWeights.Length; k++)
            {
                counts[k] += Count(block[..whole], (sbyte)k);
            }

            if (whole == block.Length)
            {
                continue;
            }

            var last = narrow[whole..];
            if (sizeof(TInteger) == sizeof(byte))
            {
                // These lie in the labels' own memory, behind which nothing may be read.
                last = narrow;
                Elements.Copy(block[whole..], last);
            }

            // Behind the last label comes no class.
            Elements.Fill(last.Slice(block.Length - whole, PairOfVectors), (sbyte)-1);
            CountLast(ref last[0], counts);
        }

        var (sum, counted) = (0d, 0L);
        for (var k = 0; k < classWeights.Length; k++)
        {
            counted += counts[k];
            sum += counts[k] * double.CreateTruncating(classWeights[k]);
        }

        return (sum, counted);
    }

    /// <summary>By a look into the table of weights for each label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double OfTable<T, TInteger>(ReadOnlySpan<TInteger> labels, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
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

    /// <summary>
    /// How many of a block's labels, in whole pairs of vectors, are k: a comparison and a subtraction for each vector, where -1 stands for
    /// true.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count(ReadOnlySpan<sbyte> labels, sbyte k)
    {
        // A block has fewer than 256 vectors, so that a byte can count them.
        ref var first = ref MemoryMarshal.GetReference(labels);
        var wanted = Vector256.Create(k);
        Vector256<sbyte> even = default, odd = default;
        for (var i = 0; i < labels.Length; i += PairOfVectors)
        {
            even -= Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), wanted);
            odd -= Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)(i + Vector256<sbyte>.Count)), wanted);
        }

        var (low, high) = Vector256.Widen((even + odd).AsByte());
        return Vector256.Sum(low + high);
    }

    /// <summary>
    /// Counts the labels of the classes in a pair of vectors: for so few, the bits of the comparisons are counted faster than
    /// <see cref="Count"/> adds up lanes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountLast(ref sbyte labels, Span<long> counts)
    {
        var first = Vector256.LoadUnsafe(ref labels);
        var second = Vector256.LoadUnsafe(ref labels, (nuint)Vector256<sbyte>.Count);
        for (var k = 0; k < counts.Length; k++)
        {
            var wanted = Vector256.Create((sbyte)k);
            counts[k] += BitOperations.PopCount(Vector256.Equals(first, wanted).ExtractMostSignificantBits())
                + BitOperations.PopCount(Vector256.Equals(second, wanted).ExtractMostSignificantBits());
        }
    }

    /// <summary>The targets of a sample are added in the order of the classes; eight samples go side by side.</summary>
    /// <returns>The sum, and whether the targets of some sample add up to 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (double Weight, bool HasZero) OfTargets<T>(
        ReadOnlySpan<T> targets, ReadOnlySpan<T> sampleWeights, SoftmaxOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = targets.Length / options.Classes;
        var address = new ClassAddress<T>(options, rows);
        ref var first = ref MemoryMarshal.GetReference(targets);
        ref var own = ref MemoryMarshal.GetReference(sampleWeights);
        var weights = new TargetWeights<T>(options);
        Vector256<double> low = default, high = default, isZero = default;
        var row = 0;
        for (; row <= rows - EightSums.Length; row += EightSums.Length)
        {
            Vector256<double> four, next;
            ref var start = ref Unsafe.Add(ref first, address.Row(row));
            if (!address.IsClassMajor && Avx.IsSupported && row < rows - EightSums.Length)
            {
                (four, next) = weights.OfEightRows(ref start);
            }
            else if (address.IsClassMajor && address.Run(row, EightSums.Length) == EightSums.Length)
            {
                (four, next) = weights.OfEightColumns(ref start, address.ClassStride);
            }
            else
            {
                (four, next) = weights.OfEight(ref first, address, row, rows);
            }

            isZero |= Vector256.Equals(four, Vector256<double>.Zero) | Vector256.Equals(next, Vector256<double>.Zero);
            low += sampleWeights.IsEmpty ? four : four * Widening.LoadFour(in own, (nuint)row);
            high += sampleWeights.IsEmpty ? next : next * Widening.LoadFour(in own, (nuint)row + 4);
        }

        var sums = new EightSums(low, high);
        var hasZero = isZero.ExtractMostSignificantBits() != 0;
        if (row < rows)
        {
            var (four, next) = weights.OfEight(ref first, address, row, rows);
            var last = new EightSums(four, next);
            for (var i = 0; i < rows - row; i++)
            {
                hasZero |= last[i] == 0;
                sums[i] += sampleWeights.IsEmpty ? last[i] : last[i] * double.CreateTruncating(sampleWeights[row + i]);
            }
        }

        return (sums.Fold(), hasZero);
    }

    /// <summary>The weights of the classes of soft targets. A sample's Σ w·t is added up from the first class on.</summary>
    private readonly ref struct TargetWeights<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _weights;
        private readonly int _classes;

        /// <summary>Those of the classes beyond the last whole four, and 0.</summary>
        private readonly Vector256<double> _last;

        internal TargetWeights(SoftmaxOptions<T> options)
        {
            _weights = options.ClassWeights;
            _classes = options.Classes;
            for (var k = _classes & -4; k < _classes; k++)
            {
                _last = _last.WithElement(k % 4, Of(k));
            }
        }

        /// <summary>
        /// Eight rows that lie side by side, four classes of each at once, and then one after the other. Up to three elements behind them
        /// are read, so they can't be the last ones.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal (Vector256<double> First, Vector256<double> Second) OfEightRows(ref T rows)
        {
            Vector256<double> first = default, second = default;
            ref var others = ref Unsafe.Add(ref rows, 4 * _classes);
            var k = 0;
            for (; k <= _classes - 4; k += 4)
            {
                var weights = OfFour(k);
                first = AddRows(first, weights, ref Unsafe.Add(ref rows, k), 4);
                second = AddRows(second, weights, ref Unsafe.Add(ref others, k), 4);
            }

            if (k < _classes)
            {
                first = AddRows(first, _last, ref Unsafe.Add(ref rows, k), _classes - k);
                second = AddRows(second, _last, ref Unsafe.Add(ref others, k), _classes - k);
            }

            return (first, second);
        }

        /// <summary>Eight samples side by side.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal (Vector256<double> First, Vector256<double> Second) OfEightColumns(ref T columns, nint stride)
        {
            Vector256<double> first = default, second = default;
            for (var k = 0; k < _classes; k++)
            {
                var weight = Vector256.Create(Of(k));
                first += weight * Widening.LoadFour(in columns, (nuint)(k * stride));
                second += weight * Widening.LoadFour(in columns, (nuint)(k * stride) + 4);
            }

            return (first, second);
        }

        /// <summary>Eight samples, wherever they lie. Where there are no eight left, the last one stands in for the others.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal (Vector256<double> First, Vector256<double> Second) OfEight(ref T targets, ClassAddress<T> address, int row, int rows)
        {
            Vector256<double> first = default, second = default;
            Span<nint> starts = stackalloc nint[EightSums.Length];
            for (var i = 0; i < EightSums.Length; i++)
            {
                starts[i] = address.Row(Math.Min(row + i, rows - 1));
            }

            var k = 0;
            if (!address.IsClassMajor && Avx.IsSupported)
            {
                for (; k <= _classes - 4; k += 4)
                {
                    var weights = OfFour(k);
                    ref var at = ref Unsafe.Add(ref targets, k);
                    first = AddClasses(first, weights, ref at, (starts[0], starts[1], starts[2], starts[3]), 4);
                    second = AddClasses(second, weights, ref at, (starts[4], starts[5], starts[6], starts[7]), 4);
                }
            }

            for (; k < _classes; k++)
            {
                ref var at = ref Unsafe.Add(ref targets, k * address.ClassStride);
                var weight = Vector256.Create(Of(k));
                first += weight * Widening.Create(
                    Unsafe.Add(ref at, starts[0]),
                    Unsafe.Add(ref at, starts[1]),
                    Unsafe.Add(ref at, starts[2]),
                    Unsafe.Add(ref at, starts[3]));
                second += weight * Widening.Create(
                    Unsafe.Add(ref at, starts[4]),
                    Unsafe.Add(ref at, starts[5]),
                    Unsafe.Add(ref at, starts[6]),
                    Unsafe.Add(ref at, starts[7]));
            }

            return (first, second);
        }

        private double Of(int k) => _weights.IsEmpty ? 1 : double.CreateTruncating(_weights[k]);

        private Vector256<double> OfFour(int k) =>
            _weights.IsEmpty ? Vector256<double>.One : Widening.LoadFour(in MemoryMarshal.GetReference(_weights), (nuint)k);

        /// <summary><see cref="AddClasses"/> of rows side by side.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<double> AddRows(Vector256<double> sums, Vector256<double> weights, ref T rows, int count) =>
            AddClasses(sums, weights, ref rows, (0, _classes, 2 * (nint)_classes, 3 * (nint)_classes), count);

        /// <summary>Adds the first of four classes of four rows to the rows' sums; all four are read.</summary>
        /// <remarks>A transposition by AVX's own instructions: portable shuffles take one register, and it needs two.</remarks>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<double> AddClasses(
            Vector256<double> sums,
            Vector256<double> weights,
            ref T targets,
            (nint First, nint Second, nint Third, nint Fourth) starts,
            int count)
        {
            var row0 = weights * Widening.LoadFour(in targets, (nuint)starts.First);
            var row1 = weights * Widening.LoadFour(in targets, (nuint)starts.Second);
            var row2 = weights * Widening.LoadFour(in targets, (nuint)starts.Third);
            var row3 = weights * Widening.LoadFour(in targets, (nuint)starts.Fourth);
            var (even01, odd01) = (Avx.UnpackLow(row0, row1), Avx.UnpackHigh(row0, row1));
            var (even23, odd23) = (Avx.UnpackLow(row2, row3), Avx.UnpackHigh(row2, row3));
            sums += Avx.Permute2x128(even01, even23, 0x20);
            if (count > 1)
            {
                sums += Avx.Permute2x128(odd01, odd23, 0x20);
            }

            if (count > 2)
            {
                sums += Avx.Permute2x128(even01, even23, 0x31);
            }

            return count > 3 ? sums + Avx.Permute2x128(odd01, odd23, 0x31) : sums;
        }
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
