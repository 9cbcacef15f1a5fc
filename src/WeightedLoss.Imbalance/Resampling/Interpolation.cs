using System.Numerics;

namespace WeightedLoss.Resampling;

/// <summary>Synthetic rows between rows and their neighbours.</summary>
internal static class Interpolation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes the rows.</summary>
    /// <param name="features">[n, columns].</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="starts">The rows to start from, at least one.</param>
    /// <param name="count">The number of rows to make.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="neighbors">How many nearest neighbours there are to choose from.</param>
    /// <param name="search">Finds them.</param>
    /// <param name="isCategorical">[columns], or nothing.</param>
    /// <param name="categoricalColumns">The columns that it names.</param>
    public static T[] Generate(
        ReadOnlySpan<T> features, int columns, int[] starts, int count, ulong seed, int neighbors, NearestNeighbors search,
        ReadOnlySpan<bool> isCategorical, ReadOnlySpan<int> categoricalColumns)
    {
        var random = new Xoshiro256(seed);
        var (rounds, rest) = Math.DivRem(count, starts.Length);
        var once = rest == 0 ? [] : Chosen(random, starts.Length, rest);
        var result = new T[count * columns];
        var nearest = new int[neighbors];
        var next = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            var times = rounds + (once.Contains(i) ? 1 : 0);
            if (times == 0)
            {
                continue;
            }

            var start = features.Slice(starts[i] * columns, columns);
            search.Find(start, starts[i], nearest);
            for (var time = 0; time < times; time++)
            {
                var end = features.Slice(nearest[random.NextInt(neighbors)] * columns, columns);
                var way = T.CreateTruncating(random.NextDouble());
                var row = result.AsSpan(next, columns);
                next += columns;
                for (var c = 0; c < columns; c++)
                {
                    // A convex combination can't overflow, as the difference of two large numbers could.
                    row[c] = !isCategorical.IsEmpty && isCategorical[c] ? T.Zero : ((T.One - way) * start[c]) + (way * end[c]);
                }

                foreach (var c in categoricalColumns)
                {
                    row[c] = MostFrequent(features, columns, c, nearest);
                }
            }
        }

        return result;
    }

    private static HashSet<int> Chosen(Xoshiro256 random, int from, int count)
    {
        var order = Enumerable.Range(0, from).ToArray();
        random.Shuffle(order);
        return [.. order.AsSpan(0, count)];
    }

    // The first of the most frequent values in the order of distance.
    private static T MostFrequent(ReadOnlySpan<T> features, int columns, int column, int[] nearest)
    {
        var (best, most) = (T.Zero, 0);
        foreach (var row in nearest)
        {
            var value = features[(row * columns) + column];
            var count = 0;
            foreach (var other in nearest)
            {
                count += features[(other * columns) + column] == value ? 1 : 0;
            }

            if (count > most)
            {
                (best, most) = (value, count);
            }
        }

        return best;
    }
}
