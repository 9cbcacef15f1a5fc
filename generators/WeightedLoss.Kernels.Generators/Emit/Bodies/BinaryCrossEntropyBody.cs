using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted binary cross-entropy with logits. With e = exp(−|z|), the one exponential of a logit, softplus(s) = max(s, 0) + log1p(e) and
/// σ(s) = (s ≥ 0 ? 1 : e) / (1 + e): no difference of nearly equal numbers, so a confident, correct sample keeps its digits.
/// </summary>
internal sealed class BinaryCrossEntropyBody(string element) : KernelBody
{
    private const string Variant = "BinaryKernelVariant";

    public override string Attribute => "[BinaryCrossEntropyKernel]";

    public override string Interface => $"IBinaryLossKernel<{element}>";

    public override string Arguments => $"BinaryKernelArguments<{element}>";

    public override string Entry => "BinaryKernelEntry";

    public override string Registry => "BinaryCrossEntropyKernels";

    public override IReadOnlyList<KernelMethod> Methods => [.. HardVariants(), .. PerSampleVariants(), new SigmoidMethod(element)];

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
    [
        ($"public static void Run({Variant} variant, in {Arguments} arguments, ref double lossLanes, ref double weightLanes)",
            "Run(variant, in arguments, ref lossLanes, ref weightLanes)"),
        ($"public static void Probabilities(ref {element} logits, ref {element} probabilities, nuint count)",
            "Probabilities(ref logits, ref probabilities, count)"),
    ];

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
                /// <summary>The sums of the weighted binary cross-entropy, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n], or [n, columns] in row-major order.</param>
                /// <param name="labels">{{description}} One per logit.</param>
                /// <param name="options">Weights, reduction, smoothing, ignored label, threads.</param>
                /// <param name="sampleWeights">None (default), or one per logit, or one per row; finite and at least 0. A label with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per logit, not reduced.</param>
                /// <returns>Σ w·loss and what it takes to make it a mean.</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                public static global::WeightedLoss.LossSum Loss(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::WeightedLoss.BinaryLossOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    BinaryLoss.Loss<{{dispatcher}}, {{element}}, {{label}}>(logits, labels, options, sampleWeights, losses);

                /// <summary>The sums of the weighted binary cross-entropy and its gradient in one pass, and the losses one by one if wanted.</summary>
                /// <param name="logits">[n], or [n, columns] in row-major order.</param>
                /// <param name="labels">{{description}} One per logit.</param>
                /// <param name="gradient">Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.</param>
                /// <param name="options">Weights, reduction, smoothing, ignored label, threads.</param>
                /// <param name="sampleWeights">None (default), or one per logit, or one per row; finite and at least 0. A label with weight 0 has loss and gradient 0.</param>
                /// <param name="losses">Not wanted (default), or receives w·loss per logit, not reduced.</param>
                /// <returns>Σ w·loss and what it takes to make it a mean.</returns>
                /// <exception cref="global::System.ArgumentException">A length, label, target or weight is wrong, or spans share memory; nothing is written.</exception>
                public static global::WeightedLoss.LossSum LossAndGradient(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.ReadOnlySpan<{{label}}> labels,
                    global::System.Span<{{element}}> gradient,
                    global::WeightedLoss.BinaryLossOptions<{{element}}> options,
                    global::System.ReadOnlySpan<{{element}}> sampleWeights = default,
                    global::System.Span<{{element}}> losses = default) =>
                    BinaryLoss.LossAndGradient<{{dispatcher}}, {{element}}, {{label}}>(logits, labels, gradient, options, sampleWeights, losses);

                """);
        }

        writer.Lines($$"""
            /// <summary>σ(z), the probability of the positive class.</summary>
            /// <param name="logits">[n], any shape.</param>
            /// <param name="probabilities">One element per logit; the memory of the logits, or apart from it.</param>
            /// <exception cref="global::System.ArgumentException">The lengths differ, or the spans overlap in part; nothing is written.</exception>
            public static void Probabilities(global::System.ReadOnlySpan<{{element}}> logits, global::System.Span<{{element}}> probabilities) =>
                BinaryLoss.Probabilities<{{dispatcher}}, {{element}}>(logits, probabilities);

