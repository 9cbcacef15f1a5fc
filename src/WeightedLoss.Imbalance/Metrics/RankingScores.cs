using System.Numerics;
using WeightedLoss.Metrics;

namespace WeightedLoss;

/// <summary>How well scores put positives before negatives, over all thresholds together.</summary>
/// <param name="AveragePrecision">
/// Σ (R_n − R_{n−1})·P_n over the thresholds from the highest score down, with recall R and precision P; nothing is interpolated. 0 without
/// positives.
/// </param>
/// <param name="PrecisionRecallArea">
/// The area under the precision-recall curve by trapezoids, from recall 0 and precision 1 on. Between two points precision is not linear
/// in recall, so it is too optimistic where thresholds are few; prefer <paramref name="AveragePrecision"/>. 0 without positives.
/// </param>
/// <param name="RocArea">
/// The area under the ROC curve: the probability that a positive scores higher than a negative, where equal scores count half. NaN without
/// positives or negatives, for which it is not defined.
/// </param>
/// <param name="Positives">The number of positives, or the sum of their weights.</param>
/// <param name="Negatives">The number of negatives, or the sum of their weights.</param>
/// <remarks>
/// J. Davis, M. Goadrich, "The Relationship Between Precision-Recall and ROC Curves", ICML 2006; T. Fawcett, "An introduction to ROC
/// analysis", Pattern Recognition Letters 27(8), 2006.
/// </remarks>
public readonly record struct RankingScores(
    double AveragePrecision, double PrecisionRecallArea, double RocArea, double Positives, double Negatives)
{
    /// <summary>
    /// All three figures from one sort. Equal scores are one threshold, and −0 is equal to 0; the order of the samples changes nothing
    /// but the rounding of sums of weights.
    /// </summary>
    /// <remarks>Needs working memory of two numbers and two bytes for each sample, or with sample weights of four numbers.</remarks>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="scores">[n], logits or probabilities or anything else that is higher for positives, not NaN.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static RankingScores Compute<T, TLabel>(
        ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var ranked = RankedScores<T>.Create(scores, labels, sampleWeights);
        var areas = new CurveAreas(ranked.Positives, ranked.Negatives);
        while (ranked.MoveNext())
        {
            areas.Add(ranked.TruePositives, ranked.FalsePositives);
        }

        return areas.ToScores();
    }
}
