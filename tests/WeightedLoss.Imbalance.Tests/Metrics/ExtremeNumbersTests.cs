using System.Globalization;
using System.Numerics;

namespace WeightedLoss.Tests.Metrics;

/// <summary>Counts whose products have more digits than a double, and weights and β whose squares are beyond its range.</summary>
public class ExtremeNumbersTests
{
    [Fact]
    public void MatthewsCorrelation_LargeCounts_HasAllDigits()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            // Every third one close to 0, where the products cancel.
            var bits = random.Next(1, 50);
            double Count() => random.NextInt64(1L << bits) + (i % 3 == 0 ? 1L << bits : 0);
            var binary = new BinaryConfusionMatrix(Count(), Count(), Count(), Count());
            double[] cells = [binary.TrueNegatives, binary.FalsePositives, binary.FalseNegatives, binary.TruePositives];
            AssertNear(Correlation(cells, 2), binary.MatthewsCorrelation);

            var classes = 2 + (i % 4);
            cells = [.. Enumerable.Range(0, classes * classes).Select(_ => Count())];
            AssertNear(Correlation(cells, classes), Matrix(cells, classes).MatthewsCorrelation);
        }
    }

    [Theory]
    [InlineData(1e-310)]
    [InlineData(1e-300)]
    [InlineData(0.1)]
    [InlineData(1e300)]
    public void MatthewsCorrelation_WeightsOfAnyUnit_HasAllDigits(double unit)
    {
        var random = new Random(12);
        for (var i = 0; i < 50; i++)
        {
            var classes = 2 + (i % 4);
            double[] cells = [.. Enumerable.Range(0, classes * classes).Select(
                _ => unit * random.NextDouble() * Math.Pow(10, random.Next(-6, 1)))];
            AssertNear(Correlation(cells, classes), Matrix(cells, classes).MatthewsCorrelation);
            AssertNear(
                Correlation([cells[0], cells[1], cells[2], cells[3]], 2),
                new BinaryConfusionMatrix(cells[3], cells[1], cells[0], cells[2]).MatthewsCorrelation);
        }

        // Classes of different units.
        double[] mixed = [unit, unit / 4, 0, 1, 3, 1e-9, 1e200, 1e-200, 1e100];
        AssertNear(Correlation(mixed, 3), Matrix(mixed, 3).MatthewsCorrelation);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(0.1)]
    [InlineData(123_456_789)]
    [InlineData(1e-300)]
    public void MatthewsCorrelation_PerfectMatrix_IsExactlyOne(double weight)
    {
        for (var classes = 2; classes <= 12; classes++)
        {
            var cells = new double[classes * classes];
            for (var k = 0; k < classes; k++)
            {
                cells[k * (classes + 1)] = weight * (k + 1);
            }

            Assert.Equal(1, Matrix(cells, classes).MatthewsCorrelation);
        }

        Assert.Equal(1, new BinaryConfusionMatrix(weight, 0, 3 * weight, 0).MatthewsCorrelation);
        Assert.Equal(-1, new BinaryConfusionMatrix(0, weight, 0, 3 * weight).MatthewsCorrelation);
        Assert.Equal(double.NaN, new BinaryConfusionMatrix(double.PositiveInfinity, 0, 1, 0).MatthewsCorrelation);
    }

    [Theory]
    [InlineData(1e20)]
    [InlineData(1e155)]
    [InlineData(1e200)]
    [InlineData(double.MaxValue)]
    public void FScore_LargeBeta_IsTheRecall(double beta)
    {
        var confusion = new BinaryConfusionMatrix(2, 7, 3, 1);
        Assert.Equal(confusion.Recall, confusion.FScore(beta), 1e-15);
        Assert.Equal(confusion.Precision, confusion.FScore(1 / beta), 1e-15);
        Assert.Equal(0, new BinaryConfusionMatrix(0, 0, 3, 0).FScore(beta));
    }

    [Fact]
    public void FScore_AnyBeta_IsTheQuotient()
    {
        var confusion = new BinaryConfusionMatrix(2, 7, 3, 1);
        foreach (var beta in (double[])[0, 0.001, 0.5, 1, 1.5, 2, 3, 1000])
        {
            var square = beta * beta;
            Assert.Equal((1 + square) * 2 / (((1 + square) * 2) + square + 7), confusion.FScore(beta), 1e-15);
        }
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e308)]
    [InlineData(1.7e308)]
    [InlineData(1e-310)]
    [InlineData(double.Epsilon)]
    public void Confusion_CellsOfAnyUnit_HasTheRatios(double unit)
    {
        var confusion = new BinaryConfusionMatrix(unit, unit, unit, unit);
        double[] figures =
        [
            confusion.Precision, confusion.Recall, confusion.Specificity, confusion.FalsePositiveRate, confusion.Accuracy,
            confusion.BalancedAccuracy, confusion.GeometricMean, confusion.F1, confusion.FScore(2), confusion.FScore(1e300),
        ];
        Assert.All(figures, figure => Assert.Equal(0.5, figure, 1e-15));
        Assert.Equal(0, confusion.MatthewsCorrelation);
        Assert.Equal(1, new BinaryConfusionMatrix(unit, 0, 0, 0).F1);
        var matrix = new MulticlassConfusionMatrix(2).Add<int, double>([0, 1], [0, 0], [unit / 2, unit / 2]);
        Assert.Equal(unit / 2 == 0 ? 0 : 2 / 3d, matrix.F1(0), 1e-15);
    }

    // Positives and negatives each in their unit.
    [Theory]
    [InlineData(-1000, -1000)]
    [InlineData(-1000, 1000)]
    [InlineData(1000, -1000)]
    [InlineData(1000, 1000)]
    [InlineData(-1040, -1040)]
    public void RankingScores_WeightsOfAnyUnit_AreThose(int positives, int negatives)
    {
        var random = new Random(13);
        var scores = Enumerable.Range(0, 500).Select(_ => random.Next(40) / 4.0).ToArray();
        var labels = Array.ConvertAll(scores, _ => (byte)random.Next(2));
        var weights = Array.ConvertAll(scores, _ => (double)random.Next(100));
        var scaled = weights.Select((w, i) => Math.ScaleB(w, labels[i] == 1 ? positives : negatives)).ToArray();

        var expected = RankingScores.Compute<double, byte>(scores, labels, weights);
        var actual = RankingScores.Compute<double, byte>(scores, labels, scaled);
        var curve = ThresholdCurve.Create<double, byte>(scores, labels, scaled);
        Assert.Equal(expected.RocArea, actual.RocArea);
        Assert.Equal(actual, curve.Scores);
        if (positives == negatives)
        {
            Assert.Equal(expected.AveragePrecision, actual.AveragePrecision);
            Assert.Equal(expected.PrecisionRecallArea, actual.PrecisionRecallArea);
            var whole = ThresholdCurve.Create<double, byte>(scores, labels, weights);
            Assert.Equal(whole.Precisions(), curve.Precisions());
            Assert.Equal(whole.Recalls(), curve.Recalls());
            Assert.Equal(whole.FalsePositiveRates(), curve.FalsePositiveRates());
        }
        else
        {
            // Precision is 1 or almost 0.
            Assert.Equal(positives > negatives ? 1 : 0, actual.AveragePrecision, 1e-12);
        }
    }

    [Theory]
    [InlineData(-1010)]
    [InlineData(1010)]
    public void Probabilities_WeightsOfAnyUnit_HaveTheSameFigures(int exponent)
    {
        var random = new Random(14);
        var p = Enumerable.Range(0, 500).Select(_ => random.NextDouble() * (random.Next(10) == 0 ? 1e-9 : 1)).ToArray();
        var labels = Array.ConvertAll(p, q => (byte)(random.NextDouble() < q ? 1 : 0));
        var weights = Array.ConvertAll(p, _ => (double)random.Next(4));
        var scaled = Array.ConvertAll(weights, w => Math.ScaleB(w, exponent));
        Assert.Equal(
            ProbabilityMetrics.LogLoss<double, byte>(p, labels, weights), ProbabilityMetrics.LogLoss<double, byte>(p, labels, scaled));
        Assert.Equal(
            ProbabilityMetrics.BrierScore<double,
            byte>(p, labels, weights),
            ProbabilityMetrics.BrierScore<double,
            byte>(p, labels, scaled));
        double[] rows = [.. p.SelectMany(q => (double[])[1 - q, q])];
        Assert.Equal(ProbabilityMetrics.LogLoss<double, byte>(rows, labels, 2, weights), ProbabilityMetrics.LogLoss<double, byte>(
            rows, labels, 2, scaled));
        Assert.Equal(
            ProbabilityMetrics.BrierScore<double, byte>(rows, labels, 2, weights), ProbabilityMetrics.BrierScore<double, byte>(
                rows, labels, 2, scaled));

        var expected = ReliabilityCurve.Create<double, byte>(p, labels, 10, sampleWeights: weights);
        var actual = ReliabilityCurve.Create<double, byte>(p, labels, 10, sampleWeights: scaled);
        Assert.Equal(
            expected.Bins.ToArray().Select(bin => bin with { Weight = Math.ScaleB(bin.Weight, exponent) }), actual.Bins.ToArray());
        Assert.Equal(expected.ExpectedCalibrationError, actual.ExpectedCalibrationError);
        Assert.Equal(expected.MaximumCalibrationError, actual.MaximumCalibrationError);
    }

    [Fact]
    public void LogLoss_ImpossibleSampleOfTinyWeight_IsInfinite()
    {
        Assert.Equal(double.PositiveInfinity, ProbabilityMetrics.LogLoss<double, byte>([0, 0.5], [1, 1], [1e-300, 1e300]));
        Assert.Equal(Math.Log(2), ProbabilityMetrics.LogLoss<double, byte>([0, 0.5], [1, 1], [0, 1e300]), 1e-15);
    }

    private static void AssertNear(double expected, double actual) => Assert.Equal(expected, actual, 4.5e-16 * Math.Abs(expected));

    private static MulticlassConfusionMatrix Matrix(double[] cells, int classes)
    {
        int[] each = [.. Enumerable.Range(0, cells.Length)];
        return new MulticlassConfusionMatrix(classes).Add<int, double>(
            Array.ConvertAll(each, i => i / classes), Array.ConvertAll(each, i => i % classes), cells);
    }

    // By its formula in rational numbers, and the root from 40 digits of the square.
    private static double Correlation(double[] cells, int classes)
    {
        var n = Array.ConvertAll(cells, Exact);
        BigInteger total = 0, right = 0, both = 0, actual = 0, predicted = 0;
        for (var k = 0; k < classes; k++)
        {
            BigInteger t = 0, p = 0;
            for (var j = 0; j < classes; j++)
            {
                t += n[(k * classes) + j];
                p += n[(j * classes) + k];
            }

            (total, right) = (total + t, right + n[k * (classes + 1)]);
            (both, actual, predicted) = (both + (t * p), actual + (t * t), predicted + (p * p));
        }

        var numerator = (right * total) - both;
        var product = ((total * total) - actual) * ((total * total) - predicted);
        if (product.IsZero || numerator.IsZero)
        {
            return 0;
        }

        // The integer root of so many digits by Newton's method.
        const int Digits = 340;
        var square = numerator * numerator * BigInteger.Pow(10, 2 * Digits) / product;
        var root = BigInteger.Pow(10, Digits);
        for (BigInteger next; (next = (root + (square / root)) / 2) < root; root = next)
        {
        }

        return numerator.Sign * double.Parse($"{root}E-{Digits}", CultureInfo.InvariantCulture);
    }

    // In units of the smallest double.
    private static BigInteger Exact(double value)
    {
        var exponent = value == 0 ? 0 : Math.Max(Math.ILogB(value) - 52, -1074);
        return (BigInteger)Math.ScaleB(Math.ScaleB(value, -exponent / 2), -exponent - (-exponent / 2)) << (exponent + 1074);
    }
}
