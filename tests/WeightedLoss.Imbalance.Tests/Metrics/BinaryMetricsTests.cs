namespace WeightedLoss.Tests.Metrics;

public class BinaryMetricsTests
{
    public static TheoryData<float[], byte[], double> AveragePrecisions => new()
    {
        // Perfect and reversed order: 1, and (1/3 + 2/4)/2.
        { [4, 3, 2, 1], [1, 1, 0, 0], 1 },
        { [1, 2, 3, 4], [1, 1, 0, 0], ((1.0 / 3) + (2.0 / 4)) / 2 },

        // Thresholds 3: P 1/1, R 1/2; 2: nothing found; 1: P 2/3, R 1.
        { [3, 2, 1], [1, 0, 1], (0.5 * 1) + (0.5 * 2 / 3) },

        // All equal: one threshold, so the share of positives, whatever the order of the rows.
        { [5, 5, 5, 5], [1, 0, 0, 0], 0.25 },
        { [5, 5, 5, 5], [0, 0, 0, 1], 0.25 },

        // Thresholds 2 (one of each): P 1/2, R 1/3; 1 (two positives, one negative): P 3/5, R 1.
        { [2, 1, 2, 1, 1], [0, 1, 1, 0, 1], (1.0 / 3 * 1 / 2) + (2.0 / 3 * 3 / 5) },

        // The zeros are equal although their signs differ.
        { [0f, -0f], [0, 1], 0.5 },
        { [1, 2], [0, 0], 0 },
        { [], [], 0 },
    };

    [Theory]
    [MemberData(nameof(AveragePrecisions))]
    public void AveragePrecision_HandWorkedCase_IsExact(float[] scores, byte[] labels, double expected) =>
        Assert.Equal(expected, RankingScores.Compute(scores, labels).AveragePrecision, 1e-15);

    [Fact]
    public void Confusion_HandWorked_HasAllFigures()
    {
        // Predicted positive: 2, 0, 3; of them the negative is 0.
        var confusion = BinaryConfusionMatrix.Create<float, byte>([2, 0, -1, 3, -2, -3, -4], [1, 0, 1, 1, 0, 0, 0], 0);
        Assert.Equal(new BinaryConfusionMatrix(2, 1, 3, 1), confusion);
        Assert.Equal(2 / 3d, confusion.Precision, 1e-15);
        Assert.Equal(2 / 3d, confusion.Recall, 1e-15);
        Assert.Equal(3 / 4d, confusion.Specificity, 1e-15);
        Assert.Equal(1 / 4d, confusion.FalsePositiveRate, 1e-15);
        Assert.Equal(5 / 7d, confusion.Accuracy, 1e-15);
        Assert.Equal(17 / 24d, confusion.BalancedAccuracy, 1e-15);
        Assert.Equal(Math.Sqrt(1 / 2d), confusion.GeometricMean, 1e-15);
        Assert.Equal(10 / 15d, confusion.FScore(2), 1e-15);
        Assert.Equal(5 / 12d, confusion.MatthewsCorrelation, 1e-15);
        Assert.Equal(3 + 10 + 4, confusion.Cost(new(3, 10, truePositive: 2)));
    }

    [Fact]
    public void Confusion_NothingToDivideBy_IsZero()
    {
        var empty = BinaryConfusionMatrix.Create<float, byte>([], [], 0);
        double[] figures =
        [
            empty.Precision, empty.Recall, empty.Specificity, empty.FalsePositiveRate, empty.Accuracy, empty.BalancedAccuracy,
            empty.GeometricMean, empty.F1, empty.MatthewsCorrelation,
        ];
        Assert.All(figures, figure => Assert.Equal(0, figure));
        Assert.Equal(1, new BinaryConfusionMatrix(0, 0, 5, 0).BalancedAccuracy);
    }

