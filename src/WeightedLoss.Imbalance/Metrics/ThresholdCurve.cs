using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Metrics;

namespace WeightedLoss;

/// <summary>
/// What each threshold on the scores of a binary classifier does: all its confusion matrices, from the highest threshold down.
/// </summary>
/// <remarks>
/// At a threshold, the samples whose score is at least that are predicted positive. Equal scores are one threshold, −0 is equal to
/// 0, and a score whose samples all have weight 0 is no threshold. From it follow the precision-recall and the ROC curve, and <see
/// cref="DecisionThreshold"/> chooses on it.
/// </remarks>
/// <typeparam name="T">The type of the scores, float or double.</typeparam>
public sealed class ThresholdCurve<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _thresholds;
    private readonly double[] _truePositives;
    private readonly double[] _falsePositives;

    internal ThresholdCurve(RankedScores<T> ranked)
    {
        var count = ranked.CountGroups();
        _thresholds = GC.AllocateUninitializedArray<T>(count);
        _truePositives = GC.AllocateUninitializedArray<double>(count);
        _falsePositives = GC.AllocateUninitializedArray<double>(count);
        for (var i = 0; ranked.MoveNext(); i++)
        {
            _thresholds[i] = ranked.Threshold;
            _truePositives[i] = ranked.TruePositives;
            _falsePositives[i] = ranked.FalsePositives;
        }

        Positives = ranked.TruePositives;
        Negatives = ranked.FalsePositives;
    }

    /// <summary>The number of thresholds, which is that of different scores that have weight.</summary>
    public int Count => _thresholds.Length;

    /// <summary>The number of positives, or the sum of their weights.</summary>
    public double Positives { get; }

    /// <summary>The number of negatives, or the sum of their weights.</summary>
    public double Negatives { get; }

    /// <summary>[<see cref="Count"/>], the different scores from the highest down.</summary>
    public ReadOnlySpan<T> Thresholds => _thresholds;

    /// <summary>[<see cref="Count"/>], the weight of the positives that score at least the threshold.</summary>
    public ReadOnlySpan<double> TruePositives => _truePositives;

    /// <summary>[<see cref="Count"/>], the weight of the negatives that score at least the threshold.</summary>
    public ReadOnlySpan<double> FalsePositives => _falsePositives;

    /// <summary>The confusion matrix at a threshold.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1 from the highest threshold down; −1 for predicting no positives.</param>
    /// <exception cref="ArgumentException">The index is out of range.</exception>
    public BinaryConfusionMatrix this[int index]
    {
        get
        {
            if (index < -1 || index >= Count)
            {
                throw new ArgumentException($"A threshold lies between -1 and {Count - 1}, but {nameof(index)} is {index}.", nameof(index));
            }

            var (found, alarms) = index < 0 ? (0, 0) : (_truePositives[index], _falsePositives[index]);
            return new(found, alarms, Negatives - alarms, Positives - found);
        }
    }

    /// <summary>Average precision and the areas under both curves.</summary>
    public RankingScores Scores
    {
        get
        {
            var areas = new CurveAreas(Positives, Negatives);
            for (var i = 0; i < Count; i++)
            {
                areas.Add(_truePositives[i], _falsePositives[i]);
            }

            return areas.ToScores();
        }
    }

    /// <summary>The precision at each threshold, TP/(TP + FP); 0 where all predicted positives weigh 0.</summary>
    /// <returns>[<see cref="Count"/>], from the highest threshold down.</returns>
    public double[] Precisions()
    {
        var precisions = new double[Count];
        for (var i = 0; i < precisions.Length; i++)
        {
            precisions[i] = Scaling.Part(_truePositives[i], _falsePositives[i]);
        }

        return precisions;
    }

    /// <summary>
    /// The recall at each threshold, TP/(TP + FN), which is the true positive rate of the ROC curve; 0 without positives.
    /// </summary>
    /// <returns>[<see cref="Count"/>], from the highest threshold down.</returns>
    public double[] Recalls() => Parts(_truePositives, Positives);

    /// <summary>The false positive rate of the ROC curve at each threshold, FP/(TN + FP); 0 without negatives.</summary>
    /// <returns>[<see cref="Count"/>], from the highest threshold down.</returns>
    public double[] FalsePositiveRates() => Parts(_falsePositives, Negatives);

    private static double[] Parts(double[] values, double whole) =>
        Array.ConvertAll(values, value => whole == 0 ? 0 : value / whole);
}

/// <summary>Makes a <see cref="ThresholdCurve{T}"/>.</summary>
public static class ThresholdCurve
{
    /// <summary>Sorts the scores and sums the labels at each threshold.</summary>
    /// <remarks>
    /// Needs working memory of two numbers and two bytes for each sample, or with sample weights of four numbers. Where only areas are
    /// wanted, <see cref="RankingScores.Compute"/> does without the curve.
    /// </remarks>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="scores">[n], logits or probabilities or anything else that is higher for positives, not NaN.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static ThresholdCurve<T> Create<T, TLabel>(
        ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => new(RankedScores<T>.Create(scores, labels, sampleWeights));
}
