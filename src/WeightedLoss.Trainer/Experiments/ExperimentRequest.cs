namespace WeightedLoss.Trainer.Experiments;

/// <summary>What all experiments are asked for.</summary>
/// <param name="FalseNegative">What a missed positive costs; null for negatives ÷ positives.</param>
/// <param name="HasBinaryCosts">Whether costs of two classes were given.</param>
/// <param name="FalsePositive">What a false alarm costs.</param>
/// <param name="CostFile">A file with the costs of more classes; null if there is none.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="Folder">Where all files go.</param>
internal sealed record ExperimentRequest(
    double? FalseNegative, bool HasBinaryCosts, double FalsePositive, string? CostFile, int Folds, string Folder);
