using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Focal loss with γ = 2 in a plain loop over the runtime's exp and log, without a branch on labels.</summary>
internal sealed unsafe class FocalScalarLoop<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("scalar", "scalar", workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var logits = new ReadOnlySpan<T>(Workload.Logits + start, length);
        var labels = new ReadOnlySpan<byte>(Workload.Labels + start, length);
        var gradient = new Span<T>(Workload.Gradient + start, length);
        var (one, two) = (T.One, T.CreateTruncating(2));
        var half = T.CreateTruncating(0.5);
        var extra = Workload.Options.PositiveWeight - one;
        var scale = one / T.CreateChecked(Workload.Case.Logits);
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < labels.Length && i < gradient.Length; i++)
        {
            var label = T.CreateTruncating(labels[i]);
            var sign = one - (two * label);
            var weight = one + (extra * label);
            var s = sign * logits[i];
            var u = one + T.Exp(-T.Abs(s));
            var centred = T.CopySign((one / u) - half, s);
            var (q, p) = (half + centred, half - centred);
            var loss = T.Max(s, T.Zero) + T.Log(u);
            var power = weight * q * q;
            sum += double.CreateTruncating(power * loss);
            gradient[i] = sign * scale * power * ((two * p * loss) + q);
        }

        return sum;
    }
}
