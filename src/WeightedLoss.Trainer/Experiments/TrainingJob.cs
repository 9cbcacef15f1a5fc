using System.Text.Json;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>One training of an experiment. All that its result depends on is in its key.</summary>
/// <param name="Name">In messages and of its file.</param>
/// <param name="Rotation">The rows.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Sampling">What is done to the training rows before.</param>
internal sealed record TrainingJob(string Name, Rotation Rotation, TrainingLoss Loss, Sampling Sampling)
{
    /// <summary>The logits that come out: those of the validation rows and then those of the test rows.</summary>
    public int Scores => (Rotation.TrueValidation.Labels.Length + Rotation.TrueTest.Labels.Length) * Loss.Outputs;

    /// <summary>Trains and scores.</summary>
    public float[] Run(TrainingOptions options)
    {
        var classes = Rotation.TrainingCounts.Classes;

        // A seed of its own for each fold: what is drawn for one says nothing about another.
        var random = new Xoshiro256(options.Seed, RandomPurpose.Resampling);
        var seed = 0UL;
        for (var fold = 0; fold <= Rotation.Fold; fold++)
        {
            seed = (ulong)random.NextInt(int.MaxValue);
        }

        var rows = Sampling.Apply(Rotation.Training, classes, seed);

        // As many steps as without resampling, in whole epochs: a method must not win because it was trained for longer.
        var steps = (long)options.Epochs * Chunks.CountOf(Rotation.Training.Rows.Rows, options.BatchSize);
        var stepsOfEpoch = Chunks.CountOf(rows.Rows.Rows, options.BatchSize);
        var epochs = (steps + stepsOfEpoch - 1) / stepsOfEpoch;
        var model = Train(rows, options with { Epochs = (int)epochs });
        float[] scores = [.. model.Logits(Rotation.Validation, options.Threads), .. model.Logits(Rotation.Test, options.Threads)];
        var wrong = Array.FindIndex(scores, score => !float.IsFinite(score));
        return wrong < 0
            ? scores
            : throw new InputException($"{Name}: the model's score {wrong} is {scores[wrong]}; try a smaller --learning-rate.");
    }

    /// <summary>What the result depends on.</summary>
    /// <param name="dataHash">Of the rows.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="options">How to train; the number of threads changes nothing.</param>
    public string Key(string dataHash, int folds, TrainingOptions options) => JsonSerializer.Serialize(new
    {
        // The builds, and not the numerics version: it promises the bits of kernels, while weights, resampling and the trainer may change.
        Program = typeof(TrainingJob).Module.ModuleVersionId,
        Library = typeof(ClassCounts).Module.ModuleVersionId,
        Data = dataHash,
        Folds = folds,
        Rotation.Fold,
        Model = ModelFile.NameOf(options.Model),
        options.HiddenUnits,
        Training = TrainingInfo.Create(options, Loss),
        Sampling,
    });

    private Model Train(LabelledRows rows, TrainingOptions options)
    {
        try
        {
            return TrainingRun.Train(rows.Rows, rows.Labels, Loss, options, _ => new(0, 0), _ => { }, rows.Weights).Model;
        }
        catch (InputException e)
        {
            throw new InputException($"{Name}: {e.Message}", e);
        }
    }
}
