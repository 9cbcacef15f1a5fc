using System.Numerics;
using WeightedLoss.Common;
using WeightedLoss.Resampling;

namespace WeightedLoss;

/// <summary>Makes synthetic rows of a rare class between its rows.</summary>
/// <remarks>
/// <para>Each synthetic row lies on the line from a row of the class to one of its k nearest neighbours of the same class, at a uniformly
/// random place. Every row serves as often as every other, first in order and then, for what is left, a random choice of them. Distances
/// are Euclidean, so standardise the columns first; of equally near neighbours the first rows are taken. Make rows from training rows only,
/// after the split.</para>
/// <para>All numbers are drawn with xoshiro256** and all sums are added in one order, so a seed gives the same bits on every
/// machine. The time grows with rows of the class × candidates × columns.</para>
/// <para>N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16,
/// 2002.</para>
/// </remarks>
public static class Smote
{
    /// <summary>SMOTE: rows of numbers.</summary>
    /// <typeparam name="T">The type of the features, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <param name="labels">[n], at least 0.</param>
    /// <param name="label">The class to make rows of; it needs at least <paramref name="neighbors"/> + 1 rows.</param>
    /// <param name="count">The number of rows to make, at least 0.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="neighbors">k, at least 1.</param>
    /// <returns>[<paramref name="count"/>, columns], row-major.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, a value out of its range, or a class of too few rows.</exception>
    public static T[] Generate<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int label, int count, ulong seed, int neighbors = 5)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(features, columns, labels, label, count, neighbors);
        var rows = RowChecks.OfClass(labels, label, neighbors);
        var search = NearestNeighbors.Create(features, columns, rows);
        return Interpolation<T>.Generate(features, columns, rows, count, seed, neighbors, search, [], []);
    }

    /// <summary>
    /// Borderline-SMOTE 1: starts from rows in danger only, those that have at least half but not all of their nearest neighbours, of any
    /// class, in other classes. These are the m nearest rows and all others that are as near as the m-th.
    /// </summary>
    /// <remarks>
    /// H. Han, W.-Y. Wang, B.-H. Mao, "Borderline-SMOTE: A New Over-Sampling Method in Imbalanced Data Sets Learning", ICIC 2005.
    /// </remarks>
    /// <typeparam name="T">The type of the features, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <param name="labels">[n], at least 0.</param>
    /// <param name="label">The class to make rows of; it needs at least <paramref name="neighbors"/> + 1 rows.</param>
    /// <param name="count">The number of rows to make, at least 0.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="neighbors">k, at least 1.</param>
    /// <param name="dangerNeighbors">
    /// m, the neighbours of any class that tell whether a row is in danger, at least 1 and less than n.
    /// </param>
    /// <returns>[<paramref name="count"/>, columns], row-major.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths that don't fit, a value out of its range, a class of too few rows, or no row in danger.
    /// </exception>
    public static T[] GenerateAtBorderline<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int label, int count, ulong seed, int neighbors = 5,
        int dangerNeighbors = 10)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(features, columns, labels, label, count, neighbors);
        if (dangerNeighbors < 1 || dangerNeighbors >= labels.Length)
        {
            throw new ArgumentException(
                $"There must be 1 to {labels.Length - 1} neighbours, but {nameof(dangerNeighbors)} is {dangerNeighbors}.",
                nameof(dangerNeighbors));
        }

        var rows = RowChecks.OfClass(labels, label, neighbors);
        var danger = InDanger(features, columns, labels, label, rows, dangerNeighbors);
        if (danger.Length == 0)
        {
            throw new ArgumentException(
                $"No row is in danger: of no row of class {label} are half or more of the {dangerNeighbors} nearest neighbours, but not all, "
                + $"in other classes of {nameof(labels)}.",
                nameof(labels));
        }

        var search = NearestNeighbors.Create(features, columns, rows);
        return Interpolation<T>.Generate(features, columns, danger, count, seed, neighbors, search, [], []);
    }

    /// <summary>
    /// SMOTE-NC: rows of numbers and categories. Two different categories add to the squared distance the square of the median of the
    /// standard deviations of the number columns within the class. A synthetic row has in each categorical column the value that most of
    /// the k nearest neighbours have, of equally frequent ones that of the nearest.
    /// </summary>
    /// <remarks>Chawla et al. 2002, section 6.1.</remarks>
    /// <typeparam name="T">The type of the features, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <param name="labels">[n], at least 0.</param>
    /// <param name="categoricalColumns">The columns that hold codes of categories, not all columns.</param>
    /// <param name="label">The class to make rows of; it needs at least <paramref name="neighbors"/> + 1 rows.</param>
    /// <param name="count">The number of rows to make, at least 0.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="neighbors">k, at least 1.</param>
    /// <returns>[<paramref name="count"/>, columns], row-major.</returns>
    /// <exception cref="ArgumentException">Lengths that don't fit, a value out of its range, or a class of too few rows.</exception>
    public static T[] GenerateMixed<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, ReadOnlySpan<int> categoricalColumns, int label, int count,
        ulong seed, int neighbors = 5)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(features, columns, labels, label, count, neighbors);
        var isCategorical = new bool[columns];
        for (var i = 0; i < categoricalColumns.Length; i++)
        {
            var c = categoricalColumns[i];
            if ((uint)c >= (uint)columns || isCategorical[c])
            {
                throw new ArgumentException(
                    $"Categorical columns must lie between 0 and {columns - 1} and differ, but {nameof(categoricalColumns)}[{i}] is {c}.",
                    nameof(categoricalColumns));
            }

            isCategorical[c] = true;
        }

        if (categoricalColumns.Length == columns)
        {
            throw new ArgumentException(
                $"At least one column must hold numbers, but {nameof(categoricalColumns)} has all {columns}.", nameof(categoricalColumns));
        }

        var rows = RowChecks.OfClass(labels, label, neighbors);
        var mismatch = Mismatch(features, columns, rows, isCategorical);
        var search = NearestNeighbors.Create(features, columns, rows, mismatch);
        return Interpolation<T>.Generate(features, columns, rows, count, seed, neighbors, search, isCategorical, categoricalColumns);
    }

    /// <summary>The rows of a class with at least half but not all of their nearest neighbours in other classes.</summary>
    internal static int[] InDanger<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int label, int[] rows, int neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var search = NearestNeighbors.Create(features, columns, [.. Enumerable.Range(0, labels.Length)]);
        var nearest = new List<int>();
        var danger = new List<int>();
        foreach (var row in rows)
        {
            search.FindAll(features.Slice(row * columns, columns), row, neighbors, nearest);
            var others = 0;
            foreach (var neighbor in nearest)
            {
                others += int.CreateTruncating(labels[neighbor]) == label ? 0 : 1;
            }

            if (2L * others >= nearest.Count && others < nearest.Count)
            {
                danger.Add(row);
            }
        }

        return [.. danger];
    }

    // The distance of two different values of a column; negative for numbers.
    private static double[] Mismatch<T>(ReadOnlySpan<T> features, int columns, int[] rows, bool[] isCategorical)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var deviations = new List<double>();
        for (var c = 0; c < columns; c++)
        {
            if (isCategorical[c])
            {
                continue;
            }

            // In parts of the largest, because the square of a large one would overflow and that of a small one vanish.
            var largest = 0.0;
            foreach (var row in rows)
            {
                largest = Math.Max(largest, Math.Abs(double.CreateTruncating(features[(row * columns) + c])));
            }

            var unit = largest == 0 ? 1 : largest;
            var mean = 0.0;
            foreach (var row in rows)
            {
                mean += double.CreateTruncating(features[(row * columns) + c]) / unit / rows.Length;
            }

            var squares = 0.0;
            foreach (var row in rows)
            {
                var distance = (double.CreateTruncating(features[(row * columns) + c]) / unit) - mean;
                squares += distance * distance;
            }

            deviations.Add(unit * Math.Sqrt(squares / rows.Length));
        }

        deviations.Sort();
        var median = (deviations[(deviations.Count - 1) / 2] / 2) + (deviations[deviations.Count / 2] / 2);
        return Array.ConvertAll(isCategorical, categorical => categorical ? median : -1);
    }

    private static void Check<T, TLabel>(
        ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int label, int count, int neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.Rows(features.Length, nameof(features), columns, nameof(columns), labels.Length);
        InputChecks.Finite(features, "A feature", nameof(features));
        InputChecks.ClassLabels(labels, int.MaxValue, nameof(labels));
        if (label < 0)
        {
            throw new ArgumentException($"A class must be at least 0, but {nameof(label)} is {label}.", nameof(label));
        }

        if (count < 0 || (long)count * columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"There must be 0 to {Array.MaxLength / columns} rows to make, but {nameof(count)} is {count}.", nameof(count));
        }

        if (neighbors < 1)
        {
            throw new ArgumentException($"At least one neighbour is needed, but {nameof(neighbors)} is {neighbors}.", nameof(neighbors));
        }
    }
}
