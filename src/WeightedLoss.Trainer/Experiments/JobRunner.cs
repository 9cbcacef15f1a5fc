using Spectre.Console;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>Runs the trainings of an experiment that are not done yet, several at a time.</summary>
/// <param name="console">What is written to.</param>
/// <param name="store">Where the results are kept.</param>
/// <param name="dataHash">Of the rows.</param>
/// <param name="folds">The number of folds.</param>
/// <param name="options">How to train.</param>
internal sealed class JobRunner(IAnsiConsole console, ResultStore store, string dataHash, int folds, TrainingOptions options)
{
    private InputException? _failure;

    /// <summary>The scores of each training.</summary>
    public Scores[] Run(IReadOnlyList<TrainingJob> jobs)
    {
        var keys = jobs.Select(job => job.Key(dataHash, folds, options)).ToArray();
        var scores = jobs.Select((job, i) => store.Read(job.Name, keys[i], job.Scores)).ToArray();
        int[] missing = [.. Enumerable.Range(0, jobs.Count).Where(i => scores[i] is null)];
        if (missing.Length < jobs.Count)
        {
            console.WritePlain($"{jobs.Count - missing.Length} of {jobs.Count} trainings are there from an earlier run.");
        }

        if (missing.Length != 0)
        {
            // A training is split over threads only if there are more of them than trainings.
            var each = options with { Threads = Math.Max(1, options.Threads / missing.Length) };
            JobProgress.Show(console, missing.Length, report => ForEach(missing, i =>
            {
                var result = jobs[i].Run(each);
                scores[i] = result;
                Keep(jobs[i].Name, keys[i], result);
                report(jobs[i].Name);
            }));
        }

        return [.. jobs.Select((job, i) => Scores.Create(job, scores[i]!))];
    }

    /// <summary>Throws if scores could not be kept. It is no reason to throw them away before they are reported.</summary>
    public void ThrowIfNotKept()
    {
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private void Keep(string name, string key, float[] scores)
    {
        try
        {
            store.Write(name, key, scores);
        }
        catch (InputException e)
        {
            _failure = e;
        }
    }

    private void ForEach(int[] items, Action<int> action)
    {
        try
        {
            Parallel.ForEach(items, new() { MaxDegreeOfParallelism = options.Threads }, action);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } wrong)
        {
            throw new InputException(wrong.Message, wrong);
        }
    }
}

/// <summary>The logits of a trained model.</summary>
/// <param name="Validation">Of the rows to choose on.</param>
/// <param name="Test">Of the rows to test on.</param>
internal sealed record Scores(float[] Validation, float[] Test)
{
    /// <summary>Splits the result of a training.</summary>
    public static Scores Create(TrainingJob job, float[] scores)
    {
        var validation = job.Rotation.TrueValidation.Labels.Length * job.Loss.Outputs;
        return new(scores[..validation], scores[validation..]);
    }
}
