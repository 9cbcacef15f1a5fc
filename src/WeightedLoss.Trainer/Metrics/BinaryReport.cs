namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell positives from negatives.</summary>
/// <param name="Confusion">The decisions at the threshold 0.5 on the probability.</param>
/// <param name="AveragePrecision">Over all thresholds.</param>
/// <param name="LogLoss">The mean log loss, without class weights.</param>
internal sealed record BinaryReport(BinaryConfusionMatrix Confusion, double AveragePrecision, double LogLoss)
{
    /// <summary>All figures.</summary>
    /// <param name="logits">One per row.</param>
    /// <param name="labels">One per row, 0 or 1.</param>
    /// <param name="weights">One per row; or none.</param>
    public static BinaryReport Compute(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights = default) => new(
        BinaryConfusionMatrix.Create(logits, labels, 0, weights),
        RankingScores.Compute(logits, labels, weights).AveragePrecision,
        LogLossOf(logits, labels, weights));

    /// <summary>The mean log loss, without class weights.</summary>
    public static double LogLossOf(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights = default) =>
        BinaryCrossEntropy.Loss(logits, labels, new BinaryCrossEntropyOptions<float>(Reduction.MeanByWeight), weights).MeanByWeight;
}
