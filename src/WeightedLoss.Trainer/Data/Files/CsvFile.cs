using System.Text.RegularExpressions;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>Reads CSV files.</summary>
internal static partial class CsvFile
{
    private const int LongestSeparatorLine = 32;

    /// <summary>Opens a file and reads its records.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="read">What to do with the records.</param>
    /// <param name="absent">What to add where there is no such file.</param>
    public static T Read<T>(string path, CsvFormat format, Func<RecordReader, T> read, string absent = "") => InputFile.Read(
        path,
        bytes =>
        {
            var name = InputFile.NameOf(path);
            using var text = new TextInput(bytes, name, format.Encoding);
            if (SeparatorLine.Match(text.Head(LongestSeparatorLine).ToString()) is { Success: true } line
                && CsvFormat.IsSeparator(line.Groups[1].Value[0]))
            {
                text.Skip(line.Length);
                return read(new(text, name, format.Separator ?? line.Groups[1].Value[0], firstLine: 2));
            }

            return read(new(text, name, format.Separator ?? SeparatorFinder.Find(text, format)));
        },
        absent);

    // Excel's own first line, which is no data.
    [GeneratedRegex("""\A"?sep=(.)"?[ \t]*(\r\n|\r|\n|\z)""", RegexOptions.IgnoreCase)]
    private static partial Regex SeparatorLine { get; }
}
