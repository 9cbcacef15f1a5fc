namespace WeightedLoss.Trainer.Data;

/// <summary>Values in a message.</summary>
internal static class Listing
{
    private const int Longest = 10;

    /// <summary>The first few values in quotes, and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> values) =>
        string.Join(", ", values.Take(Longest).Select(value => $"'{value}'"))
        + (values.Count > Longest ? $" and {values.Count - Longest} more" : "");
}
