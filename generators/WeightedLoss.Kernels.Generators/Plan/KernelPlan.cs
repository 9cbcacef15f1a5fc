using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>One kernel file: what is computed, in which arithmetic, for which instruction set, and how the loop is cut.</summary>
/// <param name="Target">The class that receives the kernel.</param>
/// <param name="Loss">The loss or function.</param>
/// <param name="Element">The type of the elements in memory.</param>
/// <param name="Classes">The class count; 0 where it is given at run time, or means nothing.</param>
/// <param name="InstructionSet">How operations are spelled.</param>
/// <param name="BlockIterations">See <see cref="TuningTable.BlockIterations"/>.</param>
/// <param name="Gamma">The focusing parameter; null where it is given at run time, or means nothing.</param>
internal sealed record KernelPlan(
    TargetClass Target,
    LossKind Loss,
    ElementType Element,
    int Classes,
    InstructionSet InstructionSet,
    int BlockIterations,
    double? Gamma = null)
{
    public KernelId Id => new(Loss, Element, Classes, InstructionSet, Gamma);
}

/// <summary>The kernels of one attribute, for the dispatcher, and the registry of its class.</summary>
/// <param name="Spec">What the attribute asks for.</param>
/// <param name="Kernels">Its kernels, in the order of preference.</param>
internal sealed record DispatchPlan(KernelSpec Spec, EquatableArray<KernelId> Kernels);

/// <summary>The kernels of one class and element type, for the public methods that choose among them.</summary>
/// <param name="Target">The class that receives the kernels.</param>
/// <param name="Kernels">The scalar kernel of each attribute, in ascending order of what is fixed at build time.</param>
/// <param name="HasProbabilities">Whether the public methods include the one for probabilities.</param>
internal sealed record FacadePlan(TargetClass Target, EquatableArray<KernelId> Kernels, bool HasProbabilities);

/// <summary>Where the logits of a sample with several classes are while they are computed with. It follows from class count and type alone.</summary>
internal enum ClassLayout
{
    /// <summary>Two classes: the difference of the logits, a sample per lane.</summary>
    Difference,

    /// <summary>A sample per lane, and its classes in scratch memory.</summary>
    Lanes,

    /// <summary>A sample at a time, its classes in the lanes.</summary>
    Row,

    /// <summary><see cref="Lanes"/> or <see cref="Row"/>, as the class count at run time asks for.</summary>
    Any,
}

/// <summary>The type that lanes compute in: apart from the storage type, because 16-bit elements are computed in 32 bits.</summary>
internal enum Arithmetic
{
    Float32,
    Float64,
}

/// <summary>An instruction set, or a portable twin of one.</summary>
internal enum InstructionSet
{
    Avx512,
    Avx2,
    AdvSimd,
    Sse2,
    Portable512,
    Portable256,
    Portable128,
    Scalar,
}
