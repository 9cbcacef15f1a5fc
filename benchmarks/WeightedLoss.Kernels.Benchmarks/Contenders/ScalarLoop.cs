using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>A plain loop over the runtime's exp and log: numerically stable, weighted, loss and gradient in one pass.</summary>
internal sealed unsafe class ScalarLoop<T>(Workload<T> workload) : PartitionedContender<T>("scalar", "scalar", workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override double RunPart(int part, int start, int length)
    {
        var logits = new ReadOnlySpan<T>(Workload.Logits + start, length);
        var labels = new ReadOnlySpan<byte>(Workload.Labels + start, length);
        var targets = new ReadOnlySpan<T>(Workload.Targets + start, length);
        var gradient = new Span<T>(Workload.Gradient + start, length);
        return (Workload.Case.IsSoft, Workload.Case.Gradient) switch
        {
            (false, true) => HardLossAndGradient(logits, labels, gradient),
            (false, false) => HardLoss(logits, labels),
            (true, true) => SoftLossAndGradient(logits, targets, gradient),
            (true, false) => SoftLoss(logits, targets),
        };
    }

    private double HardLossAndGradient(ReadOnlySpan<T> logits, ReadOnlySpan<byte> labels, Span<T> gradient)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var scale = T.One / T.CreateChecked(Workload.Case.Logits);
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < labels.Length && i < gradient.Length; i++)
        {
            var z = logits[i];
            var e = T.Exp(-T.Abs(z));
            var softplus = T.Log(T.One + e);
            var sigmoid = (z >= T.Zero ? T.One : e) / (T.One + e);
            if (labels[i] != 0)
            {
                sum += double.CreateTruncating(positiveWeight * (softplus + T.Max(-z, T.Zero)));
                gradient[i] = scale * positiveWeight * (sigmoid - T.One);
            }
            else
            {
                sum += double.CreateTruncating(softplus + T.Max(z, T.Zero));
                gradient[i] = scale * sigmoid;
            }
        }

        return sum;
    }

    private double HardLoss(ReadOnlySpan<T> logits, ReadOnlySpan<byte> labels)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < labels.Length; i++)
        {
            var z = logits[i];
            var softplus = T.Log(T.One + T.Exp(-T.Abs(z)));
            sum += double.CreateTruncating(
                labels[i] != 0 ? positiveWeight * (softplus + T.Max(-z, T.Zero)) : softplus + T.Max(z, T.Zero));
        }

        return sum;
    }

    private double SoftLossAndGradient(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var scale = T.One / T.CreateChecked(Workload.Case.Logits);
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < targets.Length && i < gradient.Length; i++)
        {
            var z = logits[i];
            var positive = positiveWeight * targets[i];
            var negative = T.One - targets[i];
            var e = T.Exp(-T.Abs(z));
            var softplus = T.Log(T.One + e) + T.Max(z, T.Zero);
            var sigmoid = (z >= T.Zero ? T.One : e) / (T.One + e);
            sum += double.CreateTruncating((positive * (softplus - z)) + (negative * softplus));
            gradient[i] = scale * ((negative * sigmoid) + (positive * (sigmoid - T.One)));
        }

        return sum;
    }

    private double SoftLoss(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < targets.Length; i++)
        {
            var z = logits[i];
            var softplus = T.Log(T.One + T.Exp(-T.Abs(z))) + T.Max(z, T.Zero);
            sum += double.CreateTruncating((positiveWeight * targets[i] * (softplus - z)) + ((T.One - targets[i]) * softplus));
        }

        return sum;
    }
}
