using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted binary cross-entropy with logits. With e = exp(−|z|), the one exponential of a logit, softplus(s) = max(s, 0) + log1p(e) and
/// σ(s) = (s ≥ 0 ? 1 : e) / (1 + e): no difference of nearly equal numbers, so a confident, correct sample keeps its digits.
/// </summary>
internal sealed class BinaryCrossEntropyBody(string element) : BinaryBody(element)
{
    public override string Attribute => "[BinaryCrossEntropyKernel]";

    public override string Entry => "BinaryKernelEntry";

    public override string Registry => "BinaryCrossEntropyKernels";

    public override IReadOnlyList<KernelMethod> Methods =>
    [
        .. HardVariants(),
        .. PerSampleForms().Select(form => (KernelMethod)(form.Soft || form.Weights == Weights.Class
            ? new SumMethod(Element, form.Soft, form.Weights, form.Gradient, form.Losses)
            : new OwnWeightMethod(Element, form.Weights, form.Gradient, form.Losses))),
        new SigmoidMethod(Element),
    ];

    protected override string Phrase => "the weighted binary cross-entropy";

    protected override string Options => "BinaryCrossEntropyOptions";

    protected override string OptionsText => "Weights, reduction, smoothing, ignored label, threads.";

    protected override string Edge => "BinaryLoss";

    private IEnumerable<KernelMethod> HardVariants() =>
        from ignore in new[] { false, true }
        from gradient in new[] { false, true }
        select new HardMethod(Element, gradient, ignore);

    /// <summary>weight·σ(s)·(1 + e).</summary>
    private static Lane EmitNumerator(LaneProgram program, Lane s, Lane e, Lane weight) =>
        program.Let("numerator", program.Multiply(program.SelectBySign(s, e, program.Constant("One", 1)), weight));

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
        public override void EmitIteration(LaneProgram program)
        {
            var e = EmitExponentials(program, element == "float");
            program.IfNoLabelIsSet("labels", () => EmitNegatives(program, e), () => EmitMixed(program, e));
        }

        public override void EmitEnd(LaneProgram program)
        {
            AddClass(program, "positive", _sums[0], _sums[2], "arguments.PositiveWeight");
            AddClass(program, "negative", _sums[1], _sums[3], "arguments.NegativeWeight");
        }

        private void AddToLinear(LaneProgram program, int sum, Lane linear) => AddToLosses(program, _sums[sum], linear, element == "float");

        private static void AddToProduct(LaneProgram program, Lane product, Lane e) =>
            program.Assign(product, program.Add(program.MultiplyAdd(product, e, e), product));

        private void EmitNegatives(LaneProgram program, Lane e)
        {
            var z = program.Let("z", program.Load("logits"));
            AddToLinear(program, 3, program.Max(program.Zero, z));
            AddToProduct(program, _sums[1], e);
            if (gradient)
            {
                program.Store("gradient", Derivative(program, z, e, _negativeGradient));
            }
        }

        private void EmitMixed(LaneProgram program, Lane e)
        {
            var isPositive = program.IsPositive("labels");
            var z = program.Let("z", program.Load("logits"));
            var s = program.Let("s", program.NegateIf(isPositive, z));
            var linear = program.Let("linear", program.Max(program.Zero, s));
            if (ignore)
            {
                linear = program.Let("knownLinear", program.Keep(program.IsKnown("labels"), linear));
            }

            var positiveLinear = program.Let("positivePart", program.Keep(isPositive, linear));
            AddToLinear(program, 2, positiveLinear);
            AddToLinear(program, 3, program.Drop(isPositive, linear));

            var isKnown = default(Lane);
            var lossE = e;
            if (ignore)
            {
                isKnown = program.Let("isKnown", program.IsKnown("labels"));
                lossE = program.Let("knownE", program.Keep(isKnown, e));
            }

            var positiveE = program.Let("positiveE", program.Keep(isPositive, lossE));
            AddToProduct(program, _sums[0], positiveE);
            AddToProduct(program, _sums[1], program.Let("negativeE", program.Drop(isPositive, lossE)));

            if (gradient)
            {
                var weight = program.Let("weight", program.Select(isPositive, _positiveGradient, _negativeGradient));
                var value = Derivative(program, s, e, weight);
                program.Store("gradient", ignore ? program.Keep(isKnown, value) : value);
            }
        }

        /// <summary>weight·σ(s).</summary>
        private static Lane Derivative(LaneProgram program, Lane s, Lane e, Lane weight) =>
            OverOnePlus(program, "derivative", EmitNumerator(program, s, e, weight), e);

