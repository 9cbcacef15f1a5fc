using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// What memory allows: reads the logits and labels and writes the gradient as loss and gradient do, with nothing but a multiply-add
/// in between. Byte labels are read, but only gathered in one vector: to widen them would cost time that is not memory's.
/// </summary>
internal sealed unsafe class MultiplyAddStream<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("memory-stream", InstructionSetName.OfVectorT, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Factor = T.CreateChecked(0.25);
    private static readonly T Offset = T.CreateChecked(1.5);

    public override bool IsLimit => true;

    public override bool KeepsVectorsOnStack => true;

    public override string? FindError(double result)
    {
        for (var i = 0; i < Workload.Case.Logits; i++)
        {
            var expected = (Workload.Logits[i] * Factor) + (Workload.Case.IsSoft ? Workload.Targets[i] : Offset);
            if (Workload.Gradient[i] != expected)
            {
                return $"element {i} is {Workload.Gradient[i]} and should be {expected}";
            }
        }

        return null;
    }

    protected override double RunPart(int part, int start, int length) =>
        Workload.Case.IsSoft
            ? StreamTargets(Workload.Logits + start, Workload.Targets + start, Workload.Gradient + start, length)
            : StreamLabels(Workload.Logits + start, Workload.Labels + start, Workload.Gradient + start, length);

    private static double StreamLabels(T* logits, byte* labels, T* gradient, int length)
    {
        var width = Vector<T>.Count;
        var factor = new Vector<T>(Factor);
        var offset = new Vector<T>(Offset);
        var seen = Vector<byte>.Zero;
        for (var i = 0; i < length; i += Vector<byte>.Count)
        {
            seen |= Vector.Load(labels + i);
            for (var j = i; j < i + Vector<byte>.Count; j += 4 * width)
            {
                Vector.Store((Vector.Load(logits + j) * factor) + offset, gradient + j);
                Vector.Store((Vector.Load(logits + j + width) * factor) + offset, gradient + j + width);
                Vector.Store((Vector.Load(logits + j + (2 * width)) * factor) + offset, gradient + j + (2 * width));
                Vector.Store((Vector.Load(logits + j + (3 * width)) * factor) + offset, gradient + j + (3 * width));
            }
        }

        return Vector.Sum(seen);
    }

    private static double StreamTargets(T* logits, T* targets, T* gradient, int length)
    {
        var width = Vector<T>.Count;
        var factor = new Vector<T>(Factor);
        for (var i = 0; i < length; i += 4 * width)
        {
            Vector.Store((Vector.Load(logits + i) * factor) + Vector.Load(targets + i), gradient + i);
            Vector.Store((Vector.Load(logits + i + width) * factor) + Vector.Load(targets + i + width), gradient + i + width);
            Vector.Store(
                (Vector.Load(logits + i + (2 * width)) * factor) + Vector.Load(targets + i + (2 * width)), gradient + i + (2 * width));
            Vector.Store(
                (Vector.Load(logits + i + (3 * width)) * factor) + Vector.Load(targets + i + (3 * width)), gradient + i + (3 * width));
        }

        return double.CreateTruncating(gradient[0]);
    }
}
