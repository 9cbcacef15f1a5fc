using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss.Calibration;

/// <summary>The rows that a calibration is fitted on: those whose weight is not 0.</summary>
/// <param name="Values">[n, columns], the logits or scores.</param>
/// <param name="Labels">[n].</param>
/// <param name="Weights">[n]; empty if all rows have the weight 1.</param>
internal sealed record WeightedRows(double[] Values, int[] Labels, double[] Weights)
{
    /// <summary>The number of rows, or the sum of their weights.</summary>
    public double Total => Weights.Length == 0 ? Labels.Length : Weights.Sum();

    /// <summary>Checks the weights and copies the rows that have any.</summary>
    /// <param name="values">[n, columns].</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="labels">[n], checked.</param>
    /// <param name="sampleWeights">[n], or nothing.</param>
    /// <param name="name">The argument that holds the values.</param>
    /// <exception cref="ArgumentException">A weight out of its range, or no row with a weight.</exception>
    public static WeightedRows Create<T, TLabel>(
        ReadOnlySpan<T> values, int columns, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SampleWeights(sampleWeights, labels.Length, nameof(labels));
        if (labels.IsEmpty)
        {
            throw new ArgumentException($"There must be something to fit, but {name} has 0.", name);
        }

        if (!sampleWeights.IsEmpty && !sampleWeights.ContainsAnyExcept(T.Zero))
        {
            throw new ArgumentException($"There must be something to fit, but {nameof(sampleWeights)} are all 0.", nameof(sampleWeights));
        }

        var rows = sampleWeights.IsEmpty ? labels.Length : sampleWeights.Length - sampleWeights.Count(T.Zero);
        var result = new WeightedRows(new double[rows * columns], new int[rows], sampleWeights.IsEmpty ? [] : new double[rows]);
        var row = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (!sampleWeights.IsEmpty)
            {
                if (sampleWeights[i] == T.Zero)
                {
                    continue;
                }

                result.Weights[row] = double.CreateTruncating(sampleWeights[i]);
            }

            result.Labels[row] = int.CreateTruncating(labels[i]);
            for (var c = 0; c < columns; c++)
            {
                result.Values[(row * columns) + c] = double.CreateTruncating(values[(i * columns) + c]);
            }

            row++;
        }

        return result;
    }

    /// <summary>The weight of a row.</summary>
    public double WeightOf(int row) => Weights.Length == 0 ? 1 : Weights[row];
}