        private void AddClass(LaneProgram program, string name, Lane product, Lane linear, string weight)
        {
            var logarithm = Logarithm.OnePlus(program, product, element == "float", name + "Log");
            AddToLosses(program, linear, logarithm, element == "float");
            EndLosses(program, linear, weight, element == "float");
        }
    }

    /// <summary>
    /// Hard labels with weights of their own, one loss per label: loss = w·softplus(s) and gradient = ±w·σ(s), where s is the logit of a
    /// negative label, and minus that of a positive one. Smoothed labels are soft targets.
    /// </summary>
    private sealed class OwnWeightMethod(string element, Weights weights, bool gradient, bool losses)
        : PerSampleMethod(element, false, weights, gradient, losses)
    {
        protected override bool HasTargets => false;

        /// <remarks>With few positives, most blocks have none: the same bits for less.</remarks>
        public override void EmitIteration(LaneProgram program)
        {
            var e = EmitExponentials(program, IsFloat);
            var again = program.NextSweepLate(("e", e), ("log", Logarithm.OnePlusUnit(program, e, IsFloat)));
            program.IfNoLabelIsSet("labels", () => EmitLabels(isPositive: null), () => EmitLabels(program.IsPositive("labels")));

            void EmitLabels(Lane? isPositive)
            {
                var label = LoadHardLabel(program, isPositive);
                var (laterE, log) = (again[0](), again[1]());

                // An infinite logit costs nothing if the weight is 0; the product would be NaN.
                var product = program.Multiply(program.Max(program.Zero, label.S), label.Weight);
                var linear = program.Let("linear", program.Keep(program.IsNotZero(label.Weight), product));
                AddLoss(program, program.Let("loss", program.MultiplyAdd(label.Weight, log, linear)), label.Weight, label.IsLive);
                if (WantsGradient)
                {
                    var numerator = EmitNumerator(program, label.S, laterE, label.EmitScaled());
                    StoreGradient(program, OverOnePlus(program, "derivative", numerator, laterE), label.IsLive);
                }
            }
        }
    }

    /// <summary>
    /// One loss per label: with target y′ (smoothed), a = w⁺·y′ and b = w⁻·(1 − y′),
    /// loss = a·softplus(−z) + b·softplus(z) and gradient = −a·σ(−z) + b·σ(z), both from the same e and one division.
    /// </summary>
    private sealed class SumMethod(string element, bool soft, Weights weights, bool gradient, bool losses)
        : PerSampleMethod(element, soft, weights, gradient, losses)
    {
        private ((Lane Positive, Lane Negative) Weight, (Lane Positive, Lane Negative) Gradient)? _ofNegatives;

        public override void EmitSetup(LaneProgram program)
        {
            base.EmitSetup(program);
            if (IsByClass && program.AsksForLabels)
            {
                program.Suffix = "OfNegatives";
                var not = program.Let("notY", program.Add(Value("smoothingScale"), Value("smoothingOffset")));
                _ofNegatives = EmitShares(program, Value("smoothingOffset"), not, null, null, null);
                program.Suffix = "";
            }
        }

        /// <remarks>With few positives, most blocks have none: the same bits for less.</remarks>
        public override void EmitIteration(LaneProgram program)
        {
            var e = EmitExponentials(program, IsFloat);
            var again = program.NextSweepLate(("e", e), ("log", Logarithm.OnePlusUnit(program, e, IsFloat)));
            if (_ofNegatives is { } shares)
            {
                program.IfNoLabelIsSet("labels", () => EmitResults(program, again[0](), again[1](), shares, null, null), EmitAny);
            }
            else
            {
                EmitAny();
            }

            void EmitAny()
            {
                var (y, not, isKnown) = LoadTarget(program);
                var (sampleWeight, columnWeight, isLive) = LoadWeights(program, isKnown);
                EmitResults(program, again[0](), again[1](), EmitShares(program, y, not, sampleWeight, columnWeight, isLive), sampleWeight, isLive);
            }
        }

        /// <summary>The weights of the two classes in the loss, and in the gradient.</summary>
        private ((Lane Positive, Lane Negative) Weight, (Lane Positive, Lane Negative) Gradient) EmitShares(
            LaneProgram program, Lane y, Lane not, Lane? sampleWeight, Lane? columnWeight, Lane? isLive)
        {
            var weight = Shares(program, y, not, sampleWeight, columnWeight, isLive);
            if (!WantsGradient)
            {
                return (weight, default);
            }

            var pull = Weighted(program, "pull", PositiveGradient(program, columnWeight), y, sampleWeight, isNegative: true);
            var push = Weighted(program, "push", Value("negativeGradient"), not, sampleWeight);
            return (weight, (pull, push));
        }

        private void EmitResults(LaneProgram program, Lane e, Lane log, ((Lane Positive, Lane Negative) Weight, (Lane Positive, Lane Negative) Gradient) shares, Lane? sampleWeight, Lane? isLive)
        {
            var z = program.Let("z", program.Load("logits"));
            var size = program.Let("size", program.NegatedAbs(z));

            // An infinite logit on the side whose weight is 0 costs nothing; the product would be NaN.
            var (a, b) = shares.Weight;
            var side = program.Let("side", program.SelectBySign(z, a, b));
            var linear = program.Let("linear", program.Keep(program.IsNotZero(side), program.Multiply(size, side)));
            var both = Both(program, a, b, sampleWeight);
            AddLoss(program, program.Let("loss", program.MultiplySubtract(both, log, linear)), both, isLive);
            if (WantsGradient)
            {
                var (pull, push) = shares.Gradient;
                var whole = program.Let("whole", program.SelectBySign(z, pull, push));
                var numerator = program.Let("numerator", program.MultiplyAdd(program.SelectBySign(z, push, pull), e, whole));
                StoreGradient(program, OverOnePlus(program, "derivative", numerator, e), isLive);
            }
        }
    }
}
