using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Problems;

/// <summary>More than two classes; the strength is the exponent of the inverse class frequencies.</summary>
internal sealed class MulticlassProblem : Problem
{
    // As many as a terminal has room for.
    private const int MostShown = 7;
    private const int LongestName = 8;

    // Of the tables that end a training.
    private const string NoRows = "–";
    private const int LongestClass = 20, LongestHead = 10, MostConfusions = 15;

    private readonly string[] _classes;
    private readonly int[] _shown;
    private readonly int _rarest;
    private readonly CostMatrix? _costs;
    private readonly bool _isWeighted;

    /// <summary>Costs are optional; without them macro F1 is chosen by.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="counts">Their rows.</param>
    /// <param name="costs">What a wrong decision costs.</param>
    /// <param name="isWeighted">Whether rows have weights of their own.</param>
    public MulticlassProblem(string[] classes, ClassCounts counts, CostMatrix? costs, bool isWeighted)
    {
        _classes = classes;
        _costs = costs;
        _isWeighted = isWeighted;
        var byCount = Enumerable.Range(0, classes.Length).OrderBy(k => counts[k]).ToArray();
        _rarest = byCount[0];
        _shown = [.. byCount.Take(MostShown).Order()];
        Figures =
        [
            new("bal. accuracy", FigureGroup.Decisions, rows => rows.Confusion.BalancedAccuracy) { LongName = "balanced accuracy" },
            new("macro F1", FigureGroup.Decisions, rows => rows.Confusion.MacroF1),
            new("accuracy", FigureGroup.Decisions, rows => rows.Confusion.Accuracy),
            costs is null
                ? new("rarest recall", FigureGroup.Decisions, rows => rows.Confusion.Recall(_rarest)) { LongName = "recall of the rarest" }
                : new("cost", FigureGroup.Decisions, rows => rows.Confusion.Cost(costs), isWeighted ? Figure.Amount : "N0"),
            new("log loss", FigureGroup.Scores, rows => LogLoss.OfClasses(rows.Logits, rows.Labels, rows.Weights, Classes), "F5"),
            new("ECE", FigureGroup.Scores, rows => ReliabilityOf(rows).ExpectedCalibrationError, "F5"),
            .. _shown.Select(k => new Figure(Shown(k), FigureGroup.ClassRecall, rows => rows.Confusion.Recall(k), "F3")),
            .. _shown.Select(k => new Figure(Shown(k), FigureGroup.ClassPrecision, rows => rows.Confusion.Precision(k), "F3")),
        ];
    }

    public override int Classes => _classes.Length;

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
        + (_shown.Length < Classes ? $" Of {Classes} classes the {_shown.Length} rarest are shown." : "");

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

    // Averages over the rows, so that the loss keeps its size whatever the weights.
    public override (TrainingLoss? Loss, string Description) WeightedLoss(ClassCounts training, LossOptions options, CsvFormat format)
    {
        var (weights, origin) = options.Classes switch
        {
            LossOptions.None => (null, ""),
            null or LossOptions.Balanced => (ClassWeights.Balanced<float>(training), "balanced"),
            LossOptions.Effective => (
                ClassWeights.EffectiveNumber<float>(training, options.Beta, WeightAverage.OverSamples),
                $"effective number of rows, β = {options.Beta}"),
            var path => (ClassWeightFile.Read(path, format, _classes), path),
        };
        return weights is null
            ? (null, "Class weights: none.")
            : (
                new MulticlassTrainingLoss(weights, options.TrainingGamma),
                $"Class weights from {weights.Min():G6} to {weights.Max():G6} ({origin}).");
    }

    public override byte[] Decide(float[] logits) => WithOffsets(logits, new double[Classes]);

    public override byte[] DecideByCost(float[] logits)
    {
        if (_costs is null)
        {
            return Decide(logits);
        }

        var predicted = new int[logits.Length / Classes];
        ClassDecision.LeastCost<float>(
            Array.ConvertAll(Reliability.Probabilities(logits, Classes), p => Math.Min(p, 1)), _costs, predicted);
        return Array.ConvertAll(predicted, k => (byte)k);
    }

    public override MovedDecision Move(float[] logits, TrueRows rows)
    {
        var offsets = _costs is null
            ? ClassOffsets.ForMacroF1<float, byte>(logits, rows.Labels, Classes, sampleWeights: rows.Weights)
            : ClassOffsets.ForCost<float, byte>(logits, rows.Labels, _costs, sampleWeights: rows.Weights);
        return new("offsets of classes", others => WithOffsets(others, offsets));
    }

