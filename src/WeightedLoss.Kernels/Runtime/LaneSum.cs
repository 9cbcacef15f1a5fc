using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>One double per lane of the virtual block of 64 bytes: 16 for float, 8 for double.</summary>
[InlineArray(Length)]
internal struct Lanes
{
    internal const int Length = 16;

    private double _first;

    /// <summary>Adds the lanes in the one order that every instruction set uses: halves onto halves.</summary>
    internal readonly double Fold()
    {
        // In fours, because a processor waits for eight that were stored as two fours.
        ref var first = ref Unsafe.AsRef(in _first);
        return Fold(
            Vector256.LoadUnsafe(ref first),
            Vector256.LoadUnsafe(ref first, 4),
            Vector256.LoadUnsafe(ref first, 8),
            Vector256.LoadUnsafe(ref first, 12));
    }

    /// <summary>The same of lanes that are in registers.</summary>
    internal static double Fold(Vector256<double> first, Vector256<double> second, Vector256<double> third, Vector256<double> fourth)
    {
        var four = (first + third) + (second + fourth);
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}

/// <summary>Adds factor·value to one double per lane: acc ← fma(factor, value, acc), the same bits for every width.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LaneSum
{
    /// <summary>One lane of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, float value, double factor) => Add(ref lanes, lane, (double)value, factor);

    /// <summary>One lane of double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, double value, double factor)
    {
        ref var sum = ref Unsafe.Add(ref lanes, lane);
        sum = Math.FusedMultiplyAdd(factor, value, sum);
    }

    /// <summary>Four lanes of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector128<float> value, double factor)
    {
        Add(ref lanes, lane, Vector128.WidenLower(value), factor);
        Add(ref lanes, lane + 2, Vector128.WidenUpper(value), factor);
    }

    /// <summary>Eight lanes of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector256<float> value, double factor)
    {
        Add(ref lanes, lane, Vector256.WidenLower(value), factor);
        Add(ref lanes, lane + 4, Vector256.WidenUpper(value), factor);
    }

    /// <summary>Sixteen lanes of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector512<float> value, double factor)
    {
        Add(ref lanes, lane, Vector512.WidenLower(value), factor);
        Add(ref lanes, lane + 8, Vector512.WidenUpper(value), factor);
    }

    /// <summary>Two lanes of double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector128<double> value, double factor) =>
        Vector128.FusedMultiplyAdd(Vector128.Create(factor), value, Vector128.LoadUnsafe(ref lanes, lane)).StoreUnsafe(ref lanes, lane);

    /// <summary>Four lanes of double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector256<double> value, double factor) =>
        Vector256.FusedMultiplyAdd(Vector256.Create(factor), value, Vector256.LoadUnsafe(ref lanes, lane)).StoreUnsafe(ref lanes, lane);

    /// <summary>Eight lanes of double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double lanes, nuint lane, Vector512<double> value, double factor) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(factor), value, Vector512.LoadUnsafe(ref lanes, lane)).StoreUnsafe(ref lanes, lane);
}
