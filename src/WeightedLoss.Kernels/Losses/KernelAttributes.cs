using System.ComponentModel;
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
    /// The instruction sets that kernels are generated for; <see cref="KernelInstructionSets.All"/> unless set. A processor whose best
    /// instruction set is left out runs the next best, or scalar code. The results have the same bits.
    /// </summary>
    public KernelInstructionSets InstructionSets { get; set; } = KernelInstructionSets.All;

    /// <summary>
    /// Whether the same arithmetic is also emitted over Vector128, Vector256 and Vector512, which run on every machine; for tests
    /// that compare the bits of instruction sets that a machine does not have. False unless set.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PortableTwins { get; set; }
}

/// <summary>
/// Asks the source generator for cross-entropy kernels in the static partial class that carries the attribute: one for each instruction
/// set and class count, and the public methods <c>Loss</c>, <c>LossAndGradient</c> and <c>Probabilities</c>. They take every class count;
/// those that have an attribute have kernels of their own.
/// </summary>
/// <typeparam name="T">The element type of logits and gradient: <see cref="float"/> or <see cref="double"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CrossEntropyKernelAttribute<T> : Attribute
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class count to specialise for hard labels, 2 to 2²⁰. Not set: kernels for any class count.</summary>
    public int Classes { get; set; }

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.InstructionSets"/>
    public KernelInstructionSets InstructionSets { get; set; } = KernelInstructionSets.All;

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.PortableTwins"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PortableTwins { get; set; }
}

/// <summary>
/// Asks the source generator for kernels of the focal loss of the sigmoid in the static partial class that carries the attribute: one for
/// each instruction set and γ, and the public methods <c>Loss</c>, <c>LossAndGradient</c> and <c>Probabilities</c>. They take every γ;
/// those that have an attribute have kernels of their own.
/// </summary>
/// <typeparam name="T">The element type of logits and gradient: <see cref="float"/> or <see cref="double"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SigmoidFocalKernelAttribute<T> : Attribute
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The focusing parameter γ to specialise for, finite and above 0: up to 4, a whole number or a half is computed by products and a
    /// square root, any other value by an exponential. Not set: kernels for the γ of the options.
    /// </summary>
    public double Gamma { get; set; }

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.InstructionSets"/>
    public KernelInstructionSets InstructionSets { get; set; } = KernelInstructionSets.All;

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.PortableTwins"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PortableTwins { get; set; }
}

/// <summary>
/// Asks the source generator for kernels of the focal loss of the softmax in the static partial class that carries the attribute: one for
/// each instruction set, class count and γ, and the public methods <c>Loss</c> and <c>LossAndGradient</c>. They take every class count and
/// every γ; those that have an attribute have kernels of their own.
/// </summary>
/// <typeparam name="T">The element type of logits and gradient: <see cref="float"/> or <see cref="double"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SoftmaxFocalKernelAttribute<T> : Attribute
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc cref="CrossEntropyKernelAttribute{T}.Classes"/>
    public int Classes { get; set; }

    /// <inheritdoc cref="SigmoidFocalKernelAttribute{T}.Gamma"/>
    public double Gamma { get; set; }

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.InstructionSets"/>
    public KernelInstructionSets InstructionSets { get; set; } = KernelInstructionSets.All;

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.PortableTwins"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PortableTwins { get; set; }
}

/// <summary>Asks the source generator for kernels of a function of one variable, for tests and benchmarks.</summary>
/// <param name="function">The function.</param>
/// <typeparam name="T">float, double, or ushort for the upper half of a float.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
internal sealed class FunctionKernelAttribute<T>(Function function) : Attribute
    where T : unmanaged
{
    public Function Function => function;
}

/// <summary>The functions that have kernels of their own, in the generator's order.</summary>
internal enum Function
{
    /// <summary>exp(−|x|).</summary>
    ExpNegative,

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    Log1pUnit,

    /// <summary>log(1 + x) for x ≥ 0.</summary>
    Log1p,
}
