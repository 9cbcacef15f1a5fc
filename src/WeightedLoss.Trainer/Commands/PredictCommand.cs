using System.CommandLine;
using System.Globalization;
using System.Text;
using WeightedLoss.Trainer.CommandLine;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
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
        var data = Text("--data", "FILE", "A CSV file with the features of the model, plain or gzip; - is standard input.");
        model.Required = data.Required = true;
        var header = Header("The file has no header line. [default: as in training]");
        var format = new FormatOptions();
        var columns = new ColumnListOptions(
            "The columns with the features in a file without header, in the order of training.",
            "Columns that are not features in a file without header.");
        var outFile = Text("--out", "FILE", "The file to write. [default: standard output]");
        var threads = Threads();

        var command = new Command("predict", "Writes for each row the probability to be positive, or that of each class and the likeliest.")
        {
            model, data, header,
        };
        format.AddTo(command);
        command.AddAll(columns.Options);
        command.AddAll(outFile, threads);
        command.SetAction(parsed =>
        {
            var outPath = parsed.GetValue(outFile);
            var modelPath = parsed.GetRequiredValue(model)!;
            var dataPath = parsed.GetRequiredValue(data)!;
            if (outPath is not null)
            {
                OutputFiles.CheckFile(outPath);
                OutputFiles.CheckIsNotInput(outPath, "--model", modelPath);
                OutputFiles.CheckIsNotInput(outPath, "--data", dataPath);
            }

            var file = ModelFile.Read(modelPath);
            if (file.NumericsVersion is { } version && version != LossKernels.NumericsVersion)
            {
                parsed.InvocationConfiguration.Error.WriteLine(
                    $"note: {modelPath} was trained with numerics version {version}, and this program has {LossKernels.NumericsVersion}: "
                    + "probabilities may differ in their last digits from those of that version.");
            }

            var hasHeader = parsed.GetValue(header) is null && file.Label.HasHeader;
            Run(
                output,
                file,
                dataPath,
                format.Read(parsed, hasHeader),
                columns.Read(parsed),
                outPath,
                parsed.GetValue(threads));
        });
        return command;
    }

    // Other columns than the features are not read.
    private static void Run(
        TextWriter output, ModelFile file, string dataPath, CsvFormat format, ColumnOptions columns, string? outPath, int threads)
    {
        var names = file.FeatureNames;
        var table = CsvTable.ReadFeatures(dataPath, format, names, columns);
        var rows = file.Standardizer.Apply(
            InputFile.NameOf(dataPath), names, table.Values, [.. Enumerable.Range(0, table.Rows)], table.Lines);
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
