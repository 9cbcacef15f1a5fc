using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>
/// The library's arithmetic once more over Vector128, Vector256 and Vector512, which run on every machine: so the tails and folds of
/// registers that a machine does not have are executed on it too. Of the class counts, one for each layout and way to transpose. With them,
/// values of γ that the library has no kernels of their own for.
/// </summary>
internal static class Twins
{
    /// <summary>What the library has no kernel of.</summary>
    internal static IReadOnlyList<KernelEntry> Kernels { get; } =
    [
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_TwinBinaryCrossEntropy.BinaryCrossEntropyRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_TwinCrossEntropy.CrossEntropyRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_TwinSigmoidFocal.SigmoidFocalRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_TwinSoftmaxFocal.SoftmaxFocalRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_TwinAsymmetricLoss.AsymmetricLossRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_OtherGammas.SigmoidFocalRegistry.All),
        .. NotOfTheLibrary(Generated.WeightedLoss_Conformance_OtherGammas.SoftmaxFocalRegistry.All),
    ];

    /// <summary>What the dispatchers of this assembly choose, as those of a user's assembly do.</summary>
    internal static IReadOnlyList<KernelInfo> InUse =>
    [
        .. Generated.WeightedLoss_Conformance_TwinBinaryCrossEntropy.BinaryCrossEntropyRegistry.InUse,
        .. Generated.WeightedLoss_Conformance_TwinCrossEntropy.CrossEntropyRegistry.InUse,
        .. Generated.WeightedLoss_Conformance_TwinSigmoidFocal.SigmoidFocalRegistry.InUse,
        .. Generated.WeightedLoss_Conformance_TwinSoftmaxFocal.SoftmaxFocalRegistry.InUse,
        .. Generated.WeightedLoss_Conformance_TwinAsymmetricLoss.AsymmetricLossRegistry.InUse,
    ];

    private static IEnumerable<KernelEntry> NotOfTheLibrary(KernelEntry[] kernels) =>
        kernels.ExceptBy(KernelRegistry.All.Select(kernel => kernel.Id), kernel => kernel.Id);
}

[BinaryCrossEntropyKernel<float>(PortableTwins = true)]
[BinaryCrossEntropyKernel<double>(PortableTwins = true)]
internal static partial class TwinBinaryCrossEntropy;

[CrossEntropyKernel<float>(PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 2, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 7, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 10, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 37, PortableTwins = true)]
[CrossEntropyKernel<float>(Classes = 300, PortableTwins = true)]
[CrossEntropyKernel<double>(PortableTwins = true)]
[CrossEntropyKernel<double>(Classes = 3, PortableTwins = true)]
internal static partial class TwinCrossEntropy;

[SigmoidFocalKernel<float>(PortableTwins = true)]
[SigmoidFocalKernel<float>(Gamma = 2, PortableTwins = true)]
[SigmoidFocalKernel<double>(PortableTwins = true)]
internal static partial class TwinSigmoidFocal;

[SoftmaxFocalKernel<float>(PortableTwins = true)]
[SoftmaxFocalKernel<float>(Gamma = 2, PortableTwins = true)]
[SoftmaxFocalKernel<double>(PortableTwins = true)]
internal static partial class TwinSoftmaxFocal;

[AsymmetricLossKernel<float>(PortableTwins = true)]
[AsymmetricLossKernel<float>(GammaPositive = 0, GammaNegative = 4, Margin = 0.05, PortableTwins = true)]
[AsymmetricLossKernel<double>(PortableTwins = true)]
internal static partial class TwinAsymmetricLoss;

[SigmoidFocalKernel<float>(Gamma = 0.5)]
[SigmoidFocalKernel<float>(Gamma = 1)]
[SigmoidFocalKernel<float>(Gamma = 1.5)]
[SigmoidFocalKernel<float>(Gamma = 4)]
[SigmoidFocalKernel<float>(Gamma = 5)]
[SigmoidFocalKernel<double>(Gamma = 3.5)]
[SoftmaxFocalKernel<float>(Classes = 2, Gamma = 1)]
[SoftmaxFocalKernel<float>(Classes = 7, Gamma = 0.5)]
[SoftmaxFocalKernel<float>(Classes = 300, Gamma = 5)]
[SoftmaxFocalKernel<double>(Classes = 12, Gamma = 3.5)]
internal static partial class OtherGammas;
