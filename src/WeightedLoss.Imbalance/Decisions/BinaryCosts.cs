using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>What a decision costs, in any one unit such as money: the 2×2 cost matrix.</summary>
/// <remarks>C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.</remarks>
public sealed record BinaryCosts
{
    /// <summary>A cost for each of the four cases, finite and at least 0; a wrong decision may not be cheaper than the right one.</summary>
    /// <param name="falsePositive">Of a negative that is predicted positive: a false alarm.</param>
    /// <param name="falseNegative">Of a positive that is predicted negative: a miss.</param>
    /// <param name="truePositive">Of a positive that is predicted positive, which may cost something too: the work on an alarm.</param>
    /// <param name="trueNegative">Of a negative that is predicted negative.</param>
    /// <exception cref="ArgumentException">
    /// A cost that is negative or not finite, a right decision that costs more than the wrong one, or no difference at all.
    /// </exception>
    public BinaryCosts(double falsePositive, double falseNegative, double truePositive = 0, double trueNegative = 0)
    {
        FalsePositive = InputChecks.NotNegative(falsePositive, "A cost", nameof(falsePositive));
        FalseNegative = InputChecks.NotNegative(falseNegative, "A cost", nameof(falseNegative));
        TruePositive = InputChecks.NotNegative(truePositive, "A cost", nameof(truePositive));
        TrueNegative = InputChecks.NotNegative(trueNegative, "A cost", nameof(trueNegative));
        if (truePositive > falseNegative)
        {
            throw new ArgumentException(
                $"A true positive must not cost more than a false negative, {falseNegative}, but {nameof(truePositive)} is {truePositive}.",
                nameof(truePositive));
        }

        if (trueNegative > falsePositive)
        {
            throw new ArgumentException(
                $"A true negative must not cost more than a false positive, {falsePositive}, but {nameof(trueNegative)} is {trueNegative}.",
                nameof(trueNegative));
        }

        if (truePositive == falseNegative && trueNegative == falsePositive)
        {
            throw new ArgumentException(
                $"Decisions must make a difference, but {nameof(falsePositive)} is {falsePositive} and so is the right decision.",
                nameof(falsePositive));
        }
    }

    /// <summary>The cost of a negative that is predicted positive.</summary>
    public double FalsePositive { get; }

    /// <summary>The cost of a positive that is predicted negative.</summary>
    public double FalseNegative { get; }

    /// <summary>The cost of a positive that is predicted positive.</summary>
    public double TruePositive { get; }

    /// <summary>The cost of a negative that is predicted negative.</summary>
    public double TrueNegative { get; }

    /// <summary>The largest of the costs.</summary>
    internal double Largest => Math.Max(FalsePositive, FalseNegative);

    /// <summary>
    /// The probability from which on predicting positive costs least on average, (FP − TN)/((FP − TN) + (FN − TP)). It is right for
    /// calibrated probabilities only; <see cref="DecisionThreshold"/> finds a threshold for any scores.
    /// </summary>
    public double BayesThreshold => Scaling.Part(FalsePositive - TrueNegative, FalseNegative - TruePositive);
}
