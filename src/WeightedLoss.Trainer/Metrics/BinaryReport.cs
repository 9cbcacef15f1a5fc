namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell positives from negatives.</summary>
/// <param name="Confusion">The decisions at the threshold 0.5 on the probability.</param>
/// <param name="AveragePrecision">Over all thresholds.</param>
/// <param name="LogLoss">The mean unweighted log loss.</param>
internal sealed record BinaryReport(BinaryConfusion Confusion, double AveragePrecision, double LogLoss)
{
    /// <summary>All figures.</summary>
    /// <param name="logits">One per row.</param>
    /// <param name="labels">One per row, 0 or 1.</param>
    public static BinaryReport Of(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels) => new(
        BinaryConfusion.Of(logits, labels, 0), RankingScores.Of(logits, labels).AveragePrecision, LogLossOf(logits, labels));

    /// <summary>The mean unweighted log loss.</summary>
    public static double LogLossOf(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels) =>
        BinaryCrossEntropy.Loss(logits, labels, new BinaryLossOptions<float>(Reduction.MeanByCount)).MeanByCount;
}
