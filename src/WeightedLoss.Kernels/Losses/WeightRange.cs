using System.Numerics;

namespace WeightedLoss;

/// <summary>The exponents of weights that are multiplied with one another: of the least one above 0, and of the largest.</summary>
/// <param name="Least">log₂ of the least, rounded down.</param>
/// <param name="Most">log₂ of the largest, rounded down.</param>
internal readonly record struct WeightRange(int Least, int Most)
{
    /// <summary>Of a weight of 1.</summary>
    internal static WeightRange One => default;

    /// <summary>Of no weight above 0: it changes no other range, and lies in each.</summary>
    private static WeightRange None => new(int.MaxValue, int.MinValue);

    /// <summary>The range, or that of 1 where no weight is above 0.</summary>
    internal WeightRange OrOne => this == None ? One : this;

    /// <summary>That of some weights, all of them finite and at least 0.</summary>
    internal static WeightRange Of<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (least, most) = (T.PositiveInfinity, T.Zero);
        foreach (var weight in weights)
        {
            most = T.Max(most, weight);
            least = weight > T.Zero ? T.Min(least, weight) : least;
        }

        return most == T.Zero ? None : new(T.ILogB(least), T.ILogB(most));
    }

    /// <summary>That of both.</summary>
    internal WeightRange And(WeightRange other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    /// <summary>
    /// Whether all numbers are such that nothing that kernels make of them reaches a limit of the type: the sum of a row's
    /// exponentials, which divides them, may be 2⁵⁴ (double: 2⁸⁵).
    /// </summary>
    internal bool IsUsual<T>()
        where T : unmanaged => Least >= -Limit<T>() && Most < Limit<T>();

    /// <summary>Whether another range lies in this one.</summary>
    internal bool Contains(WeightRange other) => other.Least >= Least && other.Most <= Most;

    /// <summary>The sample weights with which all products of a call are usual; empty if the least is above the most.</summary>
    /// <param name="scale">log₂ of what the gradient is multiplied with.</param>
    internal WeightRange UsualSamples<T>(int scale)
        where T : unmanaged
    {
        var limit = Limit<T>();
        return new(
            Math.Max(-limit, -limit - Least - Math.Min(0, scale)),
            Math.Min(limit - 1, limit - 3 - Most - Math.Max(0, scale)));
    }

    private static int Limit<T>() => typeof(T) == typeof(float) ? 64 : 512;
}
