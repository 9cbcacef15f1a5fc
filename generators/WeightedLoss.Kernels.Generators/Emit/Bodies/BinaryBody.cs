using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>What the binary losses share: the public methods, the entry point, how labels and weights are read, and the probabilities.</summary>
internal abstract class BinaryBody(string element) : KernelBody
{
    /// <summary>
    /// Losses are added up in the elements' own type, up to 64 in a lane. Floats are divided by as much, which rounds no normal number, so that
    /// only the sum in double has a limit.
    /// </summary>
    private const int FloatSumDivisor = 64;

    private const string Variant = "BinaryKernelVariant";

    public override string Interface => $"IBinaryLossKernel<{element}>";

    public override string Arguments => $"BinaryKernelArguments<{element}>";

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
    [
        ($"public static void Run({Variant} variant, in {Arguments} arguments, ref double lossLanes, ref double weightLanes)",
            "Run(variant, in arguments, ref lossLanes, ref weightLanes)"),
        ($"public static void Probabilities(ref {element} logits, ref {element} probabilities, nuint count)",
            "Probabilities(ref logits, ref probabilities, count)"),
    ];

    /// <summary>The type of the elements.</summary>
    protected string Element => element;

    /// <summary>The loss in words, for the summaries of the public methods.</summary>
    protected abstract string Phrase { get; }

    /// <summary>The type of the options, without its type argument.</summary>
    protected abstract string Options { get; }

    /// <summary>What the options hold.</summary>
    protected abstract string OptionsText { get; }

    /// <summary>The class of the library whose methods the public ones call.</summary>
    protected abstract string Edge { get; }

    public override void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Open($"public static void Run({Variant} variant, in {Arguments} arguments, ref double lossLanes, ref double weightLanes)");
        writer.Open("switch (variant)");
        foreach (var method in Methods.OfType<VariantMethod>())
        {
            writer.Line($"case {string.Join(" | ", method.Flags.Select(flag => $"{Variant}.{flag}"))}:");
            writer.Line($"    {method.Name}(in arguments, ref lossLanes, ref weightLanes);");
            writer.Line("    break;");
        }

