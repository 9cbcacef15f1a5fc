using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted cross-entropy of the softmax. Every logit z gives one e = exp(z − N·s), where N follows from the row's largest logit and s is
/// the step of <see cref="Exponential"/>. A multiple of the step as the pivot of the softmax, instead of max z, costs nothing and rounds no
/// difference z − max z.
/// </summary>
internal sealed class CrossEntropyBody(string element, int classes) : KernelBody
{
    private readonly SoftmaxKernel _kernel = new(element, classes);
    private readonly bool _hasRows = classes == 0;

    public override string Attribute => "[CrossEntropyKernel]";

    public override string Interface => $"ICrossEntropyKernel<{element}>{(_hasRows ? $", ICrossEntropyRows<{element}>" : "")}";

    public override string FacadeInterface => $"ICrossEntropyKernel<{element}>";

    public override string Arguments => $"CrossEntropyArguments<{element}>";

    public override string Entry => "CrossEntropyKernelEntry";

    public override string Registry => "CrossEntropyKernels";

    public override string Facade => "CrossEntropy";

    public override IReadOnlyList<KernelMethod> Methods =>
        [.. _kernel.Methods, .. _hasRows ? SoftmaxKernel.RowMethods(element, new LogarithmicLoss()) : []];

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
        [.. _kernel.Dispatched, .. _hasRows ? SoftmaxKernel.DispatchedRows(element) : []];

    public override void EmitDispatcherMembers(IndentedWriter writer)
    {
        if (_hasRows)
        {
            SoftmaxKernel.EmitIsCrossEntropy(writer, isCrossEntropy: true);
        }
    }

