using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class StratifiedFoldsTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Of_AnyCount_TestsEachRowOnceAndSpreadsTheClasses(int folds)
    {
        var data = PaymentGenerator.Generate(seed: 1, rows: 5000);
        var dealt = StratifiedFolds.Create(data, folds, seed: 1);
        var positives = data.Labels.Count((byte)1);
        var tested = new List<int>();
        for (var fold = 0; fold < folds; fold++)
        {
            var (training, validation, test) = dealt.Rotation(fold);

            Assert.Equal(Enumerable.Range(0, data.Rows), training.Concat(validation).Concat(test).Order());
            Assert.InRange(test.Length, data.Rows / folds, (data.Rows / folds) + 1);
            Assert.InRange(test.Count(i => data.Labels[i] == 1), positives / folds, (positives / folds) + 1);
            Assert.Equal(dealt.Rotation((fold + 1) % folds).Test, validation);
            tested.AddRange(test);
        }

        Assert.Equal(Enumerable.Range(0, data.Rows), tested.Order());
    }

    [Fact]
    public void Of_OtherSeed_DealsOutOtherwise()
    {
        var data = PaymentGenerator.Generate(seed: 1, rows: 3000);

        Assert.Equal(StratifiedFolds.Create(data, 5, 1).Rotation(0).Test, StratifiedFolds.Create(data, 5, 1).Rotation(0).Test);
        Assert.NotEqual(StratifiedFolds.Create(data, 5, 1).Rotation(0).Test, StratifiedFolds.Create(data, 5, 2).Rotation(0).Test);
    }
}
