using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Tests.Data.Files;

public sealed class CsvFileTests : IDisposable
{
    private static readonly CsvFormat Header = new(HasHeader: true), NoHeader = new(HasHeader: false);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(',', "x,y\n1,0\n")]
    [InlineData(';', "a (EUR, net);b (kg, dry);y\n1.5;2;0\n")]
    [InlineData('\t', "a, b\tc, d\te, f\n1\t2\t3\n")]
    [InlineData('|', "a|b\n1|2\n")]
    [InlineData(',', "\"a;b;c\",\"d;e;f\",y\n1,2,0\n")] // separators in quotes
    [InlineData(';', "\"a,b\";\"c\n,d\";y\n1,5;2,5;0\n")] // decimal commas
    [InlineData(',', "a;b,c;d,y\n1,2,0\n3,4,1\n")]
    [InlineData(',', "x,note,y\n1,a;b,0\n1,c;d,1\n")]
    [InlineData(',', "x,y\n1,0\n1\n1,1\n")] // not all rows are whole
    [InlineData(',', "\"a\",\"b\"\n\"1\",2,3\n")] // R's names of rows
    [InlineData(',', "x\n1\n")]
    [InlineData(';', "\n\n  \nx;y\n1;0\n")]
    public void Read_Header_FindsTheSeparator(char expected, string content) => Assert.Equal(expected, SeparatorOf(content, Header));

    [Theory]
    [InlineData(',', "1,2\n3,4\n")]
    [InlineData(';', "2,3;1\n-0,9;0\n")]
    [InlineData('\t', "2,3\t1,5\t1\n-0,9\t2,5\t0\n")]
    [InlineData(',', "1,2,a;b\n3,4,c;d\n")]
    [InlineData(';', "1;2;a,b\n3;4;c,d\n")]
    [InlineData(';', "2,3;no\n0,3;yes\n")] // as many numbers with a comma, which may be a decimal one
    public void Read_NoHeader_FindsTheSeparator(char expected, string content) => Assert.Equal(expected, SeparatorOf(content, NoHeader));

    [Theory]
    [InlineData(';', "2,3;1\n-0,9;0\n")]
    [InlineData(',', "\"2,3\",1\n\"-0,9\",0\n")]
    [InlineData('\t', "1,5\n2,5\n")] // a column, and not two
    public void Read_DecimalComma_IsNoSeparator(char expected, string content) =>
        Assert.Equal(expected, SeparatorOf(content, NoHeader with { HasDecimalComma = true }));

    [Theory]
    [InlineData(';', "sep=;\r\na,b;c,d\n1;2\n")]
    [InlineData('\t', "\uFEFF\"SEP=\t\"\na\tb\n1\t2\n")]
    [InlineData('~', "sep=~\na~b\n1~2\n")]
    public void Read_SeparatorLine_IsNoRecord(char expected, string content)
    {
        var (separator, line, first) = First(content, Header);

        Assert.Equal((expected, 2), (separator, line));
        Assert.DoesNotContain("sep", first, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(',', SeparatorOf(content, Header with { Separator = ',' }));
    }

    [Fact]
    public void Read_LongHeader_FindsTheSeparatorInTheRows()
    {
        var header = string.Join(';', Enumerable.Range(0, 20_000).Select(i => $"a, {i}"));

        Assert.Equal(';', SeparatorOf($"{header}\n{string.Join(';', Enumerable.Repeat("1", 20_000))}\n", Header));
    }

    private char SeparatorOf(string content, CsvFormat format) => First(content, format).Separator;

    private (char Separator, int Line, string First) First(string content, CsvFormat format) =>
        CsvFile.Read(_folder.Write("a.csv", content), format, records =>
        {
            Assert.True(records.ReadNotBlank());
            return (records.Separator, records.Line, records[0].ToString());
        });
}
