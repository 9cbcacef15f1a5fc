using System.Numerics;
using WeightedLoss.Benchmarks.Compare;
using static TorchSharp.torch;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>LibTorch's own binary cross-entropy with logits and a positive weight.</summary>
internal sealed class BinaryCrossEntropyLibTorch<T> : LibTorch<T, BinaryWorkload<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor _targets;
    private readonly Tensor _positiveWeight;

    public BinaryCrossEntropyLibTorch(BinaryWorkload<T> workload)
        : base(workload, workload.Case.N)
    {
        _targets = Input(BinaryTargets.Of(workload), workload.Case.N);
        _positiveWeight = Own(tensor(double.CreateChecked(workload.Options.PositiveWeight), Type));
    }

    protected override Tensor Loss(Tensor logits) =>
        nn.functional.binary_cross_entropy_with_logits(logits, _targets, reduction: nn.Reduction.Sum, pos_weights: _positiveWeight);
}

/// <summary>
/// Focal loss of the sigmoid with γ = 2. LibTorch has none, so this is composed of its operations, with as few as will do: with
/// s = z·(1 − 2y), precomputed signs and weights, Σ w·σ(s)²·(−log σ(−s)).
/// </summary>
internal sealed class SigmoidFocalLibTorch<T> : LibTorch<T, BinaryWorkload<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor _signs;
    private readonly Tensor _negativeWeights;

    public SigmoidFocalLibTorch(BinaryWorkload<T> workload)
        : base(workload, workload.Case.N)
    {
        var targets = BinaryTargets.Of(workload);
        _signs = Input(Array.ConvertAll(targets, target => T.One - (T.CreateChecked(2) * target)), workload.Case.N);
        _negativeWeights = Input(
            Array.ConvertAll(targets, target => -(T.One + ((workload.Options.PositiveWeight - T.One) * target))), workload.Case.N);
    }

    protected override Tensor Loss(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var s = logits * _signs;
        var q = s.sigmoid();
        var negativeCost = nn.functional.logsigmoid(s.neg());
        return (_negativeWeights * (q * q * negativeCost)).sum().MoveToOuterDisposeScope();
    }
}

/// <summary>The same as torchvision composes it, with a weight for each label where that has α.</summary>
internal sealed class TorchvisionFocalLibTorch<T> : LibTorch<T, BinaryWorkload<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor _targets;
    private readonly Tensor _opposites;
    private readonly Tensor _weights;

    public TorchvisionFocalLibTorch(BinaryWorkload<T> workload)
        : base(workload, workload.Case.N)
    {
        var targets = BinaryTargets.Of(workload);
        _targets = Input(targets, workload.Case.N);
        _opposites = Input(Array.ConvertAll(targets, target => T.One - target), workload.Case.N);
        _weights = Input(
            Array.ConvertAll(targets, target => T.One + ((workload.Options.PositiveWeight - T.One) * target)), workload.Case.N);
    }

    protected override Tensor Loss(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var p = logits.sigmoid();
        var crossEntropy = nn.functional.binary_cross_entropy_with_logits(logits, _targets, reduction: nn.Reduction.None);
        var q = 1 - ((p * _targets) + ((1 - p) * _opposites));
        return (_weights * (crossEntropy * q.pow(2))).sum().MoveToOuterDisposeScope();
    }
}

/// <summary>The targets that LibTorch wants, whatever the labels are.</summary>
internal static class BinaryTargets
{
    public static T[] Of<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        workload.Case.IsSoft
            ? workload.TargetSpan.ToArray()
            : Array.ConvertAll(workload.LabelSpan.ToArray(), label => T.CreateTruncating(label));
}
