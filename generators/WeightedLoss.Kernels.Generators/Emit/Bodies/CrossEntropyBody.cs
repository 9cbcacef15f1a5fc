using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted cross-entropy of the softmax. Every logit z gives one e = exp(z)·2⁻ᴺ, where N follows from the row's largest logit. A power of
/// two as the pivot of the softmax, instead of max z, costs nothing and rounds no difference z − max z.
/// </summary>
internal sealed class CrossEntropyBody(string element, int classes) : KernelBody
{
    private readonly ClassLayout _layout = Planner.LayoutOf(classes);

    public override string Attribute => "[CrossEntropyKernel]";

    public override string Interface => $"ICrossEntropyKernel<{element}>";

    public override string Arguments => $"CrossEntropyArguments<{element}>";

    public override string Entry => "CrossEntropyKernelEntry";

    public override string Registry => "CrossEntropyKernels";

    public override string Facade => "CrossEntropy";

    /// <summary>Smoothed labels and soft targets have no methods for a single class count: the one for any serves them.</summary>
    public override IReadOnlyList<KernelMethod> Methods => _layout switch
    {
        ClassLayout.Difference => [new DifferenceMethod(element)],
        ClassLayout.Lanes => [new LanesMethod(element, classes, TargetForm.Hard)],
        ClassLayout.Row => [new RowMethod(element, classes, TargetForm.Hard)],
        _ =>
        [
            .. Forms.Select(form => new LanesMethod(element, 0, form)),
            .. Forms.Select(form => new RowMethod(element, 0, form)),
        ],
    };

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
        [($"public static long Run(TargetForm form, in {Arguments} arguments)", "Run(form, in arguments)")];

    private static TargetForm[] Forms => [TargetForm.Hard, TargetForm.Smooth, TargetForm.Soft];

    public override void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
        if (_layout == ClassLayout.Any)
        {
            writer.Line("/// <summary>Up to this class count a sample has a lane of its own.</summary>");
            writer.Line($"internal const int MostClassesInLanes = {TuningTable.MostClassesInLanes};");
            writer.Line();
        }

        writer.Line("/// <inheritdoc/>");
        writer.Open($"public static long Run(TargetForm form, in {Arguments} arguments)");
        var held = LoopEmitter.ConstantsArgument(dialect);
        if (_layout == ClassLayout.Any)
        {
            writer.Open("if (arguments.IsClassMajor || arguments.Classes <= MostClassesInLanes)");
            EmitForms(writer, "Lanes", held);
            writer.Close();
            writer.Line();
            EmitForms(writer, "Row", held);
        }
        else
        {
            var fits = _layout == ClassLayout.Row ? "!arguments.IsClassMajor" : $"(arguments.IsClassMajor || (arguments.Stride == {classes} && arguments.GradientStride == {classes}))";
            var forms = _layout == ClassLayout.Difference ? "form == TargetForm.Hard" : "form <= TargetForm.None";
            writer.Line($"return {forms} && arguments.Classes == {classes} && {fits}");
            writer.Line($"    ? {Methods[0].Name}(in arguments{held})");
            writer.Line("    : AnyClasses.Run(form, in arguments);");
        }

