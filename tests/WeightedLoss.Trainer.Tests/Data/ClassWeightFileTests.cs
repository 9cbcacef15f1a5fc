using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class ClassWeightFileTests : IDisposable
{
    private static readonly string[] Classes = ["1", "a,b", "c"];
    private static readonly CsvFormat Format = new(HasHeader: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1,2\n\"a,b\",0.5\nc,1e3\n")]
    [InlineData("\r\nc , 1000\r\n\r\n1,2\r\na,b,5e-1")] // any order, blank lines, a comma without quotes
    public void Read_EveryLabelOnce_GivesTheWeightsInTheOrderOfTheClasses(string content) =>
        Assert.Equal([2, 0.5f, 1000], ClassWeightFile.Read(_folder.Write("w.csv", content), Format, Classes));

    [Theory]
    [InlineData("\n", "w.csv has no weight for '1', 'a,b', 'c'.")]
    [InlineData("1,2\nc,1\n", "w.csv has no weight for 'a,b'.")]
    [InlineData("1,2\n\nd,1\n", "w.csv, line 3: no row has the label 'd'; the labels are '1', 'a,b', 'c'.")]
    [InlineData("1,2\nc,1\n1,3\n", "w.csv, line 3: the label '1' has a weight in line 1 already.")]
    [InlineData("1,2\nc\n", "w.csv, line 2: 'c' is not a label and a weight with ',' between them.")]
    [InlineData("1,2\nc,heavy\n", "w.csv, line 2: the weight of 'c' must be a number from 1E-06 to 1000000, but is 'heavy'.")]
    [InlineData("1,2\nc,\n", "w.csv, line 2: the weight of 'c' must be a number from 1E-06 to 1000000, but is ''.")]
    [InlineData("1,0\n", "the weight of '1' must be a number from 1E-06 to 1000000, but is '0'.")]
    [InlineData("1,-1\n", "but is '-1'.")]
    [InlineData("1,NaN\n", "but is 'NaN'.")]
    [InlineData("1,1e7\n", "but is '1e7'.")]
    public void Read_WrongContent_NamesFileLineLabelAndValue(string content, string expected)
    {
        var path = _folder.Write("w.csv", content);

        var error = Assert.Throws<InputException>(() => ClassWeightFile.Read(path, Format, Classes));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoFile_NamesTheWordsThatAreNoFiles()
    {
        var error = Assert.Throws<InputException>(() => ClassWeightFile.Read(_folder["balance"], Format, Classes));

        Assert.Contains("There is no file", error.Message, StringComparison.Ordinal);
        Assert.Contains("balanced, effective or none", error.Message, StringComparison.Ordinal);
    }
}
