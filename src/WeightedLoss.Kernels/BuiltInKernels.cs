namespace WeightedLoss;

// Every kernel that the library ships is listed in this file.

/// <summary>
/// Weighted binary cross-entropy with logits. One label per logit: hard (0 or 1) or soft (a probability); see
/// <see cref="BinaryLossOptions{T}"/> for weights, multi-label columns, smoothing, ignored labels, reductions and threads.
/// </summary>
[BinaryCrossEntropyKernel<float>]
[BinaryCrossEntropyKernel<double>]
public static partial class BinaryCrossEntropy;

/// <summary>The functions that the losses are made of, on their own; for tests of their bounds and for benchmarks.</summary>
[FunctionKernel<float>(Function.ExpNegative)]
[FunctionKernel<float>(Function.Log1pUnit)]
[FunctionKernel<float>(Function.Log1p)]
[FunctionKernel<double>(Function.ExpNegative)]
[FunctionKernel<double>(Function.Log1pUnit)]
[FunctionKernel<double>(Function.Log1p)]
internal static partial class Functions;

/// <summary>All kernels of this assembly, for tests and benchmarks.</summary>
internal static class KernelRegistry
{
    internal static IReadOnlyList<Runtime.KernelEntry> All { get; } =
        [.. BinaryCrossEntropy.BinaryCrossEntropyKernels, .. Functions.FunctionKernels];
}
