using System.Numerics;
using WeightedLoss.Tests.Numerics;

namespace WeightedLoss.Tests.Reference;

/// <summary>Binary losses as their papers write them, in double and one label at a time: w⁺·y·L⁺(z) + w⁻·(1 − y)·L⁻(z).</summary>
internal static class BinaryReference
{
    /// <summary>σ(x) = 1/(1 + e⁻ˣ). No normal result is lost: e⁻ˣ overflows where σ is below the smallest normal number.</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + eˣ) = −log(1 − σ(x)).</summary>
    public static double Softplus(double x)
    {
        if (x > 40)
        {
            // The next term, e⁻²ˣ/2, is below the last bit.
            return x + Math.Exp(-x);
        }

        // W. Kahan's correction for the bits that 1 + e loses.
        var e = Math.Exp(x);
        var u = 1 + e;
        return u == 1 ? e : Math.Log(u) * (e / (u - 1));
    }

    /// <summary>
    /// −(1 − p)^γ·log p with p = σ(−s) and 1 − p = σ(s), which T.-Y. Lin et al. (2017) write, and its derivative by s, by the chain rule:
    /// (γ·(1 − p)^(γ−1)·log p − (1 − p)^γ/p)·dp/ds with dp/ds = −p·(1 − p).
    /// </summary>
    public static (double Loss, double Slope) Focal(double s, double gamma)
    {
        var (p, rest, minusLog) = (Sigmoid(-s), Sigmoid(s), Softplus(s));
        if (gamma == 0)
        {
            return (minusLog, rest);
        }

        var power = ToThe(s, gamma);
        return (power * minusLog, p == 0 || rest < 1e-300 ? rest : ((power / p) + (gamma * (power / rest) * minusLog)) * p * rest);
    }

    /// <summary>
    /// (1 − p)^γ⁺·(−log p) for a positive label and p_m^γ⁻·(−log(1 − p_m)) with p_m = max(p − m, 0) for a negative one, which T. Ridnik et
    /// al. (2021) write, and the derivatives by the logit, by the chain rule.
    /// </summary>
    public static BinaryTerm Asymmetric(double z, bool isPositive, double gammaPositive, double gammaNegative, double margin)
    {
        if (isPositive || margin == 0)
        {
            var (loss, slope) = Focal(isPositive ? -z : z, isPositive ? gammaPositive : gammaNegative);
            return new(loss, isPositive ? -slope : slope);
        }

        // What the margin leaves of p, and what that leaves of 1, may be little: in double alone, they would have lost digits.
        var e = DoubleDouble.Exp(-Math.Abs(z));
        var (p, notP) = (z < 0 ? e / (e + 1) : 1 / (e + 1), z < 0 ? 1 / (e + 1) : e / (e + 1));
        var shifted = p - margin;
        if (shifted.High <= 0)
        {
            return default;
        }

        var rest = notP + margin;
        var minusLog = DoubleDouble.Log1p(shifted / rest).High;
        var power = Math.Pow(shifted.High, gammaNegative);
        return new(
            power * minusLog,
            power * p.High * notP.High * ((gammaNegative * minusLog / shifted.High) + (1 / rest.High)),
            0.1 * (gammaNegative + 1) * p.High / shifted.High);
    }

    // σ(s) to a power. Near 1 it has lost the digits that its logarithm, −softplus(−s), needs; near 0 that is so large that exp would
    // magnify its rounding.
    private static double ToThe(double s, double power) => s < 0 ? Math.Pow(Sigmoid(s), power) : Math.Exp(-power * Softplus(-s));

    /// <summary>A batch. A target of NaN stands for an ignored label.</summary>
    public static BinaryResult Of<T>(
        BinaryFormula formula,
        ReadOnlySpan<T> logits,
        ReadOnlySpan<double> targets,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var smoothing = double.CreateChecked(options.LabelSmoothing);
        var negative = double.CreateChecked(options.NegativeWeight);
        var gradient = new double[logits.Length];
        var terms = new double[logits.Length];
        var losses = new double[logits.Length];
        var conditions = new double[logits.Length];
        var lossSum = new CompensatedSum();
        var weightSum = new CompensatedSum();
        long ignored = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (double.IsNaN(targets[i]))
            {
                ignored++;
                continue;
            }

            var positive = double.CreateChecked(
                options.PositiveWeights.IsEmpty ? options.PositiveWeight : options.PositiveWeights[i % options.Columns]);
            var sample = sampleWeights.IsEmpty ? 1
                : double.CreateChecked(sampleWeights[sampleWeights.Length == logits.Length ? i : i / options.Columns]);
            var z = double.CreateChecked(logits[i]);
            var y = (targets[i] * (1 - smoothing)) + (smoothing / 2);
            var (ofPositive, ofNegative) = (sample * positive * y, sample * negative * (1 - y));
            var (asPositive, asNegative) = (formula(z, isPositive: true), formula(z, isPositive: false));
            losses[i] = Times(ofPositive, asPositive.Loss) + Times(ofNegative, asNegative.Loss);
            lossSum.Add(losses[i]);
            var (positiveSlope, negativeSlope) = (Times(ofPositive, asPositive.Slope), Times(ofNegative, asNegative.Slope));
            gradient[i] = negativeSlope + positiveSlope;
            conditions[i] = Math.Max(asPositive.Condition, asNegative.Condition);
            terms[i] = Math.Abs(negativeSlope) + Math.Abs(positiveSlope);
            weightSum.Add(sample * ((positive * targets[i]) + (negative * (1 - targets[i]))));
        }

        var sum = new LossSum(lossSum.Value, weightSum.Value, logits.Length - ignored, ignored);
        var divisor = options.Reduction.Kind switch
        {
            ReductionKind.MeanByCount => sum.Count,
            ReductionKind.MeanByWeight => sum.Weight,
            ReductionKind.DivideBy => options.Reduction.Divisor,
            _ => 1,
        };
        return new(sum, Array.ConvertAll(gradient, Reduced), Array.ConvertAll(terms, Reduced), losses, conditions);

        double Reduced(double value) => divisor == 0 ? 0 : value / divisor;
    }

    // What has no weight costs nothing, even at an infinite logit.
    private static double Times(double weight, double value) => weight == 0 ? 0 : weight * value;
}

/// <summary>What a call of a binary loss returns and writes.</summary>
/// <param name="Sum">The sums.</param>
/// <param name="Gradient">The gradient of the reduced loss.</param>
/// <param name="GradientTerms">
/// The sum of both classes' gradients without their signs: where they cancel, the error is one of these.
/// </param>
/// <param name="Losses">w·loss.</param>
/// <param name="Conditions">See <see cref="BinaryTerm"/>.</param>
internal sealed record BinaryResult(LossSum Sum, double[] Gradient, double[] GradientTerms, double[] Losses, double[] Conditions);
