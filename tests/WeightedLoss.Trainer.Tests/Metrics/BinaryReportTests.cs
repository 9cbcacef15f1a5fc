using WeightedLoss.Trainer.Metrics;

namespace WeightedLoss.Trainer.Tests.Metrics;

public sealed class BinaryReportTests
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
        Assert.Equal(expected, BinaryReport.AveragePrecisionOf(scores, labels), 1e-15);

    [Fact]
    public void AveragePrecision_RowsShuffled_IsTheSame()
    {
        var random = new Random(1);
        var scores = Enumerable.Range(0, 500).Select(_ => (float)random.Next(20)).ToArray();
        var labels = Array.ConvertAll(scores, score => (byte)(random.Next(25) < score ? 1 : 0));
        var order = Enumerable.Range(0, 500).OrderBy(_ => random.Next()).ToArray();

        Assert.Equal(
            BinaryReport.AveragePrecisionOf(scores, labels),
            BinaryReport.AveragePrecisionOf(Array.ConvertAll(order, i => scores[i]), Array.ConvertAll(order, i => labels[i])));
    }

    [Fact]
    public void Of_HandWorkedCase_HasAllFigures()
    {
        var report = BinaryReport.Of([2, 0, -1, 3, -2, -3], [1, 0, 1, 1, 0, 0]);

        Assert.Equal((2, 1, 2, 1), (report.TruePositives, report.FalsePositives, report.TrueNegatives, report.FalseNegatives));
        Assert.Equal(2.0 / 3, report.Precision, 1e-15);
        Assert.Equal(2.0 / 3, report.Recall, 1e-15);
        Assert.Equal(2.0 / 3, report.F1, 1e-15);

        // softplus of −2, 0, 1, −3, −2, −3.
        double[] margins = [-2, 0, 1, -3, -2, -3];
        Assert.Equal(margins.Average(m => Math.Log(1 + Math.Exp(m))), report.LogLoss, 1e-7);
    }

    [Fact]
    public void Of_NothingCalledPositive_HasNoNaN()
    {
        var report = BinaryReport.Of([-1, -1], [1, 0]);

        Assert.Equal((0, 0, 0), (report.Precision, report.Recall, report.F1));
    }
}
