using System.Numerics;

namespace WeightedLoss.Thresholds;

/// <summary>Searches offsets along one class after the other.</summary>
internal static class CoordinateSearch
{
    // Sums that are kept up to date round a little differently from those computed anew; less than this is no gain.
    private const double SmallestGain = 1e-12;

    /// <summary>Searches from offsets of 0 until a pass over all classes gains nothing.</summary>
    public static double[] Run<T>(ReadOnlySpan<T> logits, OffsetObjective objective, int maxPasses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var offsets = new double[objective.Classes];
        var search = new Rows(logits.Length / objective.Classes);
        var worth = WorthOf(logits, offsets, objective, search.Predicted);
        for (var pass = 0; pass < maxPasses; pass++)
        {
            var before = worth;
            for (var k = 0; k < offsets.Length; k++)
            {
                var old = offsets[k];
                offsets[k] = BestAlong(logits, offsets, k, objective, search);

                // Decided anew, because a sum of logit and offset may round across the boundary that was found.
                var found = WorthOf(logits, offsets, objective, search.Predicted);
                if (found > worth + (SmallestGain * Math.Abs(worth)))
                {
                    worth = found;
                }
                else
                {
                    offsets[k] = old;
                }
            }

            if (worth == before)
            {
                break;
            }
        }

        return offsets;
    }

    private static double WorthOf<T>(ReadOnlySpan<T> logits, double[] offsets, OffsetObjective objective, int[] predicted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < predicted.Length; i++)
        {
            predicted[i] = ClassDecision.Largest(logits.Slice(i * offsets.Length, offsets.Length), offsets);
        }

        objective.Restart(predicted);
        return objective.Worth;
    }

    private static double BestAlong<T>(ReadOnlySpan<T> logits, double[] offsets, int k, OffsetObjective objective, Rows rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = offsets.Length;
        for (var i = 0; i < rows.Predicted.Length; i++)
        {
            var row = logits.Slice(i * classes, classes);
            var (other, most) = (-1, double.NegativeInfinity);
            for (var j = 0; j < classes; j++)
            {
                var value = double.CreateTruncating(row[j]) + offsets[j];
                if (j != k && value > most)
                {
                    (other, most) = (j, value);
                }
            }

            rows.Predicted[i] = other;

            // Large logits may be further apart than a double can tell; half of that keeps the middle of two boundaries finite.
            rows.Boundaries[i] = Math.Clamp(most - double.CreateTruncating(row[k]), double.MinValue / 2, double.MaxValue / 2);
            rows.Order[i] = i;
        }

        Array.Sort(rows.Boundaries, rows.Order);
        objective.Restart(rows.Predicted);
        var (best, worth) = (Below(rows.Boundaries), objective.Worth);
        for (var next = 0; next < rows.Order.Length;)
        {
            var boundary = rows.Boundaries[next];
            for (; next < rows.Order.Length && rows.Boundaries[next] == boundary; next++)
            {
                objective.Move(rows.Order[next], rows.Predicted[rows.Order[next]], k);
            }

            if (objective.Worth > worth + (SmallestGain * Math.Abs(worth)))
            {
                worth = objective.Worth;
                best = next < rows.Order.Length ? boundary + ((rows.Boundaries[next] - boundary) / 2) : boundary + 1;
            }
        }

        return best;
    }

    private static double Below(double[] boundaries) => boundaries.Length == 0 ? 0 : boundaries[0] - 1;

    private sealed class Rows(int count)
    {
        public int[] Predicted { get; } = new int[count];

        public double[] Boundaries { get; } = new double[count];

        public int[] Order { get; } = new int[count];
    }
}
