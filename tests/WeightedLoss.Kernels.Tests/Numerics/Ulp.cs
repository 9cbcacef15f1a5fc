namespace WeightedLoss.Tests.Numerics;

/// <summary>Distances from an exact result in units of its last place.</summary>
internal static class Ulp
{
    /// <summary>
    /// The error of a float. Results below the smallest normal number may be anything between 0 and that number: they count as exact then.
    /// </summary>
    public static double Error(float actual, double exact)
    {
        if (double.IsNaN(exact))
        {
            return float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        if (float.IsInfinity((float)exact))
        {
            return actual == (float)exact ? 0 : double.PositiveInfinity;
        }

        const double SmallestNormal = 1.1754943508222875e-38;
        var magnitude = Math.Abs(exact);
        if (magnitude < SmallestNormal)
        {
            return Math.Abs(actual) <= SmallestNormal && actual * exact >= 0 ? 0 : double.PositiveInfinity;
        }

        // NaN fails the comparison with every bound only if it is made infinite.
        var error = Math.Abs(actual - exact) / Math.ScaleB(1, Math.ILogB(magnitude) - 23);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    /// <summary>The error of a double against an exact result that is <paramref name="rounded"/> plus a fraction of its ulp.</summary>
    public static double Error(double actual, double rounded, double fraction)
    {
        if (double.IsInfinity(rounded) || rounded == 0)
        {
            return actual == rounded ? 0 : double.PositiveInfinity;
        }

        var error = Math.Abs(((actual - rounded) / Math.ScaleB(1, Math.ILogB(rounded) - 52)) - fraction);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }
}
