using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Benchmarks.Epochs;

/// <summary>The trainer's cross-entropy in plain loops over the runtime's exp and log.</summary>
internal sealed class ScalarTrainingLoss(MulticlassTrainingLoss ours) : TrainingLoss
{
    public override int Outputs => ours.Outputs;

    public override float Gamma => 0;

    public override float[] FirstBiases(ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default) =>
        ours.FirstBiases(labels, sampleWeights);

    public override LossSum LossAndGradient(
        Span<float> logits, ReadOnlySpan<byte> labels, ReadOnlySpan<float> sampleWeights = default)
    {
        if (!sampleWeights.IsEmpty)
        {
            throw new NotSupportedException("Epochs are measured without sample weights.");
        }

        var (weights, scale) = (ours.ClassWeights, 1f / labels.Length);
        double loss = 0, weightSum = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * Outputs, Outputs);
            var (label, logit) = (labels[i], row[labels[i]]);
            var weight = weights[label];
            var (sum, max) = ScalarSoftmax.Exponentiate(row, row);
            ScalarSoftmax.Multiply(row, weight * scale / sum);
            row[label] -= weight * scale;
            loss += weight * (MathF.Log(sum) + (max - logit));
            weightSum += weight;
        }

        return new LossSum(loss, weightSum, labels.Length, 0);
    }
}
