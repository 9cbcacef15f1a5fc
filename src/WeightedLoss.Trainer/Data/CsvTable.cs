using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Data;

/// <summary>A CSV file: all numbers of its feature columns, and its label column (if one is wanted) as text.</summary>
internal sealed class CsvTable
{
    // With room for the padding of standardised rows, which are one array.
    private const int LargestTable = 1 << 27;

    private CsvTable(string[] columns, ColumnRoles roles)
    {
        FeatureNames = Array.ConvertAll(roles.Features, i => columns[i]);
        FeatureArguments = Array.ConvertAll(roles.Features, i => ColumnOptions.Argument(columns, i));
        LabelIndex = roles.Label;
        LabelName = roles.Label < 0 ? null : columns[roles.Label];
        WeightName = roles.Weight < 0 ? null : columns[roles.Weight];
        UnusedColumns = [.. columns.Where((_, i) => i != roles.Label && i != roles.Weight && !roles.Features.Contains(i))];
    }

    /// <summary>The names of the feature columns; their numbers counting from 1 where there is no header.</summary>
    public string[] FeatureNames { get; }

    /// <summary>The feature columns as they can be given on a command line.</summary>
    public string[] FeatureArguments { get; }

    /// <summary>The position of the label column counting from 0; −1 without one.</summary>
    public int LabelIndex { get; }

    /// <summary>The name of the label column.</summary>
    public string? LabelName { get; }

    /// <summary>The name of the column of the rows' own weights; null if there is none.</summary>
    public string? WeightName { get; }

    /// <summary>The names of all other columns.</summary>
    public string[] UnusedColumns { get; }

    /// <summary>[rows, features], row-major, finite.</summary>
    public double[] Values { get; private init; } = [];

    /// <summary>The text of one per row, without white space around it; none without a label column.</summary>
    public string[] Labels { get; private init; } = [];

    /// <summary>The weight of each row, greater than 0; none without a column of weights.</summary>
    public float[] Weights { get; private init; } = [];

    /// <summary>The line of each row.</summary>
    public int[] Lines { get; private init; } = [];

    /// <summary>The number of rows that were left out because their label is missing.</summary>
    public int DroppedRows { get; private init; }

    /// <summary>The number of rows that were left out because their weight is 0.</summary>
    public int WeightlessRows { get; private init; }

    /// <summary>Whether a header was read that holds nothing but numbers, which may have been meant as data.</summary>
    public bool HasNumericHeader { get; private init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Lines.Length;

    /// <summary>Reads a file to train on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="label">The label column; the last one that is nothing else if not given.</param>
    /// <param name="missing">What to do with rows without a label.</param>
    /// <param name="options">What the other columns are; null if nothing was given.</param>
    public static CsvTable ReadLabelled(
        string path, CsvFormat format, string? label, MissingLabels missing = MissingLabels.Refuse, ColumnOptions? options = null) =>
        Read(path, format, missing, columns => (options ?? ColumnOptions.None).Roles(InputFile.NameOf(path), columns, label));

    /// <summary>Reads the features of a model. With a header they are found by name, else by position.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="features">The names of the columns to read, in this order.</param>
    /// <param name="options">Which columns of a file without header are features; null if nothing was given.</param>
    public static CsvTable ReadFeatures(string path, CsvFormat format, string[] features, ColumnOptions? options = null) =>
        Read(path, format, MissingLabels.Class, columns => new(
            (options ?? ColumnOptions.None).FeaturesOfModel(InputFile.NameOf(path), columns, format.HasHeader, features), Label: -1, Weight: -1));

    private static CsvTable Read(string path, CsvFormat format, MissingLabels missing, Func<string[], ColumnRoles> select) =>
        CsvFile.Read(path, format, records => Read(InputFile.NameOf(path), format, missing, records, select));

    private static CsvTable Read(
        string source, CsvFormat format, MissingLabels missing, RecordReader records, Func<string[], ColumnRoles> select)
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
        var roles = select(columns);
        var twice = roles.Features.Append(roles.Label).Append(roles.Weight).Where(i => i >= 0)
            .GroupBy(i => columns[i])
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InputException($"{source} has {twice.Count()} columns named '{twice.Key}'"
                + (isNumericHeader ? "; if its first line is no header, give --header none." : "."));
        }

        var rows = new RowReader(source, format, missing, records, columns, roles);
        var blankLine = 0;
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

