using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class BinaryLabelsTests
{
    [Theory]
    [InlineData("1 1 0", null, "1", "110")] // 1 even where it is the more frequent one
    [InlineData("-1 -1 1", null, "1", "001")]
    [InlineData("good good bad", null, "bad", "001")] // the rarer
    [InlineData("2 2 4", null, "4", "001")]
    [InlineData("no yes", null, "no", "10")] // equally rare: the first in order
    [InlineData("good good bad", "good", "good", "110")]
    [InlineData("a b c b", "b", "b", "0101")] // one-vs-rest
    [InlineData("0.0 1.0 1.0", null, "1.0", "011")] // 1 in any spelling
    [InlineData("1 1.0 1", null, "1.0", "010")] // but not in two
    public void From_Column_MarksThePositiveValue(string column, string? positive, string expectedPositive, string expectedLabels)
    {
        var (labels, chosen) = BinaryLabels.From("file", column.Split(' '), positive);

        Assert.Equal(expectedPositive, chosen);
        Assert.Equal(expectedLabels, string.Concat(labels));
    }

    [Theory]
    [InlineData("a a", null, "one class only: every label is 'a'")]
    [InlineData("a a", "a", "one class only")]
    [InlineData("1 2", "2.0", "No label in file is '2.0'")]
    [InlineData("a b", "c", "No label in file is 'c'; the labels are 'a', 'b'")]
    [InlineData("a b c", null, "3 classes ('a', 'b', 'c'); name one with --positive")]
    [InlineData("a b c d e f g h i j k l", null, "'j' and 2 more")]
    public void From_LabelsThatAreNotBinary_SaysWhy(string column, string? positive, string expected)
    {
        var error = Assert.Throws<InputException>(() => BinaryLabels.From("file", column.Split(' '), positive));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
