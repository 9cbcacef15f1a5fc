namespace WeightedLoss.Trainer.Metrics;

/// <summary>Reliability curves of logits, all with the same bins, so that their errors can be compared.</summary>
internal static class Reliability
{
    /// <summary>The number of bins of equal width.</summary>
    public const int Bins = 10;

    /// <summary>Of the probability to be positive.</summary>
    /// <param name="logits">One per row.</param>
    /// <param name="labels">One per row, 0 or 1.</param>
    /// <param name="weights">One per row; or none.</param>
    public static ReliabilityCurve OfPositives(float[] logits, byte[] labels, float[] weights) =>
        ReliabilityCurve.Create<float, byte>(Probabilities(logits), labels, Bins, sampleWeights: weights);

    /// <summary>Of the probability of the likeliest class, against how often it is the right one.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="labels">One per row.</param>
    /// <param name="weights">One per row; or none.</param>
    /// <param name="classes">The number of classes.</param>
    public static ReliabilityCurve OfLikeliest(float[] logits, byte[] labels, float[] weights, int classes)
    {
        var probabilities = Probabilities(logits, classes);
        var confidences = new float[labels.Length];
        var correct = new byte[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var row = probabilities.AsSpan(i * classes, classes);
            var likeliest = ClassDecision.Largest<float>(row);
            confidences[i] = Math.Min(row[likeliest], 1);
            correct[i] = likeliest == labels[i] ? (byte)1 : (byte)0;
        }

        return ReliabilityCurve.Create<float, byte>(confidences, correct, Bins, sampleWeights: weights);
    }

    /// <summary>The probabilities to be positive.</summary>
    public static float[] Probabilities(float[] logits)
    {
        var probabilities = new float[logits.Length];
        BinaryCrossEntropy.Probabilities(logits, probabilities);
        return probabilities;
    }

    /// <summary>The probabilities of each class.</summary>
    public static float[] Probabilities(float[] logits, int classes)
    {
        var probabilities = new float[logits.Length];
        CrossEntropy.Probabilities(logits, probabilities, new CrossEntropyOptions<float>(classes, Reduction.Sum));
        return probabilities;
    }
}
