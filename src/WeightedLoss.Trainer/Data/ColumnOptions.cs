using System.Globalization;
using System.IO.Enumeration;

namespace WeightedLoss.Trainer.Data;

/// <summary>
/// Which columns of a file are what, as given. A column is given by its name, or by its number counting from 1 if no column has that name;
/// features and ignored columns by patterns of names too, in which * stands for any text and ? for any character.
/// </summary>
/// <param name="Features">The features, in this order; empty for all columns that are nothing else.</param>
/// <param name="Ignored">Columns that are not read.</param>
/// <param name="Weight">The column of the rows' own weights; null if there is none.</param>
internal sealed record ColumnOptions(string[] Features, string[] Ignored, string? Weight = null)
{
    /// <summary>The names of the options.</summary>
    public const string FeaturesOption = "--features", IgnoreOption = "--ignore", WeightOption = "--weight-column", LabelOption = "--label";

    /// <summary>Nothing was given.</summary>
    public static readonly ColumnOptions None = new([], []);

    /// <summary>A column as it can be given on a command line.</summary>
    public static string Argument(string[] columns, int column) => columns[column] switch
    {
        "" => $"{column + 1}",
        var name when name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.') => name,
        var name => $"\"{name}\"",
    };

    /// <summary>The columns of a file to train on.</summary>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="columns">The names of its columns.</param>
    /// <param name="label">The label column; null for the last one that is nothing else.</param>
    public ColumnRoles Roles(string path, string[] columns, string? label)
    {
        var finder = new Finder(path, columns);
        var weight = Weight is null ? -1 : finder.One(Weight, WeightOption);
        var labelColumn = label is null ? -1 : finder.One(label, LabelOption);
        var ignored = finder.Several(Ignored, IgnoreOption);
        var features = finder.Several(Features, FeaturesOption);
        if (label is null)
        {
            labelColumn = Enumerable.Range(0, columns.Length).LastOrDefault(i => !finder.IsNamed(i) && !ignored.Contains(i), -1);
        }

        var all = Features.Length == 0 ? [.. Enumerable.Range(0, columns.Length)] : features;
        int[] left = [.. all.Where(i => i != labelColumn && i != weight && !ignored.Contains(i))];
        return labelColumn >= 0 && left.Length != 0
            ? new(left, labelColumn, weight)
            : throw new InputException(
                columns.Length == 1
                    ? $"{path} has only one column, but a label and at least one feature are needed; --separator CHAR|tab tells what stands "
                        + "between columns."
                    : $"{path} has {columns.Length} columns, but {IgnoreOption}, {FeaturesOption} and {WeightOption} leave no label and feature.");
    }

    /// <summary>The columns of a file that have the features of a model.</summary>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="columns">The names of its columns; their numbers where there is no header.</param>
    /// <param name="hasHeader">Whether there is one; then the columns are found by name.</param>
    /// <param name="trained">The names of the features in training.</param>
    public int[] FeaturesOfModel(string path, string[] columns, bool hasHeader, string[] trained)
    {
        var isGiven = Features.Length + Ignored.Length != 0;
        if (hasHeader)
        {
            return !isGiven
                ? Array.ConvertAll(trained, name => Array.IndexOf(columns, name) is var i && i >= 0 && Array.LastIndexOf(columns, name) == i
                    ? i
                    : throw new InputException(
                        $"The model needs {trained.Length} features, but {path} ({columns.Length} columns) has {(i < 0 ? "none" : "several")} "
                        + $"named '{name}'."))
                : throw new InputException(
                    $"{FeaturesOption} and {IgnoreOption} are for files without a header; in {path} the features of the model are found by name.");
        }

        var finder = new Finder(path, columns);
        var ignored = finder.Several(Ignored, IgnoreOption);
        var features = Features.Length == 0 ? [.. Enumerable.Range(0, columns.Length)] : finder.Several(Features, FeaturesOption);
        int[] left = [.. features.Where(i => !ignored.Contains(i))];
        if (left.Length == trained.Length)
        {
            return left;
        }

        var named = isGiven ? $", of which {left.Length} are chosen" : "";
        var advice = columns.Length <= trained.Length
            ? ""
            : $" {FeaturesOption} gives the numbers of the columns to use, {IgnoreOption} those of the others"
                + (trained.All(columns.Contains) ? $"; in training the features were columns {string.Join(' ', trained)}." : ".");
        throw new InputException(
            $"The model needs {trained.Length} features, but {path} has {columns.Length} columns{named} and no header to find them by.{advice}");
    }

    private sealed class Finder(string path, string[] columns)
    {
        private readonly Dictionary<int, string> _namedBy = [];

        /// <summary>Whether an option has named the column itself and not by a pattern.</summary>
        public bool IsNamed(int column) => _namedBy.ContainsKey(column);

        public int One(string name, string option) => Exact(name, option) switch
        {
            [var column] => column,
            [] => throw NotFound(name, option),
            var several => throw new InputException($"{path} has {several.Length} columns named '{name}'; give {option} a number."),
        };

        public int[] Several(string[] names, string option) => [.. names.SelectMany(name => Named(name, option)).Distinct()];

        private int[] Named(string name, string option)
        {
            if (Exact(name, option) is { Length: > 0 } exact)
            {
                return exact;
            }

            int[] matching = name.AsSpan().ContainsAny('*', '?')
                ? [.. Enumerable.Range(0, columns.Length).Where(
                    i => FileSystemName.MatchesSimpleExpression(name, columns[i], ignoreCase: false))]
                : [];
            return matching.Length != 0 ? matching : throw NotFound(name, option);
        }

        private int[] Exact(string name, string option)
        {
            int[] found = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i] == name.Trim())];
            if (found.Length == 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= 1 && number <= columns.Length)
            {
                found = [number - 1];
            }

            foreach (var column in found)
            {
                if (!_namedBy.TryAdd(column, option) && _namedBy[column] != option)
                {
                    throw new InputException($"{path}, column '{columns[column]}': both {_namedBy[column]} and {option} name it.");
                }
            }

            return found;
        }

        private InputException NotFound(string name, string option) => new(
            $"{path} has no column '{name}', which {option} names; it has {columns.Length} columns: {Listing.Of(columns)}.");
    }
}

/// <summary>The positions of the columns to train on.</summary>
/// <param name="Features">The features, in the order to use them in.</param>
/// <param name="Label">The label.</param>
/// <param name="Weight">The rows' own weights; −1 if there are none.</param>
internal sealed record ColumnRoles(int[] Features, int Label, int Weight);
