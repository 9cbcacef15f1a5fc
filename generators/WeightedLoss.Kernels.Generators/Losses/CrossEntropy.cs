using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>Weighted cross-entropy of the softmax.</summary>
internal sealed class CrossEntropy : SoftmaxLoss
{
    public override LossInfo Info { get; } = new("ce", "CrossEntropy", "weighted cross-entropy", LossFamily.Softmax);

    public override string OptionsText => "Class count, weights, reduction, smoothing, ignored label, layout, threads.";

    public override bool HasDenseTargets => true;

    public override bool HasDifference => true;

    public override RowTerms Begin(ParameterValues parameters) => new Terms();

    /// <summary>The loss of a row with a dense target, and what the gradient is made of.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="values">
    /// <c>rest</c>: T = Σ e over the classes but the one with the largest logit; <c>shiftedLargest</c>: that logit, as the exponential
    /// takes it; <c>rowPower</c>: the row's N; <c>peak</c>: b_m, the weighted target of that class; <c>others</c>: A − b_m = Σ b over the
    /// other classes; <c>gaps</c>: D = Σ b·(max z − z).
    /// </param>
    /// <param name="sampleWeight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    /// <remarks>
    /// loss = D + A·log1p(T/e_m), sums of terms that are not negative; the gradient is A·e/S − b, and for the class with the largest logit
    /// ((A − b_m)·e_m − b_m·T)/S, which keeps its digits where the model is as sure as the target.
    /// </remarks>
    internal static RowResult EmitDense(
        LaneProgram program, IReadOnlyDictionary<string, Lane> values, Lane sampleWeight, Lane gradientScale)
    {
        var (rest, others, peak) = (values["rest"], values["others"], values["peak"]);
        var (largest, scale) = (values["shiftedLargest"], Exponential.ScaleOf(program, values["rowPower"]));
        var largestE = program.Let("largestE", Exponential.Scaled(program, largest, scale));
        var all = program.Let("all", program.Add(rest, largestE));
        var odds = program.Let("odds", program.Divide(rest, largestE));
        var log = program.Let("log", Logarithm.OnePlus(program, odds));
        var target = program.Let("target", program.Add(others, peak));
        var cost = program.Let("cost", program.MultiplyAdd(target, log, values["gaps"]));
        var loss = program.Let("loss", program.Keep(program.IsNotZero(sampleWeight), cost));
        var coefficient = program.Let("coefficient", program.Divide(program.Multiply(target, gradientScale), all));
        var peakRest = program.Let("peakRest", program.Multiply(peak, rest));
        var peakSlope = program.Let("peakSlope", program.MultiplySubtract(others, largestE, peakRest));
        var peakGradient = program.Let("peakGradient", program.Divide(program.Multiply(peakSlope, gradientScale), all));
        var zeroOrNaN = program.Let("zeroOrNaN", program.Subtract(all, all));
        var isLabel = program.AreEqual(values["best"], program.LoadLabels("arguments.Labels", "row"));
        return new(loss, coefficient, peakGradient, program.Both(isLabel, program.AreEqual(zeroOrNaN, program.Zero)));
    }

    /// <summary>Two classes, as binary cross-entropy of the difference of their logits.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="s">The difference for the label 0, and minus it for the label 1.</param>
    /// <param name="log">log1p(exp(−|s|)).</param>
    /// <param name="weight">The row's weight.</param>
    internal static Lane EmitDifferenceLoss(LaneProgram program, Lane s, Lane log, Lane weight)
    {
        var cost = program.Let("cost", program.Add(program.Max(program.Zero, s), log));
        return program.Let("loss", program.Multiply(weight, cost));
    }

    /// <summary>The gradient by s; see <see cref="EmitDifferenceLoss"/>.</summary>
    internal static Lane EmitDifferenceGradient(LaneProgram program, Lane s, Lane e, Lane weight, Lane gradientScale)
    {
        var scaled = RowTerms.EmitScaledWeight(program, weight, gradientScale);
        var numerator = program.Let("numerator", program.Multiply(program.SelectBySign(s, e, program.Constant("One", 1)), scaled));
        return SigmoidParts.OverOnePlus(program, "slope", numerator, e);
    }

    /// <summary>
    /// loss = w·L, and the gradient is w·e_j/S and, for the label, −w·T/S: no difference of nearly equal numbers, so a confident row keeps
    /// its digits. (Too small for a number, the label's is −0 where it is not added to a product.) Saturated rows have no form of their
    /// own: to look for them would take longer than they do.
    /// </summary>
    private sealed class Terms : RowTerms
    {
        public override RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale)
        {
            var program = row.Program;
            var loss = program.Let("loss", program.Multiply(weight, row.Cost));
            var numerator = EmitScaledWeight(program, weight, gradientScale);
            var coefficient = Quotient.Of(program, "coefficient", numerator, row.All, row.EmitAllLow());
            var labelGradient = program.Let("labelGradient", program.NegatedMultiplyAdd(row.Rest, coefficient, program.Zero));
            return new(loss, coefficient, labelGradient, row.IsCorrect);
        }
    }
}
