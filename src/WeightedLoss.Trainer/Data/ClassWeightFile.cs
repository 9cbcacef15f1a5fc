using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Data;

/// <summary>Class weights from a file with a line <c>label,weight</c> for each class.</summary>
internal static class ClassWeightFile
{
    /// <summary>The least and the largest weight.</summary>
    private const float Least = 1e-6f, Most = 1e6f;

    /// <summary>
    /// Reads a weight for each class. The lines may have any order, a label may stand in quotes, and blank lines are skipped.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written; it has no header.</param>
    /// <param name="classes">The labels that must be there, each once, and no other.</param>
    public static float[] Read(string path, CsvFormat format, string[] classes) => CsvFile.Read(
        path,
        format with { HasHeader = false },
        records => Read(InputFile.NameOf(path), format, records, classes),
        absent: ", and --class-weights is not balanced, effective or none");

    private static float[] Read(string source, CsvFormat format, RecordReader records, string[] classes)
    {
        var weights = new float[classes.Length];
        var lineOf = new int[classes.Length];
        while (records.ReadNotBlank())
        {
            var place = $"{source}, line {records.Line}";
            var cells = records.ToArray();
            if (cells.Length == 1)
            {
                throw new InputException(
                    $"{place}: '{cells[0].Trim()}' is not a label and a weight with {CsvFormat.NameOf(records.Separator)} between them.");
            }

            // A label may hold separators even without quotes, a weight can't.
            var label = string.Join(records.Separator, cells[..^1]).Trim();
            var index = Array.IndexOf(classes, label);
            if (index < 0)
            {
                throw new InputException($"{place}: no row has the label '{label}'; the labels are {Listing.Of(classes)}.");
            }

            if (lineOf[index] != 0)
            {
                throw new InputException($"{place}: the label '{label}' has a weight in line {lineOf[index]} already.");
            }

            var text = cells[^1].Trim();
            if (!format.TryParse(text, out weights[index]) || !(weights[index] >= Least && weights[index] <= Most))
            {
                throw new InputException($"{place}: the weight of '{label}' must be a number from {Least} to {Most}, but is '{text}'.");
            }

            lineOf[index] = records.Line;
        }

        var missing = classes.Where((_, k) => lineOf[k] == 0).ToArray();
        return missing.Length == 0 ? weights : throw new InputException($"{source} has no weight for {Listing.Of(missing)}.");
    }
}
