using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// Plain loops over the runtime's exp and log, row by row: the maximum, the exponentials and their sum, the gradient. One exp per
/// logit, one division per row, and no branch that depends on the data.
/// </summary>
internal sealed unsafe class CrossEntropyScalarLoop<T>(CrossEntropyWorkload<T> workload)
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
            var factor = weight * scale / sum;
            ScalarSoftmax.Multiply(gradient, factor);
            gradient[label] -= weight * scale;
            loss += double.CreateTruncating(weight * (T.Log(sum) + (max - logits[label])));
        }

        return loss;
    }
}