    public override IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models)
    {
        yield return PictureMaker.Categories(
            "recall-by-class",
            "Recall by class",
            [.. _shown.Select(Shown)],
            [.. models.Select(model => (model.Name, _shown.Select(model.Confusion.Recall).ToArray()))]);
        yield return PictureMaker.Reliability(
            "mean probability of the likeliest class",
            "part that is of this class",
            [.. models
                .Select(model => (model.Name, Curve: ReliabilityOf(model)))
                .DistinctBy(model => model.Curve.ExpectedCalibrationError)]);
    }

    public override IEnumerable<string> DescribeRows(PreparedData parts)
    {
        yield return $"{parts.Rows.Rows:N0} training rows, {parts.ValidationRows.Rows:N0} validation rows, {parts.Rows.Features} features, "
            + $"{Classes} classes; the rarest is '{_classes[_rarest]}' with {parts.Labels.Count((byte)_rarest):N0} training rows.";
        var single = _classes.Where((_, k) => !parts.ValidationLabels.Contains((byte)k)).ToArray();
        if (single.Length != 0)
        {
            yield return $"Note: a class of one row is trained on but not validated, so it has no recall: {Listing.Of(single)}.";
        }
    }

    public override string? DescribeEpochs(int epochs) =>
        $"{epochs:N0} epochs; BA is the balanced accuracy, the mean recall of the classes.";

    public override (string ShortName, Figure Figure) Watched => ("BA", Named("bal. accuracy"));

    public override IEnumerable<Figure> FinalFigures(ScoredRows validation) =>
    [
        .. validation.Confusion.Support(_rarest) == 0 ? (Figure[])[] : [Named("rarest recall")],
        Named("bal. accuracy"),
        Named("macro F1"),
        Named("accuracy"),
        Named("log loss"),
    ];

    public override IEnumerable<ReportTable> ClassTables(IReadOnlyList<ScoredRows> models, int width) =>
    [
        .. models.Select(model => WidthOf(model.Confusion) <= width ? WholeConfusion(model) : FrequentConfusions(model)),
        new(
            "Each class, validation rows",
            [
                "class",
                _isWeighted ? "weight" : "rows",
                .. models.Select(model => $"precision\n{model.Name}"),
                .. models.Select(model => $"recall\n{model.Name}"),
            ],
            [.. Enumerable.Range(0, Classes).Select(k => ClassRow(models, k))]),
    ];

    private ReportTable WholeConfusion(ScoredRows model) => new(
        $"{model.Name}, {(_isWeighted ? "weight of the validation" : "validation")} rows by actual class (down) and predicted class (across)",
        ["actual", .. _classes.Select(name => Listing.Short(name, LongestHead))],
        [
            .. _classes.Select((name, actual) => (string[])
            [
                Listing.Short(name, LongestHead),
                .. Enumerable.Range(0, Classes).Select(predicted => SampleWeights.Text(model.Confusion[actual, predicted])),
            ]),
        ]);

    // What goes wrong most often, where the console has no room for the whole matrix.
    private ReportTable FrequentConfusions(ScoredRows model)
    {
        var confusions =
            from actual in Enumerable.Range(0, Classes)
            from predicted in Enumerable.Range(0, Classes)
            let rows = model.Confusion[actual, predicted]
            where actual != predicted && rows != 0
            orderby rows descending
            select (string[])
            [
                Listing.Short(_classes[actual], LongestClass), Listing.Short(_classes[predicted], LongestClass), SampleWeights.Text(rows),
            ];
        return new(
            $"{model.Name}, the most frequent confusions of {Classes} classes",
            ["actual", "predicted", _isWeighted ? "weight" : "rows"],
            [.. confusions.Take(MostConfusions)],
            TextColumns: 2);
    }

    private string[] ClassRow(IReadOnlyList<ScoredRows> models, int k)
    {
        var support = models[0].Confusion.Support(k);
        return
        [
            Listing.Short(_classes[k], LongestClass) + (k == _rarest ? " (rarest)" : ""),
            SampleWeights.Text(support),
            .. models.Select(model => $"{model.Confusion.Precision(k):F4}"),
            .. models.Select(model => support == 0 ? NoRows : $"{model.Confusion.Recall(k):F4}"),
        ];
    }

    // The width of the whole matrix on a console.
    private int WidthOf(MulticlassConfusionMatrix confusion)
    {
        const int Border = 3;
        var names = Array.ConvertAll(_classes, name => Math.Min(name.Length, LongestHead));
        var width = 1 + Border + Math.Max("actual".Length, names.Max());
        for (var predicted = 0; predicted < Classes; predicted++)
        {
            var digits = Enumerable.Range(0, Classes).Max(actual => SampleWeights.Text(confusion[actual, predicted]).Length);
            width += Border + Math.Max(digits, names[predicted]);
        }

        return width;
    }

    private ReliabilityCurve ReliabilityOf(ScoredRows rows) => Reliability.OfLikeliest(rows.Logits, rows.Labels, rows.Weights, Classes);

    private byte[] WithOffsets(float[] logits, double[] offsets)
    {
        var predicted = new int[logits.Length / Classes];
        ClassDecision.Largest<float>(logits, offsets, predicted);
        return Array.ConvertAll(predicted, k => (byte)k);
    }

    private string Shown(int k) => Listing.Short(_classes[k], LongestName);
}