    public override void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
        _kernel.EmitEntryPoint(writer, dialect);
        if (_hasRows)
        {
            SoftmaxKernel.EmitRowsEntryPoint(writer, dialect, element, isCrossEntropy: true);
        }
    }

    public override string EntryArguments(KernelId kernel) => $", {kernel.Classes}";

    /// <summary>The rows of a kernel for a single class count are evaluated by the class's own kernel for any, or the library's.</summary>
    public override IReadOnlyList<string> EntryTypes(KernelId kernel, IReadOnlyList<KernelId> all) =>
        [all.Any(other => other == kernel with { Classes = 0 }) ? (kernel with { Classes = 0 }).TypeName : "BuiltInRows"];

    public override void EmitFacade(IndentedWriter writer, IReadOnlyList<KernelId> kernels) =>
        SoftmaxKernel.EmitFacade(writer, element, kernels, DispatcherOr("AnyClasses", kernels, kernel => kernel.Classes == 0));

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
            var (sum, returns) = name == "targets"
                ? ("LossSum", "Σ w·loss, and what it takes to make it a mean.")
                : ("ClassLossSum", "Σ w·loss, what it takes to make it a mean, and the number of correct predictions.");
            var shared = $"""
                /// <param name="options">Class count, weights, reduction, smoothing, ignored label, layout, threads.</param>
                /// <param name="sampleWeights">None (default), or one per sample, finite and at least 0. A sample with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per sample, not reduced.</param>
                /// <returns>{returns}</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                """;
            writer.Lines($$"""
                /// <summary>The sums of the weighted cross-entropy, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                /// <param name="{{name}}">{{description}}</param>
                {{shared}}
                public static global::WeightedLoss.{{sum}} Loss(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> {{name}},
                    global::WeightedLoss.CrossEntropyOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    CrossEntropyLoss.Loss<{{dispatcher}}, BuiltInRows, {{element}}, {{label}}>(logits, {{name}}, options, sampleWeights, losses);

                /// <summary>The sums of the weighted cross-entropy and its gradient in one pass, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                /// <param name="{{name}}">{{description}}</param>
                /// <param name="gradient">Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.</param>
                {{shared}}
                public static global::WeightedLoss.{{sum}} LossAndGradient(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> {{name}},
                    global::System.Span<{{element}}> gradient,
                    global::WeightedLoss.CrossEntropyOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    CrossEntropyLoss.LossAndGradient<{{dispatcher}}, BuiltInRows, {{element}}, {{label}}>(logits, {{name}}, gradient, options, sampleWeights, losses);

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
                CrossEntropyLoss.Probabilities<{{dispatcher}}, BuiltInRows, {{element}}>(logits, probabilities, options);

            """);
    }

    /// <summary>The loss of a row whose target is spread over the classes, and what the gradient is made of.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="values">
    /// <c>rest</c>: T = Σ e over the classes but the one with the largest logit; <c>shiftedLargest</c>: that logit, as the exponential takes
    /// it; <c>rowPower</c>: the row's N; <c>peak</c>: b_m, the weighted target of that class; <c>others</c>: A − b_m = Σ b over the other
    /// classes; <c>gaps</c>: D = Σ b·(max z − z).
    /// </param>
    /// <param name="sampleWeight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    /// <param name="isFloat">float or double.</param>
    /// <remarks>
    /// loss = D + A·log1p(T/e_m), sums of terms that are not negative; the gradient is A·e/S − b, and for the class with the largest logit
    /// ((A − b_m)·e_m − b_m·T)/S, which keeps its digits where the model is as sure as the target.
    /// </remarks>
    internal static RowResult EmitSpread(
        LaneProgram program, IReadOnlyDictionary<string, Lane> values, Lane sampleWeight, Lane gradientScale, bool isFloat)
    {
        var (rest, others, peak) = (values["rest"], values["others"], values["peak"]);
        var (largest, scale) = (values["shiftedLargest"], Exponential.ScaleOf(program, values["rowPower"], isFloat));
        var largestE = program.Let("largestE", Exponential.Scaled(program, largest, scale, isFloat));
        var all = program.Let("all", program.Add(rest, largestE));
        var odds = program.Let("odds", program.Divide(rest, largestE));
        var log = program.Let("log", Logarithm.OnePlus(program, odds, isFloat));
        var target = program.Let("target", program.Add(others, peak));
        var cost = program.Let("cost", program.MultiplyAdd(target, log, values["gaps"]));
        var loss = program.Let("loss", program.Keep(program.IsNotZero(sampleWeight), cost));
        var coefficient = program.Let("coefficient", program.Divide(program.Multiply(target, gradientScale), all));
        var pull = program.Let("pull", program.Multiply(peak, rest));
        var push = program.Let("push", program.MultiplySubtract(others, largestE, pull));
        var peakGradient = program.Let("peakGradient", program.Divide(program.Multiply(push, gradientScale), all));
        var zeroOrNaN = program.Let("zeroOrNaN", program.Subtract(all, all));
        var isLabel = program.AreEqual(values["best"], program.LoadLabels("arguments.Labels", "row"));
        return new(loss, coefficient, peakGradient, program.Both(isLabel, program.AreEqual(zeroOrNaN, program.Zero)));
    }

    /// <summary>A row's weight in the gradient: never infinite, because 0 times that would be NaN.</summary>
    internal static Lane EmitScaledWeight(LaneProgram program, Lane weight, Lane gradientScale, bool isFloat) =>
        program.Let("scaledWeight", Finite(program, program.Multiply(weight, gradientScale), isFloat));

    /// <summary>The largest number in place of what is beyond it.</summary>
    internal static Lane Finite(LaneProgram program, Lane value, bool isFloat) =>
        program.Min(program.Constant("LargestNumber", isFloat ? float.MaxValue : double.MaxValue), value);

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

    /// <summary>
    /// loss = w·L, and the gradient is w·e_j/S and, for the label, −w·T/S: no difference of nearly equal numbers, so a confident row keeps
    /// its digits. (Too small for a number, the label's is −0 where it is not added to a product.)
    /// </summary>
    private sealed class LogarithmicLoss : IRowLoss
    {
        /// <summary>To look for such rows would be 2 % of the time of 3 and 4 classes, and they are far only from a difference of 88 on.</summary>
        public FarRow? Far => null;

        public RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale)
        {
            var program = row.Program;
            var loss = program.Let("loss", program.Multiply(weight, row.Cost));
            var numerator = EmitScaledWeight(program, weight, gradientScale, row.IsFloat);
            var coefficient = Quotient.Of(program, "coefficient", numerator, row.All, row.EmitAllLow(), row.IsFloat);
            var labelGradient = program.Let("labelGradient", program.NegatedMultiplyAdd(row.Rest, coefficient, program.Zero));
            return new(loss, coefficient, labelGradient, row.IsHit);
        }
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
