using System.Numerics;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Whether results agree.</summary>
internal static class Agreement
{
    /// <summary>The first element that is off by more than both tolerances allow together, in words; null when there is none.</summary>
    public static string? FindError<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double relative, double absolute)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var (a, e) = (double.CreateTruncating(actual[i]), double.CreateTruncating(expected[i]));
            if (!(Math.Abs(a - e) <= absolute + (relative * Math.Abs(e))))
            {
                return $"element {i} is {a:R} and should be {e:R}";
            }
        }

        return null;
    }

    /// <summary>As for elements, for a sum.</summary>
    public static string? FindSumError(double actual, double expected, double relative) =>
        Math.Abs(actual - expected) <= relative * Math.Abs(expected) ? null : $"the sum is {actual:R} and should be {expected:R}";
}
