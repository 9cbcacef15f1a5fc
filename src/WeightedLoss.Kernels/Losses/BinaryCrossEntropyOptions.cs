using System.Numerics;

namespace WeightedLoss;

/// <summary>What binary cross-entropy needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
/// <remarks>
/// With logit z, target y in [0, 1], positive weight w⁺ and negative weight w⁻ the loss of one label is
/// w⁺·y·softplus(−z) + w⁻·(1 − y)·softplus(z).
/// </remarks>
public sealed class BinaryCrossEntropyOptions<T> : BinaryOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Options with weights 1.</summary>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <exception cref="ArgumentException">The reduction is its default value, which names none.</exception>
    public BinaryCrossEntropyOptions(Reduction reduction)
        : base(reduction)
    {
    }
}
