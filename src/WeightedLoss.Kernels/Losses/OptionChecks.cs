using System.Numerics;

namespace WeightedLoss;

/// <summary>The checks of the options that losses share.</summary>
internal static class OptionChecks
{
    /// <summary>Weights that are finite and at least 0.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="kind">What they are, for the message: "A class weight".</param>
    /// <param name="name">The option.</param>
    internal static void Weights<T>(ReadOnlySpan<T> weights, string kind, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= T.Zero) || !T.IsFinite(weights[i]))
            {
                throw new ArgumentException($"{kind} must be finite and at least 0, but {name}[{i}] is {weights[i]}.", name);
            }
        }
    }

    /// <summary>A reduction that is named, and not its default value.</summary>
    internal static Reduction Reduction(Reduction value, string name) =>
        value.Kind != ReductionKind.Unspecified
            ? value
            : throw new ArgumentException(
                $"The reduction must be Sum, MeanByCount, MeanByWeight or DivideBy(divisor), but {name} is default(Reduction).", name);

    /// <summary>ε in [0, 1].</summary>
    internal static T Smoothing<T>(T value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        value >= T.Zero && value <= T.One
            ? value
            : throw new ArgumentException($"Label smoothing must lie between 0 and 1, but {name} is {value}.", name);

    /// <summary>γ, finite and at least 0.</summary>
    internal static T Gamma<T>(T value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        value >= T.Zero && T.IsFinite(value)
            ? value
            : throw new ArgumentException($"The focusing parameter must be finite and at least 0, but {name} is {value}.", name);

    /// <summary>At least one thread.</summary>
    internal static int Threads(int value, string name) =>
        value >= 1 ? value : throw new ArgumentException($"At least one thread is needed, but {name} is {value}.", name);
}
