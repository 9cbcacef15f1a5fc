using System.Numerics;
using System.Numerics.Tensors;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// Focal loss with γ = 2, composed of TensorPrimitives a block at a time. With s = z·(1 − 2y), q = σ(s) and L = −log σ(−s) the loss is
/// Σ w·q²·L, and the gradient w·(1 − 2y)·q²·(2·(1 − q)·L + q).
/// </summary>
internal sealed unsafe class FocalTensorPrimitives<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("tensor-primitives", InstructionSetName.OfWidestVector, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int BlockLength = 4096 / sizeof(T);

    // Four for each thread, one behind the other.
    private readonly T*[] _temporaries = AllocatePerThread(workload);

    public override bool KeepsVectorsOnStack => true;

    protected override double RunPart(int part, int start, int length)
    {
        var sum = 0d;
        for (var end = start + length; start < end; start += BlockLength)
        {
            sum += RunBlock(_temporaries[part], start, Math.Min(BlockLength, end - start));
        }

        return sum;
    }

    private double RunBlock(T* temporaries, int start, int length)
    {
        var two = T.CreateTruncating(2);
        var scale = T.One / T.CreateChecked(Workload.Case.Logits);
        var logits = new ReadOnlySpan<T>(Workload.Logits + start, length);
        var gradient = new Span<T>(Workload.Gradient + start, length);
        var sign = new Span<T>(temporaries, length);
        var weight = new Span<T>(temporaries + BlockLength, length);
        var q = new Span<T>(temporaries + (2 * BlockLength), length);
        var loss = new Span<T>(temporaries + (3 * BlockLength), length);

        TensorPrimitives.ConvertTruncating(new ReadOnlySpan<byte>(Workload.Labels + start, length), weight);
        TensorPrimitives.Multiply(weight, -two, sign);
        TensorPrimitives.Add(sign, T.One, sign);
        TensorPrimitives.Multiply(weight, Workload.Options.PositiveWeight - T.One, weight);
        TensorPrimitives.Add(weight, T.One, weight);

        TensorPrimitives.Multiply(logits, sign, gradient);
        TensorPrimitives.Negate(gradient, loss);
        TensorPrimitives.Sigmoid(loss, loss);
        TensorPrimitives.Sigmoid(gradient, q);

        // p into the gradient, −L into the loss.
        loss.CopyTo(gradient);
        TensorPrimitives.Log(loss, loss);
        TensorPrimitives.Multiply(weight, q, weight);
        TensorPrimitives.Multiply(weight, q, weight);
        var sum = -double.CreateTruncating(TensorPrimitives.Dot<T>(weight, loss));

        TensorPrimitives.Multiply(gradient, loss, gradient);
        TensorPrimitives.MultiplyAdd(gradient, -two, q, gradient);
        TensorPrimitives.Multiply(gradient, weight, gradient);
        TensorPrimitives.Multiply(gradient, sign, gradient);
        TensorPrimitives.Multiply(gradient, scale, gradient);
        return sum;
    }

    private static T*[] AllocatePerThread(BinaryWorkload<T> workload)
    {
        var temporaries = new T*[workload.Case.Threads];
        for (var part = 0; part < temporaries.Length; part++)
        {
            temporaries[part] = workload.Allocate<T>(4 * BlockLength);
        }

        return temporaries;
    }
}
