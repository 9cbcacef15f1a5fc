using System.Text;
using FsCheck.Xunit;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Tests.Data.Files;

public sealed class RecordReaderTests
{
    [Theory]
    [InlineData("#a,b\n#1,2\n#\n", "1:#a|b 2:#1|2 3:#")]
    [InlineData("a,b\r\n1,2\r3,4\n5,6", "1:a|b 2:1|2 3:3|4 4:5|6")]
    [InlineData("a\r\r\nb", "1:a 2: 3:b")]
    [InlineData("\"a\nx\",b\n\"1\r\n\r2\",3\n4", "1:a\nx|b 3:1\r\n\r2|3 6:4")]
    [InlineData("\"\"\"a\"\"\",\"b\"\"\",\"\",\"\"\"\"\n", "1:\"a\"|b\"||\"")]
    [InlineData("\"a\" ,\"b\"\t\n", "1:a|b")]
    [InlineData("a \"b\" c, \"d\"\n", "1:a \"b\" c| \"d\"")]
    [InlineData("a,\n,\n", "1:a| 2:|")]
    [InlineData("\uFEFFa\n\uFEFF\"b,\"\n", "1:a 2:b,")]
    public void Read_Text_GivesCellsAndTheLineOfEachRecord(string text, string expected)
    {
        var records = new RecordReader(new StringReader(text), "file", ',');
        var read = new List<string>();
        while (records.Read())
        {
            read.Add($"{records.Line}:{string.Join('|', records.ToArray())}");
        }

        Assert.Equal(expected, string.Join(' ', read));
    }

    [Theory]
    [InlineData("a\n\n\"1\n2", "file, line 3: a quoted cell begins here and does not end.")]
    [InlineData("a\n\"1\n2\"3\n", "file, line 3: '3' follows the closing quote of a cell.")]
    [InlineData("\"a\"\"\n", "file, line 1: a quoted cell begins here and does not end.")]
    public void Read_WrongQuotes_NamesTheLine(string text, string expected)
    {
        var records = new RecordReader(new StringReader(text), "file", ',');

        var error = Assert.Throws<InputException>(() =>
        {
            while (records.Read())
            {
            }
        });

        Assert.Equal(expected, error.Message);
    }

    [Theory]
    [InlineData(" \t", true)]
    [InlineData("\"\"", false)]
    [InlineData(",", false)]
    public void IsBlank_Line_IsTrueForWhiteSpaceOnly(string line, bool expected)
    {
        var records = new RecordReader(new StringReader($"{line}\n"), "file", ',');

        Assert.True(records.Read());
        Assert.Equal(expected, records.IsBlank);
    }

    /// <summary>Whatever is written as RFC 4180 says is read back, with the number of the line that it was written in.</summary>
    [Property]
    public void Read_WrittenCells_AreTheSame(string?[][] rows, bool isSemicolon)
    {
        var separator = isSemicolon ? ';' : ',';
        var text = new StringBuilder();
        var expected = new List<(int Line, string[] Cells)>();
        var line = 1;
        foreach (var row in rows.Where(row => row.Length != 0))
        {
            var cells = Array.ConvertAll(row, cell => cell ?? "");
            expected.Add((line, cells));
            var record = string.Join(separator, cells.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";
            text.Append(record);
            line += record.Replace("\r\n", "\n", StringComparison.Ordinal).Count(c => c is '\r' or '\n');
        }

        var records = new RecordReader(new StringReader(text.ToString()), "file", separator);
        foreach (var (number, cells) in expected)
        {
            Assert.True(records.Read());
            Assert.Equal(number, records.Line);
            Assert.Equal(cells, records.ToArray());
        }

        Assert.False(records.Read());
    }

    [Theory]
    [InlineData(32_760)] // around the end of a block
    [InlineData(65_530)]
    public void Read_CellsAcrossBlocks_AreWhole(int length)
    {
        for (var more = 0; more < 16; more++)
        {
            var filling = new string('x', length + more);
            var records = new RecordReader(new StringReader($"{filling},\"a\"\"b\r\n\",c\r\nd\r\n"), "file", ',');

            Assert.True(records.Read());
            Assert.Equal([filling, "a\"b\r\n", "c"], records.ToArray());
            Assert.True(records.Read());
            Assert.Equal((3, "d"), (records.Line, records[0].ToString()));
            Assert.False(records.Read());
        }
    }
}
