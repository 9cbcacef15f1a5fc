namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The unevaluated sum of two doubles, about 106 bits: enough to measure fractions of an ulp of a double. T. J. Dekker's arithmetic, with
/// fused multiply-add in place of his splitting.
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    private static readonly DoubleDouble s_ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var (high, low) = TwoSum(a.High, b.High);
        var (middle, rest) = TwoSum(a.Low, b.Low);
        (high, low) = FastTwoSum(high, low + middle);
        (high, low) = FastTwoSum(high, low + rest);
        return new(high, low);
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var product = a.High * b.High;
        var (high, low) = FastTwoSum(product, Math.FusedMultiplyAdd(a.High, b.High, -product) + ((a.High * b.Low) + (a.Low * b.High)));
        return new(high, low);
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        // Each step of the long division yields another 53 bits.
        var first = a.High / b.High;
        var rest = a - (b * first);
        var second = rest.High / b.High;
        rest -= b * second;
        return (DoubleDouble)first + second + (rest.High / b.High);
    }

    /// <summary>e to the power of a number that is at most 0; below the range of normal numbers, 0.</summary>
    public static DoubleDouble Exp(DoubleDouble x)
    {
        if (x.High < -708)
        {
            return 0;
        }

        // exp(x) − 1 of a small remainder r/256 by its series, then squared eight times as (1 + q)² − 1 = 2q + q².
        var n = Math.Round(x.High / s_ln2.High);
        var r = x - (s_ln2 * n);
        r = new(r.High / 256, r.Low / 256);
        var (term, q) = (r, r);
        for (var i = 2; i <= 12; i++)
        {
            term = term * r / i;
            q += term;
        }

        for (var i = 0; i < 8; i++)
        {
            q = q + q + (q * q);
        }

        q += 1;
        return new(Math.ScaleB(q.High, (int)n), Math.ScaleB(q.Low, (int)n));
    }

    /// <summary>log(1 + x) for x ≥ 0.</summary>
    public static DoubleDouble Log1p(DoubleDouble x)
    {
        if (x.High < 1e-5)
        {
            DoubleDouble sum = 0;
            var power = x;
            for (var i = 1; i <= 8; i++)
            {
                sum += power / (i % 2 == 0 ? -i : i);
                power *= x;
            }

            return sum;
        }

        // Newton's step from a double: what is left is the square of its error.
        var s = x + 1;
        var y = Math.Log(s.High);
        return ((s * Exp(-y)) - 1) + y;
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var virtualB = sum - a;
        return (sum, a - (sum - virtualB) + (b - virtualB));
    }

    private static (double Sum, double Error) FastTwoSum(double a, double b)
    {
        var sum = a + b;
        return (sum, b - (sum - a));
    }
}
