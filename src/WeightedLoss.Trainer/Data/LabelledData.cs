namespace WeightedLoss.Trainer.Data;

/// <summary>Rows to train on: features, binary labels and where they come from.</summary>
/// <param name="Source">What the rows are called in messages.</param>
/// <param name="FeatureNames">One name per feature.</param>
/// <param name="Values">[rows, features], row-major, finite.</param>
/// <param name="Labels">One per row, 1 where positive.</param>
/// <param name="Label">Which column and value the labels stand for.</param>
/// <param name="BestLogits">
/// For generated rows the log odds of the true class probabilities: no score can rank rows better than these. Null for a file.
/// </param>
internal sealed record LabelledData(
    string Source, string[] FeatureNames, double[] Values, byte[] Labels, LabelInfo Label, double[]? BestLogits)
{
    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;
}

/// <summary>Which column holds the label, and which of its values is positive.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Index">Its position, counting from 0.</param>
/// <param name="Positive">The positive value.</param>
/// <param name="HasHeader">Whether the file has a header line.</param>
internal sealed record LabelInfo(string Column, int Index, string Positive, bool HasHeader);
