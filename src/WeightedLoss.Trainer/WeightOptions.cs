namespace WeightedLoss.Trainer;

/// <summary>How the weighted model is weighted, as given.</summary>
/// <param name="Positive">The weight of a positive; null to choose it.</param>
/// <param name="Classes">One of the words here, or a file with a weight for each class; null if not given.</param>
/// <param name="Beta">β of the effective number of samples.</param>
internal sealed record WeightOptions(float? Positive, string? Classes, double Beta)
{
    /// <summary>Each class weighs as much in sum.</summary>
    public const string Balanced = "balanced";

    /// <summary>By the effective number of samples.</summary>
    public const string Effective = "effective";

    /// <summary>No weighted model.</summary>
    public const string None = "none";
}
