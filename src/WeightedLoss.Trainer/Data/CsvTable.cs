using System.Globalization;
using System.IO.Compression;
using System.Text;
using Sylvan.Data.Csv;

namespace WeightedLoss.Trainer.Data;

/// <summary>
/// A CSV file, plain or gzip: all numbers of its feature columns, and its label column (if one is wanted) as text.
/// </summary>
internal sealed class CsvTable
{
    private const int LongestRecord = 16 << 20;

    // With room for the padding of standardised rows, which are one array.
    private const int LargestTable = 1 << 27;

    // Without it a gzip file that was cut off looks like a shorter one. It must be set before the first stream is made.
    static CsvTable() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private CsvTable(string[] featureNames, int labelIndex, string? labelName, double[] values, string[] labels, bool hasNumericHeader)
    {
        FeatureNames = featureNames;
        LabelIndex = labelIndex;
        LabelName = labelName;
        Values = values;
        Labels = labels;
        HasNumericHeader = hasNumericHeader;
    }

    /// <summary>The names of the columns but the label, in file order; their numbers counting from 1 where there is no header.</summary>
    public string[] FeatureNames { get; }

    /// <summary>The position of the label column counting from 0; −1 without one.</summary>
    public int LabelIndex { get; }

    /// <summary>The name of the label column.</summary>
    public string? LabelName { get; }

    /// <summary>[rows, features], row-major, finite.</summary>
    public double[] Values { get; }

    /// <summary>One per row, numbers in their shortest spelling ("1.0" is "1"); empty without a label column.</summary>
    public string[] Labels { get; }

    /// <summary>Whether a header was read that holds nothing but numbers, which may have been meant as data.</summary>
    public bool HasNumericHeader { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Length / FeatureNames.Length;

    /// <summary>Reads a file of which all columns but one are features.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hasHeader">Whether the first line holds the names of the columns.</param>
    /// <param name="label">The name of the label column (its number where there is no header); the last one if not given.</param>
    public static CsvTable ReadLabelled(string path, bool hasHeader, string? label)
    {
        return Read(path, hasHeader, columns =>
        {
            if (columns.Length < 2)
            {
                throw new InputException($"{path} has only one column, but a label and at least one feature are needed.");
            }

            var index = label is null ? columns.Length - 1 : Array.IndexOf(columns, label);
            if (index < 0)
            {
                throw new InputException(
                    $"{path} has no column '{label}'" + (hasHeader ? $"; it has {Listing.Of(columns)}." : $", only 1 to {columns.Length}."));
            }

            return (Enumerable.Range(0, columns.Length).Where(i => i != index).ToArray(), index);
        });
    }

    /// <summary>Reads the features of a model. With a header they are found by name, else by position.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hasHeader">Whether the first line holds the names of the columns.</param>
    /// <param name="features">The names of the columns to read, in this order.</param>
    /// <param name="labelIndex">Where the label column stands in a file without header that still has one.</param>
    public static CsvTable ReadFeatures(string path, bool hasHeader, string[] features, int labelIndex)
    {
        return Read(path, hasHeader, columns =>
        {
            if (hasHeader)
            {
                return (Array.ConvertAll(features, name => Array.IndexOf(columns, name) is var i && i >= 0
                    ? i
                    : throw new InputException(
                        $"The model needs {features.Length} features, but {path} ({columns.Length} columns) has none named '{name}'.")), -1);
            }

            if (columns.Length == features.Length)
            {
                return (Enumerable.Range(0, columns.Length).ToArray(), -1);
            }

            return columns.Length == features.Length + 1
                ? (Enumerable.Range(0, columns.Length).Where(i => i != labelIndex).ToArray(), -1)
                : throw new InputException(
                    $"The model needs {features.Length} features (and perhaps the label), but {path} has {columns.Length} columns.");
        });
    }

    private static CsvTable Read(string path, bool hasHeader, Func<string[], (int[] Features, int Label)> select)
    {
        try
        {
            using var text = OpenText(path);
            using var reader = CsvDataReader.Create(text, new() { HasHeaders = hasHeader, MaxBufferSize = LongestRecord });
            return Read(path, reader, hasHeader, select);
        }
        catch (CsvMissingHeadersException)
        {
            throw new InputException($"{path} is empty.");
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{path}, line 1: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is not a whole gzip file: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message}", e);
        }
    }

