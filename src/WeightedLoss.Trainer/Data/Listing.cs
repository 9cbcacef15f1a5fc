namespace WeightedLoss.Trainer.Data;

/// <summary>Values in a message.</summary>
internal static class Listing
{
    private const int Longest = 10;

    /// <summary>
    /// A label in the width of a column: in one line and, where it is too long, without its middle, because labels often differ at an end.
    /// </summary>
    public static string Short(string label, int longest)
    {
        var line = label.ReplaceLineEndings(" ");
        return line.Length == 0 ? "(empty)" : line.Length <= longest ? line : $"{line[..((longest - 1) / 2)]}…{line[^(longest / 2)..]}";
    }

    /// <summary>The first few values in quotes, and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> values) =>
        string.Join(", ", values.Take(Longest).Select(value => $"'{value.ReplaceLineEndings(" ")}'"))
        + (values.Count > Longest ? $" and {values.Count - Longest} more" : "");
}
