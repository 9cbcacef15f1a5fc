using System.Globalization;
using System.Numerics;
using System.Text;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>How CSV files are written, as given.</summary>
/// <param name="HasHeader">Whether the first line holds the names of the columns.</param>
/// <param name="Separator">What stands between cells; null to find it.</param>
/// <param name="HasDecimalComma">Whether numbers have a decimal comma and not a point.</param>
/// <param name="Encoding">The encoding of files without a byte-order mark; null for UTF-8.</param>
internal sealed record CsvFormat(bool HasHeader, char? Separator = null, bool HasDecimalComma = false, Encoding? Encoding = null)
{
    private static readonly NumberFormatInfo DecimalComma = new() { NumberDecimalSeparator = "," };

    /// <summary>Reads a number.</summary>
    public bool TryParse<T>(ReadOnlySpan<char> cell, out T number)
        where T : struct, INumber<T> =>
        T.TryParse(cell, NumberStyles.Float, HasDecimalComma ? DecimalComma : NumberFormatInfo.InvariantInfo, out number);

    /// <summary>Whether a cell is a number with a decimal comma.</summary>
    public static bool IsWithDecimalComma(ReadOnlySpan<char> cell) =>
        cell.Contains(',') && double.TryParse(cell, NumberStyles.Float, DecimalComma, out _);

    /// <summary>Whether a character can stand between cells: it is no part of names, numbers, quoted cells or line ends.</summary>
    public static bool IsSeparator(char character) =>
        !char.IsLetterOrDigit(character) && !char.IsSurrogate(character) && !"\"\r\n\0.+-_\uFEFF".Contains(character);

    /// <summary>What a separator is called in messages.</summary>
    public static string NameOf(char separator) => separator == '\t' ? "a tab" : $"'{separator}'";
}