            rows.Read();
        }

        return rows.ToTable(isNumericHeader);
    }

    /// <summary>The rows of a table, while they are read.</summary>
    private sealed class RowReader(
        string source, CsvFormat format, MissingLabels missing, RecordReader records, string[] columns, ColumnRoles roles)
    {
        private readonly List<double> _values = [];
        private readonly List<string> _labels = [];
        private readonly List<float> _weights = [];
        private readonly List<int> _lines = [];
        private readonly HashSet<string> _spellings = [];
        private int _dropped;
        private int _weightless;

        private bool HasLabel => roles.Label >= 0;

        /// <summary>Reads the record at hand.</summary>
        public void Read()
        {
            if (records.Count != columns.Length)
            {
                throw new InputException(
                    $"{source}, line {records.Line} has {records.Count} cells, but {columns.Length} columns are expected.");
            }

            var spelling = HasLabel ? Spelling(records[roles.Label].Trim()) : "";
            if (HasLabel && missing != MissingLabels.Class && MissingSpelling.Is(spelling))
            {
                DropOrRefuse(spelling);
                return;
            }

            if (_values.Count > LargestTable - roles.Features.Length)
            {
                throw new InputException($"{source}, line {records.Line}: there are more than {LargestTable} numbers, which is too many.");
            }

            var before = _values.Count;
            foreach (var i in roles.Features)
            {
                _values.Add(Number(records[i], format, records, source, columns, i, isTraining: HasLabel));
            }

            if (roles.Weight >= 0)
            {
                var weight = Weight(records[roles.Weight], format, records, columns[roles.Weight], source);
                if (weight == 0)
                {
                    _weightless++;
                    _values.RemoveRange(before, roles.Features.Length);
                    return;
                }

                _weights.Add(weight);
            }

            if (HasLabel)
            {
                _labels.Add(spelling);
            }

            _lines.Add(records.Line);
        }

        public CsvTable ToTable(bool hasNumericHeader)
        {
            if (_lines.Count == 0)
            {
                throw new InputException(_weightless == 0
                    ? $"{source} has no rows{(_dropped == 0 ? "" : " with a label")}."
                    : $"{source}, column '{columns[roles.Weight]}': all weights are 0.");
            }

            return new(columns, roles)
            {
                Values = [.. _values],
                Labels = [.. _labels],
                Weights = [.. _weights],
                Lines = [.. _lines],
                DroppedRows = _dropped,
                WeightlessRows = _weightless,
                HasNumericHeader = hasNumericHeader,
            };
        }

        /// <summary>A label, each spelling as one string.</summary>
        private string Spelling(ReadOnlySpan<char> text)
        {
            if (!_spellings.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known))
            {
                known = text.ToString();
                _spellings.Add(known);
            }

            return known;
        }

        private void DropOrRefuse(string spelling)
        {
            if (missing == MissingLabels.Refuse)
            {
                throw new InputException(
                    $"{source}, line {records.Line}, column '{columns[roles.Label]}': "
                    + $"{(spelling.Length == 0 ? "the label is missing" : $"the label '{spelling}' is a usual spelling of a missing value")}; "
                    + "--missing-label drop leaves such rows out, --missing-label class makes a class of them.");
            }

            _dropped++;
        }
    }

    private static double Number(
        ReadOnlySpan<char> cell, CsvFormat format, RecordReader records, string source, string[] columns, int column, bool isTraining)
    {
        if (format.TryParse(cell, out double value))
        {
            return double.IsFinite(value) ? value : throw Wrong(cell, "finite number.", isTraining);
        }

        if (format.HasDecimalComma)
        {
            throw Wrong(cell, "number with a decimal comma; without --decimal-comma, numbers have a decimal point.", isTraining);
        }

        if (CsvFormat.IsWithDecimalComma(cell))
        {
            throw Wrong(
                cell,
                "number with a decimal point; if it has a decimal comma, give --decimal-comma; --separator CHAR|tab tells what stands "
                    + $"between columns, which is now taken to be {CsvFormat.NameOf(records.Separator)}.",
                mayBeNoFeature: false);
        }

        throw Wrong(cell, "number.", isTraining);

        InputException Wrong(ReadOnlySpan<char> cell, string what, bool mayBeNoFeature) => new(
            $"{source}, line {records.Line}, column '{columns[column]}': {Shown(cell)} is not a {what}"
            + (
                mayBeNoFeature
                    ? $" If the column is no feature, {ColumnOptions.IgnoreOption} {ColumnOptions.Argument(columns, column)} leaves it out."
                    : ""));
    }

    private static float Weight(ReadOnlySpan<char> cell, CsvFormat format, RecordReader records, string column, string source) =>
        format.TryParse(cell, out float weight) && weight is 0 or (>= SampleWeights.Least and <= SampleWeights.Most)
            ? weight
            : throw new InputException(
                $"{source}, line {records.Line}, column '{column}': a weight must be 0 or a number from {SampleWeights.Least} to "
                + $"{SampleWeights.Most}, but is {Shown(cell)}.");

    private static string Shown(ReadOnlySpan<char> cell) => cell.Length switch
    {
        0 => "an empty cell",
        > 40 => $"'{cell[..40]}…'",
        _ => $"'{cell}'",
    };
}
