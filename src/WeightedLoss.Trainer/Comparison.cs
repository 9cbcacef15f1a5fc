using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;
using WeightedLoss.Trainer.Problems;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer;

/// <summary>The same model trained on the same rows without and with weights, side by side.</summary>
internal sealed class Comparison
{
    private readonly LabelledData _data;
    private readonly PreparedData _parts;
    private readonly Problem _problem;
    private readonly LossOptions _loss;
    private readonly TrueRows _validation;
    private readonly string _weightsText;
    private readonly List<(string Name, TrainingLoss Loss)> _losses;

    /// <summary>Chooses the weights.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="parts">The same, ready for a model.</param>
    /// <param name="loss">What was given; balanced weights of the training rows if nothing was.</param>
    /// <param name="format">How a file of weights is written.</param>
    public Comparison(LabelledData data, PreparedData parts, LossOptions loss, CsvFormat format)
    {
        (_data, _parts, _loss) = (data, parts, loss);
        _problem = Problem.Create(data, new());
        _validation = new(parts.ValidationLabels, parts.ValidationWeights);
        var counts = new ClassCounts(data.Label.Count).Add(parts.Labels);
        _losses = [(ModelFile.Unweighted, _problem.Loss(counts, _problem.Unweighted, loss.TrainingGamma))];
        (var weighted, _weightsText) = _problem.WeightedLoss(counts, loss, format);
        if (weighted is not null)
        {
            _losses.Add((ModelFile.Weighted, weighted));
        }
    }

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
        var outcomes = new List<Outcome>();
        var files = new OrderedDictionary<string, byte[]>();
        foreach (var (name, loss) in _losses)
        {
            var (model, time) = ProgressView.Show(console, name, _problem.Watched.ShortName, options.Epochs, report => TrainingRun.Train(
                _parts.Rows, _parts.Labels, loss, options, model => _problem.Validate(Score(model)), report, _parts.Weights));
            outcomes.Add(new(Score(model), time));
            files.Add(ModelFile.FileNameOf(name), ModelFile.Create(model, _data, _parts.Standardizer, options, loss).ToBytes());

            ScoredRows Score(Model trained) =>
                _problem.Score(name, trained.Logits(_parts.ValidationRows, options.Threads), _validation);
        }

        if (_data.BestLogits is { } best)
        {
            outcomes.Add(new(
                _problem.Score("best possible", Array.ConvertAll(_parts.Split.Validation, i => (float)best[i]), _validation), null));
        }

        console.WriteLine();
        ConsoleReport.Write(console, Tables(outcomes, console.Profile.Width));
        if (outFolder is null)
        {
            console.WritePlain("The models were not saved; --out FOLDER does.");
            return;
        }

        var older = ModelFile.FileNames.Where(name => !files.ContainsKey(name) && File.Exists(Path.Combine(outFolder, name))).ToArray();
        OutputFiles.WriteTogether(outFolder, ModelFile.FileNames, files);
        console.WritePlain($"Saved {string.Join(" and ", files.Keys)} in {outFolder}."
            + string.Concat(older.Select(name => $" Removed {name} of an earlier training.")));
    }

    private IEnumerable<string> Describe(TrainingOptions options) =>
        ((string?[])[.. _problem.DescribeRows(_parts), _weightsText, _loss.Description, _problem.DescribeEpochs(options.Epochs)])
        .OfType<string>();

    private IEnumerable<ReportTable> Tables(List<Outcome> outcomes, int width)
    {
        var models = outcomes.ConvertAll(outcome => outcome.Rows);
        return
        [
            .. _problem.ClassTables(models, width),
            new(
                Caption: "",
                ["", .. models.Select(model => model.Name)],
                [
                    .. _problem.FinalFigures(models[0]).Select(figure => Row(
                        figure.LongName, outcome => figure.Text(figure.Of(outcome.Rows)))),
                    Row("training time, s", outcome => $"{outcome.Time?.Total.TotalSeconds:F3}"),
                    Row("  in the loss kernel", outcome => $"{outcome.Time?.KernelShare:P1}"),
                    Row("  kernel, ns per sample", outcome => $"{outcome.Time?.KernelNanosecondsPerSample:F2}"),
                ]),
        ];

        string[] Row(string name, Func<Outcome, string> cell) => [name, .. outcomes.Select(cell)];
    }
}
