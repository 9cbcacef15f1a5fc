using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Metrics;

public sealed class ClassScikitLearnTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public async Task AllFigures_RandomSamplesWithWeights_AreThoseOfScikitLearn()
    {
        var cases = Enumerable.Range(0, 10).Select(Case.Random).ToArray();
        var expected = await ScikitLearn.Run<Figures[]>("Metrics/class_metrics.py", cases);
        for (var i = 0; i < cases.Length; i++)
        {
            Check(cases[i], expected[i]);
        }
    }

    private static void Check(Case sample, Figures expected)
    {
        var classes = sample.Classes;
        var matrix = new MulticlassConfusionMatrix(classes).Add<int, double>(sample.Labels, sample.Predicted, sample.Weights ?? []);
        var probabilities = sample.Probabilities.SelectMany(p => p).ToArray();
        var predicted = new MulticlassConfusionMatrix(classes).AddLogits(probabilities, sample.Labels, sample.Weights ?? []);
        int[] each = [.. Enumerable.Range(0, classes)];
        for (var cell = 0; cell < classes * classes; cell++)
        {
            Near(expected.Confusion[cell], matrix[cell / classes, cell % classes]);
            Near(expected.Confusion[cell], predicted[cell / classes, cell % classes]);
        }

        foreach (var k in each)
        {
            Near(expected.Precisions[k], matrix.Precision(k));
            Near(expected.Recalls[k], matrix.Recall(k));
            Near(expected.F1s[k], matrix.F1(k));
            Near(expected.Supports[k], matrix.Support(k));
            var rest = matrix.OneVsRest(k);
            Near(expected.Precisions[k], rest.Precision);
            Near(expected.Recalls[k], rest.Recall);
            Near(matrix.Total, rest.Total);
        }

        Near(expected.Accuracy, matrix.Accuracy);
        Near(expected.BalancedAccuracy, matrix.BalancedAccuracy);
        Near(expected.MacroF1, matrix.MacroF1);
        Near(expected.MicroF1, matrix.MicroF1);
        Near(expected.Matthews, matrix.MatthewsCorrelation);
        Near(expected.LogLoss, ProbabilityMetrics.LogLoss(probabilities, sample.Labels, classes, sample.Weights));
    }

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, Tolerance);

    private sealed record Case(int Classes, int[] Labels, int[] Predicted, double[]? Weights, double[][] Probabilities)
    {
        // The last class of even cases has no samples and may be predicted; every third case has no weights.
        public static Case Random(int seed)
        {
            var random = new Random(seed);
            var classes = 2 + (seed % 6) + (seed % 2 == 0 ? 1 : 0);
            var n = 100 + (53 * seed);
            var present = seed % 2 == 0 ? classes - 1 : classes;
            var labels = Enumerable.Range(0, n).Select(i => i < classes - 1 ? i : random.Next(present)).ToArray();
            var probabilities = Array.ConvertAll(labels, y =>
            {
                var row = Enumerable.Range(0, classes).Select(k => random.NextDouble() + (k == y ? 0.4 : 0.01)).ToArray();
                return Array.ConvertAll(row, p => p / row.Sum());
            });
            var predicted = Array.ConvertAll(probabilities, p => Array.IndexOf(p, p.Max()));
            var weights = seed % 3 == 0 ? null : labels.Select(_ => random.NextDouble() * 3).ToArray();
            return new(classes, labels, predicted, weights, probabilities);
        }
    }

    private sealed record Figures(
        double[] Confusion, double[] Precisions, double[] Recalls, double[] F1s, double[] Supports, double Accuracy,
        double BalancedAccuracy, double MacroF1, double MicroF1, double Matthews, double LogLoss);
}
