using System.Globalization;
using System.Text;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>Writes a saved model's probability for each row of a file.</summary>
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
        BinaryCrossEntropy.Probabilities(logits, logits);

        var text = new StringBuilder("probability\n");
        foreach (var probability in logits)
        {
            text.Append(CultureInfo.InvariantCulture, $"{probability:R}\n");
        }

        if (outPath is null)
        {
            output.Write(text);
        }
        else
        {
            OutputFiles.Write(outPath, Encoding.ASCII.GetBytes(text.ToString()));
        }
    }
}
