using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Metrics;

public sealed class BinaryScikitLearnTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public async Task AllFigures_RandomSamplesWithTiesAndWeights_AreThoseOfScikitLearn()
    {
        var cases = Enumerable.Range(0, 12).Select(Case.Random).ToArray();
        var expected = await ScikitLearn.Run<Figures[]>("Metrics/binary_metrics.py", cases);
        for (var i = 0; i < cases.Length; i++)
        {
            Check(cases[i], expected[i]);
        }
    }

    private static void Check(Case sample, Figures expected)
    {
        var weights = sample.Weights ?? [];
        var confusion = BinaryConfusionMatrix.Create(sample.Scores, sample.Labels, sample.Threshold, weights);
        Near(
            expected.Confusion,
            [confusion.TruePositives, confusion.FalsePositives, confusion.TrueNegatives, confusion.FalseNegatives]);
        Near(expected.Precision, confusion.Precision);
        Near(expected.Recall, confusion.Recall);
        Near(expected.Specificity, confusion.Specificity);
        Near(1 - expected.Specificity, confusion.FalsePositiveRate);
        Near(expected.F1, confusion.F1);
        Near(expected.FHalf, confusion.FScore(0.5));
        Near(expected.FTwo, confusion.FScore(2));
        Near(expected.Accuracy, confusion.Accuracy);
        Near(expected.BalancedAccuracy, confusion.BalancedAccuracy);
        Near(Math.Sqrt(expected.Recall * expected.Specificity), confusion.GeometricMean);
        Near(expected.Matthews, confusion.MatthewsCorrelation);

        var curve = ThresholdCurve.Create(sample.Scores, sample.Labels, weights);
        Assert.Equal(expected.Thresholds, curve.Thresholds.ToArray());
        Near(expected.Precisions, curve.Precisions());
        Near(expected.Recalls, curve.Recalls());
        Near(expected.TruePositiveRates, curve.Recalls());
        Near(expected.FalsePositiveRates, curve.FalsePositiveRates());
        foreach (var scores in (RankingScores[])[curve.Scores, RankingScores.Compute(sample.Scores, sample.Labels, weights)])
        {
            Near(expected.AveragePrecision, scores.AveragePrecision);
            Near(expected.PrecisionRecallArea, scores.PrecisionRecallArea);
            Near(expected.RocArea, scores.RocArea);
        }

        Near(expected.LogLoss, ProbabilityMetrics.LogLoss(sample.Probabilities, sample.Labels, weights));
        Near(expected.Brier, ProbabilityMetrics.BrierScore(sample.Probabilities, sample.Labels, weights));

        // scikit-learn's reliability has no weights.
        var width = ReliabilityCurve.Create(sample.Probabilities, sample.Labels, sample.Bins).Bins.ToArray();
        Near(expected.RatesWidth, Array.ConvertAll(width, bin => bin.PositiveRate));
        Near(expected.MeansWidth, Array.ConvertAll(width, bin => bin.MeanProbability));
        var count = ReliabilityCurve.Create(sample.Probabilities, sample.Labels, sample.Bins, BinEdges.EqualCount).Bins.ToArray();
        Near(expected.RatesCount, Array.ConvertAll(count, bin => bin.PositiveRate));
        Near(expected.MeansCount, Array.ConvertAll(count, bin => bin.MeanProbability));
    }

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, Tolerance);

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Near(expected[i], actual[i]);
        }
    }

    private sealed record Case(double[] Scores, double[] Probabilities, int[] Labels, double[]? Weights, double Threshold, int Bins)
    {
        // Even cases have few different scores, and every third one has no weights; some weights are 0.
        public static Case Random(int seed)
        {
            var random = new Random(seed);
            var n = 200 + (37 * seed);
            double Score() => seed % 2 == 0 ? random.Next(-10, 20) / 4.0 : (random.NextDouble() * 10) - 5;
            var scores = Enumerable.Range(0, n).Select(_ => Score()).ToArray();
            var labels = Array.ConvertAll(scores, z => (random.NextDouble() < 0.5 / (1 + Math.Exp(1 - z)) ? 1 : 0));
            var weights = seed % 3 == 0 ? null : scores.Select(_ => random.Next(10) == 0 ? 0 : random.NextDouble() * 3).ToArray();

            // A power of two, so that edges between samples come out the same in any order of operations.
            return new(scores, Array.ConvertAll(scores, z => 1 / (1 + Math.Exp(-z))), labels, weights, 0.5, 8);
        }
    }

    private sealed record Figures(
        double[] Confusion, double Precision, double Recall, double Specificity, double F1, double FHalf, double FTwo, double Accuracy,
        double BalancedAccuracy, double Matthews, double AveragePrecision, double RocArea, double PrecisionRecallArea, double[] Thresholds,
        double[] Precisions, double[] Recalls, double[] FalsePositiveRates, double[] TruePositiveRates, double LogLoss, double Brier,
        double[] RatesWidth, double[] MeansWidth, double[] RatesCount, double[] MeansCount);
}
