using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Metrics;

namespace WeightedLoss;

/// <summary>
/// The confusion matrix of several classes, summed batch by batch: how many samples of each class are predicted as which, and the metrics
/// that follow.
/// </summary>
/// <remarks>
/// The numbers are sums of sample weights; without weights they are counts, which a double holds exactly up to 2⁵³. A ratio whose divisor
/// is 0 is 0. Not safe for use by several threads at once: give each its own and add them.
/// </remarks>
public sealed class MulticlassConfusionMatrix
{
    // [actual, predicted]
    private readonly double[] _cells;

    // All that was added, so that a sum that is not finite can be refused before any cell changes.
    private double _added;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="classes">The number of classes K, 2 to 4096; labels are 0 … K − 1.</param>
    /// <exception cref="ArgumentException">The number of classes is out of range.</exception>
    public MulticlassConfusionMatrix(int classes)
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

    /// <summary>The part of all samples that are predicted correctly.</summary>
    public double Accuracy => Ratio(Correct, Total);

    /// <summary>The mean recall of the classes that have samples.</summary>
    public double BalancedAccuracy => Mean(k => Support(k) != 0, Recall);

    /// <summary>The mean F1 of the classes that have samples or are predicted.</summary>
    /// <remarks>
    /// Samples of weight 0 don't count. scikit-learn's mean takes in a class that has no others, with an F1 of 0.
    /// </remarks>
    public double MacroF1 => Mean(k => Support(k) + Predicted(k) != 0, F1);

    /// <summary>
    /// F1 of all classes' true positives, false positives and false negatives summed, which is the accuracy: one class is predicted for
    /// each sample.
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
    /// The correlation of label and decision, (c·s − Σ t_k·p_k)/√((s² − Σ p_k²)(s² − Σ t_k²)), with c of s samples predicted
    /// correctly, t_k of class k and p_k predicted as k; at most 1. For two classes it is Matthews' correlation.
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
            var predicted = new BigInteger[Classes];
            BigInteger total = 0, correct = 0, chance = 0, sumOfActual = 0, sumOfPredicted = 0;
            for (var i = 0; i < cells.Length; i++)
            {
                predicted[i % Classes] += cells[i];
            }

            for (var k = 0; k < Classes; k++)
            {
                BigInteger actual = 0;
                foreach (var cell in cells.AsSpan(k * Classes, Classes))
                {
                    actual += cell;
                }

                total += actual;
                correct += cells[k * (Classes + 1)];
                chance += actual * predicted[k];
                sumOfActual += actual * actual;
                sumOfPredicted += predicted[k] * predicted[k];
            }

            var square = total * total;
            return ExactCorrelation.Quotient((correct * total) - chance, (square - sumOfPredicted) * (square - sumOfActual));
        }
    }

    private double Correct
    {
        get
        {
            var correct = 0.0;
            for (var k = 0; k < Classes; k++)
            {
                correct += Diagonal(k);
            }

            return correct;
        }
    }

    /// <summary>The samples of one class that are predicted as a class.</summary>
    /// <param name="actual">The class that they are of, 0 … K − 1.</param>
    /// <param name="predicted">The class that they are predicted as, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double this[int actual, int predicted] =>
        _cells[(Class(actual, nameof(actual)) * Classes) + Class(predicted, nameof(predicted))];

    /// <summary>All samples of a class.</summary>
    /// <param name="label">The class, 0 … K − 1.</param>
    /// <exception cref="ArgumentException">No such class.</exception>
    public double Support(int label) => Sum(_cells.AsSpan(Class(label, nameof(label)) * Classes, Classes));

    /// <summary>All samples that are predicted as a class.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Predicted(int label)
    {
        var sum = 0.0;
        for (var i = Class(label, nameof(label)); i < _cells.Length; i += Classes)
        {
            sum += _cells[i];
        }

        return sum;
    }

    /// <summary>The part of the samples predicted as a class that are of it.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Precision(int label) => Ratio(Diagonal(label), Predicted(label));

    /// <summary>The part of the samples of a class that are predicted as it.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double Recall(int label) => Ratio(Diagonal(label), Support(label));

    /// <summary>The harmonic mean of precision and recall of a class.</summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public double F1(int label)
    {
        var (support, predicted) = (Support(label), Predicted(label));
        var scale = Scaling.ToRange(Math.Max(support, predicted));
        return Ratio(2 * (scale * Diagonal(label)), (scale * support) + (scale * predicted));
    }

    /// <summary>
    /// One-vs-rest: a class as positives, all others as negatives. It has the specificity of the class, its Fβ and so on.
    /// </summary>
    /// <inheritdoc cref="Support" path="/param|/exception"/>
    public BinaryConfusionMatrix OneVsRest(int label)
    {
        double found = Diagonal(label), alarms = 0, missed = 0, others = 0;
        for (var actual = 0; actual < Classes; actual++)
        {
            for (var predicted = 0; predicted < Classes; predicted++)
            {
                // Not as differences of sums, which would round where samples have weights.
                var cell = actual == label && predicted == label ? 0 : _cells[(actual * Classes) + predicted];
                missed += actual == label ? cell : 0;
                alarms += predicted == label ? cell : 0;
                others += actual != label && predicted != label ? cell : 0;
            }
        }

        return new(found, alarms, others, missed);
    }

    /// <summary>What the decisions cost in all; +∞ beyond the largest double.</summary>
    /// <param name="costs">The cost of predicting each class for each.</param>
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
            for (var predicted = 0; predicted < Classes; predicted++)
            {
                sum += costs[actual, predicted] * this[actual, predicted];
            }
        }

        return sum;
    }

    /// <summary>Adds a batch. Nothing is added when a value is wrong.</summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <typeparam name="TWeight">The type of the weights, float or double.</typeparam>
    /// <param name="labels">[n], what the samples are, 0 … K − 1.</param>
    /// <param name="predicted">[n], what is predicted for them, 0 … K − 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum of all that is added; or nothing.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public MulticlassConfusionMatrix Add<TLabel, TWeight>(
        ReadOnlySpan<TLabel> labels, ReadOnlySpan<TLabel> predicted, ReadOnlySpan<TWeight> sampleWeights)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TWeight : unmanaged, IBinaryFloatingPointIeee754<TWeight>
    {
        InputChecks.SameLength(predicted.Length, nameof(predicted), labels.Length, nameof(labels));
        InputChecks.ClassLabels(labels, Classes, nameof(labels));
        InputChecks.ClassLabels(predicted, Classes, nameof(predicted));
        CountAdded(InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels)), nameof(sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            _cells[(int.CreateTruncating(labels[i]) * Classes) + int.CreateTruncating(predicted[i])] +=
                sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);
        }

        return this;
    }

    /// <inheritdoc cref="Add{TLabel, TWeight}(ReadOnlySpan{TLabel}, ReadOnlySpan{TLabel}, ReadOnlySpan{TWeight})"/>
    public MulticlassConfusionMatrix Add<TLabel>(ReadOnlySpan<TLabel> labels, ReadOnlySpan<TLabel> predicted)
        where TLabel : unmanaged, IBinaryInteger<TLabel> => Add(labels, predicted, ReadOnlySpan<double>.Empty);

    /// <summary>
    /// Adds a batch of logits or probabilities: the class of its largest one is predicted for each row, the first if several are equal.
    /// </summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="logits">[n, K], row-major, not NaN.</param>
    /// <param name="labels">[n], what the samples are, 0 … K − 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum of all that is added; or nothing.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public MulticlassConfusionMatrix AddLogits<T, TLabel>(
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
    public MulticlassConfusionMatrix Add(MulticlassConfusionMatrix other)
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
