namespace WeightedLoss.Trainer.Metrics;

/// <summary>How well logits tell positives from negatives.</summary>
internal sealed record BinaryReport(
    long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives, double AveragePrecision, double LogLoss)
{
    /// <summary>The part of what is called positive that is; 0 when nothing is called positive.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>The part of the positives that is found.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>All figures, at the threshold 0.5 on the probability.</summary>
    /// <param name="logits">One per row.</param>
    /// <param name="labels">One per row, 0 or 1.</param>
    public static BinaryReport Of(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels)
    {
        long truePositives = 0, falsePositives = 0, positives = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            positives += labels[i];
            if (logits[i] >= 0)
            {
                truePositives += labels[i];
                falsePositives += 1 - labels[i];
            }
        }

        var negatives = logits.Length - positives;
        return new(
            truePositives, falsePositives, negatives - falsePositives, positives - truePositives,
            AveragePrecisionOf(logits, labels), LogLossOf(logits, labels));
    }

    /// <summary>
    /// Σ (R_n − R_{n−1})·P_n over the thresholds from the highest score down, where rows of equal score pass together: their order
    /// in the file must not matter. 0 without positives.
    /// </summary>
    public static double AveragePrecisionOf(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels)
    {
        var sortedScores = scores.ToArray();
        var sortedLabels = labels.ToArray();
        Array.Sort(sortedScores, sortedLabels);
        long found = 0, taken = 0;
        var sum = 0.0;
        for (var i = sortedScores.Length - 1; i >= 0;)
        {
            var score = sortedScores[i];
            long foundHere = 0;
            for (; i >= 0 && sortedScores[i].Equals(score); i--)
            {
                foundHere += sortedLabels[i];
                taken++;
            }

            found += foundHere;
            sum += foundHere * ((double)found / taken);
        }

        return found == 0 ? 0 : sum / found;
    }

    /// <summary>The mean unweighted log loss.</summary>
    public static double LogLossOf(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels) =>
        BinaryCrossEntropy.Loss(logits, labels, new BinaryLossOptions<float>(Reduction.MeanByCount)).MeanByCount;

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
