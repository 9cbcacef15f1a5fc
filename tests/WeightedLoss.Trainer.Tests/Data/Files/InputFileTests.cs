using System.IO.Compression;
using System.Text;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Tests.Data.Files;

public sealed class InputFileTests : IDisposable
{
    private const string Text = "x,y\n1,0\n2,1\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("425A6839314159265359", "a bzip2 file; unpack it first, for example with 'bzip2 -dc FILE'.")]
    [InlineData("FD377A585A00", "an xz file; unpack it first, for example with 'xz -dc FILE'.")]
    [InlineData("28B52FFD04", "a Zstandard file")]
    [InlineData("504B0304", "a ZIP archive")]
    [InlineData("504B03040000785B436F6E74656E745F54797065735D2E786D6C", "an Excel workbook (.xlsx); export it as CSV first.")]
    [InlineData("D0CF11E0A1B11AE100", "an Excel workbook (.xls)")]
    [InlineData("5041523115", "a Parquet file")]
    [InlineData("4152524F573100", "an Arrow or Feather file")]
    public void Read_OtherKindOfFile_SaysWhatItIs(string bytes, string expected)
    {
        foreach (var content in (byte[][])[Convert.FromHexString(bytes), Gzip(Convert.FromHexString(bytes))])
        {
            File.WriteAllBytes(_folder["a.csv"], content);
            var error = Assert.Throws<InputException>(() => Read("a.csv"));
            Assert.StartsWith($"{_folder["a.csv"]} is {expected}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("BZh,PAR1,ORC,7z\n")]
    [InlineData("PK,y\n1,2\n")]
    [InlineData("PAR1,PAR2\n")]
    public void Read_TextThatBeginsLikeAnotherKind_IsText(string text)
    {
        _folder.Write("a.csv", text);

        Assert.Equal(text, Read("a.csv"));
    }

    [Fact]
    public void Read_GzipOfSeveralPartsOrTwice_IsUnpacked()
    {
        File.WriteAllBytes(_folder["parts.csv"], [.. Gzip("x,y\n1,0\n"u8), .. Gzip("2,1\n"u8)]);
        File.WriteAllBytes(_folder["padded.csv"], [.. Gzip("x,y\n1,0\n2,1\n"u8), .. new byte[1000]]);
        File.WriteAllBytes(_folder["twice.csv"], Gzip(Gzip(Encoding.UTF8.GetBytes(Text))));

        Assert.All(["parts.csv", "padded.csv", "twice.csv"], name => Assert.Equal(Text, Read(name)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(100_000)]
    public void Read_BytesAfterGzip_AreAnError(int count)
    {
        File.WriteAllBytes(_folder["a.csv"], [.. Gzip(Encoding.UTF8.GetBytes(Text)), .. Enumerable.Repeat((byte)'1', count)]);

        var error = Assert.Throws<InputException>(() => Read("a.csv"));

        Assert.Contains("is not a whole gzip file: Other bytes follow its end.", error.Message, StringComparison.Ordinal);
    }

    // The last byte of the size is not 0 then, as it is for small files.
    [Fact]
    public void Read_GzipOfMoreThan16MiB_IsWhole()
    {
        var bytes = new byte[(16 << 20) + 5];
        bytes.AsSpan().Fill((byte)'x');
        File.WriteAllBytes(_folder["a.csv"], Gzip(bytes));

        Assert.Equal(bytes.Length, Read("a.csv").Length);
    }

    private string Read(string name) => InputFile.Read(_folder[name], bytes => new StreamReader(bytes).ReadToEnd());

    private static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }
}
