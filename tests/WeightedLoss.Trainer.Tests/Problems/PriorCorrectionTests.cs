using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Tests.Problems;

public sealed class PriorCorrectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WithoutWeights_WeightedModelOfTheEmbeddedData_IsCalibrated(ulong seed)
    {
        var data = PaymentGenerator.Generate(seed);
        var parts = PreparedData.Create(data, seed);
        var loss = new BinaryTrainingLoss(ClassWeights.PositiveWeight<float>(new ClassCounts(2).Add(parts.Labels)));
        var options = new TrainingOptions(
            ModelKind.Linear, Epochs: 5, BatchSize: 256, TrainingRequest.UsualLearningRate, HiddenUnits: 1, seed, Threads: 1);

        var (model, _) = TrainingRun.Train(parts.Rows, parts.Labels, loss, options, _ => new(0, 0), _ => { });

        var weighted = model.Logits(parts.ValidationRows, 1);
        var corrected = loss.WithoutWeights(weighted);
        var before = Reliability.OfPositives(weighted, parts.ValidationLabels, []).ExpectedCalibrationError;
        var after = Reliability.OfPositives(corrected, parts.ValidationLabels, []).ExpectedCalibrationError;
        TestContext.Current.TestOutputHelper!.WriteLine($"calibration error {before:F4}, corrected {after:F4}");
        Assert.True(before > 0.05);
        Assert.True(after < 0.01);
        Assert.Equal(
            RankingScores.Compute<float, byte>(weighted, parts.ValidationLabels).RocArea,
            RankingScores.Compute<float, byte>(corrected, parts.ValidationLabels).RocArea,
            1e-4);
    }
}
