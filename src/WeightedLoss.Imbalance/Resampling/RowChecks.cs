using System.Numerics;
using WeightedLoss.Common;

namespace WeightedLoss.Resampling;

/// <summary>The checks of feature rows and their labels.</summary>
internal static class RowChecks
{
    /// <summary>Whole finite rows with a label each.</summary>
    /// <returns>The labels.</returns>
    internal static int[] Labels<T, TLabel>(ReadOnlySpan<T> features, int columns, ReadOnlySpan<TLabel> labels, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ClassChecks.Count(classes);
        InputChecks.Rows(features.Length, nameof(features), columns, nameof(columns), labels.Length);
        InputChecks.Finite(features, "A feature", nameof(features));
        return Labels(labels, classes);
    }

    /// <summary>Labels that are classes.</summary>
    /// <returns>The labels.</returns>
    internal static int[] Labels<TLabel>(ReadOnlySpan<TLabel> labels, int classes)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ClassChecks.Count(classes);
        InputChecks.ClassLabels(labels, classes, nameof(labels));
        var integers = new int[labels.Length];
        for (var i = 0; i < integers.Length; i++)
        {
            integers[i] = int.CreateTruncating(labels[i]);
        }

        return integers;
    }

    /// <summary>The rows of each class, ascending; none may be empty.</summary>
    internal static int[][] ByClass(int[] labels, int classes)
    {
        var rows = new int[classes][];
        var counts = new ClassCounts(classes).Add(labels);
        for (var k = 0; k < classes; k++)
        {
            if (counts[k] == 0)
            {
                throw new ArgumentException($"Each class needs samples, but class {k} of {nameof(labels)} has 0.", nameof(labels));
            }

            rows[k] = new int[counts[k]];
        }

        var next = new int[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            rows[labels[i]][next[labels[i]]++] = i;
        }

        return rows;
    }

    /// <summary>The rows of one class, ascending, at least as many as neighbours and one more.</summary>
    internal static int[] OfClass<TLabel>(ReadOnlySpan<TLabel> labels, int label, int neighbors)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var rows = new List<int>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (int.CreateTruncating(labels[i]) == label)
            {
                rows.Add(i);
            }
        }

        if (rows.Count <= neighbors)
        {
            throw new ArgumentException(
                $"{neighbors} neighbours need at least {neighbors + 1L} samples, but class {label} of {nameof(labels)} has {rows.Count}.",
                nameof(labels));
        }

        return [.. rows];
    }
}
