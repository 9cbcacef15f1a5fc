using System.Numerics;
using System.Numerics.Tensors;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// The loss composed of System.Numerics.Tensors.TensorPrimitives, a block at a time, so that all temporaries stay in the first-level
/// cache. With w = w⁻ + (w⁺ − w⁻)·y and q = σ(|z|): softplus(z) = max(z, 0) − log q, the loss is Σ w·softplus(z) − w⁺·Σ y·z, and
/// the gradient w·σ(z) − w⁺·y with σ(z) = ½ ± (q − ½).
/// </summary>
internal sealed unsafe class TensorPrimitivesBlocks<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("tensor-primitives", InstructionSetName.OfWidestVector, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int BlockLength = 4096 / sizeof(T);

    private readonly Temporaries[] _temporaries = [.. Enumerable.Range(0, workload.Case.Threads).Select(_ => new Temporaries(workload))];

    public override bool KeepsVectorsOnStack => true;

    protected override double RunPart(int part, int start, int length)
    {
        var temporaries = _temporaries[part];
        var sum = 0d;
        for (var end = start + length; start < end; start += BlockLength)
        {
            sum += RunBlock(temporaries, start, Math.Min(BlockLength, end - start));
        }

        return sum;
    }

    private double RunBlock(Temporaries temporaries, int start, int length)
    {
        var half = T.CreateTruncating(0.5);
        var logits = new ReadOnlySpan<T>(Workload.Logits + start, length);
        var weights = new Span<T>(temporaries.Weights, length);
        var q = new Span<T>(temporaries.Q, length);
        var softplus = new Span<T>(temporaries.Softplus, length);
        var positive = new Span<T>(temporaries.PositiveLogits, length);

        ReadOnlySpan<T> targets;
        if (Workload.Case.IsSoft)
        {
            targets = new ReadOnlySpan<T>(Workload.Targets + start, length);
        }
        else
        {
            var converted = new Span<T>(temporaries.Targets, length);
            TensorPrimitives.ConvertTruncating(new ReadOnlySpan<byte>(Workload.Labels + start, length), converted);
            targets = converted;
        }

        TensorPrimitives.MultiplyAdd(
            targets, temporaries.WeightDifference, new ReadOnlySpan<T>(temporaries.NegativeWeights, length), weights);
        TensorPrimitives.Abs(logits, q);
        TensorPrimitives.Sigmoid(q, q);
        TensorPrimitives.Log(q, softplus);
        TensorPrimitives.Max(logits, T.Zero, positive);
        TensorPrimitives.Subtract(positive, softplus, softplus);
        var sum = TensorPrimitives.Dot<T>(weights, softplus) - (temporaries.PositiveWeight * TensorPrimitives.Dot(targets, logits));

        if (Workload.Case.Gradient)
        {
            var gradient = new Span<T>(Workload.Gradient + start, length);
            TensorPrimitives.Subtract(q, half, q);
            TensorPrimitives.CopySign(q, logits, q);
            TensorPrimitives.AddMultiply(q, half, weights, q);
            TensorPrimitives.MultiplyAdd(targets, -temporaries.PositiveWeight, q, gradient);
        }

        return double.CreateTruncating(sum) * Workload.Case.Logits;
    }

    /// <summary>The weights, divided by the number of logits as the gradient is, and the arrays of one block.</summary>
    private sealed class Temporaries
    {
        public Temporaries(BinaryWorkload<T> workload)
        {
            var logits = T.CreateChecked(workload.Case.Logits);
            PositiveWeight = workload.Options.PositiveWeight / logits;
            WeightDifference = PositiveWeight - (workload.Options.NegativeWeight / logits);
            NegativeWeights = workload.Allocate<T>(BlockLength);
            Targets = workload.Allocate<T>(BlockLength);
            Weights = workload.Allocate<T>(BlockLength);
            Q = workload.Allocate<T>(BlockLength);
            Softplus = workload.Allocate<T>(BlockLength);
            PositiveLogits = workload.Allocate<T>(BlockLength);
            new Span<T>(NegativeWeights, BlockLength).Fill(workload.Options.NegativeWeight / logits);
        }

        public T PositiveWeight { get; }

        public T WeightDifference { get; }

        public T* NegativeWeights { get; }

        public T* Targets { get; }

        public T* Weights { get; }

        public T* Q { get; }

        public T* Softplus { get; }

        public T* PositiveLogits { get; }
    }
}
