using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Data;

/// <summary>A CSV file: all numbers of its feature columns, and its label column (if one is wanted) as text.</summary>
internal sealed class CsvTable
{
    // With room for the padding of standardised rows, which are one array.
    private const int LargestTable = 1 << 27;

    private CsvTable(
        string[] featureNames, int labelIndex, string? labelName, double[] values, string[] labels, int droppedRows, bool hasNumericHeader)
    {
        FeatureNames = featureNames;
        LabelIndex = labelIndex;
        LabelName = labelName;
        Values = values;
        Labels = labels;
        DroppedRows = droppedRows;
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

    /// <summary>The text of one per row, without white space around it; none without a label column.</summary>
    public string[] Labels { get; }

    /// <summary>The number of rows that were left out because their label is missing.</summary>
    public int DroppedRows { get; }

    /// <summary>Whether a header was read that holds nothing but numbers, which may have been meant as data.</summary>
    public bool HasNumericHeader { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Length / FeatureNames.Length;

    /// <summary>Reads a file of which all columns but one are features.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="label">The name of the label column (its number where there is no header); the last one if not given.</param>
    /// <param name="missing">What to do with rows without a label.</param>
    public static CsvTable ReadLabelled(string path, CsvFormat format, string? label, MissingLabels missing = MissingLabels.Refuse)
    {
        var name = InputFile.NameOf(path);
        return Read(path, format, missing, columns =>
        {
            if (columns.Length < 2)
            {
                throw new InputException(
                    $"{name} has only one column, but a label and at least one feature are needed; --separator CHAR|tab tells what stands "
                    + "between columns.");
            }

            var index = label is null ? columns.Length - 1 : Array.IndexOf(columns, label.Trim());
            if (index < 0)
            {
                throw new InputException(
                    $"{name} has no column '{label!.Trim()}'"
                    + (format.HasHeader ? $"; it has {Listing.Of(columns)}." : $", only 1 to {columns.Length}."));
            }

            return (Enumerable.Range(0, columns.Length).Where(i => i != index).ToArray(), index);
        });
    }

    /// <summary>Reads the features of a model. With a header they are found by name, else by position.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="features">The names of the columns to read, in this order.</param>
    /// <param name="labelIndex">Where the label column stands in a file without header that still has one.</param>
    public static CsvTable ReadFeatures(string path, CsvFormat format, string[] features, int labelIndex)
    {
        var source = InputFile.NameOf(path);
        return Read(path, format, MissingLabels.Class, columns =>
        {
            if (format.HasHeader)
            {
                return (Array.ConvertAll(features, name => Array.IndexOf(columns, name) is var i && i >= 0
                    ? i
                    : throw new InputException(
                        $"The model needs {features.Length} features, but {source} ({columns.Length} columns) has none named '{name}'.")), -1);
            }

            if (columns.Length == features.Length)
            {
                return (Enumerable.Range(0, columns.Length).ToArray(), -1);
            }

            return columns.Length == features.Length + 1
                ? (Enumerable.Range(0, columns.Length).Where(i => i != labelIndex).ToArray(), -1)
                : throw new InputException(
                    $"The model needs {features.Length} features (and perhaps the label), but {source} has {columns.Length} columns.");
        });
    }

    private static CsvTable Read(string path, CsvFormat format, MissingLabels missing, Func<string[], (int[] Features, int Label)> select) =>
        CsvFile.Read(path, format, records => Read(InputFile.NameOf(path), format, missing, records, select));

    private static CsvTable Read(
        string source, CsvFormat format, MissingLabels missing, RecordReader records, Func<string[], (int[] Features, int Label)> select)
    {
        if (!records.ReadNotBlank())
        {
            throw new InputException($"{source} is empty.");
        }

        var columns = new string[records.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = format.HasHeader ? records[i].Trim().ToString() : $"{i + 1}";
        }

        var isNumericHeader = format.HasHeader && columns.All(name => format.TryParse<double>(name, out _));
        if (columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{source} has {twice.Count()} columns named '{twice.Key}'"
                + (isNumericHeader ? "; if its first line is no header, give --header none." : "."));
        }

        var (features, label) = select(columns);
        var values = new List<double>();
        var labels = new List<string>();
        var known = new HashSet<string>();
        var spellings = known.GetAlternateLookup<ReadOnlySpan<char>>();
        int dropped = 0, blankLine = 0;
        for (var isRow = !format.HasHeader || records.Read(); isRow; isRow = records.Read())
        {
            if (records.IsBlank)
            {
                blankLine = records.Line;
                continue;
            }

            // Among the cells of a single column, a blank line may be one that is missing.
            if (columns.Length == 1 && blankLine != 0)
            {
                throw new InputException($"{source}, line {blankLine}, column '{columns[0]}': an empty cell is not a number.");
            }

            if (records.Count != columns.Length)
            {
                throw new InputException(
                    $"{source}, line {records.Line} has {records.Count} cells, but {columns.Length} columns are expected.");
            }

            if (label >= 0)
            {
                var text = records[label].Trim();
                if (!spellings.TryGetValue(text, out var spelling))
                {
                    spelling = text.ToString();
                    known.Add(spelling);
                }

                if (missing != MissingLabels.Class && MissingSpelling.Is(spelling))
                {
                    if (missing == MissingLabels.Refuse)
                    {
                        throw new InputException(
                            $"{source}, line {records.Line}, column '{columns[label]}': "
                            + $"{(spelling.Length == 0 ? "the label is missing" : $"the label '{spelling}' is a usual spelling of a missing value")}; "
                            + "--missing-label drop leaves such rows out, --missing-label class makes a class of them.");
                    }

                    dropped++;
                    continue;
                }

                labels.Add(spelling);
            }

            if (values.Count > LargestTable - features.Length)
            {
                throw new InputException($"{source}, line {records.Line}: there are more than {LargestTable} numbers, which is too many.");
            }

            foreach (var i in features)
            {
                values.Add(Number(records[i], format, records, columns[i], source));
            }
        }

        if (values.Count == 0)
        {
            throw new InputException($"{source} has no rows{(dropped == 0 ? "" : " with a label")}.");
        }

        return new(
            Array.ConvertAll(features, i => columns[i]),
            label,
            label < 0 ? null : columns[label],
            [.. values],
            [.. labels],
            dropped,
            isNumericHeader);
    }

    private static double Number(ReadOnlySpan<char> cell, CsvFormat format, RecordReader records, string column, string source)
    {
        if (format.TryParse(cell, out double value))
        {
            return double.IsFinite(value) ? value : throw Wrong(cell, " finite number.");
        }

        throw Wrong(cell, format.HasDecimalComma
            ? " number with a decimal comma."
            : CsvFormat.IsWithDecimalComma(cell)
                ? $" number with a decimal point; if it has a decimal comma, give --decimal-comma; --separator CHAR|tab tells what stands "
                    + $"between columns, which is now taken to be {CsvFormat.NameOf(records.Separator)}."
                : " number.");

        InputException Wrong(ReadOnlySpan<char> cell, string what) =>
            new($"{source}, line {records.Line}, column '{column}': {Shown(cell)} is not a{what}");
    }

    private static string Shown(ReadOnlySpan<char> cell) => cell.Length switch
    {
        0 => "an empty cell",
        > 40 => $"'{cell[..40]}…'",
        _ => $"'{cell}'",
    };
}
