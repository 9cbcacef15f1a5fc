using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Metrics;

namespace WeightedLoss;

/// <summary>How many samples of each class are called which, summed batch by batch, and what follows from it.</summary>
/// <remarks>
/// The numbers are sums of sample weights; without weights they are counts, which a double holds exactly up to 2⁵³. A ratio whose divisor
/// is 0 is 0. Not safe for use by several threads at once: give each its own and add them.
/// </remarks>
public sealed class ConfusionMatrix
{
    // [actual, called]
    private readonly double[] _cells;

    // All that was added, so that a sum that is not finite can be refused before any cell changes.
    private double _added;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="classes">The number of classes K, 2 to 4096; labels are 0 … K − 1.</param>
    /// <exception cref="ArgumentException">The number of classes is out of range.</exception>
    public ConfusionMatrix(int classes)
    {
        const int Most = 4096;
        if (classes is < 2 or > Most)
        {
            throw new ArgumentException($"There must be 2 to {Most} classes, but {nameof(classes)} is {classes}.", nameof(classes));
        }

        Classes = classes;
        _cells = new double[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>All samples.</summary>
    public double Total => Sum(_cells);

    /// <summary>The part of all samples that is called what it is.</summary>
    public double Accuracy => Ratio(Hits, Total);

    /// <summary>The mean recall of the classes that have samples.</summary>
    public double BalancedAccuracy => Mean(k => Support(k) != 0, Recall);

    /// <summary>The mean F1 of the classes that have samples or are called.</summary>
    /// <remarks>
    /// Samples of weight 0 don't count. scikit-learn's mean takes in a class that has no others, with an F1 of 0.
    /// </remarks>
    public double MacroF1 => Mean(k => Support(k) + Called(k) != 0, F1);

    /// <summary>
    /// F1 of all classes' true positives, false positives and false negatives summed, which is the accuracy: each sample is called exactly
    /// one class.
    /// </summary>
    public double MicroF1 => Accuracy;

    /// <summary>The geometric mean of the recalls of the classes that have samples: 0 as soon as one class is never found.</summary>
    /// <remarks>
    /// Y. Sun, M. S. Kamel, Y. Wang, "Boosting for Learning Multiple Classes with Imbalanced Class Distribution", ICDM 2006.
    /// </remarks>
    public double GeometricMean
    {
        get
        {
            var recalls = Enumerable.Range(0, Classes).Where(k => Support(k) != 0).Select(Recall).ToArray();
            return recalls.Length == 0 || recalls.Contains(0) ? 0 : Math.Exp(recalls.Average(Math.Log));
        }
    }

    /// <summary>
    /// The correlation of label and decision, (c·s − Σ t_k·p_k)/√((s² − Σ p_k²)(s² − Σ t_k²)), with c samples called right of s, t_k of
    /// class k and p_k called k; at most 1. For two classes it is Matthews' correlation.
    /// </summary>
    /// <remarks>
    /// J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", Computational Biology and Chemistry 28,
    /// 2004. Sums and products are exact; the result is within 1 ulp.
    /// </remarks>
    public double MatthewsCorrelation
    {
        get
        {
            var cells = ExactCorrelation.Integers(_cells)!;
            var called = new BigInteger[Classes];
            BigInteger total = 0, right = 0, chance = 0, sumOfActual = 0, sumOfCalled = 0;
            for (var i = 0; i < cells.Length; i++)
            {
                called[i % Classes] += cells[i];
            }

            for (var k = 0; k < Classes; k++)
            {
                BigInteger actual = 0;
                foreach (var cell in cells.AsSpan(k * Classes, Classes))
                {
                    actual += cell;
                }

                total += actual;
                right += cells[k * (Classes + 1)];
                chance += actual * called[k];
                sumOfActual += actual * actual;
                sumOfCalled += called[k] * called[k];
            }

            var square = total * total;
            return ExactCorrelation.Quotient((right * total) - chance, (square - sumOfCalled) * (square - sumOfActual));
        }
    }

    private double Hits
    {
        get
        {
            var hits = 0.0;
            for (var k = 0; k < Classes; k++)
            {
                hits += Diagonal(k);
            }

            return hits;
        }
    }

    /// <summary>The samples of one class that are called a class.</summary>
    /// <param name="actual">The class that they are of, 0 … K − 1.</param>
    /// <param name="called">The class that they are called, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double this[int actual, int called] =>
        _cells[(Class(actual, nameof(actual)) * Classes) + Class(called, nameof(called))];

    /// <summary>All samples of a class.</summary>
    /// <param name="label">The class, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double Support(int label) => Sum(_cells.AsSpan(Class(label, nameof(label)) * Classes, Classes));

    /// <summary>All samples that are called a class.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Called(int label)
    {
        var sum = 0.0;
        for (var i = Class(label, nameof(label)); i < _cells.Length; i += Classes)
        {
            sum += _cells[i];
        }

        return sum;
    }

    /// <summary>The part of what is called a class that is it.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Precision(int label) => Ratio(Diagonal(label), Called(label));

    /// <summary>The part of a class that is found.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Recall(int label) => Ratio(Diagonal(label), Support(label));

    /// <summary>The harmonic mean of precision and recall of a class.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double F1(int label)
    {
        var (support, called) = (Support(label), Called(label));
        var scale = Scaling.ToRange(Math.Max(support, called));
        return Ratio(2 * (scale * Diagonal(label)), (scale * support) + (scale * called));
    }

    /// <summary>One class as positives against all others as negatives: its specificity, Fβ and so on.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public BinaryConfusion OneAgainstRest(int label)
    {
        double found = Diagonal(label), alarms = 0, missed = 0, others = 0;
        for (var actual = 0; actual < Classes; actual++)
        {
            for (var called = 0; called < Classes; called++)
            {
                // Not as differences of sums, which would round where samples have weights.
                var cell = actual == label && called == label ? 0 : _cells[(actual * Classes) + called];
                missed += actual == label ? cell : 0;
                alarms += called == label ? cell : 0;
                others += actual != label && called != label ? cell : 0;
            }
        }

        return new(found, alarms, others, missed);
    }

    /// <summary>What the decisions cost in all; +∞ beyond the largest double.</summary>
    /// <param name="costs">The cost of calling each class each.</param>
    /// <exception cref="ArgumentException">Costs of another number of classes.</exception>
    public double Cost(CostMatrix costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.Classes != Classes)
        {
            throw new ArgumentException(
                $"There must be costs of {Classes} classes, but {nameof(costs)} has {costs.Classes}.", nameof(costs));
        }

        var sum = 0.0;
        for (var actual = 0; actual < Classes; actual++)
        {
            for (var called = 0; called < Classes; called++)
            {
                sum += costs[actual, called] * this[actual, called];
            }
        }

        return sum;
    }

    /// <summary>Adds a batch. Nothing is added when a value is wrong.</summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <typeparam name="TWeight">The type of the weights, float or double.</typeparam>
    /// <param name="labels">[n], what the samples are, 0 … K − 1.</param>
    /// <param name="called">[n], what they are called, 0 … K − 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum of all that is added; or nothing.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public ConfusionMatrix Add<TLabel, TWeight>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<TLabel> called, ReadOnlySpan<TWeight> sampleWeights)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TWeight : unmanaged, IBinaryFloatingPointIeee754<TWeight>
    {
        InputChecks.SameLength(called.Length, nameof(called), labels.Length, nameof(labels));
        InputChecks.ClassLabels(labels, Classes, nameof(labels));
        InputChecks.ClassLabels(called, Classes, nameof(called));
        CountAdded(InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels)), nameof(sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            _cells[(int.CreateTruncating(labels[i]) * Classes) + int.CreateTruncating(called[i])] +=
                sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);
        }

