using System.Numerics;
using WeightedLoss.Benchmarks.Compare;
using static TorchSharp.torch;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>LibTorch's own cross-entropy with class weights.</summary>
internal sealed class CrossEntropyLibTorch<T> : LibTorch<T, CrossEntropyWorkload<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor _labels;
    private readonly Tensor _classWeights;

    public CrossEntropyLibTorch(CrossEntropyWorkload<T> workload)
        : base(workload, workload.Case.N, workload.Case.Classes)
    {
        _labels = Own(tensor(Array.ConvertAll(workload.LabelSpan.ToArray(), label => (long)label)));
        _classWeights = Input(workload.Options.ClassWeights, workload.Case.Classes);
    }

    protected override Tensor Loss(Tensor logits) =>
        nn.functional.cross_entropy(logits, _labels, _classWeights, reduction: nn.Reduction.Sum);
}

/// <summary>
/// Focal loss of the softmax with γ = 2. LibTorch has none, so this is composed: its cross-entropy row by row, and from there Σ w·(1 −
/// p)²·cost over the rows, with precomputed weights.
/// </summary>
internal sealed class SoftmaxFocalLibTorch<T> : LibTorch<T, CrossEntropyWorkload<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor _labels;
    private readonly Tensor _weights;

    public SoftmaxFocalLibTorch(CrossEntropyWorkload<T> workload)
        : base(workload, workload.Case.N, workload.Case.Classes)
    {
        var labels = workload.LabelSpan.ToArray();
        _labels = Own(tensor(Array.ConvertAll(labels, label => (long)label)));
        var classWeights = workload.Options.ClassWeights.ToArray();
        _weights = Input(Array.ConvertAll(labels, label => classWeights[label]), workload.Case.N);
    }

    protected override Tensor Loss(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var cost = nn.functional.cross_entropy(logits, _labels, reduction: nn.Reduction.None);
        var q = 1 - cost.neg().exp();
        return (_weights * (q * q * cost)).sum().MoveToOuterDisposeScope();
    }
}
