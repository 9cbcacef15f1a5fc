using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Metrics;

namespace WeightedLoss;

/// <summary>
/// The confusion matrix of a binary classifier: how many positives and negatives are predicted as which, and the metrics that follow.
/// </summary>
/// <remarks>
/// The numbers are sums of sample weights; without weights they are counts, which a double holds exactly up to 2⁵³. A ratio whose
/// divisor is 0 is 0. A sum of cells may be beyond the largest double without harm to a ratio.
/// </remarks>
/// <param name="TruePositives">Positives that are predicted positive.</param>
/// <param name="FalsePositives">Negatives that are predicted positive.</param>
/// <param name="TrueNegatives">Negatives that are predicted negative.</param>
/// <param name="FalseNegatives">Positives that are predicted negative.</param>
public readonly record struct BinaryConfusionMatrix(
    double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
{
    /// <summary>All positives.</summary>
    public double Positives => TruePositives + FalseNegatives;

    /// <summary>All negatives.</summary>
    public double Negatives => FalsePositives + TrueNegatives;

    /// <summary>All samples that are predicted positive.</summary>
    public double PredictedPositives => TruePositives + FalsePositives;

    /// <summary>All samples.</summary>
    public double Total => Positives + Negatives;

    /// <summary>The part of the predicted positives that are positive, TP/(TP + FP).</summary>
    public double Precision => Scaling.Part(TruePositives, FalsePositives);

    /// <summary>The part of the positives that are predicted positive, TP/(TP + FN); also sensitivity and true positive rate.</summary>
    public double Recall => Scaling.Part(TruePositives, FalseNegatives);

    /// <summary>The part of the negatives that are predicted negative, TN/(TN + FP); also true negative rate.</summary>
    public double Specificity => Scaling.Part(TrueNegatives, FalsePositives);

    /// <summary>The part of the negatives that are predicted positive, FP/(TN + FP).</summary>
    public double FalsePositiveRate => Scaling.Part(FalsePositives, TrueNegatives);

    /// <summary>The part of all samples that are predicted correctly.</summary>
    public double Accuracy
    {
        get
        {
            var cells = Small;
            return Scaling.Part(cells.TruePositives + cells.TrueNegatives, cells.FalsePositives + cells.FalseNegatives);
        }
    }

    /// <summary>The mean of recall and specificity; of the one that is defined if there is only one class.</summary>
    public double BalancedAccuracy =>
        Positives == 0 ? Specificity : Negatives == 0 ? Recall : (Recall + Specificity) / 2;

    /// <summary>The geometric mean of recall and specificity.</summary>
    /// <remarks>M. Kubat, S. Matwin, "Addressing the Curse of Imbalanced Training Sets: One-Sided Selection", ICML 1997.</remarks>
    public double GeometricMean => Math.Sqrt(Recall * Specificity);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => FScore(1);

    /// <summary>
    /// Matthews' correlation of label and decision, (TP·TN − FP·FN)/√((TP + FP)(TP + FN)(TN + FP)(TN + FN)), from −1 to 1.
    /// </summary>
    /// <remarks>
    /// B. W. Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme", BBA 405(2), 1975. Sums and
    /// products are exact; the result is within 1 ulp.
    /// </remarks>
    public double MatthewsCorrelation
    {
        get
        {
            var cells = ExactCorrelation.Integers([TruePositives, FalsePositives, TrueNegatives, FalseNegatives]);
            if (cells is not [var tp, var fp, var tn, var fn])
            {
                return double.NaN;
            }

            return ExactCorrelation.Quotient((tp * tn) - (fp * fn), (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
        }
    }

    // Small enough for sums of all cells, the true positives twice.
    private BinaryConfusionMatrix Small => Total > double.MaxValue / 4
        ? new(TruePositives / 4, FalsePositives / 4, TrueNegatives / 4, FalseNegatives / 4)
        : this;

    /// <summary>Adds two matrices.</summary>
    public static BinaryConfusionMatrix operator +(BinaryConfusionMatrix left, BinaryConfusionMatrix right) => new(
        left.TruePositives + right.TruePositives, left.FalsePositives + right.FalsePositives,
        left.TrueNegatives + right.TrueNegatives, left.FalseNegatives + right.FalseNegatives);

    /// <summary>Adds two matrices; the same as the operator.</summary>
    public static BinaryConfusionMatrix Add(BinaryConfusionMatrix left, BinaryConfusionMatrix right) => left + right;

    /// <summary>Predicts the samples positive whose score is at least a threshold, and counts.</summary>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="scores">[n], logits or probabilities, not NaN.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="threshold">The smallest score that is predicted positive, not NaN: 0 for logits is 0.5 for probabilities.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static BinaryConfusionMatrix Create<T, TLabel>(
        ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, T threshold, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), scores.Length, nameof(scores));
        InputChecks.NoNaN(scores, "A score", nameof(scores));
        InputChecks.BinaryLabels(labels);
        InputChecks.SampleWeights(sampleWeights, scores.Length, nameof(scores));
        if (T.IsNaN(threshold))
        {
            throw new ArgumentException($"A threshold must be a number, but {nameof(threshold)} is {threshold}.", nameof(threshold));
        }

        // [actual, predicted]
        Span<double> cells = [0, 0, 0, 0];
        for (var i = 0; i < scores.Length; i++)
        {
            var cell = (int.CreateTruncating(labels[i]) << 1) | (scores[i] >= threshold ? 1 : 0);
            cells[cell] += sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);
        }

        return new(cells[3], cells[1], cells[0], cells[2]);
    }

    /// <summary>
    /// The weighted harmonic mean of precision and recall, (1 + β²)·TP/((1 + β²)·TP + β²·FN + FP), in which recall counts β times as
    /// much as precision.
    /// </summary>
    /// <remarks>C. J. van Rijsbergen, "Information Retrieval", 2nd edition, 1979, chapter 7.</remarks>
    /// <param name="beta">β, finite and at least 0.</param>
    /// <exception cref="ArgumentException">β out of range.</exception>
    public double FScore(double beta)
    {
        InputChecks.NotNegative(beta, "β", nameof(beta));

        // Divided by β² where β is large: β² overflows sooner than the score reaches the recall, its limit.
        var inverse = 1 / beta;
        var (missed, alarms) = beta <= 1 ? (beta * beta, 1.0) : (1.0, inverse * inverse);
        var cells = Small;
        return Scaling.Part((missed + alarms) * cells.TruePositives, (missed * cells.FalseNegatives) + (alarms * cells.FalsePositives));
    }

    /// <summary>What the decisions cost in all; +∞ beyond the largest double.</summary>
    /// <param name="costs">The cost of each of the four cases.</param>
    public double Cost(BinaryCosts costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        return Cost(costs, 1, 1);
    }

    /// <summary>The cost with factors on all costs and on all cells.</summary>
    internal double Cost(BinaryCosts costs, double costScale, double weightScale) =>
        (costs.FalsePositive * costScale * (FalsePositives * weightScale))
            + (costs.FalseNegative * costScale * (FalseNegatives * weightScale))
            + (costs.TruePositive * costScale * (TruePositives * weightScale))
            + (costs.TrueNegative * costScale * (TrueNegatives * weightScale));
}
