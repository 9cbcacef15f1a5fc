using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer;

/// <summary>How to train, as given: what was left open depends on the labels and on the number of rows.</summary>
internal sealed record TrainingRequest(
    ModelKind Model, int? Epochs, int BatchSize, float? LearningRate, int HiddenUnits, ulong Seed, int Threads)
{
    /// <summary>The epochs, or the fewest of them, unless given.</summary>
    public const int UsualEpochs = 20;

    /// <summary>Adam's first step size unless given.</summary>
    public const float UsualLearningRate = 0.03f;

    /// <summary>
    /// Softmax regression with rare classes has a long way to its minimum, which lies far off along some directions. With so many steps of
    /// this size its accuracy comes to within 0.01 of a quasi-Newton solver's on files of one thousand to ninety thousand rows. A network
    /// gets no more steps than with two classes: it would learn the rows of a small file by heart.
    /// </summary>
    public const int SoftmaxSteps = 15_000;

    /// <inheritdoc cref="SoftmaxSteps"/>
    public const float SoftmaxLearningRate = 0.1f;

    /// <summary>What suits the labels.</summary>
    /// <param name="label">What the labels are.</param>
    /// <param name="rows">The number of training rows.</param>
    public TrainingOptions For(LabelInfo label, int rows) => Model == ModelKind.Linear && label.Classes is not null
        ? With(Math.Max(UsualEpochs, Chunks.CountOf(SoftmaxSteps, Chunks.CountOf(rows, BatchSize))), SoftmaxLearningRate)
        : With(UsualEpochs, UsualLearningRate);

    private TrainingOptions With(int epochs, float learningRate) =>
        new(Model, Epochs ?? epochs, BatchSize, LearningRate ?? learningRate, HiddenUnits, Seed, Threads);
}
