using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>Chooses the threshold from which on a sample is predicted positive, by what the decisions are worth.</summary>
/// <remarks>
/// Every different score is a candidate, and so is predicting no positives, whose threshold is +∞ (unless a score is +∞ itself). The
/// choice is the best of all of them; of equally good ones it is the highest threshold, with the fewest alarms. Choose on validation rows,
/// not on those that the model was trained on.
/// </remarks>
public static class DecisionThreshold
{
    /// <summary>The threshold with the largest Fβ.</summary>
    /// <typeparam name="T">The type of the scores.</typeparam>
    /// <param name="curve">The thresholds to choose from.</param>
    /// <param name="beta">β, finite and at least 0: recall counts β times as much as precision.</param>
    /// <exception cref="ArgumentException">β out of range.</exception>
    public static ChosenThreshold<T> ByFScore<T>(ThresholdCurve<T> curve, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        InputChecks.NotNegative(beta, "β", nameof(beta));
        return Best(curve, confusion => confusion.FScore(beta))!.Value;
    }

    /// <summary>The threshold whose decisions cost least in all.</summary>
    /// <typeparam name="T">The type of the scores.</typeparam>
    /// <param name="curve">The thresholds to choose from.</param>
    /// <param name="costs">The cost of each of the four cases.</param>
    public static ChosenThreshold<T> ByCost<T>(ThresholdCurve<T> curve, BinaryCosts costs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentNullException.ThrowIfNull(costs);

        // In units in which no sum overflows: thresholds of infinite cost could not be told apart.
        var (costScale, weightScale) = (Scaling.ToRange(costs.Largest), Scaling.ToRange(Math.Max(curve.Positives, curve.Negatives)));
        return Best(curve, confusion => -confusion.Cost(costs, costScale, weightScale))!.Value;
    }

    /// <summary>The threshold with the largest recall among those of at least a precision.</summary>
    /// <typeparam name="T">The type of the scores.</typeparam>
    /// <param name="curve">The thresholds to choose from.</param>
    /// <param name="minimum">The precision that is required, greater than 0 and at most 1.</param>
    /// <returns>Null if no threshold has that precision.</returns>
    /// <exception cref="ArgumentException">The minimum is out of range.</exception>
    public static ChosenThreshold<T>? ByPrecision<T>(ThresholdCurve<T> curve, double minimum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMinimum(minimum);
        return Best(curve, confusion => confusion.Precision >= minimum ? confusion.Recall : double.NaN);
    }

    /// <summary>The threshold with the largest precision among those of at least a recall.</summary>
    /// <typeparam name="T">The type of the scores.</typeparam>
    /// <param name="curve">The thresholds to choose from.</param>
    /// <param name="minimum">The recall that is required, greater than 0 and at most 1.</param>
    /// <returns>Null if there are no positives.</returns>
    /// <exception cref="ArgumentException">The minimum is out of range.</exception>
    public static ChosenThreshold<T>? ByRecall<T>(ThresholdCurve<T> curve, double minimum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMinimum(minimum);
        return Best(curve, confusion => confusion.Recall >= minimum ? confusion.Precision : double.NaN);
    }

    private static void CheckMinimum(double minimum)
    {
        if (!(minimum > 0 && minimum <= 1))
        {
            throw new ArgumentException(
                $"What is required must be greater than 0 and at most 1, but {nameof(minimum)} is {minimum}.", nameof(minimum));
        }
    }

    // NaN is no candidate.
    private static ChosenThreshold<T>? Best<T>(ThresholdCurve<T> curve, Func<BinaryConfusionMatrix, double> worth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(curve);
        var best = -1;
        var most = double.NaN;
        var first = curve.Count != 0 && T.IsPositiveInfinity(curve.Thresholds[0]) ? 0 : -1;
        for (var i = first; i < curve.Count; i++)
        {
            var here = worth(curve[i]);
            if (here > most || (double.IsNaN(most) && !double.IsNaN(here)))
            {
                (best, most) = (i, here);
            }
        }

        return double.IsNaN(most) ? null : new(best < 0 ? T.PositiveInfinity : curve.Thresholds[best], curve[best]);
    }
}

/// <summary>A threshold, and what it does on the samples that it was chosen on.</summary>
/// <typeparam name="T">The type of the scores.</typeparam>
/// <param name="Threshold">The smallest score that is predicted positive; +∞ if there is none.</param>
/// <param name="Confusion">The decisions.</param>
public readonly record struct ChosenThreshold<T>(T Threshold, BinaryConfusionMatrix Confusion)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
