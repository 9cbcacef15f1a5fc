using System.Numerics;
using WeightedLoss.Resampling;

namespace WeightedLoss;

/// <summary>Finds rows that lie among rows of other classes; the results are lists of the rows to keep.</summary>
/// <remarks>
/// Distances are Euclidean, so standardise the columns first. The neighbours of a row are all rows that are as near as its k-th nearest
/// one, so that with equal distances there are more than k: which rows are kept does not depend on their order. The results are the same on
/// every machine. The time grows with n² × columns. Clean training rows only, after the split.
/// </remarks>
public static class Cleaning
{
    /// <summary>
    /// Leaves out the rows of Tomek links: pairs of rows of different classes that are each other's nearest neighbour, to which no other
    /// row is nearer, so that one of them is noise or both lie at the border.
    /// </summary>
    /// <remarks>I. Tomek, "Two Modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics 6(11), 1976.</remarks>
    /// <typeparam name="T">The type of the features, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2.</param>
    /// <param name="protectedClass">A class that loses no rows, such as the rarest; null to leave out both rows of each link.</param>
    /// <returns>The rows to keep, ascending.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, a value out of its range, or fewer than two rows.</exception>
    public static int[] WithoutTomekLinks<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int classes, int? protectedClass = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var of = Check(features, columns, labels, classes, protectedClass, neighbors: 1);
        var distances = new double[of.Length];
        var isLinked = new bool[of.Length];
        ForEachRow(features, columns, 1, (row, neighbors, distance) =>
        {
            // A pair is found from its later row. The distance is the same from both ends.
            distances[row] = distance;
            foreach (var other in neighbors)
            {
                if (other < row && of[other] != of[row] && distances[other] == distance)
                {
                    isLinked[other] = isLinked[row] = true;
                }
            }
        });
        return Kept(of, protectedClass, row => isLinked[row]);
    }

    /// <summary>
    /// Edited nearest neighbours: leaves out the rows whose class is not among the most frequent ones of their k nearest neighbours, and of
    /// all others that are as near as the k-th. All are judged on all rows, before any is left out.
    /// </summary>
    /// <remarks>
    /// D. L. Wilson, "Asymptotic Properties of Nearest Neighbor Rules Using Edited Data", IEEE Transactions on Systems, Man, and
    /// Cybernetics 2(3), 1972.
    /// </remarks>
    /// <typeparam name="T">The type of the features, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2.</param>
    /// <param name="neighbors">k, at least 1 and less than n.</param>
    /// <param name="protectedClass">A class that loses no rows, such as the rarest; null if all classes are cleaned.</param>
    /// <returns>The rows to keep, ascending.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, a value out of its range, or too few rows.</exception>
    public static int[] EditedNearestNeighbors<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int classes, int neighbors = 3, int? protectedClass = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var of = Check(features, columns, labels, classes, protectedClass, neighbors);
        var outvoted = new bool[of.Length];
        var votes = new int[classes];
        ForEachRow(features, columns, neighbors, (row, nearest, _) =>
        {
            Array.Clear(votes);
            foreach (var neighbor in nearest)
            {
                votes[of[neighbor]]++;
            }

            outvoted[row] = votes[of[row]] < votes.Max();
        });
        return Kept(of, protectedClass, row => outvoted[row]);
    }

    private static void ForEachRow<T>(ReadOnlySpan<T> features, int columns, int neighbors, Action<int, List<int>, double> visit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] rows = [.. Enumerable.Range(0, features.Length / columns)];
        var search = NearestNeighbors.Create(features, columns, rows);
        var nearest = new List<int>();
        foreach (var row in rows)
        {
            var distance = search.FindAll(features.Slice(row * columns, columns), row, neighbors, nearest);
            visit(row, nearest, distance);
        }
    }

    private static int[] Kept(int[] labels, int? protectedClass, Func<int, bool> isWrong) =>
        [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] == protectedClass || !isWrong(row))];

    private static int[] Check<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int classes, int? protectedClass, int neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var of = RowChecks.Labels(features, columns, labels, classes);
        if (protectedClass < 0 || protectedClass >= classes)
        {
            throw new ArgumentException(
                $"A class lies between 0 and {classes - 1}, but {nameof(protectedClass)} is {protectedClass}.", nameof(protectedClass));
        }

        if (neighbors < 1)
        {
            throw new ArgumentException($"At least one neighbour is needed, but {nameof(neighbors)} is {neighbors}.", nameof(neighbors));
        }

        if (of.Length <= neighbors)
        {
            throw new ArgumentException(
                $"{neighbors} neighbours need at least {neighbors + 1L} rows, but {nameof(labels)} has {of.Length}.", nameof(labels));
        }

        return of;
    }
}
