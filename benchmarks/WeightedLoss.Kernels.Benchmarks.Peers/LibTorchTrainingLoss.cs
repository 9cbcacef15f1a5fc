using System.Runtime.InteropServices;
using TorchSharp;
using WeightedLoss.Trainer.Models;
using static TorchSharp.torch;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>
/// The trainer's cross-entropy by LibTorch, on one thread. The tensors of a batch are kept for the next one of that size; logits and labels
/// are copied there, and the gradient back, because the trainer's model isn't LibTorch's.
/// </summary>
internal sealed class LibTorchTrainingLoss(MulticlassTrainingLoss ours) : TrainingLoss
{
    private readonly Tensor _classWeights = tensor(ours.ClassWeights);
    private readonly Dictionary<int, (Tensor Logits, Tensor Labels, Tensor Scale)> _batches = [];

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

        LibTorch.UseThreads(1);
        ref var batch = ref CollectionsMarshal.GetValueRefOrAddDefault(_batches, labels.Length, out var exists);
        if (!exists)
        {
            batch = (zeros(labels.Length, Outputs), zeros(labels.Length, ScalarType.Int64), tensor(1f / labels.Length));
            batch.Logits.requires_grad_(true);
        }

        MemoryMarshal.AsBytes(logits).CopyTo(batch.Logits.bytes);
        var classes = MemoryMarshal.Cast<byte, long>(batch.Labels.bytes);
        for (var i = 0; i < labels.Length; i++)
        {
            classes[i] = labels[i];
        }

        using var loss = nn.functional.cross_entropy(batch.Logits, batch.Labels, _classWeights, reduction: nn.Reduction.Sum);
        using var gradient = autograd.grad([loss], [batch.Logits], [batch.Scale])[0];
        MemoryMarshal.Cast<byte, float>(gradient.bytes).CopyTo(logits);
        return new LossSum(loss.ToDouble(), 0, labels.Length, 0);
    }
}
