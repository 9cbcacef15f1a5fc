using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>A fused multiply-add in float for processors that have none, with the same bits.</summary>
/// <remarks>
/// For generated code. In double, a product of floats is exact, so that only the sum rounds before the result does. Two roundings differ
/// from one where the sum in double lies exactly between two floats, and only if it is not exact. One test of the sums' bits finds such
/// lanes; the sum is then rounded to odd, which no second rounding takes for a tie (S. Boldo, G. Melquiond: Emulation of FMA and correctly
/// rounded sums, 2008).
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class EmulatedFma
{
    // Of a double, the bits that a float of normal size does not have, and what they are half-way between two floats.
    private const uint Dropped = 0x1FFF_FFFF, HalfWay = 0x1000_0000;

    private const int SmallestNormal = 0x0080_0000;

    /// <summary>a·b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        var low = (Vector128.WidenLower(a) * Vector128.WidenLower(b)) + Vector128.WidenLower(c);
        var high = (Vector128.WidenUpper(a) * Vector128.WidenUpper(b)) + Vector128.WidenUpper(c);
        var result = Vector128.Narrow(low, high);
        var dropped = Vector128.Narrow(low.AsUInt64(), high.AsUInt64()) & Vector128.Create(Dropped);
        var isHalfWay = Vector128.Equals(dropped, Vector128.Create(HalfWay));

        // Below the normal numbers, and where the result has become the first of them, floats lie at other bits of the sum. Less 1, 0 is
        // the largest of the patterns: there, the sum is exact. (Less int.MinValue, too, because there is a comparison with signs only.)
        var shifted = (result.AsInt32() & Vector128.Create(int.MaxValue)) + Vector128.Create(int.MaxValue);
        var isSubnormal = Vector128.LessThan(shifted, Vector128.Create(int.MinValue + SmallestNormal));
        return (isHalfWay | isSubnormal.AsUInt32()).ExtractMostSignificantBits() == 0 ? result : MultiplyAddByOdd(a, b, c);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<float> MultiplyAddByOdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.Narrow(
        SumToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
        SumToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    /// <summary>a + b; where that is not exact, of the two neighbours the one whose last bit is 1.</summary>
    private static Vector128<double> SumToOdd(Vector128<double> a, Vector128<double> b)
    {
        var sum = a + b;
        var part = sum - a;
        var error = (a - (sum - part)) + (b - part);

        // Not where it is NaN, because the sum is infinite or NaN.
        var isInexact = Vector128.GreaterThan(Vector128.Abs(error), Vector128<double>.Zero).AsInt64();
        var isTooLarge = (error ^ sum).AsInt64() >>> 63;
        return ((sum.AsInt64() - (isTooLarge & isInexact)) | (isInexact & Vector128<long>.One)).AsDouble();
    }
}
