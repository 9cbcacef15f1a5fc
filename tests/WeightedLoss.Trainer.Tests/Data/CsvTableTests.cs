using System.IO.Compression;
using System.Text;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadLabelled_LabelInTheMiddle_KeepsTheOrderOfTheOthers()
    {
        var table = CsvTable.ReadLabelled(_folder.Write("a.csv", "x,kind,y\n1,good,2.5\n-3e2,bad,4\n"), new(HasHeader: true), "kind");

        Assert.Equal(["x", "y"], table.FeatureNames);
        Assert.Equal([1, 2.5, -300, 4], table.Values);
        Assert.Equal(["good", "bad"], table.Labels);
        Assert.Equal(1, table.LabelIndex);
    }

    [Fact]
    public void ReadLabelled_NoHeader_NamesColumnsByNumberAndTakesTheLastAsLabel()
    {
        var table = CsvTable.ReadLabelled(_folder.Write("a.csv", "1,2,-1\n3,4,1\n"), new(HasHeader: false), label: null);

        Assert.Equal(["1", "2"], table.FeatureNames);
        Assert.Equal("3", table.LabelName);
        Assert.Equal([1, 2, 3, 4], table.Values);
        Assert.Equal(["-1", "1"], table.Labels);
    }

    [Fact]
    public void ReadLabelled_LabelsSpelledDifferently_KeepTheirText()
    {
        var table = CsvTable.ReadLabelled(
            _folder.Write("a.csv", "x,y\n1,1\n1,1.0\n1,+1\n1, 1e0\n1,-0\n1,\"0\"\n"), new(HasHeader: true), null);

        Assert.Equal(["1", "1.0", "+1", "1e0", "-0", "0"], table.Labels);
    }

    [Fact]
    public void ReadLabelled_BlankLinesByteOrderMarkAndCarriageReturns_AreNotRows()
    {
        var table = CsvTable.ReadLabelled(_folder.Write("a.csv", "\uFEFFx,y\r\n1,0\r\n\r\n2,1\r\n\r\n"), new(HasHeader: true), null);

        Assert.Equal(["x"], table.FeatureNames);
        Assert.Equal([1, 2], table.Values);
    }

    [Theory]
    [InlineData("zipped.csv.gz")]
    [InlineData("zipped.csv")]
    public void ReadLabelled_Gzip_IsKnownByContent(string name)
    {
        File.WriteAllBytes(_folder[name], Gzip("x,y\n1,0\n2,1\n"));

        Assert.Equal([1, 2], CsvTable.ReadLabelled(_folder[name], new(HasHeader: true), null).Values);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("x,y\n", "has no rows")]
    [InlineData("x,y\n\n\n", "has no rows")]
    [InlineData("x\n1\n", "only one column")]
    [InlineData("x,y\n1,0\n1\n", "line 3 has 1 cells, but 2 columns")]
    [InlineData("x,y\n1,0\n\n1,2,3\n", "line 4 has 3 cells, but 2 columns")]
    [InlineData("x,y\n1,0\nabc,1\n", "line 3, column 'x': 'abc' is not a number")]
    [InlineData("x,note,y\n1,\"a\nb\",0\nabc,2,1\n", "line 2, column 'note': 'a b' is not a number")]
    [InlineData("x,y\n1,\"0\n\"\nabc,1\n", "line 4, column 'x': 'abc' is not a number")]
    [InlineData("x,y\n1,0\n,1\n", "line 3, column 'x': an empty cell is not a number")]
    [InlineData("x,y\n1,0\nNaN,1\n", "line 3, column 'x': 'NaN' is not a finite number")]
    [InlineData("x,y\n-Infinity,0\n", "line 2, column 'x': '-Infinity' is not a finite number")]
    [InlineData("x,y\n1e999,0\n", "line 2, column 'x': '1e999' is not a finite number")]
    [InlineData("x,y\n1,0\n1,\n", "line 3, column 'y': the label is missing")]
    [InlineData("x,y\n1,nan\n", "line 2, column 'y': the label 'nan' is a usual spelling of a missing value")]
    [InlineData("x,y\n1,0\n\"1\"2,0\n", "line 3: ")]
    [InlineData("x,y\n1,0\n\"1,0\n", "line 3: ")]
    [InlineData("x,x,y\n1,1,0\n", "2 columns named 'x'")]
    public void ReadLabelled_WrongContent_NamesThePlace(string content, string expected)
    {
        var path = _folder.Write("wrong.csv", content);

        var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: true), label: null));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_TextWithoutHeader_NamesTheLineAndTheColumnNumber()
    {
        var path = _folder.Write("a.csv", "1,2,0\n1,x,0\n");

        var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: false), label: null));

        Assert.Contains("line 2, column '2': 'x'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_UnknownLabel_ListsTheColumns()
    {
        var path = _folder.Write("a.csv", "x,y\n1,0\n");

        var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: true), "z"));

        Assert.Contains("no column 'z', which --label names; it has 2 columns: 'x', 'y'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_MissingFileOrFolder_SaysSo()
    {
        Assert.Contains(
            "There is no file",
            Assert.Throws<InputException>(() => CsvTable.ReadLabelled(_folder["none.csv"], new(HasHeader: true), null)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "is a folder",
            Assert.Throws<InputException>(() => CsvTable.ReadLabelled(_folder.Path, new(HasHeader: true), null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_GzipCutOffAnywhere_IsAnError()
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7919 % 1000},{i % 2}\n").Prepend("x,y\n")));
        foreach (var length in Enumerable.Range(1, whole.Length - 1))
        {
            File.WriteAllBytes(_folder["cut.csv.gz"], whole[..length]);
            Assert.Throws<InputException>(() => CsvTable.ReadLabelled(_folder["cut.csv.gz"], new(HasHeader: true), null));
        }
    }

    [Fact]
    public void ReadLabelled_GzipDamagedOrOnlyInName_IsAnError()
    {
        var damaged = Gzip("x,y\n1,0\n2,1\n");
        damaged[^6] ^= 0xFF;
        File.WriteAllBytes(_folder["damaged.csv.gz"], damaged);
        _folder.Write("text.csv.gz", "x,y\n1,0\n");

        foreach (var name in (string[])["damaged.csv.gz", "text.csv.gz"])
        {
            var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(_folder[name], new(HasHeader: true), null));
            Assert.Contains("not a whole gzip file", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x\n1\n2\n\n \n", null)]
    [InlineData("x\n1\n\n2\n", "line 3, column 'x': an empty cell is not a number")]
    [InlineData("x\n1\n\"\"\n", "line 3, column 'x': an empty cell is not a number")]
    public void ReadFeatures_BlankLineInOneColumn_IsAMissingCellUnlessAtTheEnd(string content, string? expected)
    {
        CsvTable Read() => CsvTable.ReadFeatures(_folder.Write("a.csv", content), new(HasHeader: true), ["x"]);

        if (expected is null)
        {
            Assert.Equal([1, 2], Read().Values);
        }
        else
        {
            Assert.Contains(expected, Assert.Throws<InputException>(Read).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false, "line 2, column 'x': '2,3' is not a number with a decimal point; if it has a decimal comma, give --decimal-comma")]
    [InlineData(true, "line 3, column 'x': '2.3' is not a number with a decimal comma; without --decimal-comma")]
    public void ReadLabelled_DecimalCommas_NeedTheOption(bool hasDecimalComma, string expected)
    {
        var path = _folder.Write("a.csv", "x;y\n2,3;0\n2.3;1\n");

        var error = Assert.Throws<InputException>(
            () => CsvTable.ReadLabelled(path, new(HasHeader: true, HasDecimalComma: hasDecimalComma), label: null));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_DroppedRows_AreCountedAndNotRead()
    {
        var path = _folder.Write("a.csv", "x,y\n1,0\n-,\n2,1\n-, na \n");

        var table = CsvTable.ReadLabelled(path, new(HasHeader: true), label: null, MissingLabels.Drop);

        Assert.Equal(["0", "1"], table.Labels);
        Assert.Equal([1, 2], table.Values);
        Assert.Equal(2, table.DroppedRows);
    }

    [Fact]
    public void ReadFeatures_WithHeader_FindsColumnsByName()
    {
        var path = _folder.Write("a.csv", "extra,b,label,a\ntext,2,no,1\n,4,yes,3\n");

        Assert.Equal([1, 2, 3, 4], CsvTable.ReadFeatures(path, new(HasHeader: true), ["a", "b"]).Values);
    }

    [Fact]
    public void ReadFeatures_WithoutHeader_TakesJustTheFeaturesOrColumnsThatAreNamed()
    {
        var more = _folder.Write("more.csv", "1,spam,2\n");
        var equal = _folder.Write("equal.csv", "1,2\n");

        Assert.Equal([1, 2], CsvTable.ReadFeatures(equal, new(HasHeader: false), ["1", "3"]).Values);
        Assert.Equal([1, 2], CsvTable.ReadFeatures(more, new(HasHeader: false), ["1", "3"], new([], ["2"])).Values);
        Assert.Equal([2, 1], CsvTable.ReadFeatures(more, new(HasHeader: false), ["1", "3"], new(["3", "1"], [])).Values);
    }

    [Fact]
    public void ReadFeatures_FeaturesMissing_SaysHowManyAreNeeded()
    {
        var path = _folder.Write("a.csv", "a,b\n1,2\n");

        Assert.Contains(
            "needs 2 features, but",
            Assert.Throws<InputException>(() => CsvTable.ReadFeatures(path, new(HasHeader: true), ["a", "c"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "needs 4 features, but",
            Assert.Throws<InputException>(() => CsvTable.ReadFeatures(path, new(HasHeader: false), ["1", "2", "3", "4"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "3,1,spam,2\n", "", "", "needs 2 features, but a.csv has 4 columns and no header to find them by. --features gives the numbers")]
    [InlineData("1,spam,2\n", "", "", "in training the features were columns 1 3.")]
    [InlineData("1,spam,2\n", "", "4", "no column '4', which --ignore names")]
    [InlineData("3,1,spam,2\n", "", "1", "has 4 columns, of which 3 are chosen")]
    [InlineData("3,1,spam,2\n", "1", "", "has 4 columns, of which 1 are chosen")]
    public void ReadFeatures_WithoutHeaderAndOtherColumns_IsNoSilentShift(string rows, string features, string ignored, string expected)
    {
        var path = _folder.Write("a.csv", rows);
        var options = new ColumnOptions(features.Length == 0 ? [] : [features], ignored.Length == 0 ? [] : [ignored]);

        var error = Assert.Throws<InputException>(() => CsvTable.ReadFeatures(path, new(HasHeader: false), ["1", "3"], options));

        Assert.Contains(expected, error.Message.Replace(path, "a.csv", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFeatures_WithHeader_NeedsNoColumnsNamedAndNoNameTwice()
    {
        var path = _folder.Write("a.csv", "a,b,b\n1,2,3\n");

        Assert.Equal([1], CsvTable.ReadFeatures(path, new(HasHeader: true), ["a"]).Values);
        Assert.Contains(
            "has several named 'b'",
            Assert.Throws<InputException>(() => CsvTable.ReadFeatures(path, new(HasHeader: true), ["b"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "are for files without a header",
            Assert.Throws<InputException>(() => CsvTable.ReadFeatures(path, new(HasHeader: true), ["a"], new(["a"], []))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLabelled_NameTwice_IsAnErrorUnlessOneIsIgnored()
    {
        var path = _folder.Write("a.csv", "a,b,b,y\n1,2,x,0\n3,4,x,1\n");

        Assert.Contains(
            "2 columns named 'b'",
            Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: true), null)).Message,
            StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], CsvTable.ReadLabelled(path, new(HasHeader: true), null, options: new([], ["3"])).Values);
    }

    [Fact]
    public void ReadLabelled_Weights_AreReadAndRowsWithoutWeightLeftOut()
    {
        var path = _folder.Write("a.csv", "w,a,y\n2,1,no\n0,7,maybe\n\n0.25,3,yes\n");

        var table = CsvTable.ReadLabelled(path, new(HasHeader: true), null, options: new([], [], "w"));

        Assert.Equal(("w", 2, 1), (table.WeightName, table.Rows, table.WeightlessRows));
        Assert.Equal([2, 0.25f], table.Weights);
        Assert.Equal([1, 3], table.Values);
        Assert.Equal(["no", "yes"], table.Labels);
        Assert.Equal([2, 5], table.Lines);
        Assert.Equal(["a"], table.FeatureNames);
    }

    [Theory]
    [InlineData("-1", "'-1'")]
    [InlineData("nan", "'nan'")]
    [InlineData("1e999", "'1e999'")]
    [InlineData("1e30", "'1e30'")]
    [InlineData("1e-30", "'1e-30'")]
    [InlineData("", "an empty cell")]
    [InlineData("two", "'two'")]
    public void ReadLabelled_WrongWeight_IsNamedByLineColumnAndValue(string weight, string shown)
    {
        var path = _folder.Write("a.csv", $"w,a,y\n2,1,no\n{weight},3,yes\n");

        var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: true), null, options: new([], [], "w")));

        Assert.Equal($"{path}, line 3, column 'w': a weight must be 0 or a number from 1E-25 to 1E+25, but is {shown}.", error.Message);
    }

    [Fact]
    public void ReadLabelled_AllWeightsZero_IsAnError()
    {
        var path = _folder.Write("a.csv", "w,a,y\n0,1,no\n-0,3,yes\n");

        var error = Assert.Throws<InputException>(() => CsvTable.ReadLabelled(path, new(HasHeader: true), null, options: new([], [], "w")));

        Assert.Equal($"{path}, column 'w': all weights are 0.", error.Message);
    }

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
