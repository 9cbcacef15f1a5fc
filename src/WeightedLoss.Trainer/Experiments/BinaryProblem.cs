using System.Globalization;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>Positives and negatives; the strength is the weight of a positive.</summary>
/// <param name="costs">What a wrong decision costs.</param>
/// <param name="isWeighted">Whether rows have weights of their own.</param>
internal sealed class BinaryProblem(BinaryCosts costs, bool isWeighted) : Problem
{
    private const float UsualThreshold = 0;

    public override string StrengthSymbol => "w⁺";

    public override string StrengthName => "positive weight w⁺";

    public override float Unweighted => 1;

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("TN", FigureGroup.Counts, Figure.Amount),
        new("FP", FigureGroup.Counts, Figure.Amount),
        new("FN", FigureGroup.Counts, Figure.Amount),
        new("TP", FigureGroup.Counts, Figure.Amount),
        new("precision", FigureGroup.Decisions),
        new("recall", FigureGroup.Decisions),
        new("F1", FigureGroup.Decisions),
        new("cost", FigureGroup.Decisions, isWeighted ? Figure.Amount : "N0"),
        new("AP", FigureGroup.Scores),
        new("log loss", FigureGroup.Scores, "F5"),
        new("Brier", FigureGroup.Scores, "F5"),
        new("ECE", FigureGroup.Scores, "F5"),
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

    public override float[] WithoutWeights(float[] logits, TrainingLoss loss)
    {
        var result = new float[logits.Length];
        LogitOffsets.Add(logits, (float)LogitOffsets.UndoPositiveWeight(((BinaryTrainingLoss)loss).PositiveWeight), result);
        return result;
    }

    public override byte[] Decide(float[] logits) => From(logits, UsualThreshold);

    public override byte[] DecideByCost(float[] logits)
    {
        var threshold = costs.BayesThreshold;
        return From(logits, (float)(Math.Log(threshold) - Math.Log(1 - threshold)));
    }

    public override MovedDecision Move(float[] logits, byte[] labels, float[] weights)
    {
        var threshold = DecisionThreshold.ByCost(ThresholdCurve.Create<float, byte>(logits, labels, weights), costs).Threshold;
        var probability = Reliability.Probabilities([threshold])[0];
        return new(string.Create(CultureInfo.InvariantCulture, $"threshold {probability:F4}"), rows => From(rows, threshold));
    }

    public override double[] Evaluate(float[] logits, byte[] labels, float[] weights, byte[] predicted)
    {
        var confusion = new MulticlassConfusionMatrix(2).Add<byte, float>(labels, predicted, weights).OneVsRest(1);
        return
        [
            confusion.TrueNegatives,
            confusion.FalsePositives,
            confusion.FalseNegatives,
            confusion.TruePositives,
            confusion.Precision,
            confusion.Recall,
            confusion.F1,
            confusion.Cost(costs),
            RankingScores.Compute<float, byte>(logits, labels, weights).AveragePrecision,
            BinaryReport.LogLossOf(logits, labels, weights),
            ProbabilityMetrics.BrierScore<float, byte>(Reliability.Probabilities(logits), labels, weights),
            Reliability.OfPositives(logits, labels, weights).ExpectedCalibrationError,
        ];
    }

    public override IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models)
    {
        // A moved threshold leaves all scores, and so both curves, as they are.
        var curves = models
            .Select(model => (
                model.Name,
                Curve: ThresholdCurve.Create<float, byte>(model.Logits, model.Labels, model.Weights),
                Reliability: Reliability.OfPositives(model.Logits, model.Labels, model.Weights)))
            .DistinctBy(model => (model.Curve.Scores, model.Reliability.ExpectedCalibrationError))
            .ToArray();
        yield return PictureMaker.PrecisionRecall([.. curves.Select(model => (model.Name, model.Curve))]);
        yield return PictureMaker.Reliability(
            "mean probability to be positive", "part that is positive", [.. curves.Select(model => (model.Name, model.Reliability))]);
    }

    private static byte[] From(float[] logits, float threshold) =>
        Array.ConvertAll(logits, logit => logit >= threshold ? (byte)1 : (byte)0);
}
