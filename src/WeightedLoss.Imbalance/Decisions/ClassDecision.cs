using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss;

/// <summary>Predicts a class for each row of logits or probabilities.</summary>
public static class ClassDecision
{
    /// <summary>The class of the largest logit of one row, the first if several are equal.</summary>
    /// <typeparam name="T">The type of the logits.</typeparam>
    /// <param name="row">[K], at least one; a NaN is never the largest, unless it is the first.</param>
    /// <exception cref="ArgumentException">An empty row.</exception>
    public static int Largest<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (row.IsEmpty)
        {
            throw new ArgumentException($"A row needs at least one class, but {nameof(row)} has 0.", nameof(row));
        }

        var predicted = 0;
        for (var k = 1; k < row.Length; k++)
        {
            predicted = row[k] > row[predicted] ? k : predicted;
        }

        return predicted;
    }

    /// <summary>Predicts the class whose logit plus offset is the largest for each row, the first if several are equal.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <param name="logits">[n, K], row-major, not NaN.</param>
    /// <param name="offsets">[K], finite, as <see cref="ClassOffsets"/> finds them; added in double.</param>
    /// <param name="predicted">[n], receives a class 0 … K − 1 for each row.</param>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public static void Largest<T>(ReadOnlySpan<T> logits, ReadOnlySpan<double> offsets, Span<int> predicted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        InputChecks.Finite(offsets, "An offset", nameof(offsets));
        InputChecks.Rows(logits.Length, nameof(logits), offsets.Length, nameof(offsets), predicted.Length, nameof(predicted));
        InputChecks.NoNaN(logits, "A logit", nameof(logits));
        for (var i = 0; i < predicted.Length; i++)
        {
            predicted[i] = Largest(logits.Slice(i * offsets.Length, offsets.Length), offsets);
        }
    }

    /// <summary>
    /// Bayes' decision: predicts the class j with the least expected cost Σ p_k·C[k, j] for each row, the first if several are equal.
    /// </summary>
    /// <remarks>
    /// It is right for calibrated probabilities only: first undo what class weights or resampling did to the logits, see
    /// <see cref="LogitOffsets"/>.
    /// </remarks>
    /// <typeparam name="T">The type of the probabilities, float or double.</typeparam>
    /// <param name="probabilities">[n, K], row-major, in [0, 1].</param>
    /// <param name="costs">The K×K costs.</param>
    /// <param name="predicted">[n], receives a class 0 … K − 1 for each row.</param>
    /// <exception cref="ArgumentException">Lengths that don't fit, or a value out of its range.</exception>
    public static void LeastCost<T>(ReadOnlySpan<T> probabilities, CostMatrix costs, Span<int> predicted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(costs);
        var classes = costs.Classes;
        InputChecks.Rows(probabilities.Length, nameof(probabilities), classes, nameof(costs), predicted.Length, nameof(predicted));
        InputChecks.Probabilities(probabilities);
        for (var i = 0; i < predicted.Length; i++)
        {
            var row = probabilities.Slice(i * classes, classes);
            var rowScale = Scaling.ToRange(double.CreateTruncating(row[Largest(row)]));
            var (best, least) = (0, double.PositiveInfinity);
            for (var j = 0; j < classes; j++)
            {
                // Both factors are scaled, so that the sum neither overflows nor vanishes.
                var cost = 0.0;
                for (var k = 0; k < classes; k++)
                {
                    cost += rowScale * double.CreateTruncating(row[k]) * (costs.Scale * costs[k, j]);
                }

                if (cost < least)
                {
                    (best, least) = (j, cost);
                }
            }

            predicted[i] = best;
        }
    }

    /// <summary>The class of the largest logit plus offset of one row.</summary>
    internal static int Largest<T>(ReadOnlySpan<T> row, ReadOnlySpan<double> offsets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var predicted = 0;
        var most = double.CreateTruncating(row[0]) + offsets[0];
        for (var k = 1; k < row.Length; k++)
        {
            var value = double.CreateTruncating(row[k]) + offsets[k];
            if (value > most)
            {
                (predicted, most) = (k, value);
            }
        }

        return predicted;
    }
}