    [Fact]
    public void RankingScores_OneClass_AreNamedCases()
    {
        var positives = RankingScores.Compute<double, byte>([1, 2], [1, 1]);
        Assert.Equal((1, 1, double.NaN), (positives.AveragePrecision, positives.PrecisionRecallArea, positives.RocArea));
        var none = RankingScores.Compute<double, byte>([], []);
        Assert.Equal((0, 0, double.NaN), (none.AveragePrecision, none.PrecisionRecallArea, none.RocArea));
    }

    [Fact]
    public void Scores_ExtremeValues_AreInOrder()
    {
        double[] ordered =
        [
            double.PositiveInfinity, double.MaxValue, 1, double.Epsilon, 0, -double.Epsilon, -1, double.MinValue, double.NegativeInfinity,
        ];
        var curve = ThresholdCurve.Create<double, byte>([.. ordered.Reverse(), -0.0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        Assert.Equal(ordered, curve.Thresholds);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1], curve.TruePositives);
        var floats = Array.ConvertAll(ordered, z => z == double.Epsilon ? float.Epsilon : z == -double.Epsilon ? -float.Epsilon : (float)z);
        Assert.Equal([.. floats.Distinct()], ThresholdCurve.Create<float, byte>([.. floats.Reverse()], new byte[9]).Thresholds);
    }

    [Fact]
    public void Scores_ManyOfThem_AreSortedByAllDigits()
    {
        var random = new Random(5);
        var scores = Enumerable.Range(0, 100_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite)
            .Select((z, i) => i % 2 == 0 ? z : -z).ToArray();
        Assert.Equal([.. scores.Distinct().OrderDescending()], ThresholdCurve.Create(scores, new byte[scores.Length]).Thresholds);
    }

    [Fact]
    public void Probabilities_HandWorked_HaveTheirScores()
    {
        double[] p = [0.5, 0.25, 1];
        Assert.Equal(-Math.Log(0.5 * 0.75) / 3, ProbabilityMetrics.LogLoss<double, byte>(p, [1, 0, 1]), 1e-15);
        Assert.Equal(double.PositiveInfinity, ProbabilityMetrics.LogLoss<double, byte>(p, [1, 0, 0]));
        Assert.Equal(-Math.Log(0.5 * 0.75) / 2, ProbabilityMetrics.LogLoss<double, byte>(p, [1, 0, 0], [1, 1, 0]), 1e-15);
        Assert.Equal((0.25 + 0.0625) / 3, ProbabilityMetrics.BrierScore<double, byte>(p, [1, 0, 1]), 1e-15);
        Assert.Equal(0, ProbabilityMetrics.BrierScore<double, byte>([], []));

        // Rows (1/2, 1/2), (3/4, 1/4): twice the binary score.
        Assert.Equal((0.5 + 0.125) / 2, ProbabilityMetrics.BrierScore<double, byte>([0.5, 0.5, 0.75, 0.25], [1, 0], 2), 1e-15);
    }

    [Fact]
    public void Reliability_HandWorked_HasBinsAndErrors()
    {
        // Halves (0, 1/2] and (1/2, 1]; 0 belongs to the first one, and so does 1/2.
        var curve = ReliabilityCurve.Create<double, byte>([0, 0.5, 0.75, 1], [0, 1, 1, 0], 2, sampleWeights: [1, 1, 2, 0]);
        Assert.Equal([new(0, 0.5, 2, 0.25, 0.5), new(0.5, 1, 2, 0.75, 1)], curve.Bins.ToArray());
        Assert.Equal(0.25, curve.ExpectedCalibrationError, 1e-15);
        Assert.Equal(0.25, curve.MaximumCalibrationError, 1e-15);
    }

