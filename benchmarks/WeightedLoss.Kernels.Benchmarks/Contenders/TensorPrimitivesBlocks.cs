using System.Numerics;
using System.Numerics.Tensors;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// The loss composed of System.Numerics.Tensors.TensorPrimitives, a block at a time, so that all temporaries stay in the first-level
/// cache. With w = w⁻ + (w⁺ − w⁻)·y and q = σ(|z|): softplus(z) = max(z, 0) − log q, the loss is Σ w·softplus(z) − w⁺·Σ y·z, and
/// the gradient w·σ(z) − w⁺·y with σ(z) = ½ ± (q − ½).
/// </summary>
internal sealed unsafe class TensorPrimitivesBlocks<T>(Workload<T> workload)
    : PartitionedContender<T>("tensor-primitives", InstructionSetName.OfWidestVector, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int BlockLength = 4096 / sizeof(T);

    private readonly Temporaries[] _temporaries = [.. Enumerable.Range(0, workload.Case.Threads).Select(_ => new Temporaries(workload))];

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
        var weights = temporaries.Weights.AsSpan(0, length);
        var q = temporaries.Q.AsSpan(0, length);
        var softplus = temporaries.Softplus.AsSpan(0, length);

        ReadOnlySpan<T> targets;
        if (Workload.Case.IsSoft)
        {
            targets = new ReadOnlySpan<T>(Workload.Targets + start, length);
        }
        else
        {
            var converted = temporaries.Targets.AsSpan(0, length);
            TensorPrimitives.ConvertTruncating(new ReadOnlySpan<byte>(Workload.Labels + start, length), converted);
            targets = converted;
        }

        TensorPrimitives.MultiplyAdd(targets, temporaries.WeightDifference, temporaries.NegativeWeights.AsSpan(0, length), weights);
        TensorPrimitives.Abs(logits, q);
        TensorPrimitives.Sigmoid(q, q);
        TensorPrimitives.Log(q, softplus);
        TensorPrimitives.Subtract(temporaries.Positive(logits), softplus, softplus);
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
        private readonly T[] _positiveLogits = new T[BlockLength];

        public Temporaries(Workload<T> workload)
        {
            var logits = T.CreateChecked(workload.Case.Logits);
            PositiveWeight = workload.Options.PositiveWeight / logits;
            WeightDifference = PositiveWeight - (workload.Options.NegativeWeight / logits);
            Array.Fill(NegativeWeights, workload.Options.NegativeWeight / logits);
        }

        public T PositiveWeight { get; }

        public T WeightDifference { get; }

        public T[] NegativeWeights { get; } = new T[BlockLength];

        public T[] Targets { get; } = new T[BlockLength];

        public T[] Weights { get; } = new T[BlockLength];

        public T[] Q { get; } = new T[BlockLength];

        public T[] Softplus { get; } = new T[BlockLength];

        public Span<T> Positive(ReadOnlySpan<T> logits)
        {
            var positive = _positiveLogits.AsSpan(0, logits.Length);
            TensorPrimitives.Max(logits, T.Zero, positive);
            return positive;
        }
    }
}