        return this;
    }

    /// <inheritdoc cref="Add{TLabel, TWeight}(ReadOnlySpan{TLabel}, ReadOnlySpan{TLabel}, ReadOnlySpan{TWeight})"/>
    public ConfusionMatrix Add<TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<TLabel> called)
        where TLabel : unmanaged, IBinaryInteger<TLabel> => Add(labels, called, ReadOnlySpan<double>.Empty);

    /// <summary>
    /// Adds a batch of logits or probabilities: each row is called the class of its largest one, the first if several are equal.
    /// </summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="logits">[n, K], row-major, not NaN.</param>
    /// <param name="labels">[n], what the samples are, 0 … K − 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum of all that is added; or nothing.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public ConfusionMatrix AddLogits<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.Rows(logits.Length, nameof(logits), Classes, nameof(Classes), labels.Length);
        InputChecks.NoNaN(logits, "A logit", nameof(logits));
        InputChecks.ClassLabels(labels, Classes, nameof(labels));
        CountAdded(InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels)), nameof(sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            _cells[(int.CreateTruncating(labels[i]) * Classes) + ClassDecision.Largest(logits.Slice(i * Classes, Classes))] +=
                sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);
        }

        return this;
    }

    /// <summary>Adds another matrix to this one.</summary>
    /// <param name="other">A matrix of as many classes; it is not changed.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The other has another number of classes.</exception>
    public ConfusionMatrix Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException(
                $"The matrix to add must have {Classes} classes, but {nameof(other)} has {other.Classes}.", nameof(other));
        }

        CountAdded(other._added, nameof(other));
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i] += other._cells[i];
        }

        return this;
    }

    private void CountAdded(double added, string name)
    {
        if (double.IsInfinity(_added + added))
        {
            throw new ArgumentException(
                $"The weights must add up to a finite number, but {name} has a sum of {added} and this matrix one of {_added}.", name);
        }

        _added += added;
    }

    private double Diagonal(int label) => _cells[Class(label, nameof(label)) * (Classes + 1)];

    private int Class(int label, string name) => (uint)label < (uint)Classes
        ? label
        : throw new ArgumentException($"A class lies between 0 and {Classes - 1}, but {name} is {label}.", name);

    private double Mean(Func<int, bool> counts, Func<int, double> figure) =>
        Enumerable.Range(0, Classes).Where(counts).Select(figure).DefaultIfEmpty().Average();

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
