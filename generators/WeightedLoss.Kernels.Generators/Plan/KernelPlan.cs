using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>One kernel file: what is computed, in which arithmetic, for which instruction set, and how the loop is cut.</summary>
/// <param name="Target">The class that receives the kernel.</param>
/// <param name="Loss">The loss or function.</param>
/// <param name="Element">The type of the elements in memory.</param>
/// <param name="InstructionSet">How operations are spelled.</param>
/// <param name="BlockIterations">See <see cref="TuningTable.BlockIterations"/>.</param>
internal sealed record KernelPlan(
    TargetClass Target,
    LossKind Loss,
    ElementType Element,
    InstructionSet InstructionSet,
    int BlockIterations)
{
    public KernelId Id => new(Loss, Element, InstructionSet);

    /// <summary>The lanes of the virtual block of 64 bytes, the same for every instruction set.</summary>
    public int BlockLanes => 64 / (Id.Arithmetic == Arithmetic.Float32 ? 4 : 8);
}

/// <summary>The kernels of one attribute, for the dispatcher, and the registry of its class.</summary>
/// <param name="Spec">What the attribute asks for.</param>
/// <param name="Kernels">Its kernels, in the order of preference.</param>
internal sealed record DispatchPlan(KernelSpec Spec, EquatableArray<KernelId> Kernels);

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
    Portable512,
    Portable256,
    Portable128,
    Scalar,
}
