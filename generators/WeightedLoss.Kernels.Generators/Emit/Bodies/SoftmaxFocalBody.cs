using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted focal loss of the softmax: the sweeps over the classes are those of cross-entropy, only the rows in between are evaluated by
/// another formula. γ = 0 never comes here: it is cross-entropy.
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="classes">The class count that the sweeps are specialised for; 0 leaves the sweeps to the library.</param>
/// <param name="gamma">γ; null where it is given at run time.</param>
internal sealed class SoftmaxFocalBody(string element, int classes, double? gamma) : KernelBody
{
    private readonly SoftmaxKernel? _kernel = classes == 0 ? null : new(element, classes);

    public override string Attribute => "[SoftmaxFocalKernel]";

    public override string Interface => (_kernel is null ? "" : $"ICrossEntropyKernel<{element}>, ") + $"ICrossEntropyRows<{element}>";

    public override string FacadeInterface => $"ICrossEntropyKernel<{element}>, ICrossEntropyRows<{element}>";

    public override string Arguments => $"CrossEntropyArguments<{element}>";

    public override string Entry => "SoftmaxFocalKernelEntry";

    public override string Registry => "SoftmaxFocalKernels";

    public override string Facade => "SoftmaxFocal";

    public override IReadOnlyList<KernelMethod> Methods =>
        [.. _kernel?.Methods ?? [], .. SoftmaxKernel.RowMethods(element, new FocalLoss(gamma))];

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
        [.. _kernel?.Dispatched ?? [], .. SoftmaxKernel.DispatchedRows(element)];

    public override void EmitDispatcherMembers(IndentedWriter writer) => SoftmaxKernel.EmitIsCrossEntropy(writer, isCrossEntropy: false);

