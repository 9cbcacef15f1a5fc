namespace WeightedLoss;

// Every kernel that the library ships is listed in this file.

/// <summary>
/// Weighted binary cross-entropy with logits. One label per logit: hard (0 or 1) or soft (a probability); see
/// <see cref="BinaryCrossEntropyOptions{T}"/> for weights, multi-label columns, smoothing, ignored labels, reductions and threads.
/// </summary>
[BinaryCrossEntropyKernel<float>]
[BinaryCrossEntropyKernel<double>]
public static partial class BinaryCrossEntropy;

/// <summary>
/// Weighted cross-entropy of the softmax. One label per sample, or a target for every class; see <see cref="CrossEntropyOptions{T}"/> for
/// weights, smoothing, ignored labels, reductions, layouts and threads.
/// </summary>
[CrossEntropyKernel<float>]
[CrossEntropyKernel<float>(Classes = 2)]
[CrossEntropyKernel<float>(Classes = 3)]
[CrossEntropyKernel<float>(Classes = 4)]
[CrossEntropyKernel<float>(Classes = 5)]
[CrossEntropyKernel<float>(Classes = 6)]
[CrossEntropyKernel<float>(Classes = 7)]
[CrossEntropyKernel<float>(Classes = 8)]
[CrossEntropyKernel<float>(Classes = 9)]
[CrossEntropyKernel<float>(Classes = 10)]
[CrossEntropyKernel<float>(Classes = 11)]
[CrossEntropyKernel<float>(Classes = 12)]
[CrossEntropyKernel<float>(Classes = 13)]
[CrossEntropyKernel<float>(Classes = 14)]
[CrossEntropyKernel<float>(Classes = 15)]
[CrossEntropyKernel<float>(Classes = 16)]
[CrossEntropyKernel<double>]
[CrossEntropyKernel<double>(Classes = 2)]
[CrossEntropyKernel<double>(Classes = 3)]
[CrossEntropyKernel<double>(Classes = 4)]
[CrossEntropyKernel<double>(Classes = 5)]
[CrossEntropyKernel<double>(Classes = 6)]
[CrossEntropyKernel<double>(Classes = 7)]
[CrossEntropyKernel<double>(Classes = 8)]
[CrossEntropyKernel<double>(Classes = 9)]
[CrossEntropyKernel<double>(Classes = 10)]
[CrossEntropyKernel<double>(Classes = 11)]
[CrossEntropyKernel<double>(Classes = 12)]
[CrossEntropyKernel<double>(Classes = 13)]
[CrossEntropyKernel<double>(Classes = 14)]
[CrossEntropyKernel<double>(Classes = 15)]
[CrossEntropyKernel<double>(Classes = 16)]
public static partial class CrossEntropy;

/// <summary>
/// Weighted focal loss of the sigmoid. One label per logit, as for <see cref="BinaryCrossEntropy"/>; see
/// <see cref="SigmoidFocalOptions{T}"/> for γ, weights, multi-label columns, smoothing, ignored labels, reductions and threads.
/// </summary>
[SigmoidFocalKernel<float>]
[SigmoidFocalKernel<float>(Gamma = 2)]
[SigmoidFocalKernel<double>]
[SigmoidFocalKernel<double>(Gamma = 2)]
public static partial class SigmoidFocal;

/// <summary>
/// Weighted focal loss of the softmax. One label per sample; see <see cref="SoftmaxFocalOptions{T}"/> for γ, weights, ignored labels,
/// reductions, layouts and threads. The sweeps over the classes are those of <see cref="CrossEntropy"/>.
/// </summary>
[SoftmaxFocalKernel<float>]
[SoftmaxFocalKernel<float>(Gamma = 2)]
[SoftmaxFocalKernel<double>]
[SoftmaxFocalKernel<double>(Gamma = 2)]
public static partial class SoftmaxFocal;

/// <summary>
/// Weighted asymmetric loss of the sigmoid, for labels of which few are positive, above all multi-label ones. One label per logit; see
/// <see cref="AsymmetricLossOptions{T}"/> for γ⁺, γ⁻, margin, weights, reduction, soft targets, smoothing, ignored labels, columns and
/// threads.
/// </summary>
[AsymmetricLossKernel<float>]
[AsymmetricLossKernel<double>]
public static partial class AsymmetricLoss;

