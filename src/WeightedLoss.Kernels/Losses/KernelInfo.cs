namespace WeightedLoss;

/// <summary>A kernel that is in use; see <see cref="LossKernels.InUse"/>.</summary>
/// <param name="Id">
/// Loss, element type, class count and parameters if there are, and instruction set, for example <c>ce-f32-c7-avx2</c>.
/// </param>
/// <param name="Loss">The class of the loss in this library, for example <c>CrossEntropy</c>.</param>
/// <param name="ElementType">The type of logits and gradient.</param>
/// <param name="Classes">The class count that the kernel is made for; 0 if it is for any, or if the loss has no classes.</param>
/// <param name="InstructionSet"><c>scalar</c>, <c>sse2</c>, <c>avx2</c>, <c>avx512</c> or <c>neon</c>.</param>
/// <param name="Parameters">
/// The loss's parameters that the kernel is made for, in the order of its options, for example γ = 2 of a focal loss; null if it is for
/// any, or if the loss has none.
/// </param>
public sealed record KernelInfo(
    string Id, string Loss, Type ElementType, int Classes, string InstructionSet, IReadOnlyList<double>? Parameters = null);
