using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>How good probabilities are as probabilities, averaged over the samples by weight.</summary>
/// <remarks>An average over nothing, or over weights that add up to 0, is 0.</remarks>
public static class ProbabilityMetrics
{
    /// <summary>
    /// The mean log loss −ln p of the label of a sample. A probability of 0 for what happened makes it +∞; logits keep their digits, for
    /// those see <see cref="BinaryCrossEntropy"/>.
    /// </summary>
    /// <remarks>scikit-learn's log_loss cuts probabilities off close to 0 and 1, which makes it finite.</remarks>
    /// <typeparam name="T">The type of the probabilities, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="probabilities">[n], of being positive, in [0, 1].</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static double LogLoss<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var mean = new WeightedMean(CheckBinary(probabilities, labels, sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            var p = double.CreateTruncating(probabilities[i]);
            mean.Add(-Math.Log(labels[i] == TLabel.One ? p : 1 - p), WeightOf(sampleWeights, i));
        }

        return mean.Value;
    }

    /// <summary>The mean log loss −ln p of the class of a sample. A probability of 0 for what happened makes it +∞.</summary>
    /// <remarks>scikit-learn's log_loss cuts probabilities off close to 0 and 1, which makes it finite.</remarks>
    /// <typeparam name="T">The type of the probabilities, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="probabilities">[n, K], row-major, in [0, 1]; that a row adds up to 1 is not checked.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public static double LogLoss<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, int classes, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var mean = new WeightedMean(CheckClasses(probabilities, labels, classes, sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            var p = double.CreateTruncating(probabilities[(i * classes) + int.CreateTruncating(labels[i])]);
            mean.Add(-Math.Log(p), WeightOf(sampleWeights, i));
        }

        return mean.Value;
    }

    /// <summary>Brier's score, the mean of (p − y)², from 0 to 1.</summary>
    /// <remarks>G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78(1), 1950.</remarks>
    /// <typeparam name="T">The type of the probabilities, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="probabilities">[n], of being positive, in [0, 1].</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static double BrierScore<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var mean = new WeightedMean(CheckBinary(probabilities, labels, sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            var error = double.CreateTruncating(probabilities[i]) - (labels[i] == TLabel.One ? 1 : 0);
            mean.Add(error * error, WeightOf(sampleWeights, i));
        }

        return mean.Value;
    }

    /// <summary>
    /// Brier's score of several classes, the mean of Σ_k (p_k − y_k)² with y_k = 1 for the class of the sample and 0 for all others, from 0
    /// to 2: for two classes, twice the score of the positives' probability.
    /// </summary>
    /// <inheritdoc cref="LogLoss{T, TLabel}(ReadOnlySpan{T}, ReadOnlySpan{TLabel}, int, ReadOnlySpan{T})"
    /// path="/typeparam|/param|/exception"/>
    public static double BrierScore<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, int classes, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var mean = new WeightedMean(CheckClasses(probabilities, labels, classes, sampleWeights));
        for (var i = 0; i < labels.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < classes; k++)
            {
                var error = double.CreateTruncating(probabilities[(i * classes) + k]) - (int.CreateTruncating(labels[i]) == k ? 1 : 0);
                sum += error * error;
            }

            mean.Add(sum, WeightOf(sampleWeights, i));
        }

        return mean.Value;
    }

    /// <returns>The sum of the weights.</returns>
    internal static double CheckBinary<T, TLabel>(ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), probabilities.Length, nameof(probabilities));
        InputChecks.Probabilities(probabilities);
        InputChecks.BinaryLabels(labels);
        return InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels));
    }

    internal static double WeightOf<T>(ReadOnlySpan<T> sampleWeights, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);

    private static double CheckClasses<T, TLabel>(
        ReadOnlySpan<T> probabilities, ReadOnlySpan<TLabel> labels, int classes, ReadOnlySpan<T> sampleWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ClassChecks.Count(classes);
        InputChecks.Rows(probabilities.Length, nameof(probabilities), classes, nameof(classes), labels.Length);
        InputChecks.Probabilities(probabilities);
        InputChecks.ClassLabels(labels, classes, nameof(labels));
        return InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels));
    }

    // Weights in a unit in which their products with losses stay in range.
    private struct WeightedMean(double sumOfWeights)
    {
        private readonly double _scale = Scaling.ToRange(sumOfWeights);
        private double _sum;
        private double _weight;

        public readonly double Value => _weight == 0 ? 0 : _sum / _weight;

        // A sample of weight 0 adds nothing, even if its loss is +∞; any other weight makes that the mean, even one that vanishes in the
        // sum.
        public void Add(double value, double weight)
        {
            _sum += weight == 0 ? 0 : double.IsInfinity(value) ? value : weight * _scale * value;
            _weight += weight * _scale;
        }
    }
}
