using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Problems;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>Rows to train on, to choose on and to test on. All that is measured or fitted uses the training rows only.</summary>
internal sealed class Rotation
{
    private readonly Lazy<(LabelledRows Training, Matrix Validation, Matrix Test)> _rows;

    /// <summary>Takes a fold to test on; rows are standardised when they are first asked for.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="folds">How they were dealt out.</param>
    /// <param name="fold">The fold to test on.</param>
    public Rotation(LabelledData data, StratifiedFolds folds, int fold)
    {
        var (training, validation, test) = folds.Rotation(fold);
        Fold = fold;
        TrainingCounts = new ClassCounts(data.Label.Count).Add(Labels(training));
        TrueValidation = new(Labels(validation), SampleWeights.Of(data.Weights, validation));
        TrueTest = new(Labels(test), SampleWeights.Of(data.Weights, test));
        _rows = new(() =>
        {
            var standardizer = Standardizer.Fit(data, training);
            return (new(Rows(training), Labels(training), SampleWeights.Of(data.Weights, training)), Rows(validation), Rows(test));

            Matrix Rows(int[] rows) => standardizer.Apply(data.Source, data.FeatureNames, data.Values, rows, data.Lines);
        });

        byte[] Labels(int[] rows) => Array.ConvertAll(rows, i => data.Labels[i]);
    }

    /// <summary>Which fold is tested on.</summary>
    public int Fold { get; }

    /// <summary>How many training rows there are of each class.</summary>
    public ClassCounts TrainingCounts { get; }

    public LabelledRows Training => _rows.Value.Training;

    public Matrix Validation => _rows.Value.Validation;

    public TrueRows TrueValidation { get; }

    public Matrix Test => _rows.Value.Test;

    public TrueRows TrueTest { get; }
}
