using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// Focal loss of the softmax with γ = 2 in plain loops over the runtime's exp and log, row by row; 1 − p as a difference.
/// </summary>
internal sealed unsafe class SoftmaxFocalScalarLoop<T>(CrossEntropyWorkload<T> workload)
    : PartitionedContender<T, CrossEntropyWorkload<T>>("scalar", "scalar", workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var classes = Workload.Case.Classes;
        var scale = Workload.Scale;
        var loss = 0d;
        for (var i = start; i < start + length; i++)
        {
            var logits = new ReadOnlySpan<T>(Workload.Logits + ((nint)i * classes), classes);
            var gradient = new Span<T>(Workload.Gradient + ((nint)i * classes), classes);
            var label = Workload.Labels[i];
            var weight = Workload.ClassWeights[label];
            var (sum, max) = ScalarSoftmax.Exponentiate(logits, gradient);
            var p = gradient[label] / sum;
            var q = T.One - p;
            var cost = T.Log(sum) + (max - logits[label]);
            var power = weight * q * q;
            var c = scale * power * ((p * cost * T.CreateTruncating(2)) + q);
            var factor = q == T.Zero ? T.Zero : c / (sum * q);
            ScalarSoftmax.Multiply(gradient, factor);
            gradient[label] = -c;
            loss += double.CreateTruncating(power * cost);
        }

        return loss;
    }
}
