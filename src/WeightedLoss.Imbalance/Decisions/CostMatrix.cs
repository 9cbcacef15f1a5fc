using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>What it costs to predict one class for a sample of another, in any one unit such as money.</summary>
/// <remarks>C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.</remarks>
public sealed class CostMatrix
{
    private readonly double[] _costs;

    /// <summary>A cost for each pair of classes.</summary>
    /// <param name="classes">The number of classes K, 2 to 2²⁴.</param>
    /// <param name="costs">
    /// [K, K], row-major, finite and at least 0: row the class that a sample is of, column the class that is predicted. The values
    /// are copied.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The number of classes is out of range, there are not K² costs, one is negative or not finite, or decisions make no difference: each
    /// row has equal costs.
    /// </exception>
    public CostMatrix(int classes, ReadOnlySpan<double> costs)
    {
        ClassChecks.Count(classes);
        if (costs.Length != (long)classes * classes)
        {
            throw new ArgumentException(
                $"{classes} classes have {(long)classes * classes} costs, but {nameof(costs)} has {costs.Length}.", nameof(costs));
        }

        InputChecks.NotNegative(costs, "A cost", nameof(costs));
        var differ = false;
        for (var first = 0; first < costs.Length; first += classes)
        {
            differ |= costs.Slice(first, classes).ContainsAnyExcept(costs[first]);
        }

        if (!differ)
        {
            throw new ArgumentException(
                $"Decisions must make a difference, but each row of {nameof(costs)} has equal costs; those of row 0 are {costs[0]}.",
                nameof(costs));
        }

        Classes = classes;
        _costs = costs.ToArray();
        Scale = Scaling.ToRange(_costs.Max());
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The cost of predicting a class for a sample of another.</summary>
    /// <param name="actual">The class of the sample, 0 … K − 1.</param>
    /// <param name="predicted">The class that is predicted, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double this[int actual, int predicted] =>
        _costs[(Class(actual, nameof(actual)) * Classes) + Class(predicted, nameof(predicted))];

    /// <summary>What to multiply the costs by for sums that stay in range.</summary>
    internal double Scale { get; }

    private int Class(int label, string name) => (uint)label < (uint)Classes
        ? label
        : throw new ArgumentException($"A class lies between 0 and {Classes - 1}, but {name} is {label}.", name);
}