            """);
    }

    /// <summary>
    /// numerator / (1 + e) for e in [0, 1], as numerator − numerator·(e / (1 + e)): for small e the quotient's errors, and above all that
    /// of the rounded 1 + e, do not count. Dividing the numerator itself reached 2.4 ulp in float, this stays below 2.
    /// </summary>
    internal static Lane OverOnePlus(LaneProgram program, string name, Lane numerator, Lane e)
    {
        var share = program.Let("share", program.Divide(e, program.Add(program.Constant("One", 1), e)));
        return program.Let(name, program.NegatedMultiplyAdd(numerator, share, numerator));
    }

    private IEnumerable<KernelMethod> HardVariants() =>
        from ignore in new[] { false, true }
        from gradient in new[] { false, true }
        select new HardMethod(element, gradient, ignore);

    private IEnumerable<KernelMethod> PerSampleVariants() =>
        from soft in new[] { false, true }
        from weights in new[] { Weights.Class, Weights.Sample, Weights.SampleAndColumn }
        from losses in new[] { false, true }
        from gradient in new[] { false, true }
        select new PerSampleMethod(element, soft, weights, gradient, losses);

    private enum Weights
    {
        Class,
        Sample,
        SampleAndColumn,
    }

    private abstract class VariantMethod(IReadOnlyList<string> flags, string summary) : LoopMethod(string.Concat(flags), summary), ISummed
    {
        public IReadOnlyList<string> Flags => flags;

        protected static IReadOnlyList<string> Combine(params (string Flag, bool IsSet)[] flags) =>
            [.. flags.Where(flag => flag.IsSet).Select(flag => flag.Flag)];
    }

    /// <summary>
    /// Hard labels that are weighted by class only. Σ log1p(eᵢ) needs no logarithm per label: Q with 1 + Q = Π(1 + eᵢ) is kept per lane
    /// and class, Q ← fma(Q, e, e) + Q, which also keeps the relative accuracy of small losses, and one log1p(Q) ends a run.
    /// </summary>
    private sealed class HardMethod(string element, bool gradient, bool ignore)
        : VariantMethod(Combine(("HardSum", !gradient && !ignore), ("Gradient", gradient), ("Ignore", ignore)), "Hard labels, weights by class.")
    {
        private readonly Lane[] _sums = new Lane[4];
        private Lane _positiveGradient;
        private Lane _negativeGradient;

        public override IReadOnlyList<(string Type, string Name)> Arrays => gradient
            ? [(element, "logits"), ("byte", "labels"), (element, "gradient")]
            : [(element, "logits"), ("byte", "labels")];

        public override void EmitSetup(LaneProgram program)
        {
            if (gradient)
            {
                _positiveGradient = program.Broadcast("positiveGradient", "arguments.PositiveGradient");
                _negativeGradient = program.Broadcast("negativeGradient", "arguments.NegativeGradient");
            }
        }

        public override void EmitStart(LaneProgram program)
        {
            _sums[0] = program.Let("positiveProduct", program.Zero);
            _sums[1] = program.Let("negativeProduct", program.Zero);
            _sums[2] = program.Let("positiveLinear", program.Zero);
            _sums[3] = program.Let("negativeLinear", program.Zero);
        }

        /// <remarks>
        /// With few positives, most blocks have none. They skip what would add 0 to the sums of the positives: the same bits for less.
        /// </remarks>
        public override void EmitIteration(LaneProgram program) =>
            program.IfNoLabelIsSet("labels", () => EmitNegatives(program), () => EmitMixed(program));

        public override void EmitEnd(LaneProgram program)
        {
            AddClass(program, "positive", _sums[0], _sums[2], "arguments.PositiveWeight");
            AddClass(program, "negative", _sums[1], _sums[3], "arguments.NegativeWeight");
        }

        private static void AddToProduct(LaneProgram program, Lane product, Lane e) =>
            program.Assign(product, program.Add(program.MultiplyAdd(product, e, e), product));

        private void EmitNegatives(LaneProgram program)
        {
            var z = program.Let("z", program.Load("logits"));
            program.Assign(_sums[3], program.Add(_sums[3], program.Max(program.Zero, z)));
            var e = EmitExponential(program, z);
            AddToProduct(program, _sums[1], e);
            if (gradient)
            {
                program.Store("gradient", Derivative(program, z, e, _negativeGradient));
            }
        }

        private void EmitMixed(LaneProgram program)
        {
            var isPositive = program.IsPositive("labels");
            var z = program.Let("z", program.Load("logits"));
            var s = program.Let("s", program.NegateIf(isPositive, z));

            // Before the exponential, so that nothing of it waits in a register meanwhile.
            var linear = program.Let("linear", program.Max(program.Zero, s));
            if (ignore)
            {
                linear = program.Let("knownLinear", program.Keep(program.IsKnown("labels"), linear));
            }

            var positiveLinear = program.Let("positivePart", program.Keep(isPositive, linear));
            program.Assign(_sums[2], program.Add(_sums[2], positiveLinear));
            program.Assign(_sums[3], program.Add(_sums[3], program.Drop(isPositive, linear, positiveLinear)));

            var e = EmitExponential(program, z);
            var isKnown = default(Lane);
            var lossE = e;
            if (ignore)
            {
                isKnown = program.Let("isKnown", program.IsKnown("labels"));
                lossE = program.Let("knownE", program.Keep(isKnown, e));
            }

            var positiveE = program.Let("positiveE", program.Keep(isPositive, lossE));
            AddToProduct(program, _sums[0], positiveE);
            AddToProduct(program, _sums[1], program.Let("negativeE", program.Drop(isPositive, lossE, positiveE)));

            if (gradient)
            {
                var weight = program.Let("weight", program.Select(isPositive, _positiveGradient, _negativeGradient));
                var value = Derivative(program, s, e, weight);
                program.Store("gradient", ignore ? program.Keep(isKnown, value) : value);
            }
        }

        private Lane EmitExponential(LaneProgram program, Lane z)
        {
            var t = program.Let("t", program.NegatedAbs(z));
            return program.Let("e", Exponential.OfNonPositive(program, t, element == "float"));
        }

        /// <summary>weight·σ(s).</summary>
        private static Lane Derivative(LaneProgram program, Lane s, Lane e, Lane weight)
        {
            var top = program.SelectBySign(s, e, program.Constant("One", 1));
            return OverOnePlus(program, "derivative", program.Let("numerator", program.Multiply(top, weight)), e);
        }

        private void AddClass(LaneProgram program, string name, Lane product, Lane linear, string weight)
        {
            var logarithm = Logarithm.OnePlus(program, product, element == "float", name + "Log");
            program.AddToSums("lossLanes", program.Let(name + "Loss", program.Add(linear, logarithm)), weight);
        }
    }

    /// <summary>
    /// One loss per label: with target y′ (smoothed), a = w⁺·y′ and b = w⁻·(1 − y′),
    /// loss = a·softplus(−z) + b·softplus(z) and gradient = −a·σ(−z) + b·σ(z), both from the same e and one division.
    /// </summary>
    private sealed class PerSampleMethod(string element, bool soft, Weights weights, bool gradient, bool losses)
        : VariantMethod(
            Combine(
                ("PerSample", true),
                ("Soft", soft),
                ("SampleWeights", weights != Weights.Class),
                ("PositiveWeights", weights == Weights.SampleAndColumn),
                ("Losses", losses),
                ("Gradient", gradient)),
            $"{(soft ? "Soft targets" : "Hard labels")}, one loss per label.")
    {
        private readonly Dictionary<string, Lane> _values = [];

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
            Broadcast(program, "smoothingScale");
            Broadcast(program, "smoothingOffset");
            Broadcast(program, "negativeWeight");
            if (weights != Weights.SampleAndColumn)
            {
                Broadcast(program, "positiveWeight");
            }

            if (gradient)
            {
                Broadcast(program, "negativeGradient");
                Broadcast(program, weights == Weights.SampleAndColumn ? "positiveGradientScale" : "positiveGradient");
            }
        }

        public override void EmitStart(LaneProgram program)
        {
            _values["lossSum"] = program.Let("lossSum", program.Zero);
            _values["weightSum"] = program.Let("weightSum", program.Zero);
        }

        public override void EmitIteration(LaneProgram program)
        {
            var isFloat = element == "float";
            var one = program.Constant("One", 1);

            // First what takes many registers, then what comes from memory.
            var z = program.Let("z", program.Load("logits"));
            var t = program.Let("t", program.NegatedAbs(z));
            var e = program.Let("e", Exponential.OfNonPositive(program, t, isFloat));
            var log = program.Let("log", Logarithm.OnePlusUnit(program, e, isFloat));

            var isLive = default(Lane?);
            var y = default(Lane);
            if (soft)
            {
                y = program.Load("targets");
            }
            else
            {
                y = program.Let("label", program.Keep(program.IsPositive("labels"), one));
                isLive = program.Let("isKnown", program.IsKnown("labels"));
            }

            y = program.Let("y", program.MultiplyAdd(y, _values["smoothingScale"], _values["smoothingOffset"]));
            var not = program.Let("notY", program.Subtract(one, y));
            var sampleWeight = default(Lane?);
            if (weights != Weights.Class)
            {
                var loaded = program.Let("sampleWeight", program.Load("sampleWeights"));
                sampleWeight = isLive is { } known ? program.Let("liveWeight", program.Keep(known, loaded)) : loaded;
                isLive = program.Let("isLive", program.IsNotZero(sampleWeight.Value));
            }

            var columnWeight = default(Lane?);
            if (weights == Weights.SampleAndColumn)
            {
                columnWeight = program.Let("columnWeight", program.Load("positiveWeights"));
            }

            var a = Weighted(program, "a", columnWeight ?? Value("positiveWeight"), y, sampleWeight);
            var b = Weighted(program, "b", Value("negativeWeight"), not, sampleWeight);
            if (sampleWeight is null && isLive is { } isLabel)
            {
                a = program.Let("liveA", program.Keep(isLabel, a));
                b = program.Let("liveB", program.Keep(isLabel, b));
            }

            // An infinite logit on the side whose weight is 0 costs nothing; the product would be NaN.
            var side = program.Let("side", program.SelectBySign(z, a, b));
            var linear = program.Let("linear", program.Keep(program.IsNotZero(side), program.Multiply(t, side)));
            var both = program.Let("both", program.Add(a, b));
            var loss = program.Let("loss", program.MultiplySubtract(both, log, linear));
            if (isLive is { } live)
            {
                loss = program.Let("liveLoss", program.Keep(live, loss));
            }

            if (losses)
            {
                program.Store("losses", loss);
            }

            program.Assign(Value("lossSum"), program.Add(Value("lossSum"), loss));
            program.Assign(Value("weightSum"), program.Add(Value("weightSum"), both));
            if (gradient)
            {
                var scaled = columnWeight is { } w ? program.Let("scaledWeight", program.Multiply(w, Value("positiveGradientScale"))) : Value("positiveGradient");
                var pull = Weighted(program, "pull", scaled, y, sampleWeight);
                var push = Weighted(program, "push", Value("negativeGradient"), not, sampleWeight);
                var whole = program.Let("whole", program.SelectBySign(z, pull, push));
                var numerator = program.Let("numerator", program.MultiplyAdd(program.SelectBySign(z, push, pull), e, whole));
                var value = OverOnePlus(program, "derivative", numerator, e);
                program.Store("gradient", isLive is { } isKept ? program.Keep(isKept, value) : value);
            }
        }

        public override void EmitEnd(LaneProgram program)
        {
            program.AddToSums("lossLanes", Value("lossSum"), "1");
            program.AddToSums("weightLanes", Value("weightSum"), "1");
        }

        private static Lane Weighted(LaneProgram program, string name, Lane weight, Lane share, Lane? sampleWeight)
        {
            var product = program.Multiply(weight, share);
            return program.Let(name, sampleWeight is { } own ? program.Multiply(product, own) : product);
        }

        private Lane Value(string name) => _values[name];

        private void Broadcast(LaneProgram program, string name) =>
            _values[name] = program.Broadcast(name, "arguments." + char.ToUpperInvariant(name[0]) + name.Substring(1));
    }

    private sealed class SigmoidMethod(string element) : LoopMethod("Probabilities", "σ(z).")
    {
        public override IReadOnlyList<(string Type, string Name)> Arrays => [(element, "logits"), (element, "probabilities")];

        public override void EmitIteration(LaneProgram program)
        {
            var one = program.Constant("One", 1);
            var z = program.Let("z", program.Load("logits"));
            var t = program.Let("t", program.NegatedAbs(z));
            var e = program.Let("e", Exponential.OfNonPositive(program, t, element == "float"));
            var numerator = program.Let("numerator", program.SelectBySign(z, e, one));
            program.Store("probabilities", OverOnePlus(program, "probability", numerator, e));
        }
    }
}
