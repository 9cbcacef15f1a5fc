namespace WeightedLoss;

// Every kernel that the library ships is listed in this file.

/// <summary>
/// Weighted binary cross-entropy with logits. One label per logit: hard (0 or 1) or soft (a probability); see
/// <see cref="BinaryLossOptions{T}"/> for weights, multi-label columns, smoothing, ignored labels, reductions and threads.
/// </summary>
[BinaryCrossEntropyKernel<float>]
[BinaryCrossEntropyKernel<double>]
public static partial class BinaryCrossEntropy;
