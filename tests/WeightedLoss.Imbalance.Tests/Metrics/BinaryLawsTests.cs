using FsCheck.Xunit;

namespace WeightedLoss.Tests.Metrics;

[Properties(Arbitrary = [typeof(ScoredSamples)])]
public class BinaryLawsTests
{
    [Property]
    public bool ConfusionOfTheParts_AddsUpToThatOfTheWhole(ScoredSamples samples) => ScoredSamples.Thresholds.All(threshold =>
    {
        var half = samples.Scores.Length / 2;
        var whole = Confusion(samples, threshold);
        return whole == Confusion(samples.Slice(..half), threshold) + Confusion(samples.Slice(half..), threshold)
            && whole == BinaryConfusionMatrix.Add(Confusion(samples.Slice(half..), threshold), Confusion(samples.Slice(..half), threshold));
    });

    [Property]
    public bool Order_ChangesNothing(ScoredSamples samples) =>
        Scores(samples).Equals(Scores(samples.Reversed())) && Same(Curve(samples), Curve(samples.Reversed()));

    [Property]
    public bool Weight_IsRepetition(ScoredSamples samples) =>
        Scores(samples).Equals(Scores(samples.Repeated())) && Same(Curve(samples), Curve(samples.Repeated()));

    [Property]
    public bool Float_IsLikeDouble(ScoredSamples samples)
    {
        var scores = Array.ConvertAll(samples.Scores, z => (float)z);
        var weights = Array.ConvertAll(samples.Weights, w => (float)w);
        return RankingScores.Compute(scores, samples.Labels, weights).Equals(Scores(samples));
    }

    [Property]
    public bool RocArea_IsThePartOfPairsInOrder(ScoredSamples samples)
    {
        double inOrder = 0, pairs = 0;
        for (var i = 0; i < samples.Scores.Length; i++)
        {
            for (var j = 0; j < samples.Scores.Length; j++)
            {
                var weight = samples.Labels[i] == 1 && samples.Labels[j] == 0 ? samples.Weights[i] * samples.Weights[j] : 0;
                pairs += weight;
                inOrder += weight * (samples.Scores[i] > samples.Scores[j] ? 1 : samples.Scores[i] == samples.Scores[j] ? 0.5 : 0);
            }
        }

        var area = Scores(samples).RocArea;
        return pairs == 0 ? double.IsNaN(area) : Math.Abs(area - (inOrder / pairs)) < 1e-14;
    }

    [Property]
    public bool AveragePrecision_IsTheMeanPrecisionAtThePositives(ScoredSamples samples)
    {
        double sum = 0, weight = 0;
        for (var i = 0; i < samples.Scores.Length; i++)
        {
            if (samples.Labels[i] == 1)
            {
                sum += samples.Weights[i] * Confusion(samples, samples.Scores[i]).Precision;
                weight += samples.Weights[i];
            }
        }

        return Math.Abs(Scores(samples).AveragePrecision - (weight == 0 ? 0 : sum / weight)) < 1e-14;
    }

    [Property]
    public bool Curve_HasTheConfusionOfEachThreshold(ScoredSamples samples)
    {
        var curve = Curve(samples);
        return Enumerable.Range(0, curve.Count).All(i => curve[i] == Confusion(samples, curve.Thresholds[i]))
            && curve[-1] == Confusion(samples, double.PositiveInfinity)
            && curve.Scores.Equals(Scores(samples));
    }

    private static BinaryConfusionMatrix Confusion(ScoredSamples samples, double threshold) =>
        BinaryConfusionMatrix.Create(samples.Scores, samples.Labels, threshold, samples.Weights);

    private static RankingScores Scores(ScoredSamples samples) => RankingScores.Compute(samples.Scores, samples.Labels, samples.Weights);

    private static ThresholdCurve<double> Curve(ScoredSamples samples) =>
        ThresholdCurve.Create(samples.Scores, samples.Labels, samples.Weights);

    private static bool Same(ThresholdCurve<double> left, ThresholdCurve<double> right) =>
        left.Thresholds.SequenceEqual(right.Thresholds) && left.TruePositives.SequenceEqual(right.TruePositives)
            && left.FalsePositives.SequenceEqual(right.FalsePositives);
}
