using System.Text;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Tests.Data.Files;

public sealed class TextInputTests
{
    private const string Text = "a,b,y\n1,2,né\n3,4,nè €Ā\n";

    public static TheoryData<string, bool, string?> Encodings => new()
    {
        { "utf-8", false, null },
        { "utf-8", true, null },
        { "utf-8", true, "latin1" }, // a byte-order mark tells the encoding
        { "utf-16", false, null },
        { "utf-16", true, null },
        { "utf-16BE", false, null },
        { "utf-16BE", true, null },
        { "utf-16BE", false, "utf_16be" },
        { "utf-32", true, null },
        { "utf-32BE", true, null },
        { "utf-32", false, "UTF32" },
        { "gb18030", false, "gb18030" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Read_Encoding_GivesTheText(string written, bool isMarked, string? given)
    {
        var encoding = Encoding.GetEncoding(EncodingNames.Find(written)!.CodePage);
        byte[] bytes = [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)];

        Assert.Equal(Text, Read(bytes, given));
    }

    [Theory]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("Latin-1", "iso-8859-1")]
    [InlineData("ISO8859_15", "iso-8859-15")]
    [InlineData("latin-9", "iso-8859-15")]
    [InlineData("cp1252", "windows-1252")]
    [InlineData("windows1252", "windows-1252")]
    [InlineData("1251", "windows-1251")]
    [InlineData("utf8", "utf-8")]
    [InlineData("utf-8-sig", "utf-8")]
    [InlineData("utf_16", "utf-16")]
    [InlineData("cp932", "shift_jis")]
    [InlineData("cp850", "ibm850")]
    public void Find_NameOfOtherPrograms_IsKnown(string name, string expected) => Assert.Equal(expected, EncodingNames.Find(name)?.WebName);

    [Theory]
    [InlineData("klingon")]
    [InlineData("utf-7")] // .NET refuses it
    [InlineData("")]
    [InlineData("1")]
    public void Find_Unknown_IsNull(string name) => Assert.Null(EncodingNames.Find(name));

    [Fact]
    public void Read_Latin1_IsAnErrorWithLineByteAndOffset()
    {
        var error = Assert.Throws<InputException>(() => Read(Encoding.Latin1.GetBytes("a,y\r\n1,no\r\n2,né\r\n"), null));

        Assert.StartsWith(
            "file, line 3: byte 0xE9 at offset 14 is not valid utf-8; --encoding NAME reads", error.Message, StringComparison.Ordinal);
        Assert.Equal("a,y\r\n2,né\r\n", Read(Encoding.Latin1.GetBytes("a,y\r\n2,né\r\n"), "latin1"));
    }

    [Theory]
    [InlineData(new byte[] { 0xE9 })]
    [InlineData(new byte[] { 0xC3, 0x28 }, 1)] // cut off by another character
    [InlineData(new byte[] { 0xE2, 0x82, 0x41 }, 2)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 1)] // a surrogate
    [InlineData(new byte[] { 0xC0, 0x80 }, 1)] // a long form of NUL
    public void Read_InvalidUtf8AroundTheEndOfABlock_NamesThePlace(byte[] invalid, int shown = 1)
    {
        for (var before = 65_530; before < 65_540; before++)
        {
            byte[] bytes = [.. Enumerable.Range(0, before).Select(i => (byte)(i % 64 == 63 ? '\n' : 'x')), .. invalid, .. "abc\n"u8];

            var error = Assert.Throws<InputException>(() => Read(bytes, null));

            var value = string.Join(' ', invalid.Take(shown).Select(b => $"0x{b:X2}"));
            Assert.StartsWith(
                $"file, line {(before / 64) + 1}: byte {value} at offset {before} is not valid", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("610062000A0063", "line 2: byte 0x63 at offset 6")] // half a character at the end
    [InlineData("61000A0000D862006300", "line 2: byte 0x00 0xD8 at offset 4")] // half a surrogate pair
    [InlineData("61000A00620000D8", "line 2: byte 0x00 0xD8 at offset 6")] // at the end
    [InlineData("61000A0000DC62006300", "line 2: byte 0x00 0xDC at offset 4")]
    public void Read_InvalidUtf16_NamesThePlace(string bytes, string expected)
    {
        var error = Assert.Throws<InputException>(() => Read(Convert.FromHexString(bytes), "utf-16"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Nul_IsAnError()
    {
        var error = Assert.Throws<InputException>(() => Read("a,y\n1,\0\n"u8.ToArray(), null));

        Assert.StartsWith("file, line 2 holds a NUL character", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralByteOrderMarks_AreNotText() =>
        Assert.Equal("a,y\n", Read(Encoding.UTF8.GetBytes("\uFEFF\uFEFF\uFEFFa,y\n"), null));

    private static string Read(byte[] bytes, string? encoding)
    {
        using var stream = new PeekStream(new MemoryStream(bytes));
        using var text = new TextInput(stream, "file", encoding is null ? null : EncodingNames.Find(encoding)!);
        var result = new StringBuilder();
        var buffer = new char[1000];
        while (text.Read(buffer.AsSpan()) is var count && count != 0)
        {
            result.Append(buffer, 0, count);
        }

        return result.ToString();
    }
}
