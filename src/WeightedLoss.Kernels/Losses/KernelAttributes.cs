using System.Numerics;

namespace WeightedLoss;

/// <summary>
/// Asks the source generator for binary cross-entropy kernels in the static partial class that carries the attribute: one for each
/// instruction set, and the public methods <c>Loss</c>, <c>LossAndGradient</c> and <c>Probabilities</c>.
/// </summary>
/// <typeparam name="T">The element type of logits and gradient: <see cref="float"/> or <see cref="double"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class BinaryCrossEntropyKernelAttribute<T> : Attribute
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether the same arithmetic is also emitted over Vector128, Vector256 and Vector512, which run on every machine; for tests
    /// that compare the bits of instruction sets that a machine does not have. False unless set.
    /// </summary>
    public bool PortableTwins { get; set; }
}
