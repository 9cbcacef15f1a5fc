namespace WeightedLoss.Common;

/// <summary>Keeps sums and products of weights, counts and costs within the range of a double.</summary>
internal static class Scaling
{
    private const int LargestExponent = 400;

    /// <summary>
    /// The power of two that brings a sum or a largest value to between 1 and 2⁴⁰⁰, where products with another one neither overflow nor
    /// lose digits; a smaller one than 2⁻¹⁰⁰⁰ comes to 2⁻⁷⁴ at least. It is 1 for 0.
    /// </summary>
    /// <param name="value">Finite and at least 0.</param>
    internal static double ToRange(double value)
    {
        // The exponent of the largest factor; a larger one may be infinite.
        const int Most = 1000;
        var exponent = value == 0 ? 0 : Math.ILogB(value);
        return Math.ScaleB(1, Math.Min(exponent < 0 ? -exponent : Math.Min(0, LargestExponent - exponent), Most));
    }

    /// <summary>part/(part + rest), also where the sum overflows; 0 if both are 0.</summary>
    internal static double Part(double part, double rest)
    {
        var whole = part + rest;
        if (double.IsInfinity(whole))
        {
            part /= 2;
            whole = part + (rest / 2);
        }

        return whole == 0 ? 0 : part / whole;
    }
}
