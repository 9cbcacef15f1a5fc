using System.Globalization;

namespace WeightedLoss.Trainer.Data;

/// <summary>Makes 0 and 1 of the values of a label column.</summary>
internal static class BinaryLabels
{
    /// <summary>Labels that are 1 where the column has the positive value.</summary>
    /// <param name="source">What the file is called in messages.</param>
    /// <param name="column">The values.</param>
    /// <param name="positive">
    /// The positive value; if null it is 1, in any spelling, or else the rarer one, provided that there are just two.
    /// </param>
    public static (byte[] Labels, string Positive) From(string source, string[] column, string? positive)
    {
        var counts = column.CountBy(value => value).OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var values = Array.ConvertAll(counts, pair => pair.Key);
        if (counts.Length == 1)
        {
            throw new InputException($"{source} has one class only: every label is '{values[0]}'.");
        }

        if (positive is not null)
        {
            positive = positive.Trim();
            if (!values.Contains(positive))
            {
                throw new InputException($"No label in {source} is '{positive}'; the labels are {Listing.Of(values)}.");
            }
        }
        else if (counts.Length > 2)
        {
            throw new InputException(
                $"{source} has {counts.Length} classes ({Listing.Of(values)}); name one with --positive to tell it from all others.");
        }
        else
        {
            var ones = Array.FindAll(values, IsOne);
            positive = ones.Length == 1 ? ones[0] : values[0];
        }

        return (Array.ConvertAll(column, value => value == positive ? (byte)1 : (byte)0), positive);
    }

    private static bool IsOne(string label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == 1;
}
