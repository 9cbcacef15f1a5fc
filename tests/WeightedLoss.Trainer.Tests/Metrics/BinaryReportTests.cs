using WeightedLoss.Trainer.Metrics;

namespace WeightedLoss.Trainer.Tests.Metrics;

public sealed class BinaryReportTests
{
    [Fact]
    public void Of_HandWorkedCase_HasAllFigures()
    {
        var report = BinaryReport.Compute([2, 0, -1, 3, -2, -3], [1, 0, 1, 1, 0, 0]);

        Assert.Equal(new BinaryConfusionMatrix(2, 1, 2, 1), report.Confusion);
        Assert.Equal(11.0 / 12, report.AveragePrecision, 1e-15);

        // softplus of −2, 0, 1, −3, −2, −3.
        double[] margins = [-2, 0, 1, -3, -2, -3];
        Assert.Equal(margins.Average(m => Math.Log(1 + Math.Exp(m))), report.LogLoss, 1e-7);
    }
}
