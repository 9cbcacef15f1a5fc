using System.Numerics;

namespace WeightedLoss;

/// <summary>Weights for classes of unequal size, from their counts.</summary>
/// <remarks>
/// n_k is the number of samples of class k, n their sum and K the number of classes. A class without samples has no finite weight
/// and is an error, unless a minimum count is given: then every smaller count is raised to it before anything is computed, as if
/// there were that many samples.
/// </remarks>
public static class ClassWeights
{
    /// <summary>
    /// The weight w⁺ = n⁻/n⁺ of the positive class of two, for <see cref="BinaryOptions{T}.PositiveWeight"/>: both classes then
    /// weigh as much in sum, and negatives keep the weight 1. The weights average 2·n⁻/n over the samples, not 1.
    /// </summary>
    /// <typeparam name="T">The type of the weight.</typeparam>
    /// <param name="counts">The counts of two classes, negatives first.</param>
    /// <param name="minimumCount">Smaller counts are raised to it.</param>
    /// <exception cref="ArgumentException">Not two classes, a class without samples and no minimum, or a negative minimum.</exception>
    public static T PositiveWeight<T>(ClassCounts counts, long minimumCount = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = Raised(counts, minimumCount);
        if (n.Length != 2)
        {
            throw new ArgumentException($"A positive weight needs two classes, but {nameof(counts)} has {n.Length}.", nameof(counts));
        }

        return T.CreateChecked(n[0] / n[1]);
    }

    /// <summary>
    /// Balanced weights w_k = n/(K·n_k): each class weighs as much in sum. They average 1 over the samples, Σ n_k·w_k = n (and not over
    /// the classes).
    /// </summary>
    /// <typeparam name="T">The type of the weights.</typeparam>
    /// <param name="counts">The counts of the classes.</param>
    /// <param name="minimumCount">Smaller counts are raised to it.</param>
    /// <returns>A weight for each class.</returns>
    /// <exception cref="ArgumentException">A class without samples and no minimum, or a negative minimum.</exception>
    public static T[] Balanced<T>(ClassCounts counts, long minimumCount = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = Raised(counts, minimumCount);
        var total = n.Sum();
        return Array.ConvertAll(n, count => T.CreateChecked(total / (n.Length * count)));
    }

    /// <summary>
    /// Weights by the effective number of samples: w_k ∝ 1/E_k with E_k = (1 − β^n_k)/(1 − β). β = 0 weighs all classes alike, and
    /// the weights come near to the balanced ones as β nears 1.
    /// </summary>
    /// <remarks>
    /// Y. Cui, M. Jia, T.-Y. Lin, Y. Song, S. Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, which
    /// scales the weights so that they average 1 over the classes: the default here.
    /// </remarks>
    /// <typeparam name="T">The type of the weights.</typeparam>
    /// <param name="counts">The counts of the classes.</param>
    /// <param name="beta">β, at least 0 and less than 1; the paper tries 0.9 to 0.9999.</param>
    /// <param name="average">What the weights average 1 over.</param>
    /// <param name="minimumCount">Smaller counts are raised to it.</param>
    /// <returns>A weight for each class.</returns>
    /// <exception cref="ArgumentException">
    /// β out of range, an average that is not defined, a class without samples and no minimum, or a negative minimum.
    /// </exception>
    public static T[] EffectiveNumber<T>(
        ClassCounts counts, double beta, WeightAverage average = WeightAverage.OverClasses, long minimumCount = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(beta >= 0 && beta < 1))
        {
            throw new ArgumentException($"β must be at least 0 and less than 1, but {nameof(beta)} is {beta}.", nameof(beta));
        }

        return Scaled<T>(Raised(counts, minimumCount), n => (1 - beta) / (1 - Math.Pow(beta, n)), average);
    }

    /// <summary>
    /// Smoothed inverse weights w_k ∝ (n/n_k)^α. α = 0 weighs all samples alike, 0.5 is the inverse square root, and 1 gives the
    /// balanced weights when they average 1 over the samples, Σ n_k·w_k = n: the default here.
    /// </summary>
    /// <typeparam name="T">The type of the weights.</typeparam>
    /// <param name="counts">The counts of the classes.</param>
    /// <param name="exponent">α, finite and at least 0.</param>
    /// <param name="average">What the weights average 1 over.</param>
    /// <param name="minimumCount">Smaller counts are raised to it.</param>
    /// <returns>A weight for each class.</returns>
    /// <exception cref="ArgumentException">
    /// An exponent out of range, an average that is not defined, a class without samples and no minimum, or a negative minimum.
    /// </exception>
    public static T[] InversePower<T>(
        ClassCounts counts, double exponent, WeightAverage average = WeightAverage.OverSamples, long minimumCount = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(exponent >= 0) || !double.IsFinite(exponent))
        {
            throw new ArgumentException(
                $"The exponent must be finite and at least 0, but {nameof(exponent)} is {exponent}.", nameof(exponent));
        }

        // Relative to the smallest class, which is as good as n after scaling and can't overflow.
        var n = Raised(counts, minimumCount);
        var smallest = n.Min();
        return Scaled<T>(n, count => Math.Pow(smallest / count, exponent), average);
    }

    private static T[] Scaled<T>(double[] counts, Func<double, double> weight, WeightAverage average)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = Array.ConvertAll(counts, n => weight(n));
        var scale = average switch
        {
            WeightAverage.OverSamples => counts.Sum() / counts.Zip(weights, (n, w) => n * w).Sum(),
            WeightAverage.OverClasses => counts.Length / weights.Sum(),
            _ => throw new ArgumentException($"There is no average {(int)average}.", nameof(average)),
        };
        return Array.ConvertAll(weights, w => T.CreateChecked(scale * w));
    }

    private static double[] Raised(ClassCounts counts, long minimumCount)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (minimumCount < 0)
        {
            throw new ArgumentException(
                $"The minimum count must be at least 0, but {nameof(minimumCount)} is {minimumCount}.", nameof(minimumCount));
        }

        var raised = new double[counts.Classes];
        for (var k = 0; k < raised.Length; k++)
        {
            raised[k] = Math.Max(counts[k], minimumCount);
            if (raised[k] == 0)
            {
                throw new ArgumentException(
                    $"Each class needs samples, or give a {nameof(minimumCount)}, but {nameof(counts)}[{k}] is 0.", nameof(counts));
            }
        }

        return raised;
    }
}

/// <summary>What class weights average 1 over.</summary>
public enum WeightAverage
{
    /// <summary>Over the samples, Σ n_k·w_k = n: the size of the loss and so the learning rate keep their meaning.</summary>
    OverSamples,

    /// <summary>Over the classes, Σ w_k = K.</summary>
    OverClasses,
}
