namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell several classes apart.</summary>
/// <param name="Confusion">How many rows of a class are called which.</param>
/// <param name="LogLoss">The mean unweighted log loss.</param>
internal sealed record MulticlassReport(ConfusionMatrix Confusion, double LogLoss)
{
    /// <summary>All figures, where the class of the largest logit is called.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One per row, 0 … classes − 1.</param>
    /// <param name="classes">The number of classes.</param>
    public static MulticlassReport Of(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, int classes) =>
        new(new ConfusionMatrix(classes).AddLogits(logits, labels), LogLossOf(logits, labels, classes));

    /// <summary>The mean unweighted log loss.</summary>
    public static double LogLossOf(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels, int classes) =>
        CrossEntropy.Loss(logits, labels, new CrossEntropyOptions<float>(classes, Reduction.MeanByCount)).MeanByCount;
}
