using Spectre.Console;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Data;

/// <summary>Where the rows come from.</summary>
/// <param name="Path">A CSV file; null for generated payments.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="Label">The label column; null for the last.</param>
/// <param name="Positive">The positive value; null to choose it, or for more than two classes.</param>
/// <param name="MaxClasses">The most classes to accept.</param>
/// <param name="Missing">What to do with rows without a label.</param>
/// <param name="Columns">What the other columns are; null if nothing was given.</param>
internal sealed record DataSource(
    string? Path,
    CsvFormat Format,
    string? Label,
    string? Positive,
    int MaxClasses,
    MissingLabels Missing = MissingLabels.Refuse,
    ColumnOptions? Columns = null)
{
    private const int MostNoted = 5;

    /// <summary>Reads the file, or makes the rows.</summary>
    public LabelledData Load(IAnsiConsole console, ulong seed)
    {
        if (Path is null)
        {
            console.WritePlain("No --data given: training on generated card payments, of which about 0.5 % are fraud.");
            return PaymentGenerator.Generate(seed);
        }

        var source = InputFile.NameOf(Path);
        var table = CsvTable.ReadLabelled(Path, Format, Label, Missing, Columns);
        var column = table.LabelName!;
        byte[] labels;
        LabelInfo info;
        string described;
        if (Positive is null && ClassLabels.AreIn(table.Labels))
        {
            (labels, var classes) = ClassLabels.From(source, column, table.Labels, MaxClasses);
            info = new(column, table.LabelIndex, Positive: null, Format.HasHeader, classes);
            described = $"{classes.Length} classes: {Listing.Of(classes)}";
        }
        else
        {
            (labels, var positive) = BinaryLabels.From(source, table.Labels, Positive);
            info = new(column, table.LabelIndex, positive, Format.HasHeader);
            described = $"positive value '{positive}'{(Positive is null ? " (chosen; --positive names another)" : "")}";
        }

        foreach (var note in Notes(source, table))
        {
            console.WritePlain($"Note: {note}");
        }

        console.WritePlain($"{source}: {labels.Length:N0} rows, label column '{column}', {described}.");
        if (table.WeightName is not null)
        {
            console.WritePlain(
                $"Sample weights: column '{table.WeightName}', from {table.Weights.Min():G6} to {table.Weights.Max():G6}, in sum "
                + $"{SampleWeights.Text(table.Weights.Sum(weight => (double)weight))}.");
        }

        return new(source, table.FeatureNames, table.Values, labels, info, BestLogits: null)
        {
            Lines = table.Lines,
            WeightColumn = table.WeightName,
            Weights = table.Weights,
        };
    }

    private static IEnumerable<string> Notes(string source, CsvTable table)
    {
        if (table.HasNumericHeader)
        {
            yield return $"the first line of {source} holds only numbers and was taken for the header; if there is no header, give --header "
                + "none.";
        }

        if (table.DroppedRows != 0)
        {
            yield return $"rows of {source} that are left out because their label is missing: {table.DroppedRows:N0}.";
        }

        if (table.WeightlessRows != 0)
        {
            yield return $"{table.WeightlessRows:N0} rows of {source} have the weight 0 and were left out.";
        }

        if (table.UnusedColumns.Length != 0)
        {
            yield return $"not used of {source}: {Listing.Of(table.UnusedColumns)}.";
        }

        for (var feature = 0; feature < table.FeatureNames.Length; feature++)
        {
            if (IndexKind(table, feature) is { } kind)
            {
                yield return $"column '{table.FeatureNames[feature]}' {kind}, but is used as a feature; "
                    + $"{ColumnOptions.IgnoreOption} {table.FeatureArguments[feature]} leaves it out.";
            }
        }

        foreach (var alike in LabelSpelling.Alike(table.Labels.Distinct()).Take(MostNoted))
        {
            yield return $"labels that differ in spelling only are different classes: {Listing.Of(alike)} in column '{table.LabelName}'.";
        }
    }

    // Row numbers and ids tell a model nothing about new rows.
    private static string? IndexKind(CsvTable table, int feature)
    {
        if (table.FeatureNames[feature] is "" or "Unnamed: 0")
        {
            return "looks like an index that pandas wrote";
        }

        var last = double.NegativeInfinity;
        for (var i = feature; i < table.Values.Length; i += table.FeatureNames.Length)
        {
            var value = table.Values[i];
            if (value != Math.Floor(value) || value <= last)
            {
                return null;
            }

            last = value;
        }

        return "looks like an id, for its values are whole numbers in ascending order";
    }
}