    public override void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
        _kernel?.EmitEntryPoint(writer, dialect);
        SoftmaxKernel.EmitRowsEntryPoint(writer, dialect, element, isCrossEntropy: false);
    }

    public override IReadOnlyList<string> EntryTypes(KernelId kernel, IReadOnlyList<KernelId> all) =>
        kernel.Classes == 0 ? ["BuiltInClasses"] : [kernel.TypeName];

    public override string EntryArguments(KernelId kernel) =>
        $", {kernel.Classes}" + (kernel.Gamma is { } value ? ", " + Dialect.For(kernel).Literal(value) : "");

    /// <summary>The class count chooses the sweeps, γ the rows; the library has both for all others.</summary>
    public override void EmitFacade(IndentedWriter writer, IReadOnlyList<KernelId> kernels)
    {
        SoftmaxKernel.EmitFacade(writer, element, kernels, "BuiltInClasses");
        SoftmaxKernel.EmitIsCrossEntropy(writer, isCrossEntropy: false);
        writer.Line("/// <inheritdoc/>");
        writer.Open(SoftmaxKernel.DispatchedRows(element)[0].Signature);
        foreach (var kernel in kernels.Where(kernel => kernel.Gamma is not null).GroupBy(kernel => kernel.Gamma))
        {
            writer.Open($"if (arguments.Gamma == {Dialect.For(kernel.First()).Literal(kernel.Key!.Value)})");
            writer.Line($"return {kernel.First().DispatcherName}.Run(in arguments);");
            writer.Close();
            writer.Line();
        }

        writer.Line($"return {DispatcherOr("BuiltInFocalRows", kernels, kernel => kernel.Gamma is null)}.Run(in arguments);");
        writer.Close();
        writer.Line();
    }

    public override void EmitPublicMethods(IndentedWriter writer, string dispatcher)
    {
        const string Labels = """/// <param name="labels">One class per sample, 0 … classes − 1, or the ignore label.</param>""";
        const string Others = """
            /// <param name="options">Class count, γ, weights, reduction, ignored label, layout, threads.</param>
            /// <param name="sampleWeights">None (default), or one per sample, finite and at least 0. A sample with weight 0 has loss and gradient 0.</param>
            /// <param name="losses">Not wanted (default), or receives w·loss per sample, not reduced.</param>
            /// <returns>Σ w·loss, what it takes to make it a mean, and the number of correct predictions.</returns>
            /// <exception cref="global::System.ArgumentException">A length, label or weight is wrong, or spans share memory; nothing is written.</exception>
            """;
        foreach (var label in new[] { "byte", "int", "long" })
        {
            writer.Lines($$"""
                /// <summary>The sums of the weighted focal loss, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                {{Labels}}
                {{Others}}
                public static global::WeightedLoss.ClassLossSum Loss(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::WeightedLoss.SoftmaxFocalOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    SoftmaxFocalLoss.Loss<{{dispatcher}}, {{dispatcher}}, {{element}}, {{label}}>(logits, labels, options, sampleWeights, losses);

                /// <summary>The sums of the weighted focal loss and its gradient in one pass, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                {{Labels}}
                /// <param name="gradient">Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.</param>
                {{Others}}
                public static global::WeightedLoss.ClassLossSum LossAndGradient(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::System.Span<{{element}}> gradient,
                    global::WeightedLoss.SoftmaxFocalOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    SoftmaxFocalLoss.LossAndGradient<{{dispatcher}}, {{dispatcher}}, {{element}}, {{label}}>(logits, labels, gradient, options, sampleWeights, losses);

                """);
        }
    }

    /// <summary>
    /// With q = T/S = 1 − p_y, p = e_y/S and L = −log p: loss = w·q^γ·L, and with c = w·q^γ·(γ·p·L + q) the gradient is c·e_j/T and, for the
    /// label, −c. Nothing is divided by q, so nothing is singular for γ below 1.
    /// </summary>
    private sealed class FocalLoss(double? gamma) : IRowLoss
    {
        public FarRow? Far { get; } = new(gamma);

        public RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale)
        {
            var program = row.Program;
            var isFloat = row.IsFloat;
            var p = program.Let("p", program.Divide(row.LabelE, row.All));
            var q = Quotient.Of(program, "q", row.Rest, row.All, row.EmitAllLow(), isFloat);
            var given = gamma is null ? program.Broadcast("gamma", "arguments.Gamma") : default;
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
            var scaledWeight = CrossEntropyBody.EmitScaledWeight(program, weight, gradientScale, isFloat);
            var pull = program.Let("pull", CrossEntropyBody.Finite(program, program.Multiply(scaledWeight, slope), isFloat));
            if (row.IsFar is { } isFar)
            {
                pull = FarRow.EmitPull(program, isFar, pull, isFloat);
            }

            var hasRest = program.Let("hasRest", program.IsNotZero(row.Rest));
            var divisor = program.Let("divisor", program.Select(hasRest, row.Rest, program.Constant("One", 1)));
            var coefficient = Quotient.Of(program, "coefficient", pull, divisor, row.RestLow, isFloat);
            return new(loss, coefficient, program.Let("labelGradient", program.Subtract(program.Zero, pull)), row.IsHit);
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
                return Power.OfLogarithm(program, EmitMinusLog(row), Power.Constant(program, constant, row.IsFloat), row.IsFloat);
            }

            var power = program.Declare("power");
            program.Open("if (RowSupport.HasProducts(arguments.Gamma))");
            program.Assign(power, Power.OfProducts(program, Kept(), given));
            program.Close();
            program.Open("else");
            var exponent = new Power.Exponent(
                given, program.Broadcast("gammaNegated", "arguments.GammaNegated"), program.Broadcast("gammaLimit", "arguments.GammaLimit"));
            program.Assign(power, Power.OfLogarithm(program, EmitMinusLog(row), exponent, row.IsFloat));
            program.Close();
            return power;

            Lane Kept() => row.IsFar is null ? q : Far!.EmitQ(program, q, row.IsFloat);
        }

        /// <summary>
        /// −log q = log1p(e_y/T), where a T so small that the quotient might overflow is multiplied by a power of two first. It stays far below
        /// e_y, which is next to 2³⁰ (2⁶⁰ in double) where T is small, so that 1 does not count beside the quotient.
        /// </summary>
        private static TwoPart EmitMinusLog(HardRow row)
        {
            var program = row.Program;
            var (threshold, exponent) = row.IsFloat ? (-62, 64) : (-510, 512);
            var least = program.Constant("LeastRest", PowerOfTwo(threshold));
            var isSmall = program.Let("isSmall", program.IsGreater(least, row.Rest));
            var lifted = program.Let("lifted", program.Multiply(row.Rest, program.Constant("Lift", PowerOfTwo(exponent))));
            var chosen = program.Let("chosenRest", program.Select(isSmall, lifted, row.Rest));
            var divisor = program.Let("restOrLeast", program.Max(least, chosen));
            var odds = program.Let("labelOdds", program.Divide(row.LabelE, divisor));
            var log = Logarithm.TwoPartOnePlus(program, odds, row.IsFloat, "minusLog");

            // exponent·ln 2 in two parts.
            var lift = exponent * 0.69314718055994529;
            var liftHigh = row.IsFloat ? (float)lift : lift;
            var liftLow = row.IsFloat ? lift - liftHigh : exponent * Exponential.Ln2LowDouble;
            var sum = TwoPart.Sum(program, "minusLogSum", log.High, program.Let("lift", program.Keep(isSmall, program.Constant("LiftHigh", liftHigh))));
            var rest = program.Add(sum.Low, program.Keep(isSmall, program.Constant("LiftLow", liftLow)));
            return new(sum.High, program.Let("minusLogRest", program.Add(rest, log.Low)));
        }

        private static double PowerOfTwo(int exponent) => System.Math.Pow(2, exponent);
    }
}
