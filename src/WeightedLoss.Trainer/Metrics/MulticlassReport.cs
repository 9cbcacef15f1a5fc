namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell several classes apart.</summary>
/// <param name="Confusion">How many rows of a class are predicted as which.</param>
/// <param name="LogLoss">The mean log loss, without class weights.</param>
internal sealed record MulticlassReport(MulticlassConfusionMatrix Confusion, double LogLoss)
{
    /// <summary>All figures, where the class of the largest logit is predicted.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One per row, 0 … classes − 1.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="weights">One per row; or none.</param>
    public static MulticlassReport Compute(
        ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, int classes, ReadOnlySpan<float> weights = default) =>
        new(new MulticlassConfusionMatrix(classes).AddLogits(logits, labels, weights), LogLossOf(logits, labels, classes, weights));

    /// <summary>The mean log loss, without class weights.</summary>
    public static double LogLossOf(
        ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, int classes, ReadOnlySpan<float> weights = default) =>
        CrossEntropy.Loss(logits, labels, new CrossEntropyOptions<float>(classes, Reduction.MeanByWeight), weights).MeanByWeight;
}
