namespace WeightedLoss.Trainer.Data;

/// <summary>
/// A natural logarithm with the same bits on every machine, which <see cref="Math.Log(double)"/> does not promise: it is made of
/// correctly rounded operations only.
/// </summary>
internal static class ReproducibleLog
{
    /// <summary>log x for a positive normal x, to about 1 ulp.</summary>
    public static double Of(double x)
    {
        // x = m·2^e with m in [√½, √2), and log m = 2·artanh t = 2·(t + t³/3 + t⁵/5 + …) with |t| ≤ 0.172.
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        var t = (m - 1) / (m + 1);
        var square = t * t;
        var series = 0.0;
        for (var odd = LastTerm; odd >= 3; odd -= 2)
        {
            series = Math.FusedMultiplyAdd(series, square, 1.0 / odd);
        }

        return (exponent * 0.6931471805599453) + (2 * Math.FusedMultiplyAdd(series * square, t, t));
    }

    // The first term left out is below 2⁻⁵⁴ of the sum.
    private const int LastTerm = 19;
}