        writer.Line("default:");
        writer.Line("    throw new global::System.ArgumentOutOfRangeException(nameof(variant), variant, null);");
        writer.Close();
        writer.Close();
        writer.Line();
    }

    public override void EmitPublicMethods(IndentedWriter writer, string dispatcher)
    {
        foreach (var (label, description) in new[]
        {
            ("byte", "Hard labels, 0 or 1."),
            ("bool", "Hard labels; true is positive."),
            ("int", "Hard labels, 0 or 1."),
            ("long", "Hard labels, 0 or 1."),
            (element, "Soft targets between 0 and 1."),
        })
        {
            writer.Lines($$"""
                /// <summary>The sums of {{Phrase}}, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n], or [n, columns] in row-major order.</param>
                /// <param name="labels">{{description}} One per logit.</param>
                /// <param name="options">{{OptionsText}}</param>
                /// <param name="sampleWeights">None (default), or one per logit, or one per row; finite and at least 0. A label with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per logit, not reduced.</param>
                /// <returns>Σ w·loss and what it takes to make it a mean.</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                public static global::WeightedLoss.LossSum Loss(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::WeightedLoss.{{Options}}<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    {{Edge}}.Loss<{{dispatcher}}, {{element}}, {{label}}>(logits, labels, options, sampleWeights, losses);

                /// <summary>The sums of {{Phrase}} and its gradient in one pass, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n], or [n, columns] in row-major order.</param>
                /// <param name="labels">{{description}} One per logit.</param>
                /// <param name="gradient">Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.</param>
                /// <param name="options">{{OptionsText}}</param>
                /// <param name="sampleWeights">None (default), or one per logit, or one per row; finite and at least 0. A label with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per logit, not reduced.</param>
                /// <returns>Σ w·loss and what it takes to make it a mean.</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                public static global::WeightedLoss.LossSum LossAndGradient(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::System.Span<{{element}}> gradient,
                    global::WeightedLoss.{{Options}}<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    {{Edge}}.LossAndGradient<{{dispatcher}}, {{element}}, {{label}}>(logits, labels, gradient, options, sampleWeights, losses);

                """);
        }
    }

    /// <summary>They are the same for every binary loss.</summary>
    public override void EmitProbabilities(IndentedWriter writer, string dispatcher) =>
        writer.Lines($$"""
            /// <summary>σ(z), the probability of the positive class.</summary>
            /// <param name="logits">[n], any shape.</param>
            /// <param name="probabilities">One element per logit; the memory of the logits, or apart from it.</param>
            /// <exception cref="global::System.ArgumentException">The lengths differ, or the spans overlap in part; nothing is written.</exception>
            public static void Probabilities(global::System.ReadOnlySpan<{{element}}> logits, global::System.Span<{{element}}> probabilities) =>
                BinaryLoss.Probabilities<{{dispatcher}}, {{element}}>(logits, probabilities);

            """);

    /// <summary>
    /// numerator / (1 + e) for e in [0, 1], as numerator − numerator·(e / (1 + e)): for small e the quotient's errors, and above all that
    /// of the rounded 1 + e, do not count. Dividing the numerator itself reached 2.4 ulp in float, this stays below 2.
    /// </summary>
    internal static Lane OverOnePlus(LaneProgram program, string name, Lane numerator, Lane e)
    {
        var share = program.Let("share", program.Divide(e, program.Add(program.Constant("One", 1), e)));
        return program.Let(name, program.NegatedMultiplyAdd(numerator, share, numerator));
    }

    /// <summary>Adds losses, or parts of them, to a sum in the elements' own type, see <see cref="FloatSumDivisor"/>.</summary>
    protected static void AddToLosses(LaneProgram program, Lane sum, Lane loss, bool isFloat) => program.Assign(
        sum, isFloat ? program.MultiplyAdd(loss, program.Constant("PartOfSum", 1.0 / FloatSumDivisor), sum) : program.Add(sum, loss));

    /// <summary>Adds such a sum, times a factor, to the call's.</summary>
    protected static void EndLosses(LaneProgram program, Lane sum, string factor, bool isFloat) =>
        program.AddToSums("lossLanes", sum, isFloat ? $"{FloatSumDivisor}d * {factor}" : factor);

    /// <summary>The first sweep, over the exponentials e = exp(−|z|).</summary>
    protected static Lane EmitExponentials(LaneProgram program, bool isFloat)
    {
        var t = program.Let("t", program.NegatedAbs(program.Load("logits")));
        return program.NextSweep(("e", Exponential.OfNonPositive(program, t, isFloat)))[0];
    }

    protected static IEnumerable<(bool Soft, Weights Weights, bool Losses, bool Gradient)> PerSampleForms() =>
        from soft in new[] { false, true }
        from weights in new[] { Weights.Class, Weights.Sample, Weights.SampleAndColumn }
        from losses in new[] { false, true }
        from gradient in new[] { false, true }
        select (soft, weights, losses, gradient);

    /// <summary>The lanes of hard labels.</summary>
    /// <param name="s">The logit of a negative label, minus that of a positive one.</param>
    /// <param name="weight">The weight in the loss.</param>
    /// <param name="emitScaled">Emits the weight in the gradient, with its sign.</param>
    /// <param name="isLive">Which lanes count; all do if there is no mask.</param>
    protected readonly struct HardLabel(Lane s, Lane weight, Func<Lane> emitScaled, Lane? isLive)
    {
        public Lane S { get; } = s;

        public Lane Weight { get; } = weight;

        public Lane? IsLive { get; } = isLive;

        public Lane EmitScaled() => emitScaled();
    }

    protected enum Weights
    {
        Class,
        Sample,
        SampleAndColumn,
    }

    protected abstract class VariantMethod(IReadOnlyList<string> flags, string summary) : LoopMethod(string.Concat(flags), summary), ISummed
    {
        public IReadOnlyList<string> Flags => flags;

        /// <summary>The exponentials go first.</summary>
        public override bool HasSweeps => true;

        protected static IReadOnlyList<string> Combine(params (string Flag, bool IsSet)[] flags) =>
            [.. flags.Where(flag => flag.IsSet).Select(flag => flag.Flag)];
    }

    /// <summary>One loss per label, from hard labels or soft targets, with weights by class, by sample, or by sample and column.</summary>
    protected abstract class PerSampleMethod(string element, bool soft, Weights weights, bool gradient, bool losses, bool mixed = false)
        : VariantMethod(
            Combine(
                ("PerSample", true),
                ("Soft", soft),
                ("SampleWeights", weights != Weights.Class),
                ("PositiveWeights", weights == Weights.SampleAndColumn),
                ("Losses", losses),
                ("Gradient", gradient),
                ("Mixed", mixed)),
            $"{(soft ? "Soft targets" : "Hard labels")}, one loss per label.")
    {
        private readonly Dictionary<string, Lane> _values = [];

        protected bool IsFloat => element == "float";

        protected bool WantsGradient => gradient;

        /// <summary>Whether a label is a number between 0 and 1, which smoothing moves, and not one of two classes.</summary>
        protected virtual bool HasTargets => true;

        /// <summary>Whether all that a label does follows from its class.</summary>
        protected bool IsByClass => !soft && weights == Weights.Class;

        /// <summary>The sum of class weights follows from the counts of the labels.</summary>
        private bool SumsWeights => !IsByClass;

        public override IReadOnlyList<(string Type, string Name)> Arrays =>
        [
            (element, "logits"),
            soft ? (element, "targets") : ("byte", "labels"),
            .. weights != Weights.Class ? new[] { (element, "sampleWeights") } : [],
            .. weights == Weights.SampleAndColumn ? new[] { (element, "positiveWeights") } : [],
            .. gradient ? new[] { (element, "gradient") } : [],
            .. losses ? new[] { (element, "losses") } : [],
        ];

        public override void EmitSetup(LaneProgram program)
        {
            if (HasTargets)
            {
                Broadcast(program, "smoothingScale");
                Broadcast(program, "smoothingOffset");
            }

            Broadcast(program, "negativeWeight");
            if (weights != Weights.SampleAndColumn)
            {
                Broadcast(program, "positiveWeight");
            }

            if (WantsGradient)
            {
                Broadcast(program, "negativeGradient");
                Broadcast(program, weights == Weights.SampleAndColumn ? "positiveGradientScale" : "positiveGradient");
            }
        }

        public override void EmitStart(LaneProgram program)
        {
            _values["lossSum"] = program.Let("lossSum", program.Zero);
            if (SumsWeights)
            {
                _values["weightSum"] = program.Let("weightSum", program.Zero);
            }
        }

        /// <summary>
        /// The target y of every lane and 1 − y, both with smoothing, and which lanes count; all do if there is no mask. Each is smoothed by itself:
        /// 1 less a smoothed target has none of the digits of a small ε.
        /// </summary>
        protected (Lane Target, Lane NotTarget, Lane? IsLive) LoadTarget(LaneProgram program)
        {
            var isLive = default(Lane?);
            Lane y;
            if (soft)
            {
                y = program.Load("targets");
            }
            else
            {
                y = program.Let("label", program.Keep(program.IsPositive("labels"), program.Constant("One", 1)));
                isLive = program.Let("isKnown", program.IsKnown("labels"));
            }

            var not = program.Let("notLabel", program.Subtract(program.Constant("One", 1), y));
            return (Smoothed("y", y), Smoothed("notY", not), isLive);

            Lane Smoothed(string name, Lane target) =>
                program.Let(name, program.MultiplyAdd(target, Value("smoothingScale"), Value("smoothingOffset")));
        }

        /// <summary>The weights that a label has of its own, if there are any and they are needed, and which lanes count then.</summary>
        protected (Lane? Sample, Lane? Column, Lane? IsLive) LoadWeights(LaneProgram program, Lane? isLive, bool needsColumn = true)
        {
            var sampleWeight = default(Lane?);
            if (weights != Weights.Class)
            {
                var loaded = program.Let("sampleWeight", program.Load("sampleWeights"));
                sampleWeight = isLive is { } known ? program.Let("liveWeight", program.Keep(known, loaded)) : loaded;
                isLive = program.Let("isLive", program.IsNotZero(sampleWeight.Value));
            }

            var columnWeight = default(Lane?);
            if (weights == Weights.SampleAndColumn && needsColumn)
            {
                columnWeight = program.Let("columnWeight", program.Load("positiveWeights"));
            }

            return (sampleWeight, columnWeight, isLive);
        }

        /// <summary>A hard label, which has one class: the logit with the sign of that class, and the weights.</summary>
        /// <param name="program">The program.</param>
        /// <param name="isPositive">Null if all labels are 0.</param>
        protected HardLabel LoadHardLabel(LaneProgram program, Lane? isPositive)
        {
            var z = program.Let("z", program.Load("logits"));
            var s = isPositive is { } isOne ? program.Let("s", program.NegateIf(isOne, z)) : z;
            var isKnown = isPositive is null ? default(Lane?) : program.Let("isKnown", program.IsKnown("labels"));
            var (sampleWeight, columnWeight, isLive) = LoadWeights(program, isKnown, needsColumn: isPositive is not null);
            var weight = Weight("weight", () => columnWeight ?? Value("positiveWeight"), Value("negativeWeight"));
            return new(
                s,
                weight,
                () => Weight("scaled", () => PositiveGradient(program, columnWeight), Value("negativeGradient"), isSigned: isPositive is not null),
                isLive);

            Lane Weight(string name, Func<Lane> positive, Lane negative, bool isSigned = false)
            {
                var chosen = isPositive is { } isOne ? program.Select(isOne, positive(), negative) : negative;
                return sampleWeight is { } own ? program.Let(name, Finite(program, program.Multiply(chosen, own), true, isSigned))
                    : isPositive is null ? chosen : program.Let(name, chosen);
            }
        }

        /// <summary>The shares a = w⁺·y and b = w⁻·(1 − y) of the two classes, 0 in lanes that do not count.</summary>
        protected (Lane Positive, Lane Negative) Shares(LaneProgram program, Lane y, Lane not, Lane? sampleWeight, Lane? columnWeight, Lane? isLive)
        {
            var a = Weighted(program, "a", columnWeight ?? Value("positiveWeight"), y, sampleWeight);
            var b = Weighted(program, "b", Value("negativeWeight"), not, sampleWeight);
            return sampleWeight is null && isLive is { } isLabel
                ? (program.Let("liveA", program.Keep(isLabel, a)), program.Let("liveB", program.Keep(isLabel, b)))
                : (a, b);
        }

        /// <summary>The weight of a label with a share of each class.</summary>
        protected Lane Both(LaneProgram program, Lane a, Lane b, Lane? sampleWeight)
        {
            var sum = program.Add(a, b);
            return program.Let("both", sampleWeight is null ? sum : Finite(program, sum, mayBePositive: true, mayBeNegative: false));
        }

        /// <summary>The factor of σ(−z) in the gradient of a positive label, without the target and the label's own weight.</summary>
        protected Lane PositiveGradient(LaneProgram program, Lane? columnWeight) => columnWeight is { } w
            ? program.Let("scaledWeight", Finite(program, program.Multiply(w, Value("positiveGradientScale")), mayBePositive: false, mayBeNegative: true))
            : Value("positiveGradient");

        /// <summary>Writes the loss if it is wanted, and adds it and the weight to the sums.</summary>
        protected void AddLoss(LaneProgram program, Lane loss, Lane weight, Lane? isLive)
        {
            if (isLive is { } live)
            {
                loss = program.Let("liveLoss", program.Keep(live, loss));
            }

            if (losses)
            {
                program.Store("losses", loss);
            }

            AddToLosses(program, Value("lossSum"), loss, IsFloat);
            if (SumsWeights)
            {
                program.Assign(Value("weightSum"), program.Add(Value("weightSum"), weight));
            }
        }

        protected static void StoreGradient(LaneProgram program, Lane value, Lane? isLive) =>
            program.Store("gradient", isLive is { } isKept ? program.Keep(isKept, value) : value);

        public override void EmitEnd(LaneProgram program)
        {
            EndLosses(program, Value("lossSum"), "1", IsFloat);
            if (SumsWeights)
            {
                program.AddToSums("weightLanes", Value("weightSum"), "1");
            }
        }

        protected Lane Weighted(LaneProgram program, string name, Lane weight, Lane share, Lane? sampleWeight, bool isNegative = false)
        {
            var product = program.Multiply(weight, share);
            return program.Let(name, sampleWeight is { } own ? Finite(program, program.Multiply(product, own), !isNegative, isNegative) : product);
        }

        /// <summary>
        /// The largest number of its sign in place of a product of weights beyond it, because an infinite weight would make a loss of 0 NaN.
        /// </summary>
        protected Lane Finite(LaneProgram program, Lane weight, bool mayBePositive, bool mayBeNegative)
        {
            var largest = IsFloat ? float.MaxValue : double.MaxValue;
            var below = mayBePositive ? program.Min(program.Constant("LargestWeight", largest), weight) : weight;
            return mayBeNegative ? program.Max(program.Constant("LargestWeightNegated", -largest), below) : below;
        }

        protected Lane Value(string name) => _values[name];

        private void Broadcast(LaneProgram program, string name) =>
            _values[name] = program.Broadcast(name, "arguments." + char.ToUpperInvariant(name[0]) + name.Substring(1));
    }

    protected sealed class SigmoidMethod(string element) : LoopMethod("Probabilities", "σ(z).")
    {
        public override IReadOnlyList<(string Type, string Name)> Arrays => [(element, "logits"), (element, "probabilities")];

        public override bool HasSweeps => true;

        public override void EmitIteration(LaneProgram program)
        {
            var one = program.Constant("One", 1);
            var e = EmitExponentials(program, element == "float");
            var z = program.Let("z", program.Load("logits"));
            var numerator = program.Let("numerator", program.SelectBySign(z, e, one));
            program.Store("probabilities", OverOnePlus(program, "probability", numerator, e));
        }
    }
}
