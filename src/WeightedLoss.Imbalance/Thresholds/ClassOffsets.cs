using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Thresholds;

namespace WeightedLoss;

/// <summary>
/// Finds an offset for each class so that the decision argmax (z_k + o_k) is worth most: the threshold of several classes. The offsets are
/// natural logarithms of factors on the probabilities.
/// </summary>
/// <remarks>
/// A search along one coordinate at a time: while all other offsets stay, a row changes to class k at one value of o_k, the distance of z_k
/// from the best of the others. In the order of these values every decision that o_k can make is visited, each at the price of one changed
/// row, and the best one is taken, in the middle between two rows. A pass goes over all classes; the search ends after a pass without gain.
/// No step loses, and each is the best along its coordinate; together they need not be the best of all, except for two classes; ties that a
/// logit plus offset makes with another are not looked for. Cost: a sort of n values per class and pass. Only differences of offsets
/// matter. Search on validation rows, not on those that the model was trained on. The same input gives the same offsets on every machine.
/// </remarks>
public static class ClassOffsets
{
    /// <summary>Offsets for a large macro F1, the mean F1 of the classes that have rows or are predicted.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="logits">[n, K], row-major, finite; logits or logarithms of probabilities.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2.</param>
    /// <param name="maxPasses">The most passes over all classes, at least 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0; or nothing.</param>
    /// <returns>
    /// [K], finite: offsets for <see cref="ClassDecision.Largest{T}(ReadOnlySpan{T}, ReadOnlySpan{double}, Span{int})"/>.
    /// </returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public static double[] ForMacroF1<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, int classes, int maxPasses = 20, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var rows = Check(logits, labels, classes, maxPasses, sampleWeights);
        return CoordinateSearch.Run(logits, new MacroF1Objective(rows, Relative(sampleWeights), classes), maxPasses);
    }

    /// <summary>Offsets for a small cost of all decisions.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="logits">[n, K], row-major, finite; logits or logarithms of probabilities.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="costs">The K×K costs.</param>
    /// <param name="maxPasses">The most passes over all classes, at least 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0; or nothing.</param>
    /// <returns>
    /// [K], finite: offsets for <see cref="ClassDecision.Largest{T}(ReadOnlySpan{T}, ReadOnlySpan{double}, Span{int})"/>.
    /// </returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public static double[] ForCost<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, CostMatrix costs, int maxPasses = 20, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ArgumentNullException.ThrowIfNull(costs);
        var rows = Check(logits, labels, costs.Classes, maxPasses, sampleWeights);
        return CoordinateSearch.Run(logits, new CostObjective(rows, Relative(sampleWeights), costs), maxPasses);
    }

    private static int[] Check<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, int classes, int maxPasses, ReadOnlySpan<T> sampleWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ClassChecks.Count(classes);
        InputChecks.Rows(logits.Length, nameof(logits), classes, nameof(classes), labels.Length);
        InputChecks.Finite(logits, "A logit", nameof(logits));
        InputChecks.ClassLabels(labels, classes, nameof(labels));
        InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels));
        if (maxPasses < 1)
        {
            throw new ArgumentException($"At least one pass is needed, but {nameof(maxPasses)} is {maxPasses}.", nameof(maxPasses));
        }

        var integers = new int[labels.Length];
        for (var i = 0; i < integers.Length; i++)
        {
            integers[i] = int.CreateTruncating(labels[i]);
        }

        return integers;
    }

    // Only their proportions matter: the largest is at least 1 and below 2, so that no sum overflows.
    private static double[] Relative<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var doubles = new double[weights.Length];
        var largest = 0.0;
        for (var i = 0; i < doubles.Length; i++)
        {
            doubles[i] = double.CreateTruncating(weights[i]);
            largest = Math.Max(largest, doubles[i]);
        }

        return largest == 0 ? doubles : Array.ConvertAll(doubles, weight => Math.ScaleB(weight, -Math.ILogB(largest)));
    }
}
