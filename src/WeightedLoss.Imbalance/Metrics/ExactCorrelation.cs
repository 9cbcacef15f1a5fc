using System.Numerics;

namespace WeightedLoss.Metrics;

/// <summary>Correlations of labels and decisions from exact sums and products of cells.</summary>
/// <remarks>
/// Products of large counts cancel: in double, a numerator of 10¹⁶ − 10¹⁶ would have no right digit. All cells are whole multiples of one
/// power of two, so integers hold them and what follows from them exactly. Only the quotient and its root are rounded.
/// </remarks>
internal static class ExactCorrelation
{
    private const int MantissaBits = 52;

    // More than a double has, so that what a quotient cuts off doesn't count.
    private const int QuotientBits = 128;

    /// <summary>The cells as multiples of the largest power of two that divides all of them.</summary>
    /// <param name="cells">The numbers of samples, or sums of their weights.</param>
    /// <returns>As many; null if one is not finite.</returns>
    public static BigInteger[]? Integers(ReadOnlySpan<double> cells)
    {
        var lowest = int.MaxValue;
        foreach (var cell in cells)
        {
            if (!double.IsFinite(cell))
            {
                return null;
            }

            var (mantissa, exponent) = Parts(cell);
            lowest = mantissa == 0 ? lowest : Math.Min(lowest, exponent + BitOperations.TrailingZeroCount(mantissa));
        }

        var integers = new BigInteger[cells.Length];
        for (var i = 0; i < integers.Length; i++)
        {
            var (mantissa, exponent) = Parts(cells[i]);
            integers[i] = mantissa == 0 ? BigInteger.Zero : (BigInteger)mantissa << (exponent - lowest);
        }

        return integers;
    }

    /// <summary>numerator/√square; 0 if the square is 0.</summary>
    /// <param name="numerator">At most the root of the square.</param>
    /// <param name="square">The square of the divisor; NaN results if it is negative.</param>
    public static double Quotient(BigInteger numerator, BigInteger square)
    {
        if (square.Sign <= 0)
        {
            return square.IsZero ? 0 : double.NaN;
        }

        var dividend = numerator * numerator;
        var shift = Math.Max(0, (square.GetBitLength() - dividend.GetBitLength() + QuotientBits) / 2);
        var root = Math.Sqrt((double)((dividend << (int)(2 * shift)) / square));
        return numerator.Sign * Math.ScaleB(root, (int)-shift);
    }

    private static (long Mantissa, int Exponent) Parts(double value)
    {
        const int Bias = 1023 + MantissaBits;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> MantissaBits) & 0x7FF;
        var mantissa = bits & ((1L << MantissaBits) - 1);

        // Subnormals have no hidden bit and the exponent of the smallest normal number.
        mantissa |= exponent == 0 ? 0 : 1L << MantissaBits;
        return (value < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - Bias);
    }
}
