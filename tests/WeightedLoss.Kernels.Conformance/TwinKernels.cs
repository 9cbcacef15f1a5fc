using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>
/// The library's arithmetic once more over Vector128, Vector256 and Vector512, which run on every machine: so the tails and folds of
/// registers that a machine does not have are executed on it too. Of the class counts, one for each layout and way to transpose.
/// </summary>
internal static class Twins
{
    internal static IReadOnlyList<KernelEntry> Kernels { get; } =
    [
        .. new KernelEntry[][] { TwinBinaryCrossEntropy.BinaryCrossEntropyKernels, TwinCrossEntropy.CrossEntropyKernels }
            .SelectMany(kernels => kernels)
            .Where(kernel => kernel.InstructionSet.StartsWith("portable", StringComparison.Ordinal)),
    ];

    /// <summary>What the dispatchers of this assembly choose, as those of a user's assembly do.</summary>
    internal static IReadOnlyList<KernelInfo> InUse =>
        [.. TwinBinaryCrossEntropy.BinaryCrossEntropyKernelsInUse, .. TwinCrossEntropy.CrossEntropyKernelsInUse];
}

[BinaryCrossEntropyKernel<float>(PortableTwins = true)]
[BinaryCrossEntropyKernel<double>(PortableTwins = true)]
internal static partial class TwinBinaryCrossEntropy;

[CrossEntropyKernel<float>(PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 2, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 7, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 10, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 300, PortableTwins = true)]
[CrossEntropyKernel<double>(PortableTwins = true)]
[CrossEntropyKernel<double>(Classes = 3, PortableTwins = true)]
internal static partial class TwinCrossEntropy;
