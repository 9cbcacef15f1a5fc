using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>Two classes: without and with a weight of the positives.</summary>
internal sealed class BinaryComparison : Comparison<BinaryReport>
{
    private readonly ClassCounts _counts;
    private readonly float _weight;
    private readonly bool _chosen;
    private readonly LossOptions _loss;

    /// <summary>Chooses the weight.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="parts">The same, ready for a model.</param>
    /// <param name="weights">What was given; the positive weight is negatives ÷ positives of the training rows if it was not.</param>
    public BinaryComparison(LabelledData data, PreparedData parts, LossOptions weights)
        : base(data, parts)
    {
        if (weights.Classes is not null)
        {
            throw new InputException(
                $"--class-weights is for more than two classes, but {data.Source} is trained on as positives and negatives; give "
                + "--positive-weight.");
        }

        if (weights.Loss == LossOptions.Multiclass)
        {
            throw new InputException(
                $"--loss ce is for more than two classes, but {data.Source} is trained on as positives and negatives; give --loss bce.");
        }

        _loss = weights;
        _counts = new ClassCounts(2).Add(parts.Labels);
        _chosen = weights.Positive is null;
        _weight = weights.Positive ?? ClassWeights.PositiveWeight<float>(_counts);
    }

    protected override IReadOnlyList<(string Name, TrainingLoss Loss)> Losses =>
        [(ModelFile.Unweighted, new BinaryTrainingLoss(1, _loss.TrainingGamma)), (ModelFile.Weighted, new BinaryTrainingLoss(_weight, _loss.TrainingGamma))];

    protected override string ScoreName => "AP";

    protected override IEnumerable<string> Describe(TrainingOptions options) =>
    [
        $"{Parts.Rows.Rows:N0} training rows ({_counts[1]:N0} positive), {Parts.ValidationRows.Rows:N0} validation rows "
            + $"({Parts.ValidationLabels.Count((byte)1):N0} positive), {Parts.Rows.Features} features.",
        $"Positive weight {_weight:G6}{(_chosen ? ", negatives ÷ positives" : "")}.",
        .. _loss.Description is { } description ? [description] : (string[])[],
    ];

    protected override ValidationFigures Validate(float[] logits) => new(
        BinaryReport.LogLossOf(logits, Parts.ValidationLabels, Parts.ValidationWeights),
        RankingScores.Compute(logits, Parts.ValidationLabels, Parts.ValidationWeights).AveragePrecision);

    protected override BinaryReport Report(float[] logits) => BinaryReport.Compute(logits, Parts.ValidationLabels, Parts.ValidationWeights);

    protected override void Write(IAnsiConsole console, IReadOnlyCollection<Outcome<BinaryReport>> outcomes)
    {
        if (Data.BestLogits is { } best)
        {
            outcomes = [.. outcomes, new("best possible", Report(Array.ConvertAll(Parts.Split.Validation, i => (float)best[i])), null)];
        }

        BinaryReportView.Write(console, Data.IsWeighted, outcomes);
    }
}
