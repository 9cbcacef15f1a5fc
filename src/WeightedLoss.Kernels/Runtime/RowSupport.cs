using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using WeightedLoss.Shared;

namespace WeightedLoss.Runtime;

/// <summary>What kernels of the softmax do once per row, or per group of rows.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowSupport
{
    /// <summary>The numbers of the lanes of a block.</summary>
    public static ref float NumbersSingle => ref MemoryMarshal.GetReference(FloatNumbers);

    /// <inheritdoc cref="NumbersSingle"/>
    public static ref double NumbersDouble => ref MemoryMarshal.GetReference(DoubleNumbers);

    private static ReadOnlySpan<float> FloatNumbers => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static ReadOnlySpan<double> DoubleNumbers => [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>The largest logit of at least a block of classes; NaN is passed over, and −∞ comes from a row of nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Largest<T>(ref T row, nuint classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The order of comparisons changes nothing, so each machine may take its own width. Four chains of them, because one waits for the
        // comparison before; the last vectors overlap.
        if (Vector512.IsHardwareAccelerated)
        {
            var largest = Vector512.Create(T.NegativeInfinity);
            var (second, third, fourth) = (largest, largest, largest);
            var step = (nuint)Vector512<T>.Count;
            nuint i = 0;
            for (; i + (4 * step) <= classes; i += 4 * step)
            {
                largest = Larger(Vector512.LoadUnsafe(ref row, i), largest);
                second = Larger(Vector512.LoadUnsafe(ref row, i + step), second);
                third = Larger(Vector512.LoadUnsafe(ref row, i + (2 * step)), third);
                fourth = Larger(Vector512.LoadUnsafe(ref row, i + (3 * step)), fourth);
            }

            largest = Larger(Larger(second, largest), Larger(third, fourth));
            for (; i < classes; i += step)
            {
                largest = Larger(Vector512.LoadUnsafe(ref row, nuint.Min(i, classes - step)), largest);
            }

            return Largest(Larger(largest.GetLower(), largest.GetUpper()));
        }
        else
        {
            var largest = Vector256.Create(T.NegativeInfinity);
            var (second, third, fourth) = (largest, largest, largest);
            var step = (nuint)Vector256<T>.Count;
            nuint i = 0;
            for (; i + (4 * step) <= classes; i += 4 * step)
            {
                largest = Larger(Vector256.LoadUnsafe(ref row, i), largest);
                second = Larger(Vector256.LoadUnsafe(ref row, i + step), second);
                third = Larger(Vector256.LoadUnsafe(ref row, i + (2 * step)), third);
                fourth = Larger(Vector256.LoadUnsafe(ref row, i + (3 * step)), fourth);
            }

            largest = Larger(Larger(second, largest), Larger(third, fourth));
            for (; i < classes; i += step)
            {
                largest = Larger(Vector256.LoadUnsafe(ref row, nuint.Min(i, classes - step)), largest);
            }

            return Largest(largest);
        }
    }

    /// <summary>The first class with a logit; −1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOf<T>(ref T row, nuint classes, T logit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // MemoryExtensions.IndexOf goes from element to element, because a NaN is equal to another one there.
        var wanted = Vector256.Create(logit);
        nuint i = 0;
        for (; i + (nuint)Vector256<T>.Count <= classes; i += (nuint)Vector256<T>.Count)
        {
            var isEqual = Vector256.Equals(Vector256.LoadUnsafe(ref row, i), wanted);
            if (isEqual != Vector256<T>.Zero)
            {
                return (int)i + BitOperations.TrailingZeroCount(isEqual.ExtractMostSignificantBits());
            }
        }

        for (; i < classes; i++)
        {
            if (Unsafe.Add(ref row, i) == logit)
            {
                return (int)i;
            }
        }

        return -1;
    }

    /// <summary>Whether a label's logit is the largest, and none before it is.</summary>
    public static bool IsFirst<T>(ref T row, int label, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        label >= 0
        && Unsafe.Add(ref row, label) == largest
        && IndexOf(ref row, (nuint)label, largest) < 0;

    /// <summary>
    /// Whether a label's logit is the largest, and none before it is, in a row that has a limit: without a NaN, with one +∞ at most, and
    /// not all −∞.
    /// </summary>
    public static bool IsCorrect<T>(ref T row, nuint classes, int label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (label < 0)
        {
            return false;
        }

        var largest = Largest(ref row, classes);
        if (T.IsNegativeInfinity(largest) || !IsFirst(ref row, label, largest))
        {
            return false;
        }

        var peaks = 0;
        foreach (var logit in MemoryMarshal.CreateReadOnlySpan(ref row, (int)classes))
        {
            if (T.IsNaN(logit))
            {
                return false;
            }

            peaks += T.IsPositiveInfinity(logit) ? 1 : 0;
        }

        return peaks <= 1;
    }

    /// <summary>
    /// A row's label, or a negative number. One that is too large has been refused, but labels lie in the caller's memory, where another
    /// thread may change them during the call: not even then may one lead outside of the arrays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LabelOf(ref int labels, nuint row, nuint classes) => Math.Min(Unsafe.Add(ref labels, row), (int)classes - 1);

    /// <summary>
    /// Writes the classes whose logits <see cref="GatherLabel"/> and <see cref="PutLabel"/> exchange: the labels', as <see cref="LabelOf"/>
    /// gives them, and the last class of rows that have none.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="gathered">Receives the classes.</param>
    /// <param name="count">The number of rows; those up to the next multiple of eight belong to them.</param>
    /// <param name="classes">The number of classes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ChooseGathered(ref int labels, ref int gathered, nuint count, nuint classes)
    {
        // As an unsigned number, a negative one is too large, too.
        var last = Vector256.Create((uint)classes - 1);
        for (nuint row = 0; row < count; row += (nuint)Vector256<uint>.Count)
        {
            Vector256.Min(Vector256.LoadUnsafe(ref labels, row).AsUInt32(), last).AsInt32().StoreUnsafe(ref gathered, row);
        }
    }

    /// <summary>
    /// Takes the label's logit out of a row, one of so many that lie side by side, a class after the other; −∞ comes in its place. Which
    /// class, <see cref="ChooseGathered"/> has written, from these rows on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GatherLabel<T>(ref T group, ref int gathered, ref T labelLogits, int lane, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var index = ((nint)(uint)Unsafe.Add(ref gathered, lane) * lanes) + lane;
        Copy(ref Unsafe.Add(ref group, index), ref Unsafe.Add(ref labelLogits, lane));
        if (typeof(T) == typeof(float))
        {
            Unsafe.As<T, int>(ref Unsafe.Add(ref group, index)) = BitConverter.SingleToInt32Bits(float.NegativeInfinity);
        }
        else
        {
            Unsafe.As<T, long>(ref Unsafe.Add(ref group, index)) = BitConverter.DoubleToInt64Bits(double.NegativeInfinity);
        }
    }

    /// <summary>
    /// Writes the gradient of the class that <see cref="GatherLabel"/> took. Of a row without a label it is 0, as its other gradients are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutLabel<T>(ref T row, nuint classStride, ref int gathered, ref T labelGradients, int lane)
        where T : unmanaged =>
        Copy(ref Unsafe.Add(ref labelGradients, lane), ref Unsafe.Add(ref row, (uint)Unsafe.Add(ref gathered, lane) * classStride));

    /// <summary>Smoothed labels: takes the best class's logit out of each row; −∞ comes in its place.</summary>
    /// <param name="arguments">The rows, a group of so many side by side after the other.</param>
    /// <param name="lanes">The rows of a group.</param>
    /// <param name="best">The best class of each row; a negative number may stand for the first.</param>
    /// <param name="peaks">Receives what every row's target has of that class.</param>
    /// <param name="others">Receives what it has of all others.</param>
    /// <param name="labelLogits">Receives the label's logit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TakeBest<T>(
        in CrossEntropyArguments<T> arguments, nuint lanes, ref T best, ref T peaks, ref T others, ref T labelLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = (nuint)arguments.Classes;
        var count = arguments.Count;
        ref var logits = ref arguments.Scratch;
        ref var labels = ref arguments.Labels;
        ref var gathered = ref arguments.GatheredLabels;
        ref var uniformWeights = ref arguments.UniformWeights;
        ref var uniformOthers = ref arguments.UniformOthers;
        for (nuint group = 0; group < count; group += lanes)
        {
            for (var row = group; row < group + lanes; row++)
            {
                var k = T.ConvertToIntegerNative<int>(Unsafe.Add(ref best, row));
                var peak = (nuint)(uint)(k & ~(k >> 31));
                var label = (nuint)Math.Min((uint)Unsafe.Add(ref labels, row), (uint)classes - 1);
                Unsafe.Add(ref gathered, row) = (int)peak;
                Copy(ref Unsafe.Add(ref uniformWeights, peak), ref Unsafe.Add(ref peaks, row));
                Copy(ref Unsafe.Add(ref uniformOthers, peak), ref Unsafe.Add(ref others, row));
                Copy(ref Unsafe.Add(ref logits, row + (label * lanes)), ref Unsafe.Add(ref labelLogits, row));
                Unsafe.Add(ref logits, row + (peak * lanes)) = T.NegativeInfinity;
            }

            logits = ref Unsafe.Add(ref logits, lanes * (classes - 1));
        }
    }

    /// <summary>
    /// Smoothed labels: subtracts the label's own part from its gradient, and then writes that of the best class, which has that part
    /// already.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PutBest<T>(
        in CrossEntropyArguments<T> arguments, nuint row, nuint lanes, ref T apart, ref T gradient, nuint rowStride, nuint classStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var last = (uint)arguments.Classes - 1;
        var scale = arguments.Scale;
        ref var labels = ref Unsafe.Add(ref arguments.Labels, row);
        ref var gathered = ref Unsafe.Add(ref arguments.GatheredLabels, row);
        ref var weights = ref Unsafe.Add(ref arguments.Weights, row);
        for (nuint lane = 0; lane < lanes; lane++)
        {
            ref var rowGradient = ref Unsafe.Add(ref gradient, lane * rowStride);
            var label = (nuint)Math.Min((uint)Unsafe.Add(ref labels, lane), last);
            Unsafe.Add(ref rowGradient, label * classStride) -= Unsafe.Add(ref weights, lane) * scale;
            Copy(ref Unsafe.Add(ref apart, lane), ref Unsafe.Add(ref rowGradient, (uint)Unsafe.Add(ref gathered, lane) * classStride));
        }
    }

    /// <summary>Copies an element by way of an integer register: of those, a processor stores two at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(ref T source, ref T target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Unsafe.As<T, int>(ref target) = Unsafe.As<T, int>(ref source);
        }
        else
        {
            Unsafe.As<T, long>(ref target) = Unsafe.As<T, long>(ref source);
        }
    }

    /// <summary>A block's length if an index is not before the block that is stepped over, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint StepOver(nuint index, nuint steppedOver, nuint block) =>
        block & (nuint)((nint)(steppedOver - 1 - index) >> ((nint.Size * 8) - 1));

    /// <summary>A row without a gradient.</summary>
    public static void Clear<T>(ref T gradient, nuint classes)
        where T : unmanaged => Elements.Fill(MemoryMarshal.CreateSpan(ref gradient, (int)classes), default);

    /// <summary>
    /// The row that a row with an infinite logit stands for, in other memory or over it: 0 for it and −∞ for the others; NaN if there are
    /// several, or a NaN.
    /// </summary>
    public static ref T Limit<T>(ref T row, ref T limit, nuint classes, out T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var peaks = 0;
        for (nuint k = 0; k < classes; k++)
        {
            var logit = Unsafe.Add(ref row, k);
            peaks += T.IsPositiveInfinity(logit) ? 1 : 0;
            Unsafe.Add(ref limit, k) = T.IsPositiveInfinity(logit) ? T.Zero : T.IsNaN(logit) ? logit : T.NegativeInfinity;
        }

        if (peaks != 1)
        {
            Elements.Fill(MemoryMarshal.CreateSpan(ref limit, (int)classes), T.NaN);
        }

        largest = T.Zero;
        return ref limit;
    }

    /// <summary>Whether the largest logit is so large, in either direction, that the row needs to be shifted.</summary>
    public static bool IsLarge<T>(T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.Abs(largest) > T.CreateTruncating(typeof(T) == typeof(float) ? KernelFacts.LargeFloat : KernelFacts.LargeDouble);

    /// <summary>A row less its largest logit, in other memory or over it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ref T Shifted<T>(ref T row, ref T shifted, nuint classes, T largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nuint k = 0; k < classes; k++)
        {
            Unsafe.Add(ref shifted, k) = Unsafe.Add(ref row, k) - largest;
        }

        return ref shifted;
    }

    /// <inheritdoc cref="KernelFacts.HasProducts"/>
    public static bool HasProducts<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => KernelFacts.HasProducts(double.CreateTruncating(gamma));

    /// <summary>
    /// The sum of a row's e, none of which is negative, in the order of kernels in which the row has a lane of its own: blocks of classes,
    /// in each of them four chains that take turns, then the chains, then these sums. What all additions but those of the chains lose is
    /// added at the end.
    /// </summary>
    /// <remarks>
    /// The generator writes the same order for lanes (its ClassSums); the test Rows_SplitIntoCalls_GiveTheSameBits ties both, because calls
    /// of few and of many rows are summed here and there.
    /// </remarks>
    /// <param name="e">One for each class.</param>
    /// <param name="classes">More than are unrolled, and at most as many as have a lane each.</param>
    /// <param name="sum">Receives the sum.</param>
    /// <param name="low">Receives what its last addition loses.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumAsInLanes<T>(ref T e, nuint classes, out T sum, out T low)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Chains = KernelFacts.SumChains;
        var block = (nuint)(classes <= KernelFacts.MostShortBlocks ? KernelFacts.ShortSumBlock : KernelFacts.SumBlock);
        var total = T.Zero;
        var lost = T.Zero;
        for (nuint first = 0; first < classes; first += block)
        {
            var end = nuint.Min(first + block, classes);
            var (a, b, c, d) = (T.Zero, T.Zero, T.Zero, T.Zero);
            var k = first;
            for (; k + Chains <= end; k += Chains)
            {
                a += Unsafe.Add(ref e, k);
                b += Unsafe.Add(ref e, k + 1);
                c += Unsafe.Add(ref e, k + 2);
                d += Unsafe.Add(ref e, k + 3);
            }

            a += k < end ? Unsafe.Add(ref e, k) : T.Zero;
            b += k + 1 < end ? Unsafe.Add(ref e, k + 1) : T.Zero;
            c += k + 2 < end ? Unsafe.Add(ref e, k + 2) : T.Zero;
            total = Add(total, Add(Add(a, b, ref lost), Add(c, d, ref lost), ref lost), ref lost);
        }

        sum = total + lost;
        low = lost - (sum - total);

        // Knuth's TwoSum: what an addition loses is one number, however it is found.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Add(T a, T b, ref T lost)
        {
            var sum = a + b;
            var part = sum - a;
            lost += (a - (sum - part)) + (b - part);
            return sum;
        }
    }

    /// <summary>The sum of a block of 16 floats, in the one order that every instruction set uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(ref float block)
    {
        var low = Vector256.LoadUnsafe(ref block);
        var high = Vector256.LoadUnsafe(ref block, 8);
        return Fold(
            Vector256.WidenLower(low) + Vector256.WidenLower(high),
            Vector256.WidenUpper(low) + Vector256.WidenUpper(high));
    }

    /// <summary>The sum of a block of 8 doubles, in the one order that every instruction set uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(ref double block) => Fold(Vector256.LoadUnsafe(ref block), Vector256.LoadUnsafe(ref block, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fold(Vector256<double> low, Vector256<double> high)
    {
        var four = low + high;
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>The largest of the lanes, none of which is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Largest<T>(Vector256<T> lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = Vector128.MaxNative(lanes.GetLower(), lanes.GetUpper());
        largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest.AsUInt64(), Vector128.Create(1UL, 0)).As<ulong, T>());
        if (typeof(T) == typeof(float))
        {
            largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest.AsUInt32(), Vector128.Create(1U, 0, 3, 2)).As<uint, T>());
        }

        return largest.ToScalar();
    }

    /// <summary>
    /// x where it is larger, not where it is NaN. On x86, one instruction does that, which takes its second operand then.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Larger<T>(Vector512<T> x, Vector512<T> largest) =>
        X86Base.IsSupported ? Vector512.MaxNative(x, largest) : Vector512.ConditionalSelect(Vector512.GreaterThan(x, largest), x, largest);

    /// <inheritdoc cref="Larger{T}(Vector512{T}, Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Larger<T>(Vector256<T> x, Vector256<T> largest) =>
        X86Base.IsSupported ? Vector256.MaxNative(x, largest) : Vector256.ConditionalSelect(Vector256.GreaterThan(x, largest), x, largest);
}
