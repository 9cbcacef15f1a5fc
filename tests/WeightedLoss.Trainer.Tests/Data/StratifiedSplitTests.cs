using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class StratifiedSplitTests
{
    [Theory]
    [InlineData(1000, 100, 250, 25)]
    [InlineData(1001, 6, 250, 2)]
    [InlineData(10, 2, 3, 1)]
    [InlineData(2, 2, 1, 1)]
    public void Of_Rows_HoldsAQuarterOfEachClass(int negatives, int positives, int heldNegatives, int heldPositives)
    {
        var data = Data(negatives, positives);

        var split = StratifiedSplit.Create(data, seed: 3);

        Assert.Equal(heldPositives, split.Validation.Count(i => data.Labels[i] == 1));
        Assert.Equal(heldNegatives, split.Validation.Count(i => data.Labels[i] == 0));
        Assert.Equal(Enumerable.Range(0, data.Rows), split.Training.Concat(split.Validation).Order());
    }

    [Fact]
    public void Of_SameSeed_SplitsAlike_AndAnotherSeedDoesNot()
    {
        var data = Data(100, 20);

        Assert.Equal(StratifiedSplit.Create(data, 7).Validation, StratifiedSplit.Create(data, 7).Validation);
        Assert.NotEqual(StratifiedSplit.Create(data, 7).Validation, StratifiedSplit.Create(data, 8).Validation);
    }

    [Theory]
    [InlineData(10, 1, "only 1 positive row")]
    [InlineData(1, 10, "only 1 negative row")]
    [InlineData(10, 0, "only 0 positive row")]
    public void Of_TooFewRowsOfAClass_IsAnError(int negatives, int positives, string expected)
    {
        var error = Assert.Throws<InputException>(() => StratifiedSplit.Create(Data(negatives, positives), 1));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SeveralClasses_HoldsAQuarterOfEachAndKeepsASingleRowForTraining()
    {
        int[] counts = [40, 10, 5, 3, 2, 1];
        var labels = counts.SelectMany((count, k) => Enumerable.Repeat((byte)k, count)).ToArray();
        var data = new LabelledData(
            "rows", ["x"], new double[labels.Length], labels, new("y", 1, null, true, ["a", "b", "c", "d", "e", "f"]), BestLogits: null);

        var split = StratifiedSplit.Create(data, seed: 3);

        Assert.Equal([10, 3, 1, 1, 1, 0], Enumerable.Range(0, 6).Select(k => split.Validation.Count(i => labels[i] == k)));
        Assert.Equal(Enumerable.Range(0, labels.Length), split.Training.Concat(split.Validation).Order());
    }

    // Positives spread among the negatives.
    private static LabelledData Data(int negatives, int positives)
    {
        var labels = Enumerable.Repeat((byte)0, negatives).Concat(Enumerable.Repeat((byte)1, positives)).ToArray();
        var rows = Enumerable.Range(0, labels.Length).ToArray();
        new Xoshiro256(1, RandomPurpose.Epochs).Shuffle(rows);
        return new(
            "rows", ["x"], new double[labels.Length], Array.ConvertAll(rows, i => labels[i]), new("y", 1, "1", true), BestLogits: null);
    }
}
