using System.Numerics;
using WeightedLoss.Resampling;

namespace WeightedLoss;

/// <summary>Evens out the sizes of classes by repeating or leaving out rows at random; the results are lists of row numbers.</summary>
/// <remarks>
/// Resample training rows only, after the split, and correct the prior of the model afterwards (see <see cref="LogitOffsets"/>): it changes
/// probabilities just as class weights do. A number of rows that is whole but for the rounding of the ratio is that whole number: 0.07 of
/// 100 rows are 7, although the double 0.07 is a little more. Row numbers are drawn with xoshiro256**, so a seed gives the same ones
/// everywhere.
/// </remarks>
public static class RandomResampling
{
    // More than the rounding of a ratio and of what it is computed from, and less than any two different numbers of rows differ.
    private static readonly double s_rounding = Math.ScaleB(1, -50);

    /// <summary>
    /// Repeats rows of smaller classes, drawn with replacement, until each class has at least a part of the largest one's rows.
    /// </summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2; each needs a row.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="ratio">The rows of a class ÷ those of the largest one, in (0, 1]; rounded up to whole rows.</param>
    /// <returns>0 … n − 1, and then the repeated rows, class after class.</returns>
    /// <exception cref="ArgumentException">A value out of its range, a class without rows, or more than 2³¹ − 1 rows.</exception>
    public static int[] Oversample<TLabel>(ReadOnlySpan<TLabel> labels, int classes, ulong seed, double ratio = 1)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var rows = ByClass(labels, classes, ratio);
        var wanted = (int)Math.Ceiling(Whole(ratio * rows.Max(of => of.Length)));
        var total = labels.Length + rows.Sum(of => Math.Max(0L, wanted - of.Length));
        if (total > Array.MaxLength)
        {
            throw new ArgumentException(
                $"At most {Array.MaxLength} rows are possible, but {nameof(ratio)} {ratio} would give {total}.", nameof(ratio));
        }

        var random = new Xoshiro256(seed);
        var result = new int[total];
        var next = 0;
        for (; next < labels.Length; next++)
        {
            result[next] = next;
        }

        foreach (var of in rows)
        {
            for (var added = of.Length; added < wanted; added++)
            {
                result[next++] = of[random.NextInt(of.Length)];
            }
        }

        return result;
    }

    /// <summary>Keeps a random choice of rows of larger classes, so that the smallest one has at least a part of each one's rows.</summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, at least 2; each needs a row.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="ratio">The rows of the smallest class ÷ those of any other one, in (0, 1]; rounded down to whole rows.</param>
    /// <returns>The rows that are kept, ascending.</returns>
    /// <exception cref="ArgumentException">A value out of its range, or a class without rows.</exception>
    public static int[] Undersample<TLabel>(ReadOnlySpan<TLabel> labels, int classes, ulong seed, double ratio = 1)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var rows = ByClass(labels, classes, ratio);
        var most = (int)Math.Min(int.MaxValue, Math.Floor(Whole(rows.Min(of => of.Length) / ratio)));
        var random = new Xoshiro256(seed);
        var result = new List<int>();
        foreach (var of in rows)
        {
            if (of.Length > most)
            {
                random.Shuffle(of);
            }

            result.AddRange(of.AsSpan(0, Math.Min(most, of.Length)));
        }

        result.Sort();
        return [.. result];
    }

    private static double Whole(double rows)
    {
        var nearest = Math.Round(rows);
        return Math.Abs(rows - nearest) <= nearest * s_rounding ? nearest : rows;
    }

    private static int[][] ByClass<TLabel>(ReadOnlySpan<TLabel> labels, int classes, double ratio)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (!(ratio > 0 && ratio <= 1))
        {
            throw new ArgumentException($"A ratio must be greater than 0 and at most 1, but {nameof(ratio)} is {ratio}.", nameof(ratio));
        }

        return RowChecks.ByClass(RowChecks.Labels(labels, classes), classes);
    }
}
