using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>What it costs to call a sample of one class another, in any one unit such as money.</summary>
/// <remarks>C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.</remarks>
public sealed class CostMatrix
{
    private readonly double[] _costs;

    /// <summary>A cost for each pair of classes.</summary>
    /// <param name="classes">The number of classes K, at least 2.</param>
    /// <param name="costs">
    /// [K, K], row-major, finite and at least 0: row the class that a sample is of, column the class that it is called. The values are
    /// copied.
    /// </param>
    /// <exception cref="ArgumentException">Fewer than 2 classes, not K² costs, or one that is negative or not finite.</exception>
    public CostMatrix(int classes, ReadOnlySpan<double> costs)
    {
        InputChecks.Classes(classes);
        if (costs.Length != (long)classes * classes)
        {
            throw new ArgumentException(
                $"{classes} classes have {(long)classes * classes} costs, but {nameof(costs)} has {costs.Length}.", nameof(costs));
        }

        OptionChecks.Weights(costs, "A cost", nameof(costs));
        Classes = classes;
        _costs = costs.ToArray();
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The cost of calling a sample of one class another.</summary>
    /// <param name="actual">The class that it is of, 0 … K − 1.</param>
    /// <param name="called">The class that it is called, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double this[int actual, int called] =>
        _costs[(Class(actual, nameof(actual)) * Classes) + Class(called, nameof(called))];

    private int Class(int label, string name) => (uint)label < (uint)Classes
        ? label
        : throw new ArgumentException($"A class lies between 0 and {Classes - 1}, but {name} is {label}.", name);
}