    private static StreamReader OpenText(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder, not a file.");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (file.Length == 0)
        {
            file.Dispose();
            throw new InputException($"{path} is empty.");
        }

        // By content, or by name, so that a damaged file is named as such and not parsed as text.
        var isGzip = (file.ReadByte() == 0x1F && file.ReadByte() == 0x8B) || path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        file.Position = 0;
        return new(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
    }

    private static CsvTable Read(string path, CsvDataReader reader, bool hasHeader, Func<string[], (int[] Features, int Label)> select)
    {
        var line = hasHeader ? 2 : 1;
        var columns = new string[reader.FieldCount];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = hasHeader ? reader.GetName(i).Trim() : $"{i + 1}";
        }

        if (columns.Length == 0)
        {
            throw new InputException($"{path} is empty.");
        }

        var isNumericHeader = hasHeader
            && columns.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        if (columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{path} has {twice.Count()} columns named '{twice.Key}'"
                + (isNumericHeader ? "; if its first line is no header, give --header none." : "."));
        }

        var (features, label) = select(columns);
        var values = new List<double>();
        var labels = new List<string>();
        var spellings = new Dictionary<string, string>();
        for (; ReadRecord(reader, path, line); line += LinesIn(reader.GetRawRecordSpan()))
        {
            var cells = reader.RowFieldCount;
            if (cells == 1 && columns.Length > 1 && reader.GetFieldSpan(0).IsWhiteSpace())
            {
                continue;
            }

            if (cells != columns.Length)
            {
                throw new InputException($"{path}, line {line} has {cells} cells, but {columns.Length} columns are expected.");
            }

            if (values.Count > LargestTable - features.Length)
            {
                throw new InputException($"{path}, line {line}: there are more than {LargestTable} numbers, which is too many.");
            }

            foreach (var i in features)
            {
                values.Add(Number(reader.GetFieldSpan(i), path, line, columns[i]));
            }

            if (label >= 0)
            {
                var spelling = reader.GetString(label).Trim();
                if (!spellings.TryGetValue(spelling, out var value))
                {
                    value = Label(spelling, path, line, columns[label]);
                    spellings.Add(spelling, value);
                }

                labels.Add(value);
            }
        }

        if (values.Count == 0)
        {
            throw new InputException($"{path} has no rows.");
        }

        return new(
            Array.ConvertAll(features, i => columns[i]),
            label,
            label < 0 ? null : columns[label],
            [.. values],
            [.. labels],
            isNumericHeader);
    }

    private static bool ReadRecord(CsvDataReader reader, string path, int line)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{path}, line {line}: {e.Message}", e);
        }
    }

    private static double Number(ReadOnlySpan<char> cell, string path, int line, string column)
    {
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw new InputException($"{path}, line {line}, column '{column}': {Shown(cell)} is not a number.");
        }

        return double.IsFinite(value)
            ? value
            : throw new InputException($"{path}, line {line}, column '{column}': {Shown(cell)} is not a finite number.");
    }

    private static string Label(string cell, string path, int line, string column)
    {
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return cell.Length != 0
                ? cell
                : throw new InputException($"{path}, line {line}, column '{column}': the label is missing.");
        }

        return double.IsFinite(number)
            ? Spelling(number)
            : throw new InputException($"{path}, line {line}, column '{column}': {Shown(cell)} is not a label.");
    }

    /// <summary>The one spelling of a label, so that 1, 1.0 and +1 are the same.</summary>
    public static string LabelSpelling(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Spelling(number) : text.Trim();

    private static string Spelling(double number) => (number + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private static string Shown(ReadOnlySpan<char> cell) => cell.Length switch
    {
        0 => "an empty cell",
        > 40 => $"'{cell[..40]}…'",
        _ => $"'{cell}'",
    };

    private static int LinesIn(ReadOnlySpan<char> record) => Math.Max(1, record.Count('\n'));
}
