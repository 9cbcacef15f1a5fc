using System.Globalization;
using System.Text;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>Writes a saved model's probabilities for each row of a file.</summary>
internal static class PredictCommand
{
    /// <summary>Runs the command.</summary>
    /// <param name="output">What is written to if no file is named.</param>
    /// <param name="modelPath">A model that was saved by the train command.</param>
    /// <param name="dataPath">A CSV file with the model's features; its label, if it has one, is not read.</param>
    /// <param name="hasHeader">Whether the file has a header line; null if it is like the file that was trained on.</param>
    /// <param name="outPath">The file to write; null for <paramref name="output"/>.</param>
    /// <param name="threads">The number of threads.</param>
    public static void Run(TextWriter output, string modelPath, string dataPath, bool? hasHeader, string? outPath, int threads)
    {
        var file = ModelFile.Read(modelPath);
        var names = file.FeatureNames;
        var table = CsvTable.ReadFeatures(dataPath, hasHeader ?? file.Label.HasHeader, names, file.Label.Index);
        var rows = file.Standardizer.Apply(dataPath, names, table.Values, [.. Enumerable.Range(0, table.Rows)]);
        var logits = file.ToModel().Logits(rows, threads);
        var text = file.Label.Classes is { } classes ? OfClasses(logits, classes) : OfPositives(logits);
        if (outPath is null)
        {
            output.Write(text);
        }
        else
        {
            OutputFiles.Write(outPath, Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    private static StringBuilder OfPositives(float[] logits)
    {
        BinaryCrossEntropy.Probabilities(logits, logits);
        var text = new StringBuilder("probability\n");
        foreach (var probability in logits)
        {
            text.Append(CultureInfo.InvariantCulture, $"{probability:R}\n");
        }

        return text;
    }

    // A column of probabilities for each class, named by it, and then the class of the largest one.
    private static StringBuilder OfClasses(float[] logits, string[] classes)
    {
        var probabilities = new float[logits.Length];
        CrossEntropy.Probabilities(logits, probabilities, new CrossEntropyOptions<float>(classes.Length, Reduction.Sum));
        var cells = Array.ConvertAll(classes, Cell);
        var text = new StringBuilder(string.Join(',', cells)).Append(",predicted\n");
        for (var first = 0; first < logits.Length; first += classes.Length)
        {
            foreach (var probability in probabilities.AsSpan(first, classes.Length))
            {
                text.Append(CultureInfo.InvariantCulture, $"{probability:R},");
            }

            text.Append(cells[ClassDecision.Largest<float>(logits.AsSpan(first, classes.Length))]).Append('\n');
        }

        return text;
    }

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
