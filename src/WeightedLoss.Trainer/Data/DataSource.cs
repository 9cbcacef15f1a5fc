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
internal sealed record DataSource(
    string? Path, CsvFormat Format, string? Label, string? Positive, int MaxClasses, MissingLabels Missing = MissingLabels.Refuse)
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
        var table = CsvTable.ReadLabelled(Path, Format, Label, Missing);
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
        return new(source, table.FeatureNames, table.Values, labels, info, BestLogits: null);
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

        foreach (var alike in LabelSpelling.Alike(table.Labels.Distinct()).Take(MostNoted))
        {
            yield return $"labels that differ in spelling only are different classes: {Listing.Of(alike)} in column '{table.LabelName}'.";
        }
    }
}
