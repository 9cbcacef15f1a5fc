using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// Weighted focal loss of the softmax: the sweeps over the classes are those of cross-entropy, only the rows in between are evaluated by
/// another formula. γ = 0 never comes here: it is cross-entropy.
/// </summary>
internal sealed class SoftmaxFocal : SoftmaxLoss
{
    public override LossInfo Info { get; } = new(
        "focal-softmax", "SoftmaxFocal", "weighted focal loss", LossFamily.Softmax, new(
            [new LossParameter("Gamma", "g", Default: 2, Above: 0)]));

    public override string OptionsText => "Class count, γ, weights, reduction, ignored label, layout, threads.";

    public override SoftmaxLoss Limit => LossList.CrossEntropy;

    public override RowTerms Begin(ParameterValues parameters) => new Terms(parameters.Constant());

    /// <summary>
    /// With q = T/S = 1 − p_y, p = e_y/S and L = −log p: loss = w·q^γ·L, and with c = w·q^γ·(γ·p·L + q) the gradient is c·e_j/T and, for
    /// the label, −c. Nothing is divided by q, so nothing is singular for γ below 1.
    /// </summary>
    private sealed class Terms(double? gamma) : RowTerms
    {
        public override SaturatedRow? Saturated { get; } = new(gamma);

        public override RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale)
        {
            var program = row.Program;
            var p = program.Let("p", program.Divide(row.LabelE, row.All));
            var q = Quotient.Of(program, "q", row.Rest, row.All, row.EmitAllLow());
            var given = gamma is null ? ParameterValues.Given(program, "gamma", 0) : default;
            var power = EmitPower(row, q, given);
            var loss = program.Let("loss", program.Multiply(weight, program.Let("focal", program.Multiply(power, row.Cost))));

            // Where p is 0, L may be infinite, and their product counts as 0.
            var bounded = program.Let("bounded", program.Keep(program.IsNotZero(p), row.Cost));
            var factor = gamma switch
            {
                1 => p,
                { } value => program.Let("factor", program.Multiply(program.Constant("Gamma", value), p)),
                null => program.Let("factor", program.Multiply(given, p)),
            };
            var slope = program.Let("slope", program.Multiply(power, program.Let("inner", program.MultiplyAdd(factor, bounded, q))));

            // The slope may be above 1, and an infinite product would make NaN of the label's gradient.
            var scaledWeight = EmitScaledWeight(program, weight, gradientScale);
            var labelSlope = program.Let("labelSlope", Limits.Finite(program, program.Multiply(scaledWeight, slope)));
            if (row.IsSaturated is { } isSaturated)
            {
                labelSlope = SaturatedRow.EmitLabelSlope(program, isSaturated, labelSlope);
            }

            var hasRest = program.Let("hasRest", program.IsNotZero(row.Rest));
            var divisor = program.Let("divisor", program.Select(hasRest, row.Rest, program.Constant("One", 1)));
            var coefficient = Quotient.Of(program, "coefficient", labelSlope, divisor, row.RestLow);
            return new(loss, coefficient, program.Let("labelGradient", program.Subtract(program.Zero, labelSlope)), row.IsCorrect);
        }

        /// <summary>q^γ; with γ at run time the one way or the other, by which γ as a constant gives the same bits.</summary>
        private Lane EmitPower(HardRow row, Lane q, Lane given)
        {
            var program = row.Program;
            if (Power.HasProducts(gamma))
            {
                return program.Let("power", Power.OfProducts(program, Kept(), gamma!.Value));
            }

            if (gamma is { } constant)
            {
                return Power.OfLogarithm(program, EmitMinusLog(row), Power.Constant(program, constant));
            }

            var power = program.Declare("power");
            program.Open("if (RowSupport.HasProducts(arguments.Parameters.P0))");
            program.Assign(power, Power.OfProducts(program, Kept(), given));
            program.Close();
            program.Open("else");
            var exponent = new Power.Exponent(
                given, ParameterValues.Given(program, "gammaNegated", 1), ParameterValues.Given(program, "gammaLimit", 2));
            program.Assign(power, Power.OfLogarithm(program, EmitMinusLog(row), exponent));
            program.Close();
            return power;

            Lane Kept() => row.IsSaturated is null ? q : Saturated!.EmitQ(program, q);
        }

        /// <summary>
        /// −log q = log1p(e_y/T), where a T so small that the quotient might overflow is multiplied by a power of two first. It stays far
        /// below e_y, which is next to 2³⁰ (2⁶⁰ in double) where T is small, so that 1 does not count beside the quotient.
        /// </summary>
        private static TwoPart EmitMinusLog(HardRow row)
        {
            var program = row.Program;
            var (threshold, exponent) = program.Number.Of((-62, 64), (-510, 512));
            var least = program.Constant("LeastRest", PowerOfTwo(threshold));
            var isSmall = program.Let("isSmall", program.IsGreater(least, row.Rest));
            var lifted = program.Let("lifted", program.Multiply(row.Rest, program.Constant("Lift", PowerOfTwo(exponent))));
            var chosen = program.Let("chosenRest", program.Select(isSmall, lifted, row.Rest));
            var divisor = program.Let("restOrLeast", program.Max(least, chosen));
            var odds = program.Let("labelOdds", program.Divide(row.LabelE, divisor));
            var log = Logarithm.TwoPartOnePlus(program, odds, "minusLog");

            // exponent·ln 2 in two parts.
            var lift = exponent * 0.69314718055994529;
            var liftHigh = program.Number.Round(lift);
            var liftLow = program.Number.Of(lift - liftHigh, exponent * Exponential.Ln2LowDouble);
            var sum = TwoPart.Sum(
                program, "minusLogSum", log.High, program.Let("lift", program.Keep(isSmall, program.Constant("LiftHigh", liftHigh))));
            var rest = program.Add(sum.Low, program.Keep(isSmall, program.Constant("LiftLow", liftLow)));
            return new(sum.High, program.Let("minusLogRest", program.Add(rest, log.Low)));
        }

        private static double PowerOfTwo(int exponent) => System.Math.Pow(2, exponent);
    }
}
