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
                $"{path} has {(columns.Length == 1 ? "only one column" : $"{columns.Length} columns")}, but a label and at least one feature "
                + $"{(columns.Length == 1 ? "are needed" : $"must be left besides what {IgnoreOption}, {FeaturesOption} and {WeightOption} name")}.");
    }

    /// <summary>The columns of a file without header that have the features of a model.</summary>
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="columns">The numbers of its columns.</param>
    /// <param name="trained">The names of the features in training.</param>
    public int[] FeaturesByPosition(string path, string[] columns, string[] trained)
    {
        var finder = new Finder(path, columns);
        var ignored = finder.Several(Ignored, IgnoreOption);
        var features = Features.Length == 0 ? [.. Enumerable.Range(0, columns.Length)] : finder.Several(Features, FeaturesOption);
        int[] left = [.. features.Where(i => !ignored.Contains(i))];
        if (left.Length == trained.Length)
        {
            return left;
        }

        var named = Features.Length + Ignored.Length == 0 ? "" : $", of which {left.Length} are named";
        throw new InputException(
            $"The model needs {trained.Length} features, but {path} has {columns.Length} columns{named} and no header to find them by. "
            + $"{FeaturesOption} names the columns to use by their numbers, {IgnoreOption} the others"
            + $"{(columns.Length > trained.Length && trained.All(columns.Contains) ? $"; in training the features were columns {string.Join(' ', trained)}" : "")}.");
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
                ? [.. Enumerable.Range(0, columns.Length).Where(i => FileSystemName.MatchesSimpleExpression(name, columns[i], ignoreCase: false))]
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
