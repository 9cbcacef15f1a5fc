using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>The asymmetric loss with γ⁺ = 1, γ⁻ = 4 and m = 0.05 in a plain loop over the runtime's exp, log and pow.</summary>
internal sealed unsafe class AsymmetricScalarLoop<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("scalar", "scalar", workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var logits = new ReadOnlySpan<T>(Workload.Logits + start, length);
        var labels = new ReadOnlySpan<byte>(Workload.Labels + start, length);
        var gradient = new Span<T>(Workload.Gradient + start, length);
        var options = Workload.AsymmetricOptions;
        var scale = T.One / T.CreateChecked(Workload.Case.Logits);
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < labels.Length && i < gradient.Length; i++)
        {
            var isPositive = labels[i] != 0;
            var (gamma, margin, weight) = isPositive
                ? (options.GammaPositive, T.Zero, options.PositiveWeight)
                : (options.GammaNegative, options.Margin, options.NegativeWeight);
            var s = isPositive ? -logits[i] : logits[i];
            var wrong = T.One / (T.One + T.Exp(-s));
            var q = T.Max(wrong - margin, T.Zero);
            var power = weight * T.Pow(q, gamma);
            var log = T.Log(T.One - q);
            sum -= double.CreateTruncating(power * log);
            var slope = q > T.Zero ? power * wrong * (T.One - wrong) * ((T.One / (T.One - q)) - (gamma * log / q)) : T.Zero;
            gradient[i] = scale * (isPositive ? -slope : slope);
        }

        return sum;
    }
}
