using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Problems;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>What all experiments are asked for.</summary>
/// <param name="FalseNegative">What a missed positive costs; null for negatives ÷ positives.</param>
/// <param name="HasBinaryCosts">Whether costs of two classes were given.</param>
/// <param name="FalsePositive">What a false alarm costs.</param>
/// <param name="CostFile">A file with the costs of more classes; null if there is none.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="Folder">Where all files go.</param>
internal sealed record ExperimentRequest(
    double? FalseNegative, bool HasBinaryCosts, double FalsePositive, string? CostFile, int Folds, string Folder)
{
    /// <summary>The costs that suit the labels; throws if others were given.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="format">How the file is written.</param>
    public Costs CostsOf(LabelledData data, CsvFormat format)
    {
        if (HasBinaryCosts)
        {
            data.RequireTwoClasses("--cost-false-negative and --cost-false-positive are", "--costs FILE");
        }

        if (CostFile is null)
        {
            return new(FalseNegative, FalsePositive);
        }

        data.RequireMoreClasses("--costs is", "--cost-false-negative and --cost-false-positive");
        return new(Matrix: Data.CostFile.Read(CostFile, format, data.Label.Classes!));
    }
}
