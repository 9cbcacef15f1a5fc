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
        var (features, label, weightColumn) = roles;
        if (features.Append(label).Append(weightColumn).Where(i => i >= 0).GroupBy(i => columns[i]).FirstOrDefault(
            group => group.Count() > 1)
            is { } twice)
        {
            throw new InputException($"{source} has {twice.Count()} columns named '{twice.Key}'"
                + (isNumericHeader ? "; if its first line is no header, give --header none." : "."));
        }

        var values = new List<double>();
        var labels = new List<string>();
        var weights = new List<float>();
        var lines = new List<int>();
        var known = new HashSet<string>();
        var spellings = known.GetAlternateLookup<ReadOnlySpan<char>>();
        int dropped = 0, weightless = 0, blankLine = 0;
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

            var spelling = "";
            if (label >= 0)
            {
                var text = records[label].Trim();
                if (!spellings.TryGetValue(text, out var same))
                {
                    same = text.ToString();
                    known.Add(same);
                }

                spelling = same;
            }

            if (label >= 0 && missing != MissingLabels.Class && MissingSpelling.Is(spelling))
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

            if (values.Count > LargestTable - features.Length)
            {
                throw new InputException($"{source}, line {records.Line}: there are more than {LargestTable} numbers, which is too many.");
            }

            var before = values.Count;
            foreach (var i in features)
            {
                values.Add(Number(records[i], format, records, source, columns, i, isTraining: label >= 0));
            }

            if (weightColumn >= 0)
            {
                var weight = Weight(records[weightColumn], format, records, columns[weightColumn], source);
                if (weight == 0)
                {
                    weightless++;
                    values.RemoveRange(before, features.Length);
                    continue;
                }

                weights.Add(weight);
            }

            if (label >= 0)
            {
                labels.Add(spelling);
            }

            lines.Add(records.Line);
        }

        if (lines.Count == 0)
        {
            throw new InputException(weightless == 0
                ? $"{source} has no rows{(dropped == 0 ? "" : " with a label")}."
                : $"{source}, column '{columns[weightColumn]}': all weights are 0.");
        }

        return new(columns, roles)
        {
            Values = [.. values],
            Labels = [.. labels],
            Weights = [.. weights],
            Lines = [.. lines],
            DroppedRows = dropped,
            WeightlessRows = weightless,
            HasNumericHeader = isNumericHeader,
        };
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