/// <summary>The functions that the losses are made of, on their own; for tests of their bounds and for benchmarks.</summary>
[FunctionKernel<float>(Function.ExpNegative)]
[FunctionKernel<float>(Function.Log1pUnit)]
[FunctionKernel<float>(Function.Log1p)]
[FunctionKernel<double>(Function.ExpNegative)]
[FunctionKernel<double>(Function.Log1pUnit)]
[FunctionKernel<double>(Function.Log1p)]
[FunctionKernel<ushort>(Function.ExpNegative)]
internal static partial class Functions;

/// <summary>All kernels of this assembly, for tests and benchmarks.</summary>
internal static class KernelRegistry
{
    internal static IReadOnlyList<Runtime.KernelEntry> All { get; } =
    [
        .. Generated.WeightedLoss_BinaryCrossEntropy.BinaryCrossEntropyRegistry.All,
        .. Generated.WeightedLoss_CrossEntropy.CrossEntropyRegistry.All,
        .. Generated.WeightedLoss_SigmoidFocal.SigmoidFocalRegistry.All,
        .. Generated.WeightedLoss_SoftmaxFocal.SoftmaxFocalRegistry.All,
        .. Generated.WeightedLoss_AsymmetricLoss.AsymmetricLossRegistry.All,
        .. Generated.WeightedLoss_Functions.FunctionRegistry.All,
    ];
}

/// <summary>Which kernels the losses of this library run on in this process.</summary>
/// <remarks>
/// Every call uses the best instruction set that processor and runtime have. The environment variable <c>WEIGHTEDLOSS_INSTRUCTION_SET</c>,
/// or else the <see cref="AppContext"/> value <c>WeightedLoss.InstructionSet</c>, chooses another one: <c>scalar</c>, <c>sse2</c>,
/// <c>avx2</c>, <c>avx512</c> or <c>neon</c>. It is read once, before the first call, and holds for kernels that were generated into other
/// assemblies too. All instruction sets return the same bits. If the value is none of these, or the process can't run it, every call of a
/// loss throws an <see cref="InvalidOperationException"/> that says so.
/// </remarks>
public static class LossKernels
{
    /// <summary>The version of the bits that kernels return.</summary>
    /// <remarks>
    /// A kernel returns the same bits for the same arguments on every processor, on every instruction set, for any number of threads, and
    /// in every later version of this package with the same number. The number grows only when a result was wrong; the change log names
    /// the kernels whose bits changed. The sign and payload of a NaN are excepted. New kernels may be added under the same number, but none
    /// that changes the bits of a call that another one served before. Kernels that the generator emitted into another assembly have the
    /// number of the package which that assembly was compiled with.
    /// </remarks>
    public static int NumericsVersion => 1;

    /// <summary>
    /// The instruction set that is in use: <c>scalar</c>, <c>sse2</c> (with an emulated fused multiply-add; for float, double is
    /// <c>scalar</c> then), <c>avx2</c> (with fused multiply-add), <c>avx512</c> (F, DQ, BW and VL) or <c>neon</c>. On processors that
    /// lower their clock for 512-bit instructions it is <c>avx2</c>, unless <c>avx512</c> is asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// An instruction set was asked for that is unknown, or that the process can't run.
    /// </exception>
    public static string InstructionSet
    {
        get
        {
            Runtime.InstructionSetOverride.ThrowIfInvalid();
            return Generated.WeightedLoss_BinaryCrossEntropy.BceF32.InstructionSet;
        }
    }

    /// <summary>
    /// The kernels that are in use: one for each loss, element type, class count and set of parameters that has kernels of its own.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// An instruction set was asked for that is unknown, or that the process can't run.
    /// </exception>
    public static IReadOnlyList<KernelInfo> InUse
    {
        get
        {
            Runtime.InstructionSetOverride.ThrowIfInvalid();
            return
            [
                .. Generated.WeightedLoss_BinaryCrossEntropy.BinaryCrossEntropyRegistry.InUse,
                .. Generated.WeightedLoss_CrossEntropy.CrossEntropyRegistry.InUse,
                .. Generated.WeightedLoss_SigmoidFocal.SigmoidFocalRegistry.InUse,
                .. Generated.WeightedLoss_SoftmaxFocal.SoftmaxFocalRegistry.InUse,
                .. Generated.WeightedLoss_AsymmetricLoss.AsymmetricLossRegistry.InUse,
            ];
        }
    }
}
