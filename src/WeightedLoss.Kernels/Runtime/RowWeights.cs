using System.Runtime.CompilerServices;

namespace WeightedLoss.Runtime;

/// <summary>Weights of samples that have several labels, one after the other in a row.</summary>
internal static class RowWeights
{
    /// <summary>The shortest row whose weight is worth a call that fills memory.</summary>
    private const int LongRow = 8;

    /// <summary>The weight of each label from one on.</summary>
    /// <param name="rowWeights">One per row.</param>
    /// <param name="columns">The labels of a row.</param>
    /// <param name="start">The number of the first label.</param>
    /// <param name="weights">Receives one weight per label.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Repeat<T>(ReadOnlySpan<T> rowWeights, int columns, int start, Span<T> weights)
        where T : unmanaged
    {
        var (row, column) = Math.DivRem(start, columns);
        for (var i = 0; i < weights.Length; row++, column = 0)
        {
            var end = Math.Min(i + columns - column, weights.Length);
            var weight = rowWeights[row];
            if (columns >= LongRow)
            {
                Elements.Fill(weights[i..end], weight);
                i = end;
            }
            else
            {
                for (; i < end; i++)
                {
                    weights[i] = weight;
                }
            }
        }
    }
}
