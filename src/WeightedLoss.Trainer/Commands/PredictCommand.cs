using System.CommandLine;
using System.Globalization;
using System.Text;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.Commands;

/// <summary>Writes a saved model's probabilities for each row of a file.</summary>
internal static class PredictCommand
{
    /// <summary>The command line.</summary>
    /// <param name="output">What is written to if no file is named.</param>
    public static Command Create(TextWriter output)
    {
        var model = Text("--model", "FILE", "A model saved by train.");
        var data = Text("--data", "FILE", "A CSV file with the features of the model.");
        model.Required = data.Required = true;
        var header = Header("The file has no header line. [default: as in training]");
        var outFile = Text("--out", "FILE", "The file to write. [default: standard output]");
        var threads = Threads();

        var command = new Command("predict", "Writes for each row the probability to be positive, or that of each class and the likeliest.")
        {
            model, data, header, outFile, threads,
        };
        command.SetAction(parsed => Run(
            output,
            parsed.GetRequiredValue(model)!,
            parsed.GetRequiredValue(data)!,
            parsed.GetValue(header) is null ? null : false,
            parsed.GetValue(outFile),
            parsed.GetValue(threads)));
        return command;
    }

    // Without a say on the header it is as in training; a label column, if there is one, is not read.
    private static void Run(TextWriter output, string modelPath, string dataPath, bool? hasHeader, string? outPath, int threads)
    {
        if (outPath is not null)
        {
            OutputFiles.CheckFile(outPath);
        }

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

    // A column of probabilities for each class, named by it, and then the class of the largest one. If a class has the name of that column,
    // the column gets the first of predicted_2, predicted_3, … that no class has.
    private static StringBuilder OfClasses(float[] logits, string[] classes)
    {
        var probabilities = new float[logits.Length];
        CrossEntropy.Probabilities(logits, probabilities, new CrossEntropyOptions<float>(classes.Length, Reduction.Sum));
        var cells = Array.ConvertAll(classes, Cell);
        var predicted = Enumerable.Range(1, classes.Length + 1)
            .Select(number => number == 1 ? "predicted" : $"predicted_{number}")
            .First(name => !classes.Contains(name));
        var text = new StringBuilder(string.Join(',', cells)).Append(CultureInfo.InvariantCulture, $",{predicted}\n");
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
