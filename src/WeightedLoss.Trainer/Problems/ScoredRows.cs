using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Problems;

/// <summary>Rows as a model sees them.</summary>
/// <param name="name">Of the model.</param>
/// <param name="logits">Its logits.</param>
/// <param name="rows">The rows.</param>
/// <param name="predicted">The predicted classes.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class ScoredRows(string name, float[] logits, TrueRows rows, byte[] predicted, int classes)
{
    private MulticlassConfusionMatrix? _confusion;

    public string Name => name;

    public float[] Logits => logits;

    /// <summary>What the rows are.</summary>
    public byte[] Labels => rows.Labels;

    /// <summary>Their own weights; or none.</summary>
    public float[] Weights => rows.Weights;

    public byte[] Predicted => predicted;

    /// <summary>How many rows of a class, or what weight of them, are predicted as which.</summary>
    public MulticlassConfusionMatrix Confusion =>
        _confusion ??= new MulticlassConfusionMatrix(classes).Add<byte, float>(Labels, predicted, Weights);

    /// <summary>The same for positives and negatives.</summary>
    public BinaryConfusionMatrix BinaryConfusion => Confusion.OneVsRest(1);
}

/// <summary>Rows without their features.</summary>
/// <param name="Labels">What they are.</param>
/// <param name="Weights">Their own weights; or none.</param>
internal sealed record TrueRows(byte[] Labels, float[] Weights);

/// <summary>One column of the tables at the end of a training.</summary>
/// <param name="Rows">The validation rows as the model sees them.</param>
/// <param name="Time">Where the time went; null where nothing was trained.</param>
internal sealed record Outcome(ScoredRows Rows, TrainingTime? Time);
