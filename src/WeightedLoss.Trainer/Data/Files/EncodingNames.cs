using System.Globalization;
using System.Text;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>Finds encodings by the names that programs give them.</summary>
internal static class EncodingNames
{
    private const int LeastCodePage = 37;

    static EncodingNames() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding of a name or of the number of a code page, whatever its hyphens and case; null if there is none.</summary>
    public static Encoding? Find(string name)
    {
        var key = Key(name);
        key = key == "utf8sig" ? "utf8" : key;
        var number = key.StartsWith("cp", StringComparison.Ordinal) ? key[2..] : key;
        return Try(() => Encoding.GetEncoding(name))
            ?? Try(() => Encoding.GetEncoding(key))
            ?? Encoding.GetEncodings().FirstOrDefault(info => Key(info.Name) == key)?.GetEncoding()
            ?? (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page >= LeastCodePage
                ? Try(() => Encoding.GetEncoding(page))
                : null);
    }

    private static string Key(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static Encoding? Try(Func<Encoding> get)
    {
        try
        {
            return get();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
