namespace WeightedLoss.Conformance;

/// <summary>The same arithmetic over the portable vectors, which stand in for registers that a machine does not have.</summary>
[BinaryCrossEntropyKernel<float>(PortableTwins = true)]
[BinaryCrossEntropyKernel<double>(PortableTwins = true)]
internal static partial class TwinBinaryCrossEntropy;
