using System.Globalization;

namespace WeightedLoss.Trainer.Data;

/// <summary>Numbers the values of a label column that stand for more than two classes.</summary>
internal static class ClassLabels
{
    /// <summary>The most classes there can be, because a label is a byte.</summary>
    public const int Most = 256;

    /// <summary>The most classes unless more are asked for: beyond it a column is rather a quantity than a class.</summary>
    public const int UsualMost = 100;

    /// <summary>Whether a column has more than two values.</summary>
    public static bool AreIn(string[] column) => column.Distinct().Take(3).Count() > 2;

    /// <summary>The classes, numbers in their order and before text, and the position of each row's class among them.</summary>
    /// <param name="source">What the file is called in messages.</param>
    /// <param name="name">What the column is called in messages.</param>
    /// <param name="column">The values.</param>
    /// <param name="most">The most classes to accept.</param>
    public static (byte[] Labels, string[] Classes) From(string source, string name, string[] column, int most)
    {
        var classes = column.Distinct().Order(NumbersFirst).ToArray();

        // Fewer than two rows per class are no classes to learn either: an identifier, or a quantity in a small file.
        if (classes.Length > most || classes.Length * 2 > column.Length)
        {
            throw new InputException(
                $"{source}, column '{name}': {classes.Length} different values in {column.Length} rows ({Listing.Of(classes)}) are too many "
                + $"to be classes (at most {most}, with two rows each on average). --label names another column, --positive VALUE tells "
                + $"one value from all others, --max-classes NUMBER allows up to {Most}.");
        }

        var positions = classes.Index().ToDictionary(pair => pair.Item, pair => (byte)pair.Index);
        return (Array.ConvertAll(column, value => positions[value]), classes);
    }

    // By their text where they are equal, so that 1.1 and 1.10 have an order.
    private static readonly Comparer<string> NumbersFirst = Comparer<string>.Create((a, b) =>
        (Number(a), Number(b)) switch
        {
            ({ } x, { } y) when x != y => x.CompareTo(y),
            ({ }, null) => -1,
            (null, { }) => 1,
            _ => string.CompareOrdinal(a, b),
        });

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
