namespace WeightedLoss.Trainer.Metrics;

/// <summary>The mean log loss of logits, without class weights.</summary>
internal static class LogLoss
{
    /// <summary>Of positives and negatives.</summary>
    /// <param name="logits">One per row.</param>
    /// <param name="labels">One per row, 0 or 1.</param>
    /// <param name="weights">One per row; or none.</param>
    public static double OfPositives(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights) =>
        BinaryCrossEntropy.Loss(logits, labels, new BinaryCrossEntropyOptions<float>(Reduction.MeanByWeight), weights).MeanByWeight;

    /// <summary>Of several classes.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One per row, 0 … classes − 1.</param>
    /// <param name="weights">One per row; or none.</param>
    /// <param name="classes">The number of classes.</param>
    public static double OfClasses(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights, int classes) =>
        CrossEntropy.Loss(logits, labels, new CrossEntropyOptions<float>(classes, Reduction.MeanByWeight), weights).MeanByWeight;
}
