using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>
/// Reads the labels of a call before anything is written: checks them and counts the classes. (Those of few weighted classes are checked by
/// <see cref="RowWeightSum"/>.)
/// </summary>
/// <remarks>
/// Its loops are optimised at once, as those of the kernels: a vector operation that the JIT has not optimised is a call, and it would be
/// one for the first hundreds of calls.
/// </remarks>
internal static class LabelPass
{
    /// <summary>The vectors that are compared before it is asked whether one was out of bounds.</summary>
    private const int SkippedVectors = 16;

    /// <summary>Counts hard binary labels.</summary>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1 nor the ignore label.</exception>
    internal static (long Positives, long Ignored) CountBinary<TLabel>(ReadOnlySpan<TLabel> labels, long? ignoreLabel)
        where TLabel : unmanaged
    {
        return typeof(TLabel) == typeof(byte) ? Count(MemoryMarshal.Cast<TLabel, byte>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(bool) ? Count(MemoryMarshal.Cast<TLabel, byte>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(sbyte) ? Count(MemoryMarshal.Cast<TLabel, sbyte>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(short) ? Count(MemoryMarshal.Cast<TLabel, short>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(ushort) ? Count(MemoryMarshal.Cast<TLabel, ushort>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(int) ? Count(MemoryMarshal.Cast<TLabel, int>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(uint) ? Count(MemoryMarshal.Cast<TLabel, uint>(labels), ignoreLabel)
            : typeof(TLabel) == typeof(long) ? Count(MemoryMarshal.Cast<TLabel, long>(labels), ignoreLabel)
            : throw new NotSupportedException($"{typeof(TLabel)} is no type of hard labels.");
    }

    /// <summary>Labels as int; what an int can't hold becomes a negative number.</summary>
    internal static unsafe void ToInt<TLabel>(ReadOnlySpan<TLabel> labels, Span<int> integers)
        where TLabel : unmanaged
    {
        if (sizeof(TLabel) == sizeof(int))
        {
            Elements.Copy(MemoryMarshal.Cast<TLabel, int>(labels), integers);
        }
        else if (typeof(TLabel) == typeof(byte))
        {
            Widen(MemoryMarshal.Cast<TLabel, byte>(labels), integers);
        }
        else if (typeof(TLabel) == typeof(sbyte))
        {
            Widen(MemoryMarshal.Cast<TLabel, sbyte>(labels), integers);
        }
        else if (typeof(TLabel) == typeof(short))
        {
            Widen(MemoryMarshal.Cast<TLabel, short>(labels), integers);
        }
        else if (typeof(TLabel) == typeof(ushort))
        {
            Widen(MemoryMarshal.Cast<TLabel, ushort>(labels), integers);
        }
        else
        {
            ToInt(MemoryMarshal.Cast<TLabel, long>(labels), integers);
        }
    }

    /// <summary>Checks that soft targets lie in [0, 1].</summary>
    internal static void CheckTargets<T>(ReadOnlySpan<T> targets, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = IndexOfOutside(targets, T.One);
        if (i >= 0)
        {
            throw new ArgumentException($"A soft target must lie between 0 and 1, but {name}[{i}] is {targets[i]}.", name);
        }
    }

    /// <summary>Checks that sample weights are finite and at least 0.</summary>
    /// <returns>A range that contains theirs: the exact one, if some lie beyond what is usual.</returns>
    internal static WeightRange CheckSampleWeights<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int UsualExponent = 20;
        if (AreZeroOrWithin(weights, T.CreateTruncating(1.0 / (1 << UsualExponent)), T.CreateTruncating(1 << UsualExponent)))
        {
            return new(-UsualExponent, UsualExponent);
        }

        var i = IndexOfOutside(weights, Narrowing.Largest<T>());
        return i < 0
            ? WeightRange.Of(weights)
            : throw new ArgumentException(
                $"A sample weight must be finite and at least 0, but sampleWeights[{i}] is {weights[i]}.", "sampleWeights");
    }

    /// <summary>An ignore label as the labels' type; null for none, or for one that the type can't hold, which never occurs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TInteger? IgnoreLabelAs<TInteger>(long? ignoreLabel)
        where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger> =>
        ignoreLabel is { } label
        && label >= long.CreateTruncating(TInteger.MinValue)
        && label <= long.CreateTruncating(TInteger.MaxValue)
            ? TInteger.CreateTruncating(label)
            : null;

    /// <summary>Labels of more than a byte as bytes: 1 positive, 0 negative, 2 anything else.</summary>
    internal static unsafe void Narrow<TLabel>(ReadOnlySpan<TLabel> labels, Span<byte> narrow)
        where TLabel : unmanaged
    {
        if (sizeof(TLabel) == sizeof(ushort))
        {
            Narrow(MemoryMarshal.Cast<TLabel, ushort>(labels), narrow);
        }
        else if (sizeof(TLabel) == sizeof(int))
        {
            Narrow(MemoryMarshal.Cast<TLabel, int>(labels), narrow);
        }
        else
        {
            Narrow(MemoryMarshal.Cast<TLabel, long>(labels), narrow);
        }
    }

    /// <summary>
    /// Labels as signed bytes, those of the first 127 classes as they are, and anything else as something else. Any 32, from the first on,
    /// keep their places among the others, but not among themselves.
    /// </summary>
    /// <returns>As many bytes as there are labels: the labels' own memory, or from the start of <paramref name="narrow"/> on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe ReadOnlySpan<sbyte> ToSignedBytes<TInteger>(ReadOnlySpan<TInteger> labels, Span<sbyte> narrow)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        if (sizeof(TInteger) == sizeof(sbyte))
        {
            return MemoryMarshal.Cast<TInteger, sbyte>(labels);
        }

        // A label without a sign that is too large for one becomes negative, which is no class either.
        ref var source = ref MemoryMarshal.GetReference(labels);
        var i = 0;
        if (Avx2.IsSupported && sizeof(TInteger) != sizeof(short))
        {
            for (; i <= labels.Length - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
            {
                var first = Avx2.PackSignedSaturate(EightOf(ref source, i), EightOf(ref source, i + 8));
                var second = Avx2.PackSignedSaturate(EightOf(ref source, i + 16), EightOf(ref source, i + 24));
                Avx2.PackSignedSaturate(first, second).StoreUnsafe(ref narrow[i]);
            }
        }

        for (; i <= labels.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            Vector128.NarrowWithSaturation(EightShortsOf(ref source, i), EightShortsOf(ref source, i + 8)).StoreUnsafe(ref narrow[i]);
        }

        for (; i < labels.Length; i++)
        {
            narrow[i] = sbyte.CreateSaturating(labels[i]);
        }

        return narrow[..labels.Length];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> EightOf(ref TInteger source, int i) => sizeof(TInteger) == sizeof(int)
            ? Vector256.LoadUnsafe(ref source, (nuint)i).AsInt32()
            : LowerOfEight(ref Unsafe.As<TInteger, long>(ref source), i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<short> EightShortsOf(ref TInteger source, int i) => sizeof(TInteger) == sizeof(short)
            ? Vector128.LoadUnsafe(ref source, (nuint)i).AsInt16()
            : Vector128.NarrowWithSaturation(FourOf(ref source, i), FourOf(ref source, i + 4));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<int> FourOf(ref TInteger source, int i) => sizeof(TInteger) == sizeof(int)
            ? Vector128.LoadUnsafe(ref source, (nuint)i).AsInt32()
            : Lower(ref Unsafe.As<TInteger, long>(ref source), i);
    }

    /// <summary>Labels of one or two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Widen<TInteger>(ReadOnlySpan<TInteger> labels, Span<int> integers)
        where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger>
    {
        ref var source = ref MemoryMarshal.GetReference(labels);
        ref var target = ref MemoryMarshal.GetReference(integers);
        var i = 0;
        for (; i <= labels.Length - Vector128<TInteger>.Count; i += Vector128<TInteger>.Count)
        {
            var vector = Vector128.LoadUnsafe(ref source, (nuint)i);
            if (sizeof(TInteger) == sizeof(byte))
            {
                var (low, high) = Vector128.Widen(vector.AsByte());
                Store(low, ref target, i);
                Store(high, ref target, i + Vector128<ushort>.Count);
            }
            else
            {
                Store(vector.AsUInt16(), ref target, i);
            }
        }

        for (; i < labels.Length; i++)
        {
            integers[i] = int.CreateTruncating(labels[i]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector128<ushort> labels, ref int target, int i)
        {
            var (low, high) = Vector128.Widen(labels);
            Signed(low).StoreUnsafe(ref target, (nuint)i);
            Signed(high).StoreUnsafe(ref target, (nuint)i + 4);
        }

        // What was widened without its sign gets it by a shift to the left, and back.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<int> Signed(Vector128<uint> labels) => TInteger.IsZero(TInteger.MinValue)
            ? labels.AsInt32()
            : (labels.AsInt32() << (32 - (8 * sizeof(TInteger)))) >> (32 - (8 * sizeof(TInteger)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToInt(ReadOnlySpan<long> labels, Span<int> integers)
    {
        ref var source = ref MemoryMarshal.GetReference(labels);
        var i = 0;
        if (Avx2.IsSupported)
        {
            for (; i <= labels.Length - 8; i += 8)
            {
                var (lower, upper) = HalvesOfEight(ref source, i);
                var fits = Vector256.Equals(upper, lower >> 31);
                Avx2.Permute4x64((lower | ~fits).AsInt64(), 0b11_01_10_00).AsInt32().StoreUnsafe(ref integers[i]);
            }
        }

        for (; i <= labels.Length - 4; i += 4)
        {
            var (lower, upper) = Halves(ref source, i);
            var fits = Vector128.Equals(upper, lower >> 31);
            (lower | ~fits).StoreUnsafe(ref integers[i]);
        }

        for (; i < labels.Length; i++)
        {
            integers[i] = (int)labels[i] == labels[i] ? (int)labels[i] : -1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(ReadOnlySpan<ushort> labels, Span<byte> narrow)
    {
        ref var source = ref MemoryMarshal.GetReference(labels);
        var i = 0;
        for (; i <= labels.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            Vector128.Narrow(Code(ref source, i), Code(ref source, i + Vector128<ushort>.Count)).StoreUnsafe(ref narrow[i]);
        }

        for (; i < labels.Length; i++)
        {
            narrow[i] = (byte)Math.Min(labels[i], (ushort)2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<ushort> Code(ref ushort source, int i) =>
            Vector128.Min(Vector128.LoadUnsafe(ref source, (nuint)i), Vector128.Create((ushort)2));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(ReadOnlySpan<int> labels, Span<byte> narrow)
    {
        ref var source = ref MemoryMarshal.GetReference(labels);
        var i = 0;
        for (; i <= labels.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var low = Vector128.NarrowWithSaturation(Code(ref source, i), Code(ref source, i + 4));
            var high = Vector128.NarrowWithSaturation(Code(ref source, i + 8), Code(ref source, i + 12));
            Vector128.NarrowWithSaturation(low, high).AsByte().StoreUnsafe(ref narrow[i]);
        }

        for (; i < labels.Length; i++)
        {
            narrow[i] = (byte)Math.Min((uint)labels[i], 2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<int> Code(ref int source, int i) =>
            Vector128.Min(Vector128.LoadUnsafe(ref source, (nuint)i).AsUInt32(), Vector128.Create(2u)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(ReadOnlySpan<long> labels, Span<byte> narrow)
    {
        ref var source = ref MemoryMarshal.GetReference(labels);
        var i = 0;
        if (Avx2.IsSupported)
        {
            for (; i <= labels.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                // Each half holds every second pair of labels; interleaved, they are in order.
                var first = Avx2.PackSignedSaturate(CodesOfEight(ref source, i), CodesOfEight(ref source, i + 8));
                var second = Avx2.PackSignedSaturate(CodesOfEight(ref source, i + 16), CodesOfEight(ref source, i + 24));
                var pairs = Avx2.PackUnsignedSaturate(first, second).AsInt16();
                Sse2.UnpackLow(pairs.GetLower(), pairs.GetUpper()).AsByte().StoreUnsafe(ref narrow[i]);
                Sse2.UnpackHigh(pairs.GetLower(), pairs.GetUpper()).AsByte().StoreUnsafe(ref narrow[i + Vector128<byte>.Count]);
            }
        }

        for (; i <= labels.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var low = Vector128.NarrowWithSaturation(Code(ref source, i), Code(ref source, i + 4));
            var high = Vector128.NarrowWithSaturation(Code(ref source, i + 8), Code(ref source, i + 12));
            Vector128.NarrowWithSaturation(low, high).AsByte().StoreUnsafe(ref narrow[i]);
        }

        for (; i < labels.Length; i++)
        {
            narrow[i] = (byte)Math.Min((ulong)labels[i], 2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<int> Code(ref long source, int i) =>
            Vector128.Min(Lower(ref source, i).AsUInt32(), Vector128.Create(2u)).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> CodesOfEight(ref long source, int i) =>
            Vector256.Min(LowerOfEight(ref source, i).AsUInt32(), Vector256.Create(2u)).AsInt32();
    }

    /// <summary>
    /// The lower halves of eight labels in the order of <see cref="HalvesOfEight"/>; −1 where there is anything in the upper one, which no
    /// class has.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> LowerOfEight(ref long source, int index)
    {
        var (lower, upper) = HalvesOfEight(ref source, index);
        return lower | ~Vector256.Equals(upper, Vector256<int>.Zero);
    }

    /// <summary>The same of four labels, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Lower(ref long source, int index)
    {
        var (lower, upper) = Halves(ref source, index);
        return lower | ~Vector128.Equals(upper, Vector128<int>.Zero);
    }

    /// <summary>The lower and the upper halves of eight labels, in the order 0, 1, 4, 5, 2, 3, 6, 7; for AVX2.</summary>
    /// <remarks>
    /// AVX2's own instructions here and where they pack: portable ones bring the halves of a register into order each time, which costs a
    /// permutation more for every register, and labels need to be in order once at most.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> Lower, Vector256<int> Upper) HalvesOfEight(ref long source, int index)
    {
        var low = Vector256.LoadUnsafe(ref source, (nuint)index).AsSingle();
        var high = Vector256.LoadUnsafe(ref source, (nuint)index + 4).AsSingle();
        return (Avx.Shuffle(low, high, 0b10_00_10_00).AsInt32(), Avx.Shuffle(low, high, 0b11_01_11_01).AsInt32());
    }

    /// <summary>The lower and the upper halves of four labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> Lower, Vector128<int> Upper) Halves(ref long source, int index)
    {
        var low = Vector128.LoadUnsafe(ref source, (nuint)index);
        var high = Vector128.LoadUnsafe(ref source, (nuint)index + 2);
        return (Vector128.Narrow(low, high), Vector128.Narrow(low >>> 32, high >>> 32));
    }

    /// <summary>Checks labels of several classes, and counts those to be ignored.</summary>
    /// <exception cref="ArgumentException">A label is neither a class nor the ignore label.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static long CountIgnored<TInteger>(ReadOnlySpan<TInteger> labels, int classes, long? ignoreLabel)
        where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger>
    {
        var known = IgnoreLabelAs<TInteger>(ignoreLabel);
        var hasIgnore = known.HasValue;
        var ignore = known.GetValueOrDefault();

        // The largest class fits, or the type's largest value stands in for it.
        var last = TInteger.CreateSaturating(classes - 1);
        var ignores = Vector256.Create(ignore);
        var lasts = Vector256.Create(last);
        long ignored = 0;
        var i = hasIgnore ? 0 : SkipClasses(labels, classes - 1);
        for (; i <= labels.Length - Vector256<TInteger>.Count; i += Vector256<TInteger>.Count)
        {
            var vector = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(labels), (nuint)i);
            var isClass = Vector256.GreaterThanOrEqual(vector, Vector256<TInteger>.Zero) & Vector256.LessThanOrEqual(vector, lasts);
            var all = uint.MaxValue >> (32 - Vector256<TInteger>.Count);
            var isKnown = isClass.ExtractMostSignificantBits();
            if (isKnown == all)
            {
                continue;
            }

            var isIgnored = hasIgnore ? Vector256.Equals(vector, ignores).ExtractMostSignificantBits() : 0;
            if ((isKnown | isIgnored) != all)
            {
                break;
            }

            ignored += BitOperations.PopCount(isIgnored);
        }

        for (; i < labels.Length; i++)
        {
            var label = labels[i];
            if (hasIgnore && label == ignore)
            {
                ignored++;
            }
            else if (label < TInteger.Zero || label > last)
            {
                var orIgnored = ignoreLabel is null ? "" : $", or be {ignoreLabel} to be ignored";
                throw new ArgumentException(
                    $"A label must lie between 0 and {classes - 1}{orIgnored}, but labels[{i}] is {label}.", nameof(labels));
            }
        }

        return ignored;
    }

    /// <summary>
    /// Passes over labels from the start on as long as all are classes, whole runs only: a comparison for each vector, of unsigned
    /// integers, so that a negative label is too large. A long is two of them, and the upper one must be 0.
    /// </summary>
    /// <returns>The number of labels that were passed over.</returns>
    private static unsafe int SkipClasses<TInteger>(ReadOnlySpan<TInteger> labels, int last)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        // Not more than the type holds: a negative label is larger than that.
        var bound = uint.CreateTruncating(TInteger.CreateSaturating(last));
        var most = Math.Min(labels.Length, int.MaxValue / 2);
        return sizeof(TInteger) switch
        {
            sizeof(byte) => Skip(MemoryMarshal.Cast<TInteger, byte>(labels), Vector256.Create((byte)bound)),
            sizeof(ushort) => Skip(MemoryMarshal.Cast<TInteger, ushort>(labels), Vector256.Create((ushort)bound)),
            sizeof(uint) => Skip(MemoryMarshal.Cast<TInteger, uint>(labels), Vector256.Create(bound)),
            _ => Skip(MemoryMarshal.Cast<TInteger, uint>(labels[..most]), Vector256.Create((ulong)bound).AsUInt32()) / 2,
        };
    }

    /// <summary>The number of elements from the start on, in whole runs, that are all within the bounds of their lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Skip<TUnsigned>(ReadOnlySpan<TUnsigned> elements, Vector256<TUnsigned> bounds)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>
    {
        ref var first = ref MemoryMarshal.GetReference(elements);
        var run = SkippedVectors * Vector256<TUnsigned>.Count;
        var i = 0;
        for (; i <= elements.Length - run; i += run)
        {
            var most = Vector256<TUnsigned>.Zero;
            for (var j = i; j < i + run; j += Vector256<TUnsigned>.Count)
            {
                most = Vector256.Max(most, Vector256.LoadUnsafe(ref first, (nuint)j));
            }

            if (Vector256.GreaterThanAny(most, bounds))
            {
                break;
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long Positives, long Ignored) Count<TInteger>(ReadOnlySpan<TInteger> labels, long? ignoreLabel)
        where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger>
    {
        // For none, 1 stands in, and its count is dropped below.
        var known = IgnoreLabelAs<TInteger>(ignoreLabel);
        var hasIgnore = known.HasValue;
        var ignore = known ?? TInteger.One;
        long positives = 0, ignored = 0;
        var i = 0;
        if (!hasIgnore)
        {
            i = CountOnes(labels, out positives);
        }

        var ones = Vector256<TInteger>.One;
        var ignores = Vector256.Create(ignore);
        for (; i <= labels.Length - Vector256<TInteger>.Count; i += Vector256<TInteger>.Count)
        {
            var vector = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(labels), (nuint)i);
            var isOne = Vector256.Equals(vector, ones);
            var isIgnore = Vector256.Equals(vector, ignores);
            var isAllowed = isOne | isIgnore | Vector256.Equals(vector, Vector256<TInteger>.Zero);
            if (!AreAllSet(isAllowed))
            {
                break;
            }

            positives += BitOperations.PopCount(isOne.ExtractMostSignificantBits());
            ignored += BitOperations.PopCount(isIgnore.ExtractMostSignificantBits());
        }

        for (; i < labels.Length; i++)
        {
            var label = labels[i];
            if (label == TInteger.One)
            {
                positives++;
            }
            else if (hasIgnore && label == ignore)
            {
                ignored++;
            }
            else if (label != TInteger.Zero)
            {
                var orIgnored = ignoreLabel is null ? "" : $", or {ignoreLabel} to be ignored";
                throw new ArgumentException($"A label must be 0 or 1{orIgnored}, but labels[{i}] is {label}.", nameof(labels));
            }
        }

        return (positives, hasIgnore ? ignored : 0);
    }

    /// <summary>
    /// Counts from the start on as long as all labels are 0 or 1, whole runs only: an addition and an or for each vector.
    /// </summary>
    /// <returns>The number of labels that were counted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe int CountOnes<TInteger>(ReadOnlySpan<TInteger> labels, out long positives)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        // As many vectors as a byte can count.
        const int Run = 255;
        positives = 0;
        ref var first = ref MemoryMarshal.GetReference(labels);
        var lanes = Vector256<TInteger>.Count;
        var i = 0;
        while (labels.Length - i >= lanes)
        {
            var count = Math.Min(Run, (labels.Length - i) / lanes);
            var sums = Vector256<TInteger>.Zero;
            var seen = Vector256<TInteger>.Zero;
            var end = i + (count * lanes);
            for (var j = i; j < end; j += lanes)
            {
                var vector = Vector256.LoadUnsafe(ref first, (nuint)j);
                sums += vector;
                seen |= vector;
            }

            if ((seen & ~Vector256<TInteger>.One) != Vector256<TInteger>.Zero)
            {
                break;
            }

            if (sizeof(TInteger) == sizeof(byte))
            {
                var (low, high) = Vector256.Widen(sums.AsByte());
                positives += Vector256.Sum(low) + Vector256.Sum(high);
            }
            else
            {
                positives += long.CreateTruncating(Vector256.Sum(sums));
            }

            i = end;
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfOutside<T>(ReadOnlySpan<T> values, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Numbers that are not negative compare as their bits do, and NaN, −0 and negative ones have larger bits. AVX2 has no maximum of 64
        // bits.
        var i = typeof(T) == typeof(float)
            ? Skip(MemoryMarshal.Cast<T, uint>(values), Vector256.Create(BitConverter.SingleToUInt32Bits(float.CreateTruncating(largest))))
            : SkipInside(values, largest);
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            var vector = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i);
            if (!AreAllSet(Inside(vector, Vector256<T>.Zero, Vector256.Create(largest))))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!(values[i] >= T.Zero && values[i] <= largest))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether each value is 0 or lies between two numbers above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreZeroOrWithin<T>(ReadOnlySpan<T> values, T least, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var (low, high) = (Vector256.Create(least), Vector256.Create(largest));
        var i = 0;
        while (i <= values.Length - Vector256<T>.Count)
        {
            var areInside = Vector256<T>.AllBitsSet;
            var end = Math.Min(values.Length, i + (SkippedVectors * Vector256<T>.Count)) - Vector256<T>.Count;
            for (; i <= end; i += Vector256<T>.Count)
            {
                var vector = Vector256.LoadUnsafe(ref first, (nuint)i);
                areInside &= Inside(vector, low, high) | Vector256.Equals(vector, Vector256<T>.Zero);
            }

            if (!AreAllSet(areInside))
            {
                return false;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!(values[i] == T.Zero || (values[i] >= least && values[i] <= largest)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The number of elements from the start on, in whole runs, that are all between 0 and the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int SkipInside<T>(ReadOnlySpan<T> values, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var run = SkippedVectors * Vector256<T>.Count;
        var i = 0;
        for (; i <= values.Length - run; i += run)
        {
            var areInside = Vector256<T>.AllBitsSet;
            for (var j = i; j < i + run; j += Vector256<T>.Count)
            {
                var vector = Vector256.LoadUnsafe(ref first, (nuint)j);
                areInside &= Inside(vector, Vector256<T>.Zero, Vector256.Create(largest));
            }

            if (!AreAllSet(areInside))
            {
                break;
            }
        }

        return i;
    }

    /// <summary>The lanes between two bounds; a NaN is in none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Inside<T>(Vector256<T> vector, Vector256<T> low, Vector256<T> high) =>
        Vector256.GreaterThanOrEqual(vector, low) & Vector256.LessThanOrEqual(vector, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreAllSet<T>(Vector256<T> mask) => mask.ExtractMostSignificantBits() == uint.MaxValue >> (32 - Vector256<T>.Count);
}
