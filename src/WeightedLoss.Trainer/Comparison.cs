using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer;

/// <summary>The same model trained on the same rows with several losses, side by side.</summary>
/// <typeparam name="TReport">The figures that suit the labels.</typeparam>
/// <param name="data">The rows.</param>
/// <param name="parts">The same, ready for a model.</param>
internal abstract class Comparison<TReport>(LabelledData data, PreparedData parts)
{
    protected LabelledData Data => data;

    protected PreparedData Parts => parts;

    /// <summary>What is minimised, by the name of the model.</summary>
    protected abstract IReadOnlyList<(string Name, TrainingLoss Loss)> Losses { get; }

    /// <summary>The short name of <see cref="ValidationFigures.Score"/>.</summary>
    protected abstract string ScoreName { get; }

    /// <summary>Trains the models, writes how well they do and saves them.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="options">How to train.</param>
    /// <param name="outFolder">Where the models are saved; null if they are not.</param>
    public void Run(IAnsiConsole console, TrainingOptions options, string? outFolder)
    {
        foreach (var line in Describe(options))
        {
            console.WritePlain(line);
        }

        console.WriteLine();
        var outcomes = new List<Outcome<TReport>>();
        var files = new OrderedDictionary<string, byte[]>();
        foreach (var (name, loss) in Losses)
        {
            var (model, time) = ProgressView.Show(console, name, ScoreName, options.Epochs, report => TrainingRun.Train(
                parts.Rows, parts.Labels, loss, options, model => Validate(Logits(model)), report, parts.Weights));
            outcomes.Add(new(name, Report(Logits(model)), time));
            files.Add(ModelFile.FileNameOf(name), ModelFile.Create(model, data, parts.Standardizer, options, loss).ToBytes());
        }

        Write(console, outcomes);
        if (outFolder is null)
        {
            console.WritePlain("The models were not saved; --out FOLDER does.");
            return;
        }

        var older = ModelFile.FileNames.Where(name => !files.ContainsKey(name) && File.Exists(Path.Combine(outFolder, name))).ToArray();
        OutputFiles.WriteTogether(outFolder, ModelFile.FileNames, files);
        console.WritePlain($"Saved {string.Join(" and ", files.Keys)} in {outFolder}."
            + string.Concat(older.Select(name => $" Removed {name} of an earlier training.")));

        float[] Logits(Model model) => model.Logits(parts.ValidationRows, options.Threads);
    }

    /// <summary>Lines that say what will be trained on.</summary>
    protected abstract IEnumerable<string> Describe(TrainingOptions options);

    /// <summary>The figures shown after each epoch.</summary>
    protected abstract ValidationFigures Validate(float[] logits);

    /// <summary>The figures of a trained model.</summary>
    protected abstract TReport Report(float[] logits);

    /// <summary>Writes the final tables.</summary>
    protected abstract void Write(IAnsiConsole console, IReadOnlyCollection<Outcome<TReport>> outcomes);
}
