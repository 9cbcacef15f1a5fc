using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>One kernel file.</summary>
/// <param name="Target">The class that asks for it.</param>
/// <param name="Id">What is computed.</param>
/// <param name="InstructionSet">How operations are spelled.</param>
internal sealed record KernelPlan(TargetClass Target, KernelId Id, InstructionSet InstructionSet)
{
    public string Name => Id.NameFor(InstructionSet);
}

/// <summary>A choice among the instruction sets of a kernel.</summary>
/// <param name="Target">The class that asks for it.</param>
/// <param name="Id">The kernel.</param>
/// <param name="Kernels">The part that the instruction sets have; the kernel itself unless its class count is a type argument.</param>
/// <param name="InstructionSets">Those that users have, in the order of preference.</param>
internal sealed record DispatchPlan(TargetClass Target, KernelId Id, KernelId Kernels, EquatableArray<InstructionSet> InstructionSets);

/// <summary>The kernels of one loss, class and element type, for the public methods that choose among them.</summary>
/// <param name="Target">The class that receives the methods.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Element">The type of the elements.</param>
/// <param name="Kernels">The kernel of each attribute, in ascending order of what is fixed at build time.</param>
/// <param name="HasProbabilities">Whether the public methods include the one for probabilities.</param>
internal sealed record SurfacePlan(
    TargetClass Target,
    LossInfo Loss,
    Element Element,
    EquatableArray<KernelId> Kernels,
    bool HasProbabilities)
{
    /// <summary>The file of the public methods, for example <c>CrossEntropyF32</c>.</summary>
    public string Name => Loss.Class + Element.Name.ToUpperInvariant();

    /// <summary>The struct that chooses among the kernels, for example <c>CrossEntropyF32Choice</c>.</summary>
    public string Choice => ChoiceOf(Loss, Element);

    /// <summary>The same for the rows of a loss of the softmax.</summary>
    public string RowsChoice => ChoiceOf(Loss, Element, "Rows");

    /// <summary>The name of a struct that chooses, which no <see cref="KernelId.TypeName"/> is.</summary>
    public static string ChoiceOf(LossInfo loss, Element element, string suffix = "") =>
        $"{loss.Class}{element.Name.ToUpperInvariant()}{suffix}Choice";
}

/// <summary>The list of a class's kernels of one loss, so that no kernel exists untested.</summary>
/// <param name="Target">The class that asks for them.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Kernels">The kernel of each attribute, with its instruction sets.</param>
internal sealed record RegistryPlan(TargetClass Target, LossInfo Loss, EquatableArray<RegisteredKernel> Kernels);

/// <summary>A kernel with its instruction sets.</summary>
internal sealed record RegisteredKernel(KernelId Id, EquatableArray<InstructionSet> InstructionSets);

/// <summary>An instruction set, or a portable twin of one, in the order of preference.</summary>
internal enum InstructionSet
{
    Avx512,
    Avx2,
    AdvSimd,
    Sse2,
    Scalar,
    Portable512,
    Portable256,
    Portable128,
}
