namespace WeightedLoss.Tests.Dispatch;

/// <summary>
/// The library's kernels once more, with their portable twins: the same arithmetic over Vector128, Vector256 and Vector512, which run
/// on every machine. So the tails and folds of widths that a machine does not have are tested on it too.
/// </summary>
[BinaryCrossEntropyKernel<float>(PortableTwins = true)]
[BinaryCrossEntropyKernel<double>(PortableTwins = true)]
internal static partial class TwinBinaryCrossEntropy;