        writer.Close();
        writer.Line();
    }

    public override string EntryArguments(KernelId kernel) => $", {kernel.Classes}";

    public override void EmitFacade(IndentedWriter writer, IReadOnlyList<KernelId> kernels)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public static long Run(TargetForm form, in {Arguments} arguments) => arguments.Classes switch");
        writer.Line("{");
        foreach (var kernel in kernels.Where(kernel => kernel.Classes != 0))
        {
            writer.Line($"    {kernel.Classes} => {kernel.DispatcherName}.Run(form, in arguments),");
        }

        var any = kernels.Any(kernel => kernel.Classes == 0) ? kernels.First(kernel => kernel.Classes == 0).DispatcherName : "AnyClasses";
        writer.Line($"    _ => {any}.Run(form, in arguments),");
        writer.Line("};");
    }

    public override void EmitPublicMethods(IndentedWriter writer, string dispatcher)
    {
        foreach (var (label, name, description) in new[]
        {
            ("byte", "labels", "One class per sample, 0 … classes − 1, or the ignore label."),
            ("int", "labels", "One class per sample, 0 … classes − 1, or the ignore label."),
            ("long", "labels", "One class per sample, 0 … classes − 1, or the ignore label."),
            (element, "targets", "A target between 0 and 1 for every class of every sample, laid out as the logits."),
        })
        {
            var shared = $"""
                /// <param name="options">Class count, weights, reduction, smoothing, ignored label, layout, threads.</param>
                /// <param name="sampleWeights">None (default), or one per sample, finite and at least 0. A sample with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per sample, not reduced.</param>
                /// <returns>Σ w·loss, what it takes to make it a mean, and for labels the number of hits.</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                """;
            writer.Lines($$"""
                /// <summary>The sums of the weighted cross-entropy, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                /// <param name="{{name}}">{{description}}</param>
                {{shared}}
                public static global::WeightedLoss.LossSum Loss(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> {{name}},
                    global::WeightedLoss.CrossEntropyOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    CrossEntropyLoss.Loss<{{dispatcher}}, {{element}}, {{label}}>(logits, {{name}}, options, sampleWeights, losses);

                /// <summary>The sums of the weighted cross-entropy and its gradient in one pass, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                /// <param name="{{name}}">{{description}}</param>
                /// <param name="gradient">Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.</param>
                {{shared}}
                public static global::WeightedLoss.LossSum LossAndGradient(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> {{name}},
                    global::System.Span<{{element}}> gradient,
                    global::WeightedLoss.CrossEntropyOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    CrossEntropyLoss.LossAndGradient<{{dispatcher}}, {{element}}, {{label}}>(logits, {{name}}, gradient, options, sampleWeights, losses);

                """);
        }

        writer.Lines($$"""
            /// <summary>The softmax of every sample: the probabilities of its classes.</summary>
            /// <param name="logits">[n, classes], or as the layout of the options says.</param>
            /// <param name="probabilities">One element per logit; the memory of the logits, or apart from it.</param>
            /// <param name="options">Class count, layout and threads count, and nothing else.</param>
            /// <exception cref="global::System.ArgumentException">A length is wrong, or the spans overlap in part; nothing is written.</exception>
            public static void Probabilities(
                global::System.ReadOnlySpan<{{element}}> logits,
                global::System.Span<{{element}}> probabilities,
                global::WeightedLoss.CrossEntropyOptions<{{element}}> options) =>
                CrossEntropyLoss.Probabilities<{{dispatcher}}, {{element}}>(logits, probabilities, options);

            """);
    }

    /// <summary>The loss of a hard label that weighs as much as its row, and what the gradient is made of.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T = Σ e over the other classes.</param>
    /// <param name="restLow">What the rounding of T lost, as far as it is known; null if the quotient is to have one part only.</param>
    /// <param name="labelE">The label's e.</param>
    /// <param name="labelLogit">The label's logit, as the exponential takes it.</param>
    /// <param name="power">The row's N.</param>
    /// <param name="weight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    /// <param name="chooseLow">The second part of the quotient, or 0 if it is not to be used after all.</param>
    /// <param name="isFloat">float or double.</param>
    /// <remarks>
    /// With S = T + e_y: loss = w·log(S/e_y) = w·log1p(T/e_y), and the gradient is w·e_j/S and, for the label, −w·T/S: no difference of
    /// nearly equal numbers, so a confident row keeps its digits. Where e_y is below 1, far below the largest e, log1p takes 1 for it, and
    /// the rest −log e_y is added, so that nothing overflows.
    /// </remarks>
    internal static (Lane Loss, Quotient Coefficient, Lane LabelGradient, Lane IsNumber) EmitHard(
        LaneProgram program,
        Lane rest,
        Lane? restLow,
        Lane labelE,
        Lane labelLogit,
        Lane power,
        Lane weight,
        Lane gradientScale,
        Func<Lane, Lane> chooseLow,
        bool isFloat)
    {
        var all = program.Let("all", program.Add(rest, labelE));
        var near = program.Let("near", program.Max(program.Constant("One", 1), labelE));
        var odds = program.Let("odds", program.Divide(rest, near));
        var (ln2High, ln2Low) = Exponential.Ln2(program, isFloat);
        var beyondHigh = program.Let("beyondHigh", program.MultiplySubtract(power, ln2High, labelLogit));
        var beyond = program.Let("beyond", program.MultiplyAdd(power, ln2Low, beyondHigh));
        var log = program.Let("log", Logarithm.OnePlus(program, odds, isFloat));
        var cost = program.Let("cost", program.Add(log, program.Max(program.Zero, beyond)));
        var loss = program.Let("loss", program.Keep(program.IsNotZero(weight), program.Multiply(weight, cost)));

        var numerator = program.Let("scaledWeight", program.Multiply(weight, gradientScale));
        Quotient coefficient;
        if (restLow is { } known)
        {
            var (_, allLow) = EmitTwoSum(program, "all", rest, labelE, all);
            coefficient = EmitQuotient(program, numerator, all, program.Let("allLow", program.Add(allLow, known)), isFloat);
            coefficient = coefficient with { Low = program.Let("usedLow", chooseLow(coefficient.Low!.Value)) };
        }
        else
        {
            coefficient = new(program.Let("coefficient", program.Divide(numerator, all)), null);
        }

        var labelGradient = program.Let("labelGradient", program.Subtract(program.Zero, coefficient.Times(program, rest)));
        return (loss, coefficient, labelGradient, IsNumber(program, all));
    }

    /// <summary>The loss of a row whose target is spread over the classes, and what the gradient is made of.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T = Σ e over the classes but the one with the largest logit.</param>
    /// <param name="largest">The largest logit, as the exponential takes it.</param>
    /// <param name="scale">The row's N.</param>
    /// <param name="others">A − b_m = Σ b over the other classes, with b the weighted target of a class.</param>
    /// <param name="peak">b_m, of the class with the largest logit.</param>
    /// <param name="gaps">D = Σ b·(max z − z).</param>
    /// <param name="sampleWeight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    /// <param name="isFloat">float or double.</param>
    /// <remarks>
    /// loss = D + A·log1p(T/e_m), sums of terms that are not negative; the gradient is A·e/S − b, and for the class with the largest logit
    /// ((A − b_m)·e_m − b_m·T)/S, which keeps its digits where the model is as sure as the target.
    /// </remarks>
    internal static (Lane Loss, Lane Coefficient, Lane PeakGradient, Lane IsNumber) EmitSpread(
        LaneProgram program,
        Lane rest,
        Lane largest,
        (Lane Power, Lane Shift, Lane Smallest) scale,
        Lane others,
        Lane peak,
        Lane gaps,
        Lane sampleWeight,
        Lane gradientScale,
        bool isFloat)
    {
        var largestE = program.Let("largestE", Exponential.Scaled(program, largest, scale, isFloat));
        var all = program.Let("all", program.Add(rest, largestE));
        var odds = program.Let("odds", program.Divide(rest, largestE));
        var log = program.Let("log", Logarithm.OnePlus(program, odds, isFloat));
        var target = program.Let("target", program.Add(others, peak));
        var cost = program.Let("cost", program.MultiplyAdd(target, log, gaps));
        var loss = program.Let("loss", program.Keep(program.IsNotZero(sampleWeight), cost));
        var coefficient = program.Let("coefficient", program.Divide(program.Multiply(target, gradientScale), all));
        var pull = program.Let("pull", program.Multiply(peak, rest));
        var push = program.Let("push", program.MultiplySubtract(others, largestE, pull));
        var peakGradient = program.Let("peakGradient", program.Divide(program.Multiply(push, gradientScale), all));
        return (loss, coefficient, peakGradient, IsNumber(program, all));
    }

    /// <summary>a + b, and what its rounding lost (Knuth's TwoSum).</summary>
    internal static (Lane Sum, Lane Low) EmitTwoSum(LaneProgram program, string name, Lane a, Lane b, Lane? known = null)
    {
        var sum = known ?? program.Let($"{name}Sum", program.Add(a, b));
        var part = program.Let($"{name}Part", program.Subtract(sum, a));
        var lostA = program.Let($"{name}LostA", program.Subtract(a, program.Subtract(sum, part)));
        var lostB = program.Let($"{name}LostB", program.Subtract(b, part));
        return (sum, program.Let($"{name}Lost", program.Add(lostA, lostB)));
    }

    /// <summary>
    /// numerator / (denominator + low) in two parts, so that a product with it has one rounding of its own: with a rounded quotient, the
    /// gradient of 64 classes reaches 5 units in the last place. For the second part a reciprocal to two digits is enough: the exponent
    /// and the digits of the denominator, subtracted from those of a constant, and one step of Newton's method.
    /// </summary>
    private static Quotient EmitQuotient(LaneProgram program, Lane numerator, Lane denominator, Lane low, bool isFloat)
    {
        var high = program.Let("coefficient", program.Divide(numerator, denominator));
        var exact = program.Let("remainder", program.NegatedMultiplyAdd(high, denominator, numerator));
        var remainder = program.Let("remainderLow", program.NegatedMultiplyAdd(high, low, exact));
        var rough = program.Let("rough", program.SubtractBits(program.ConstantBits("RoughReciprocal", isFloat ? 0x7EF311C7 : 0x7FDE623822FC16E6UL), denominator));
        var miss = program.Let("miss", program.NegatedMultiplyAdd(denominator, rough, program.Constant("Two", 2)));
        return new(high, program.Let("coefficientLow", program.Multiply(remainder, program.Multiply(rough, miss))));
    }

    /// <summary>A quotient in two parts, or only its first.</summary>
    internal readonly record struct Quotient(Lane High, Lane? Low)
    {
        /// <summary>The product with a value that has a name.</summary>
        public Lane Times(LaneProgram program, Lane value) => Low is { } low
            ? program.MultiplyAdd(value, High, program.Multiply(value, low))
            : program.Multiply(value, High);
    }

    /// <summary>Whether the largest logit is so large, in either direction, that the row needs to be shifted.</summary>
    internal static Lane IsLarge(LaneProgram program, Lane largest, bool isFloat) =>
        program.IsGreater(program.Constant("Large", isFloat ? -1024 : -2048), program.NegatedAbs(largest));

    /// <summary>
    /// Large logits are shifted by the largest one, which is exact for every logit whose e is not 0; others are left, so that nothing is
    /// rounded there either. Gives the shift, and the largest logit after it.
    /// </summary>
    internal static (Lane Offset, Lane Largest) EmitShift(LaneProgram program, Lane largest, bool isFloat)
    {
        var isLarge = program.Let("isLarge", IsLarge(program, largest, isFloat));
        var offset = program.Let("offset", program.Keep(isLarge, largest));
        return (offset, program.Let("shiftedLargest", program.Subtract(largest, offset)));
    }

    private static Lane IsNumber(LaneProgram program, Lane all)
    {
        var zero = program.Let("zeroOrNaN", program.Subtract(all, all));
        return program.Let("isNumber", program.AreEqual(zero, program.Zero));
    }

    private static void EmitForms(IndentedWriter writer, string layout, string held)
    {
        writer.Line("return form switch");
        writer.Line("{");
        writer.Line($"    TargetForm.Hard or TargetForm.None => {layout}Hard(in arguments{held}),");
        writer.Line($"    TargetForm.Smooth => {layout}Smooth(in arguments{held}),");
        writer.Line($"    TargetForm.Soft => {layout}Soft(in arguments{held}),");

        writer.Line("    _ => throw new global::System.ArgumentOutOfRangeException(nameof(form), form, null),");
        writer.Line("};");
    }
}

/// <summary>What the target of a row is; the library has the same type.</summary>
internal enum TargetForm
{
    Hard,
    None,
    Smooth,
    Soft,
}
