using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>A plain loop over the runtime's exp and log: numerically stable, weighted, loss and gradient in one pass.</summary>
/// <remarks>
/// Written without branches on labels and signs, which no processor can predict: with them the same loop took 13.8 ns per float logit
/// instead of 10.2, and 23 per double instead of 19.
/// </remarks>
internal sealed unsafe class ScalarLoop<T>(BinaryWorkload<T> workload)
    : PartitionedContender<T, BinaryWorkload<T>>("scalar", "scalar", workload)
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
            var (loss, slope) = LossAndSlope(logits[i], T.CreateTruncating(labels[i]), positiveWeight);
            sum += double.CreateTruncating(loss);
            gradient[i] = scale * slope;
        }

        return sum;
    }

    private double HardLoss(ReadOnlySpan<T> logits, ReadOnlySpan<byte> labels)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < labels.Length; i++)
        {
            sum += double.CreateTruncating(LossAndSlope(logits[i], T.CreateTruncating(labels[i]), positiveWeight).Loss);
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
            var (loss, slope) = LossAndSlope(logits[i], targets[i], positiveWeight);
            sum += double.CreateTruncating(loss);
            gradient[i] = scale * slope;
        }

        return sum;
    }

    private double SoftLoss(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets)
    {
        var positiveWeight = Workload.Options.PositiveWeight;
        var sum = 0d;
        for (var i = 0; i < logits.Length && i < targets.Length; i++)
        {
            sum += double.CreateTruncating(LossAndSlope(logits[i], targets[i], positiveWeight).Loss);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Loss, T Slope) LossAndSlope(T logit, T target, T positiveWeight)
    {
        var half = T.CreateTruncating(0.5);
        var weight = T.One + ((positiveWeight - T.One) * target);
        var u = T.One + T.Exp(-T.Abs(logit));
        var softplus = T.Max(logit, T.Zero) + T.Log(u);
        var sigmoid = half + T.CopySign((T.One / u) - half, logit);
        return ((weight * softplus) - (positiveWeight * target * logit), (weight * sigmoid) - (positiveWeight * target));
    }
}
