using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>What a training minimises: the mean weighted loss of the logits of some rows.</summary>
/// <remarks>
/// The mean is by count and not by weight: a batch that happens to hold few rows of a heavy class must not make the others count for more.
/// </remarks>
internal abstract class TrainingLoss
{
    /// <summary>The number of logits of a row.</summary>
    public abstract int Outputs { get; }

    /// <summary>γ of a focal loss; 0 for cross-entropy.</summary>
    public abstract float Gamma { get; }

    /// <summary>The weight of a positive; null where there are several classes.</summary>
    public virtual float? PositiveWeight => null;

    /// <summary>A weight for each class; null where there are positives and negatives.</summary>
    public virtual float[]? ClassWeights => null;

    /// <summary>The biases of the best model that does not look at the features.</summary>
    /// <param name="labels">Of the training rows; each class occurs.</param>
    /// <param name="sampleWeights">Their own weights, greater than 0; or none.</param>
    public abstract float[] FirstBiases(ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default);

    /// <summary>Logits of a model that was trained on this loss, as if there had been no weights.</summary>
    public abstract float[] WithoutWeights(float[] logits);

    /// <summary>Calls the loss kernel.</summary>
    /// <param name="logits">[n, <see cref="Outputs"/>]; the gradient takes their place.</param>
    /// <param name="labels">[n].</param>
    /// <param name="sampleWeights">[n]; or none.</param>
    public abstract LossSum LossAndGradient(Span<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default);
}

/// <summary>Binary cross-entropy of one logit, or its focal loss.</summary>
/// <param name="positiveWeight">The weight of a positive; 1 is no weighting.</param>
/// <param name="gamma">γ of the focal loss; 0 is cross-entropy, to the last bit.</param>
internal sealed class BinaryTrainingLoss(float positiveWeight, float gamma = 0) : TrainingLoss
{
    private readonly SigmoidFocalOptions<float> _options = new(Reduction.MeanByCount) { PositiveWeight = positiveWeight, Gamma = gamma };

    public override float? PositiveWeight => positiveWeight;

    public override float Gamma => gamma;

    public override int Outputs => 1;

    public override float[] FirstBiases(ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default)
    {
        var sums = SampleWeights.ByClass(sampleWeights, labels, 2);
        return [(float)ReproducibleLog.Of(positiveWeight * sums[1] / sums[0])];
    }

    public override float[] WithoutWeights(float[] logits)
    {
        var result = new float[logits.Length];
        LogitOffsets.Add(logits, (float)LogitOffsets.UndoPositiveWeight(positiveWeight), result);
        return result;
    }

    public override LossSum LossAndGradient(
        Span<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default) =>
        SigmoidFocal.LossAndGradient(logits, labels, logits, _options, sampleWeights);
}

/// <summary>Cross-entropy of one logit per class, or its focal loss.</summary>
/// <param name="classWeights">A weight greater than 0 for each class; all 1 is no weighting.</param>
/// <param name="gamma">γ of the focal loss; 0 is cross-entropy, to the last bit.</param>
internal sealed class MulticlassTrainingLoss(float[] classWeights, float gamma = 0) : TrainingLoss
{
    private readonly SoftmaxFocalOptions<float> _options = new(classWeights.Length, Reduction.MeanByCount)
    {
        ClassWeights = classWeights,
        Gamma = gamma,
    };

    public override float[] ClassWeights => classWeights;

    public override float Gamma => gamma;

    public override int Outputs => classWeights.Length;

    public override float[] FirstBiases(ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default)
    {
        var sums = SampleWeights.ByClass(sampleWeights, labels, Outputs);
        var total = sums.Sum();
        var biases = new float[Outputs];
        for (var k = 0; k < biases.Length; k++)
        {
            biases[k] = (float)ReproducibleLog.Of(classWeights[k] * sums[k] / total);
        }

        return biases;
    }

    public override float[] WithoutWeights(float[] logits)
    {
        var result = new float[logits.Length];
        LogitOffsets.Add(logits, LogitOffsets.UndoClassWeights<float>(classWeights), result);
        return result;
    }

    public override LossSum LossAndGradient(
        Span<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default) =>
        SoftmaxFocal.LossAndGradient(logits, labels, logits, _options, sampleWeights);
}
