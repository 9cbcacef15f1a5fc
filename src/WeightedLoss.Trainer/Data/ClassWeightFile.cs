using System.Globalization;

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
    /// <param name="classes">The labels that must be there, each once, and no other.</param>
    public static float[] Read(string path, string[] classes)
    {
        var weights = new float[classes.Length];
        var lineOf = new int[classes.Length];
        var number = 0;
        foreach (var line in ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            // A label in quotes may hold commas, a weight can't.
            var comma = line.LastIndexOf(',');
            if (comma < 0)
            {
                throw new InputException($"{path}, line {number}: '{line.Trim()}' is not a label, a comma and a weight.");
            }

            var label = CsvTable.LabelSpelling(Unquoted(line[..comma].Trim()));
            var index = Array.IndexOf(classes, label);
            if (index < 0)
            {
                throw new InputException($"{path}, line {number}: no row has the label '{label}'; the labels are {Listing.Of(classes)}.");
            }

            if (lineOf[index] != 0)
            {
                throw new InputException($"{path}, line {number}: the label '{label}' has a weight in line {lineOf[index]} already.");
            }

            var text = line[(comma + 1)..].Trim();
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out weights[index])
                || !(weights[index] >= Least && weights[index] <= Most))
            {
                throw new InputException(
                    $"{path}, line {number}: the weight of '{label}' must be a number from {Least} to {Most}, but is '{text}'.");
            }

            lineOf[index] = number;
        }

        var missing = classes.Where((_, k) => lineOf[k] == 0).ToArray();
        return missing.Length == 0 ? weights : throw new InputException($"{path} has no weight for {Listing.Of(missing)}.");
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file {path}, and --class-weights is not balanced, effective or none.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message}", e);
        }
    }

    private static string Unquoted(string text) =>
        text is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
}