    [Fact]
    public void Reliability_EqualProbabilities_ShareABin()
    {
        float[] probabilities = [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.9f];
        var bins = ReliabilityCurve.Create<float, byte>(probabilities, [0, 0, 0, 0, 1, 1], 3, BinEdges.EqualCount).Bins;
        Assert.Equal([5, 1], bins.ToArray().Select(bin => bin.Weight));
        Assert.True(ReliabilityCurve.Create<float, byte>([], [], 3, BinEdges.EqualCount).Bins.IsEmpty);
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        Check("labels", "labels has 1 and scores has 2", () => RankingScores.Compute<float, byte>([1, 2], [1]));
        Check("scores", "scores[1] is NaN", () => RankingScores.Compute<float, byte>([1, float.NaN], [1, 0]));
        Check("labels", "labels[1] is 2", () => RankingScores.Compute<float, byte>([1, 2], [1, 2]));
        Check("labels", "labels[0] is -1", () => ThresholdCurve.Create<double, long>([1, 2], [-1, 0]));
        Check("sampleWeights", "sampleWeights[1] is -1", () => RankingScores.Compute<float, byte>([1, 2], [1, 0], [1, -1]));
        Check("sampleWeights", "sampleWeights has 1", () => ThresholdCurve.Create<float, byte>([1, 2], [1, 0], [1]));
        Check("scores", "scores[0] is NaN", () => BinaryConfusionMatrix.Create<float, byte>([float.NaN], [1], 0));
        Check("threshold", "threshold is NaN", () => BinaryConfusionMatrix.Create<float, byte>([1], [1], float.NaN));
        Check("beta", "beta is -1", () => new BinaryConfusionMatrix(1, 1, 1, 1).FScore(-1));
        Check("index", "index is 1", () => ThresholdCurve.Create<float, byte>([1], [1])[1]);
        Check("probabilities", "probabilities[1] is 1.5", () => ProbabilityMetrics.LogLoss<double, byte>([1, 1.5], [1, 0]));
        Check("probabilities", "probabilities[0] is NaN", () => ProbabilityMetrics.BrierScore<double, byte>([double.NaN], [1]));
        Check("labels", "labels[0] is 3", () => ProbabilityMetrics.LogLoss<double, byte>([0.2, 0.3, 0.5], [3], 3));
        Check("labels", "labels has 2 and probabilities has 1 rows", () => ProbabilityMetrics.LogLoss<double, byte>(
            [0.2, 0.3, 0.5], [1, 1], 3));
        Check("bins", "bins is 2147483647", () => ReliabilityCurve.Create<double, byte>([0.5], [1], int.MaxValue));
        Check("bins", "bins is 2147483647", () => ReliabilityCurve.Create<double, byte>([], [], int.MaxValue, BinEdges.EqualCount));
        Check("classes", "classes is 2147483647", () => ProbabilityMetrics.LogLoss<double, byte>([], [], int.MaxValue));
        Check("labels", "labels[0] is 18446744073709551617", () => ProbabilityMetrics.LogLoss<double, UInt128>(
            [1, 0], [((UInt128)1 << 64) + 1], 2));
        Check("labels", "labels[0] is 18446744073709551617", () => RankingScores.Compute<double, UInt128>([1], [((UInt128)1 << 64) + 1]));
        double[] huge = [1e308, 1.5e308];
        Check("sampleWeights", "sampleWeights[1], which is 1.5E+308", () => RankingScores.Compute<double, byte>([1, 2], [1, 0], huge));
        Check("sampleWeights", "sampleWeights[1]", () => ReliabilityCurve.Create<double, byte>([1, 1], [1, 0], 2, sampleWeights: huge));
        Check("sampleWeights", "sampleWeights[1]", () => ProbabilityMetrics.BrierScore<double, byte>([1, 1], [1, 0], [1e308, 1e308]));
        Check("sampleWeights", "sampleWeights[1]", () => BinaryConfusionMatrix.Create<double, byte>([1, 1], [1, 0], 0, huge));
        Check("bins", "bins is 0", () => ReliabilityCurve.Create<double, byte>([0.5], [1], 0));
        Check("edges", "no edges 7", () => ReliabilityCurve.Create<double, byte>([0.5], [1], 3, (BinEdges)7));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }
}
