using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>What the kernels of a focal loss are told of γ beside γ itself.</summary>
internal static class FocalGamma
{
    /// <summary>
    /// The −log q from which on q^γ is below every normal number, and counts as 0; finite, whatever γ. The generator's Power says the same of
    /// constants.
    /// </summary>
    internal static T Limit<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        gamma == T.Zero
            ? Narrowing.Largest<T>()
            : T.Min(T.CreateTruncating(typeof(T) == typeof(float) ? 120 : 800) / gamma, Narrowing.Largest<T>());
}
