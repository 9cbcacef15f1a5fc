namespace WeightedLoss.Trainer.Data;

/// <summary>Rows split into training and validation and standardised, ready for a model.</summary>
/// <param name="Split">Which rows went where.</param>
/// <param name="Standardizer">As measured on the training rows.</param>
/// <param name="Rows">The training rows.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="ValidationRows">The validation rows.</param>
/// <param name="ValidationLabels">Their labels.</param>
/// <param name="Weights">The weights of the training rows; or none.</param>
/// <param name="ValidationWeights">The weights of the validation rows; or none.</param>
internal sealed record PreparedData(
    StratifiedSplit Split,
    Standardizer Standardizer,
    Matrix Rows,
    byte[] Labels,
    Matrix ValidationRows,
    byte[] ValidationLabels,
    float[] Weights,
    float[] ValidationWeights)
{
    /// <summary>Splits and standardises.</summary>
    public static PreparedData Create(LabelledData data, ulong seed)
    {
        var split = StratifiedSplit.Create(data, seed);
        var standardizer = Standardizer.Fit(data, split.Training);
        return new(
            split,
            standardizer,
            Rows(split.Training),
            Labels(split.Training),
            Rows(split.Validation),
            Labels(split.Validation),
            SampleWeights.Of(data.Weights, split.Training),
            SampleWeights.Of(data.Weights, split.Validation));

        Matrix Rows(int[] rows) => standardizer.Apply(data.Source, data.FeatureNames, data.Values, rows, data.Lines);

        byte[] Labels(int[] rows) => Array.ConvertAll(rows, i => data.Labels[i]);
    }
}
