using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Tests;

/// <summary>Equality of results down to the last bit. The payload of a NaN is free.</summary>
internal static class Bits
{
    /// <param name="what">For the message.</param>
    /// <param name="expected">The values that are right.</param>
    /// <param name="actual">The values to check.</param>
    /// <param name="signOfZero">Whether 0 and −0 differ. Methods for different inputs may round a lost gradient to either.</param>
    public static void AssertSame<T>(string what, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, bool signOfZero = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
        {
            return;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            var same = (expected[i] == actual[i] && (!signOfZero || T.IsNegative(expected[i]) == T.IsNegative(actual[i])))
                || (T.IsNaN(expected[i]) && T.IsNaN(actual[i]));
            if (!same)
            {
                Assert.Fail($"{what}: element {i} of {expected.Length} is {actual[i]:R} instead of {expected[i]:R}.");
            }
        }
    }

    /// <summary>All sums are the same number.</summary>
    public static void AssertSame(string what, LossSum expected, LossSum actual)
    {
        var same = expected.Loss.Equals(actual.Loss) && expected.Weight.Equals(actual.Weight)
            && expected.Count == actual.Count && expected.Ignored == actual.Ignored;
        Assert.True(same, $"{what}: {actual} instead of {expected}.");
    }

    /// <inheritdoc cref="AssertSame(string, LossSum, LossSum)"/>
    public static void AssertSame(string what, ClassLossSum expected, ClassLossSum actual)
    {
        AssertSame(what, expected.ToLossSum(), actual.ToLossSum());
        Assert.True(expected.Correct == actual.Correct, $"{what}: {actual} instead of {expected}.");
    }
}
