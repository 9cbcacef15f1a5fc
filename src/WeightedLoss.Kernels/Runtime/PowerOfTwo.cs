using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>
/// Takes powers of two out of factors, and puts them back into results. Neither rounds a normal number, so results have the bits that they
/// would have if the type had no limits.
/// </summary>
internal static class PowerOfTwo
{
    /// <summary>A number in [1, 2) and the power of two that makes it the given one, which is finite and at least 0; 0 stays 0.</summary>
    internal static (T Fraction, int Exponent) Split<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (value == T.Zero)
        {
            return (T.Zero, 0);
        }

        var exponent = T.ILogB(value);
        return (T.ScaleB(value, -exponent), exponent);
    }

    /// <summary>A gradient times a power of two: the largest number of the type in place of what is beyond it, which is no use to a trainer.</summary>
    internal static T Saturate<T>(T gradient, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scaled = T.ScaleB(gradient, exponent);
        return T.IsInfinity(scaled) && T.IsFinite(gradient) ? T.CopySign(Narrowing.Largest<T>(), gradient) : scaled;
    }
}
