using System.Globalization;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Problems;

/// <summary>Positives and negatives; the strength is the weight of a positive.</summary>
/// <param name="costs">What a wrong decision costs.</param>
/// <param name="isWeighted">Whether rows have weights of their own.</param>
internal sealed class BinaryProblem(BinaryCosts costs, bool isWeighted) : Problem
{
    private const float UsualThreshold = 0;

    public override string StrengthSymbol => "w⁺";

    public override string StrengthName => "positive weight w⁺";

    public override float Unweighted => 1;

    public override int Classes => 2;

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("TN", FigureGroup.Counts, rows => rows.BinaryConfusion.TrueNegatives, Figure.Amount),
        new("FP", FigureGroup.Counts, rows => rows.BinaryConfusion.FalsePositives, Figure.Amount),
        new("FN", FigureGroup.Counts, rows => rows.BinaryConfusion.FalseNegatives, Figure.Amount),
        new("TP", FigureGroup.Counts, rows => rows.BinaryConfusion.TruePositives, Figure.Amount),
        new("precision", FigureGroup.Decisions, rows => rows.BinaryConfusion.Precision),
        new("recall", FigureGroup.Decisions, rows => rows.BinaryConfusion.Recall),
        new("F1", FigureGroup.Decisions, rows => rows.BinaryConfusion.F1),
        new("cost", FigureGroup.Decisions, rows => rows.BinaryConfusion.Cost(costs), isWeighted ? Figure.Amount : "N0"),
        new("AP", FigureGroup.Scores, AveragePrecision) { LongName = "average precision" },
        new("log loss", FigureGroup.Scores, rows => LogLoss.OfPositives(rows.Logits, rows.Labels, rows.Weights), "F5"),
        new("Brier", FigureGroup.Scores, BrierScore, "F5"),
        new("ECE", FigureGroup.Scores, rows => ReliabilityOf(rows).ExpectedCalibrationError, "F5"),
    ];

    public override string Criterion => "cost";

    public override string CriterionText => string.Create(
        CultureInfo.InvariantCulture,
        $"A missed positive costs {costs.FalseNegative:G6}, a false alarm {costs.FalsePositive:G6}; the least cost is best.");

    public override bool LeastIsBest => true;

    public override string[] Drawn => ["precision", "recall", "F1"];

    public override string FiguresText =>
        $"AP is the average precision, ECE the expected calibration error in {Reliability.Bins} bins of equal width.";

    public override string UsualDecision => "a row is predicted positive from the probability 0.5 on";

    public override string DecisionByCost => string.Create(
        CultureInfo.InvariantCulture, $"it is predicted positive from the probability {costs.BayesThreshold:F4} on, where that costs less");

    public override float Balanced(ClassCounts training) => ClassWeights.PositiveWeight<float>(training);

    // Powers of 2 to more than four times the balanced weight, and that one itself.
    public override float[] Grid(ClassCounts training)
    {
        var balanced = Balanced(training);
        var grid = new SortedSet<float> { Unweighted, balanced };
        for (var weight = 2f; weight <= 8 * balanced; weight *= 2)
        {
            grid.Add(weight);
        }

        // Where positives are the many.
        for (var weight = 0.5f; weight >= balanced / 8; weight /= 2)
        {
            grid.Add(weight);
        }

        return [.. grid];
    }

    public override TrainingLoss Loss(ClassCounts training, float strength, float gamma) => new BinaryTrainingLoss(strength, gamma);

    public override TrainingLoss EffectiveNumber(ClassCounts training, double beta)
    {
        var weights = ClassWeights.EffectiveNumber<float>(training, beta);
        return new BinaryTrainingLoss(weights[1] / weights[0]);
    }

    public override (TrainingLoss? Loss, string Description) WeightedLoss(ClassCounts training, LossOptions options, CsvFormat format)
    {
        var weight = options.Positive ?? Balanced(training);
        return (
            Loss(training, weight, options.TrainingGamma),
            $"Positive weight {weight:G6}{(options.Positive is null ? ", negatives ÷ positives" : "")}.");
    }

    public override byte[] Decide(float[] logits) => From(logits, UsualThreshold);

    public override byte[] DecideByCost(float[] logits)
    {
        var threshold = costs.BayesThreshold;
        return From(logits, (float)(Math.Log(threshold) - Math.Log(1 - threshold)));
    }

    public override MovedDecision Move(float[] logits, TrueRows rows)
    {
        var threshold = DecisionThreshold.ByCost(ThresholdCurve.Create<float, byte>(logits, rows.Labels, rows.Weights), costs).Threshold;
        var probability = Reliability.Probabilities([threshold])[0];
        return new(string.Create(CultureInfo.InvariantCulture, $"threshold {probability:F4}"), others => From(others, threshold));
    }

    public override IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models)
    {
        // A moved threshold leaves all scores, and so both curves, as they are.
        var curves = models
            .Select(model => (
                model.Name,
                Curve: ThresholdCurve.Create<float, byte>(model.Logits, model.Labels, model.Weights),
                Reliability: ReliabilityOf(model)))
            .DistinctBy(model => (model.Curve.Scores, model.Reliability.ExpectedCalibrationError))
            .ToArray();
        yield return PictureMaker.PrecisionRecall([.. curves.Select(model => (model.Name, model.Curve))]);
        yield return PictureMaker.Reliability(
            "mean probability to be positive", "part that is positive", [.. curves.Select(model => (model.Name, model.Reliability))]);
    }

    public override IEnumerable<string> DescribeRows(PreparedData parts) =>
    [
        $"{parts.Rows.Rows:N0} training rows ({parts.Labels.Count((byte)1):N0} positive), {parts.ValidationRows.Rows:N0} validation rows "
            + $"({parts.ValidationLabels.Count((byte)1):N0} positive), {parts.Rows.Features} features.",
    ];

    public override string? DescribeEpochs(int epochs) => null;

    public override (string ShortName, Figure Figure) Watched => ("AP", Named("AP"));

    public override IEnumerable<Figure> FinalFigures(ScoredRows validation) =>
        [Named("precision"), Named("recall"), Named("F1"), Named("AP"), Named("log loss")];

    public override IEnumerable<ReportTable> ClassTables(IReadOnlyList<ScoredRows> models, int width)
    {
        return
        [
            new(
                $"{(isWeighted ? "Weight of the validation" : "Validation")} rows at threshold 0.5",
                ["actual", "predicted", .. models.Select(model => model.Name)],
                [
                    Row("negative", "negative", confusion => confusion.TrueNegatives),
                    Row("", "positive", confusion => confusion.FalsePositives),
                    Row("positive", "negative", confusion => confusion.FalseNegatives),
                    Row("", "positive", confusion => confusion.TruePositives),
                ],
                TextColumns: 2),
        ];

        string[] Row(string actual, string predicted, Func<BinaryConfusionMatrix, double> cell) =>
            [actual, predicted, .. models.Select(model => SampleWeights.Text(cell(model.BinaryConfusion)))];
    }

    private static double AveragePrecision(ScoredRows rows) =>
        RankingScores.Compute<float, byte>(rows.Logits, rows.Labels, rows.Weights).AveragePrecision;

    private static double BrierScore(ScoredRows rows) =>
        ProbabilityMetrics.BrierScore<float, byte>(Reliability.Probabilities(rows.Logits), rows.Labels, rows.Weights);

    private static ReliabilityCurve ReliabilityOf(ScoredRows rows) => Reliability.OfPositives(rows.Logits, rows.Labels, rows.Weights);

    private static byte[] From(float[] logits, float threshold) =>
        Array.ConvertAll(logits, logit => logit >= threshold ? (byte)1 : (byte)0);
}
