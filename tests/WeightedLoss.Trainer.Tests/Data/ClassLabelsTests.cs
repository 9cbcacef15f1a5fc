using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class ClassLabelsTests
{
    [Theory]
    [InlineData("b a b c a c", "a b c", "1 0 1 2 0 2")]
    [InlineData("10 9 -1 10 9 -1", "-1 9 10", "2 1 0 2 1 0")] // by number, not by spelling
    [InlineData("x 10 9 9 10 x", "9 10 x", "2 1 0 0 1 2")] // numbers before text
    [InlineData("1.10 1.1 01 1 1.1 1.1 01 1.10", "01 1 1.1 1.10", "3 2 0 1 2 2 0 3")] // each spelling is a class
    [InlineData("9007199254740993 9007199254740992 1e999 7 7 7 7 7", "7 9007199254740992 9007199254740993 1e999", "2 1 3 0 0 0 0 0")]
    public void From_Column_NumbersTheClassesInOrder(string column, string expectedClasses, string expectedLabels)
    {
        var (labels, classes) = ClassLabels.From("file", "y", column.Split(' '), ClassLabels.UsualMost);

        Assert.Equal(expectedClasses, string.Join(' ', classes));
        Assert.Equal(expectedLabels, string.Join(' ', labels));
    }

    [Theory]
    [InlineData(101, 1000, 100)] // a quantity
    [InlineData(300, 1000, 256)]
    [InlineData(30, 59, 100)] // an identifier
    public void From_TooManyValues_NamesTheColumnAndTheWaysOut(int values, int rows, int most)
    {
        var column = Enumerable.Range(0, rows).Select(i => $"{i % values}").ToArray();

        var error = Assert.Throws<InputException>(() => ClassLabels.From("file", "price", column, most));

        Assert.StartsWith(
            $"file, column 'price': {values} different values in {rows} rows ('0', '1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("--max-classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_AsManyAsAByteHolds_Works()
    {
        var column = Enumerable.Range(0, 512).Select(i => $"{i % 256}").ToArray();

        var (labels, classes) = ClassLabels.From("file", "y", column, ClassLabels.Most);

        Assert.Equal(256, classes.Length);
        Assert.Equal(column, Array.ConvertAll(labels, label => classes[label]));
    }

    [Theory]
    [InlineData("a a", false)]
    [InlineData("a b a", false)]
    [InlineData("a b a c", true)]
    public void AreIn_Column_IsTrueForMoreThanTwoValues(string column, bool expected) =>
        Assert.Equal(expected, ClassLabels.AreIn(column.Split(' ')));
}
