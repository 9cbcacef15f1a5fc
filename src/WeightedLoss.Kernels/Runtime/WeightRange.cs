using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>The exponents of weights that are multiplied with one another: of the least one above 0, and of the largest.</summary>
/// <param name="Least">log₂ of the least, rounded down.</param>
/// <param name="Most">log₂ of the largest, rounded down.</param>
internal readonly record struct WeightRange(int Least, int Most)
{
    /// <summary>Of a weight of 1, and of weights that are all 0.</summary>
    internal static WeightRange One => default;

    /// <summary>That of all products.</summary>
    public static WeightRange operator *(WeightRange left, WeightRange right) => new(left.Least + right.Least, left.Most + right.Most + 1);

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

        return most == T.Zero ? One : new(T.ILogB(least), T.ILogB(most));
    }

    /// <summary>That of both.</summary>
    internal WeightRange And(WeightRange other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    /// <summary>
    /// Whether all numbers are so far from the limits of the type that nothing that kernels make of them reaches one: the sum of a row's
    /// exponentials, which divides them, may be 2⁵⁴ (double: 2⁸⁵).
    /// </summary>
    internal bool IsUsual<T>()
        where T : unmanaged
    {
        var limit = typeof(T) == typeof(float) ? 64 : 512;
        return Least >= -limit && Most < limit;
    }

    /// <summary>
    /// Whether the products of a call's factors are all usual. Otherwise the powers of two are taken out of weights and divisor and put back
    /// into the results, see <see cref="PowerOfTwo"/>.
    /// </summary>
    /// <param name="classes">Of the class weights.</param>
    /// <param name="samples">Of the sample weights.</param>
    /// <param name="divisor">What the gradient is divided by; null if there is none, or it is 0.</param>
    internal static bool AreUsual<T>(WeightRange classes, WeightRange samples, double? divisor)
        where T : unmanaged
    {
        var scale = divisor is { } given and not 0 ? -Math.ILogB(given) : 0;
        var weights = classes * samples;
        return classes.IsUsual<T>() && samples.IsUsual<T>() && weights.IsUsual<T>()
            && new WeightRange(scale, scale).IsUsual<T>() && (weights * new WeightRange(scale, scale)).IsUsual<T>();
    }
}
