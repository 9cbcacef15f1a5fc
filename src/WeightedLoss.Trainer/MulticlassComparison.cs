using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>More than two classes: without and with a weight for each.</summary>
internal sealed class MulticlassComparison : Comparison<MulticlassReport>
{
    private readonly string[] _classes;
    private readonly ClassCounts _counts;
    private readonly float[]? _weights;
    private readonly string _origin;
    private readonly LossOptions _loss;
    private readonly int _rarest;

    /// <summary>Chooses the weights.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="parts">The same, ready for a model.</param>
    /// <param name="weights">What was given; balanced weights of the training rows if nothing was.</param>
    /// <param name="format">How a file of weights is written.</param>
    public MulticlassComparison(LabelledData data, PreparedData parts, LossOptions weights, CsvFormat format)
        : base(data, parts)
    {
        _classes = data.Label.Classes!;
        if (weights.Positive is not null)
        {
            throw new InputException(
                $"--positive-weight is for two classes, but column '{data.Label.Column}' of {data.Source} has {_classes.Length}; give "
                + "--class-weights, or --positive VALUE to tell one class from all others.");
        }

        if (weights.Loss == LossOptions.Binary)
        {
            throw new InputException(
                $"--loss bce is for two classes, but column '{data.Label.Column}' of {data.Source} has {_classes.Length}; give --loss ce, or "
                + "--positive VALUE to tell one class from all others.");
        }

        _loss = weights;
        _counts = new ClassCounts(_classes.Length).Add(parts.Labels);
        var all = new ClassCounts(_classes.Length).Add(data.Labels).AsSpan().ToArray();
        _rarest = Array.IndexOf(all, all.Min());

        // Averages over the rows, so that the loss keeps its size whatever the weights.
        (_weights, _origin) = weights.Classes switch
        {
            LossOptions.None => (null, "none"),
            null or LossOptions.Balanced => (ClassWeights.Balanced<float>(_counts), "balanced"),
            LossOptions.Effective => (
                ClassWeights.EffectiveNumber<float>(_counts, weights.Beta, WeightAverage.OverSamples),
                $"effective number of rows, β = {weights.Beta}"),
            var path => (ClassWeightFile.Read(path, format, _classes), path),
        };
    }

    protected override IReadOnlyList<(string Name, TrainingLoss Loss)> Losses
    {
        get
        {
            var unweighted = new MulticlassTrainingLoss([.. Enumerable.Repeat(1f, _classes.Length)], _loss.TrainingGamma);
            return _weights is null
                ? [(ModelFile.Unweighted, unweighted)]
                : [(ModelFile.Unweighted, unweighted), (ModelFile.Weighted, new MulticlassTrainingLoss(_weights, _loss.TrainingGamma))];
        }
    }

    protected override string ScoreName => "BA";

    protected override IEnumerable<string> Describe(TrainingOptions options)
    {
        yield return $"{Parts.Rows.Rows:N0} training rows, {Parts.ValidationRows.Rows:N0} validation rows, {Parts.Rows.Features} features, "
            + $"{_classes.Length} classes; the rarest is '{_classes[_rarest]}' with {_counts[_rarest]:N0} training rows.";
        var single = _classes.Where((_, k) => !Parts.ValidationLabels.Contains((byte)k)).ToArray();
        if (single.Length != 0)
        {
            yield return $"Note: a class of one row is trained on but not validated, so it has no recall: {Listing.Of(single)}.";
        }

        yield return _weights is null
            ? "Class weights: none."
            : $"Class weights from {_weights.Min():G6} to {_weights.Max():G6} ({_origin}).";
        if (_loss.Description is { } description)
        {
            yield return description;
        }

        yield return $"{options.Epochs:N0} epochs; BA is the balanced accuracy, the mean recall of the classes.";
    }

    protected override ValidationFigures Validate(float[] logits)
    {
        var report = Report(logits);
        return new(report.LogLoss, report.Confusion.BalancedAccuracy);
    }

    protected override MulticlassReport Report(float[] logits) =>
        MulticlassReport.Compute(logits, Parts.ValidationLabels, _classes.Length, Parts.ValidationWeights);

    protected override void Write(IAnsiConsole console, IReadOnlyCollection<Outcome<MulticlassReport>> outcomes) =>
        MulticlassReportView.Write(console, _classes, _rarest, Data.IsWeighted, outcomes);
}
