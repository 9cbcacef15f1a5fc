using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>More than two classes; the strength is the exponent of the inverse class frequencies.</summary>
internal sealed class MulticlassProblem : Problem
{
    // As many as a terminal has room for.
    private const int MostShown = 7;
    private const int LongestName = 8;

    private readonly string[] _classes;
    private readonly int[] _shown;
    private readonly int _rarest;
    private readonly CostMatrix? _costs;

    /// <summary>Costs are optional; without them macro F1 is chosen by.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="counts">Their rows.</param>
    /// <param name="costs">What a wrong decision costs.</param>
    /// <param name="isWeighted">Whether rows have weights of their own.</param>
    public MulticlassProblem(string[] classes, ClassCounts counts, CostMatrix? costs, bool isWeighted)
    {
        _classes = classes;
        _costs = costs;
        var byCount = Enumerable.Range(0, classes.Length).OrderBy(k => counts[k]).ToArray();
        _rarest = byCount[0];
        _shown = [.. byCount.Take(MostShown).Order()];
        Figures =
        [
            new("bal. accuracy", FigureGroup.Decisions),
            new("macro F1", FigureGroup.Decisions),
            new("accuracy", FigureGroup.Decisions),
            costs is null ? new("rarest recall", FigureGroup.Decisions) : new("cost", FigureGroup.Decisions, isWeighted ? Figure.Amount : "N0"),
            new("log loss", FigureGroup.Scores, "F5"),
            new("ECE", FigureGroup.Scores, "F5"),
            .. _shown.Select(k => new Figure(Shown(k), FigureGroup.ClassRecall, "F3")),
            .. _shown.Select(k => new Figure(Shown(k), FigureGroup.ClassPrecision, "F3")),
        ];
    }

    public override string StrengthSymbol => "τ";

    public override string StrengthName => "exponent τ of the class weights (n/n_k)^τ, scaled to average 1 over the rows";

    public override float Unweighted => 0;

    public override IReadOnlyList<Figure> Figures { get; }

    public override string Criterion => _costs is null ? "macro F1" : "cost";

    public override string CriterionText => _costs is null
        ? "The largest macro F1 is best; --costs FILE gives costs instead."
        : "The least cost by the given matrix is best.";

    public override bool LeastIsBest => _costs is not null;

    public override string[] Drawn =>
        ["bal. accuracy", "macro F1", "accuracy", .. _costs is null ? (string[])["rarest recall"] : []];

    public override string FiguresText =>
        "Balanced accuracy is the mean recall, macro F1 the mean F1 of the classes. ECE is the expected calibration error of the likeliest "
        + $"class in {Reliability.Bins} bins of equal width."
        + (_shown.Length < _classes.Length ? $" Of {_classes.Length} classes the {_shown.Length} rarest are shown." : "");

    public override string UsualDecision => "a row is predicted as its likeliest class";

    public override string DecisionByCost => _costs is null
        ? "it is predicted as the class that is then the likeliest"
        : "it is predicted as the class whose expected cost is then the least";

    public override float Balanced(ClassCounts training) => 1;

    public override float[] Grid(ClassCounts training) => [0, 0.25f, 0.5f, 0.75f, 1, 1.25f];

    public override TrainingLoss Loss(ClassCounts training, float strength, float gamma) =>
        new MulticlassTrainingLoss(ClassWeights.InversePower<float>(training, strength), gamma);

    public override TrainingLoss EffectiveNumber(ClassCounts training, double beta) =>
        new MulticlassTrainingLoss(ClassWeights.EffectiveNumber<float>(training, beta, WeightAverage.OverSamples));

    public override float[] WithoutWeights(float[] logits, TrainingLoss loss)
    {
        var result = new float[logits.Length];
        LogitOffsets.Add(logits, LogitOffsets.UndoClassWeights<float>(((MulticlassTrainingLoss)loss).ClassWeights), result);
        return result;
    }

    public override byte[] Decide(float[] logits) => WithOffsets(logits, new double[_classes.Length]);

    public override byte[] DecideByCost(float[] logits)
    {
        if (_costs is null)
        {
            return Decide(logits);
        }

        var predicted = new int[logits.Length / _classes.Length];
        ClassDecision.LeastCost<float>(
            Array.ConvertAll(Reliability.Probabilities(logits, _classes.Length), p => Math.Min(p, 1)), _costs, predicted);
        return Array.ConvertAll(predicted, k => (byte)k);
    }

    public override MovedDecision Move(float[] logits, byte[] labels, float[] weights)
    {
        var offsets = _costs is null
            ? ClassOffsets.ForMacroF1<float, byte>(logits, labels, _classes.Length, sampleWeights: weights)
            : ClassOffsets.ForCost<float, byte>(logits, labels, _costs, sampleWeights: weights);
        return new("offsets of classes", rows => WithOffsets(rows, offsets));
    }

    public override double[] Evaluate(float[] logits, byte[] labels, float[] weights, byte[] predicted)
    {
        var confusion = new MulticlassConfusionMatrix(_classes.Length).Add<byte, float>(labels, predicted, weights);
        return
        [
            confusion.BalancedAccuracy,
            confusion.MacroF1,
            confusion.Accuracy,
            _costs is null ? confusion.Recall(_rarest) : confusion.Cost(_costs),
            MulticlassReport.LogLossOf(logits, labels, _classes.Length, weights),
            Reliability.OfLikeliest(logits, labels, weights, _classes.Length).ExpectedCalibrationError,
            .. _shown.Select(confusion.Recall),
            .. _shown.Select(confusion.Precision),
        ];
    }

    public override IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models)
    {
        var recalls = models.Select(model =>
        {
            var confusion = new MulticlassConfusionMatrix(_classes.Length).Add<byte, float>(model.Labels, model.Predicted, model.Weights);
            return (model.Name, _shown.Select(confusion.Recall).ToArray());
        });
        yield return PictureMaker.Categories("recall-by-class", "Recall by class", [.. _shown.Select(Shown)], [.. recalls]);
        yield return PictureMaker.Reliability(
            "mean probability of the likeliest class",
            "part that is of this class",
            [.. models
                .Select(model => (model.Name, Curve: Reliability.OfLikeliest(model.Logits, model.Labels, model.Weights, _classes.Length)))
                .DistinctBy(model => model.Curve.ExpectedCalibrationError)]);
    }

    private byte[] WithOffsets(float[] logits, double[] offsets)
    {
        var predicted = new int[logits.Length / _classes.Length];
        ClassDecision.Largest<float>(logits, offsets, predicted);
        return Array.ConvertAll(predicted, k => (byte)k);
    }

    private string Shown(int k) => Listing.Short(_classes[k], LongestName);
}
