using System.Globalization;
using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;
using WeightedLoss.Trainer.Problems;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>Many trainings on the same rows, and a report of them that depends on nothing but rows and options.</summary>
internal sealed class Experiment
{
    private const int MostListed = 10;

    private readonly IAnsiConsole _console;
    private readonly LabelledData _data;
    private readonly string _dataHash;
    private readonly StratifiedFolds _folds;
    private readonly TrainingOptions _options;
    private readonly string _folder;

    private Experiment(
        IAnsiConsole console, LabelledData data, StratifiedFolds folds, Problem problem, TrainingRequest training, string folder)
    {
        _console = console;
        _data = data;
        _dataHash = DataHash.Of(data);
        _folds = folds;
        _folder = folder;
        Counts = new ClassCounts(data.Label.Count).Add(data.Labels);
        Problem = problem;
        _options = training.For(data.Label, (int)RotationOf(0).TrainingCounts.Total);
    }

    /// <summary>The rows of each class.</summary>
    public ClassCounts Counts { get; }

    /// <summary>What the labels are.</summary>
    public LabelInfo Label => _data.Label;

    /// <summary>How models are judged.</summary>
    public Problem Problem { get; }

    /// <summary>The number of folds.</summary>
    public int Folds => _folds.Count;

    /// <summary>What the rows are called, without the folder of their file.</summary>
    public string DataName => Path.GetFileName(_data.Source);

    /// <summary>What was trained on and how, in words.</summary>
    public IEnumerable<ReportText> Description
    {
        get
        {
            var classes = Enumerable.Range(0, Label.Count).Select(k =>
                string.Create(CultureInfo.InvariantCulture, $"{Counts[k]:N0} {Label.NameOf(k)}"));
            var listed = Label.Count <= MostListed ? string.Join(", ", classes) : $"{Label.Count} classes";
            yield return new(string.Create(
                CultureInfo.InvariantCulture,
                $"{DataName}: {_data.Rows:N0} rows ({listed}), {_data.FeatureNames.Length} features, "
                + $"{(_data.IsWeighted ? $"sample weights in column '{_data.WeightColumn}', " : "")}checksum {_dataHash[..16]}."));
            var model = _options.Model == ModelKind.Linear
                ? Label.Classes is null ? "Logistic regression" : "Softmax regression"
                : $"A network with {_options.HiddenUnits} hidden units";
            yield return new(string.Create(
                CultureInfo.InvariantCulture,
                $"{model}, {_options.Epochs:N0} epochs of {_options.BatchSize} rows per step, learning rate {_options.LearningRate:G6}, "
                + $"seed {_options.Seed}, {Folds} stratified folds."));
        }
    }

    /// <summary>Reads the rows, deals them out, and checks what was given against them.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="training">How to train.</param>
    /// <param name="request">All else.</param>
    public static Experiment Load(IAnsiConsole console, DataSource source, TrainingRequest training, ExperimentRequest request)
    {
        OutputFiles.CheckFolder(request.Folder, ReportFiles.Page);
        OutputFiles.CheckFolder(TrainingsFolder(request.Folder));
        var data = source.Load(console, training.Seed);
        var folds = StratifiedFolds.Create(data, request.Folds, training.Seed);
        var problem = Problem.Create(data, request.CostsOf(data, source.Format));
        return new(console, data, folds, problem, training, request.Folder);
    }

    /// <summary>A fold to test on and the rest.</summary>
    public Rotation RotationOf(int fold) => new(_data, _folds, fold);

    /// <summary>Runs the trainings that are not done yet, makes the report, and writes it.</summary>
    /// <param name="jobs">All trainings.</param>
    /// <param name="report">Makes the report of their scores.</param>
    public void Run(IReadOnlyList<TrainingJob> jobs, Func<Scores[], Report> report)
    {
        foreach (var job in jobs)
        {
            job.Sampling.Check(Label, job.Rotation);
        }

        using var store = new ResultStore(TrainingsFolder(_folder));
        var runner = new JobRunner(_console, store, _dataHash, Folds, _options);
        var result = report(runner.Run(jobs));
        ConsoleReport.Write(_console, result);
        _console.WriteLine();
        _console.WritePlain($"Report: {ReportFiles.Write(_folder, result)}");
        runner.ThrowIfNotKept();
    }

    private static string TrainingsFolder(string folder) => Path.Combine(folder, "trainings");
}
