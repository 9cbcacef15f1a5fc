using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Weighted focal loss of the sigmoid. With s = −z for a positive label and z for a negative one, q = σ(s), p = σ(−s) and
/// L = softplus(s), the loss is q^γ·L and its derivative by s is q^γ·(γ·p·L + q): no division by q, so nothing is singular for γ below 1.
/// (1 − p as a difference would lose the digits of a confident, correct sample.) γ = 0 never comes here: it is cross-entropy.
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="gamma">γ; null where it is given at run time.</param>
internal sealed class SigmoidFocalBody(string element, double? gamma) : BinaryBody(element)
{
    public override string Attribute => "[SigmoidFocalKernel]";

    public override string Entry => "SigmoidFocalKernelEntry";

    public override string Registry => "SigmoidFocalKernels";

    public override string Facade => "SigmoidFocal";

    /// <remarks>
    /// Soft targets always have weights of their own, 1 if need be: the two powers cost so much more than these. For targets that are mixed into
    /// one probability there is one method, for any γ: what a call doesn't have is 1, or memory that nobody reads.
    /// </remarks>
    public override IReadOnlyList<KernelMethod> Methods =>
    [
        .. PerSampleForms().Where(form => !form.Soft || form.Weights != Weights.Class).Select(form => form.Soft
            ? (KernelMethod)new SoftMethod(Element, gamma, form.Weights, form.Gradient, form.Losses)
            : new HardMethod(Element, gamma, form.Weights, form.Gradient, form.Losses)),
        .. gamma is null ? new KernelMethod[] { new MixedMethod(Element) } : [],
        new SigmoidMethod(Element),
    ];

    protected override string Phrase => "the weighted focal loss";

    protected override string Options => "SigmoidFocalOptions";

    protected override string OptionsText => "γ, weights, reduction, smoothing, form of soft targets, ignored label, threads.";

    protected override string Edge => "SigmoidFocalLoss";

    public override string EntryArguments(KernelId kernel) => kernel.Gamma is { } value ? ", " + Dialect.For(kernel).Literal(value) : "";

    /// <summary>γ chooses the kernel; one for γ at run time serves the others.</summary>
    public override void EmitFacade(IndentedWriter writer, IReadOnlyList<KernelId> kernels)
    {
        var others = DispatcherOr("AnyGamma", kernels, kernel => kernel.Gamma is null);
        foreach (var (signature, call) in Dispatched)
        {
            writer.Line("/// <inheritdoc/>");
            writer.Open(signature);
            if (signature.Contains(" arguments"))
            {
                foreach (var kernel in kernels.Where(kernel => kernel.Gamma is not null))
                {
                    writer.Open($"if (arguments.Gamma == {Dialect.For(kernel).Literal(kernel.Gamma!.Value)} && (variant & BinaryKernelVariant.Mixed) == 0)");
                    writer.Line($"{kernel.DispatcherName}.{call};");
                    writer.Line("return;");
                    writer.Close();
                    writer.Line();
                }
            }

            writer.Line($"{others}.{call};");
            writer.Close();
            writer.Line();
        }
    }

    /// <summary>
    /// Logits so far from 0 that q^γ·L of the right class, in float, or what its roundings are, would be below the smallest normal number, for
    /// which a processor takes a hundred times as long (γ = 2 and |z| from 23 on: 10 to 35 times the time; γ = 1.5 at run time and |z| from 28
    /// on: 6 to 20 times; AVX2, Intel Xeon, family 6, model 207). There the power is larger, because it is made of a larger q or is multiplied,
    /// and other factors are smaller in turn, by powers of two, which changes no bit of a normal number; and where the loss of weight 1 would be
    /// well below it, e or the power is 0.
    /// </summary>
    private sealed class Far
    {
        private readonly double? _gamma;

        /// <summary>log₂ of what q or the power is multiplied with; for q even, because a power may have a root.</summary>
        private readonly int _exponent;

        /// <param name="program">Receives what the methods expect.</param>
        /// <param name="gamma">γ; null if it is given at run time.</param>
        public Far(LaneProgram program, double? gamma)
        {
            _gamma = gamma;
            _exponent = Power.HasProducts(gamma) ? System.Math.Min(60, 2 * (int)(32 / gamma!.Value)) : 60;
            Near = gamma is { } constant ? program.Constant("NearE", FocalLimits.NearE(constant)) : program.Broadcast("nearE", "arguments.NearE");
        }

        /// <summary>
        /// The least e that is near, <see cref="FocalLimits.NearE"/>: all of a tile are near if and only if the bits that they have in common
        /// include all of its bits.
        /// </summary>
        public Lane Near { get; }

        /// <summary>Whether some of the e whose common bits are seen are far.</summary>
        public string AnyIn(LaneProgram program, Lane seen) => program.Any(program.IsGreater(Near, program.AndBits(seen, Near)));

        /// <summary>e, or 0 by <see cref="FocalLimits.LeastE"/>.</summary>
        public TwoPart EmitE(LaneProgram program, TwoPart e)
        {
            var least = _gamma is { } gamma
                ? program.Constant("LeastE", FocalLimits.LeastE(gamma, Power.HasProducts(gamma)))
                : program.Broadcast("leastE", "arguments.LeastE");
            var isLost = program.Let("isLost", program.IsGreater(least, e.High));
            return new(program.Let("keptE", program.Drop(isLost, e.High)), program.Let("keptELow", program.Drop(isLost, e.Low)));
        }

        /// <summary>
        /// The factor of q, or of the power where it has no products, and what takes it back: a factor for weights and one for what is
        /// multiplied with them, because a small weight might lose digits under the whole of it.
        /// </summary>
        /// <param name="program">The program.</param>
        /// <param name="e">e.</param>
        /// <param name="s">The side: the right class has it negative; null if the class is the right one.</param>
        public (Lane? Scale, Lane? OfWeight, Lane? OfTerm) EmitScales(LaneProgram program, Lane e, Lane? s)
        {
            var isFar = program.IsGreater(Near, e);
            isFar = program.Let("isFar", s is { } side ? program.Both(isFar, program.IsGreater(program.Zero, side)) : isFar);
            var one = program.Constant("One", 1);
            var whole = (int)(_exponent * (Power.HasProducts(_gamma) ? _gamma!.Value : 1));
            var half = whole / 2;
            return (Factor("scale", _exponent), Factor("ofWeight", -half), Factor("ofTerm", half - whole));

            Lane Factor(string name, int exponent) => program.Let(
                name, program.Select(isFar, program.Constant($"Far{(exponent < 0 ? "Less" : "More")}{System.Math.Abs(exponent)}", System.Math.Pow(2, exponent)), one));
        }
    }

    /// <summary>The loss of weight 1 of one class, and its derivative by s.</summary>
    private readonly struct Term(Lane loss, Lane slope)
    {
        public Lane Loss { get; } = loss;

        public Lane Slope { get; } = slope;
    }

    /// <summary>exp(−|z|), and log1p of its high part, with a low part where it counts.</summary>
    private readonly struct Parts(TwoPart e, Lane log, Lane? logLow)
    {
        public TwoPart E { get; } = e;

        public Lane Log { get; } = log;

        public Lane? LogLow { get; } = logLow;
    }

    private abstract class FocalMethod(string element, double? gamma, bool soft, Weights weights, bool gradient, bool losses)
        : PerSampleMethod(element, soft, weights, gradient, losses)
    {
        private Power.Exponent _gamma;

        /// <summary>The form of the arithmetic for far logits; null if they need none.</summary>
        private Far? _far;

        /// <summary>The bits that the e of all blocks so far have in common.</summary>
        private Lane _seen;

        protected bool HasProducts => Power.HasProducts(gamma);

        /// <summary>Whether products have so many factors that 4 ulp leave less room: more of what roundings lose is kept.</summary>
        private bool HasManyFactors => HasProducts && gamma > 2;

        public override void EmitSetup(LaneProgram program)
        {
            base.EmitSetup(program);
            if (IsFloat)
            {
                _far = new(program, gamma);
                if (!program.IsAlone)
                {
                    _seen = program.Let("seen", _far.Near);
                }
            }

            if (gamma is null)
            {
                _gamma = new(
                    program.Broadcast("gamma", "arguments.Gamma"),
                    program.Broadcast("gammaNegated", "arguments.GammaNegated"),
                    program.Broadcast("gammaLimit", "arguments.GammaLimit"));
            }
        }

        /// <summary>
        /// Emits the sweep over e = exp(−|z|) and, unless float has products for the power, the one over log1p of its high part, and the rest of
        /// the iteration: once more for far logits, if they need it.
        /// </summary>
        /// <param name="program">The program.</param>
        /// <param name="emitRest">Receives what emits these parts where it is called, and the form for far logits or null.</param>
        protected void EmitSweeps(LaneProgram program, Action<Func<Parts>, Far?> emitRest)
        {
            var t = program.Let("t", program.NegatedAbs(program.Load("logits")));
            var e = Exponential.TwoPartOfNonPositive(program, t, IsFloat, keepsMore: HasManyFactors);
            if (_far is not { } farForm)
            {
                var next = program.NextSweepLate(("e", e.High), ("eLow", e.Low));
                EmitLogarithmSweep(next, null);
                return;
            }

            var seen = e.High;
            if (!program.IsAlone)
            {
                seen = _seen;
                program.Assign(seen, program.AndBits(seen, e.High));
            }

            program.NextSweepLate(
                farForm.AnyIn(program, seen), again => EmitForm(again, farForm), again => EmitForm(again, null), ("e", e.High), ("eLow", e.Low));

            void EmitForm(Func<Lane>[] again, Far? far)
            {
                if (HasProducts)
                {
                    emitRest(() => Load(again, far), far);
                }
                else
                {
                    EmitLogarithmSweep(again, far);
                }
            }

            // A sweep of its own for the logarithm's chain: 0.94 of the time in double, and before the second exponential that a power takes in
            // float 0.96 (AVX2, Intel Xeon, family 6, model 207).
            void EmitLogarithmSweep(Func<Lane>[] again, Far? far)
            {
                if (program.IsAlone)
                {
                    emitRest(() => Load(again, far), far);
                    return;
                }

                var e = Loaded(again, far);
                var log = EmitLog(program, e.High);
                if (log.Low is { } low)
                {
                    var last = program.NextSweepLate(("e", e.High), ("eLow", e.Low), ("log", log.High), ("logLow", low));
                    emitRest(() => new(new(last[0](), last[1]()), last[2](), last[3]()), far);
                }
                else
                {
                    var last = program.NextSweepLate(("e", e.High), ("eLow", e.Low), ("log", log.High));
                    emitRest(() => new(new(last[0](), last[1]()), last[2](), null), far);
                }
            }

            // The chains of both registers begin before what waits for them.
            Parts Load(Func<Lane>[] again, Far? far)
            {
                var loaded = Loaded(again, far);
                var log = EmitLog(program, loaded.High);
                program.Flush();
                return new(loaded, log.High, log.Low);
            }

            TwoPart Loaded(Func<Lane>[] again, Far? far)
            {
                var loaded = new TwoPart(again[0](), again[1]());
                return far is null ? loaded : far.EmitE(program, loaded);
            }
        }

        /// <summary>A value times a factor, if there is one.</summary>
        protected static Lane Scaled(LaneProgram program, Lane value, Lane? factor) => factor is { } scale ? program.Multiply(value, scale) : value;

        /// <summary>log1p(e): in two parts for the power as an exponential, which multiplies its error by γ, and for many factors.</summary>
        private (Lane High, Lane? Low) EmitLog(LaneProgram program, Lane e)
        {
            if (HasProducts && !HasManyFactors)
            {
                return (program.Let("log", Logarithm.OnePlusUnit(program, e, IsFloat)), null);
            }

            var log = Logarithm.TwoPartOnePlusUnit(program, e, IsFloat);
            return (log.High, log.Low);
        }

        /// <summary>log(1 + exp(−|z|)). The derivative of log1p carries the low part of e over.</summary>
        protected static (Lane High, Lane? Low) EmitWholeLog(LaneProgram program, Parts parts, SigmoidParts sigmoid) => (
            parts.Log,
            parts.LogLow is { } low ? program.Let("logRest", program.MultiplyAdd(parts.E.Low, sigmoid.Reciprocal, low)) : null);

        /// <summary>A class whose s is given by its parts.</summary>
        /// <param name="program">The program.</param>
        /// <param name="log">log1p(exp(−|s|)).</param>
        /// <param name="q">σ(s).</param>
        /// <param name="p">σ(−s).</param>
        /// <param name="above">max(s, 0); null if it is 0.</param>
        /// <param name="below">max(−s, 0); null if it is 0. Needed without products.</param>
        /// <param name="weight">Of the loss.</param>
        /// <param name="isCounted">Whether the weight is known to be other than 0.</param>
        /// <param name="scale">A factor of q in the power, or of the power where it has no products; null for none.</param>
        protected Term EmitTerm(
            LaneProgram program,
            (Lane High, Lane? Low) log,
            TwoPart q,
            Func<Lane> p,
            Lane? above,
            Lane? below,
            Lane weight,
            bool isCounted = false,
            Lane? scale = null)
        {
            var exponent = gamma is { } constant && !HasProducts ? Power.Constant(program, constant, IsFloat) : _gamma;
            var whole = log.High;
            var bounded = whole;
            if (above is { } linear)
            {
                // An infinite logit costs nothing if the weight is 0; the product would be NaN.
                var softplus = program.Let("softplus", program.Add(linear, log.High));
                bounded = program.Let("bounded", Exponential.Bounded(program, softplus, IsFloat));
                whole = isCounted
                    ? softplus
                    : program.Let("whole", program.Max(program.Keep(program.IsNotZero(weight), softplus), bounded));
            }

            if (HasProducts)
            {
                var factor = scale is null ? q : new TwoPart(program.Let("scaledQ", Scaled(program, q.High, scale)), Scaled(program, q.Low, scale));
                var product = program.Let("power", Power.OfProducts(program, factor, gamma!.Value, IsFloat));
                var focal = program.Let("focal", log.Low is { } more
                    ? program.MultiplyAdd(product, whole, program.Multiply(product, more))
                    : program.Multiply(product, whole));
                return WantsGradient ? new(focal, EmitSlope(program, q, p(), log.Low, bounded, product)) : new(focal, default);
            }

            // −log q = softplus(−s).
            var logLow = log.Low!.Value;
            var minusLog = new TwoPart(log.High, logLow);
            if (below is { } distance)
            {
                var near = program.Let("near", Exponential.Bounded(program, distance, IsFloat));
                var sum = TwoPart.Sum(program, "minusLog", near, log.High);
                minusLog = new(sum.High, program.Let("minusLogRest", program.Add(sum.Low, logLow)));
            }

            var power = Power.OfLogarithm(program, minusLog, exponent, IsFloat);
            if (scale is not null)
            {
                power = program.Let("scaledPower", Scaled(program, power, scale));
            }

            var loss = program.Let("focal", program.MultiplyAdd(power, whole, program.Multiply(power, logLow)));
            return WantsGradient ? new(loss, EmitSlope(program, q, p(), logLow, bounded, exponent, power)) : new(loss, default);
        }

        /// <summary>q^γ·(γ·p·L + q) for a power with products: 4 ulp have room for the roundings of each of these.</summary>
        private Lane EmitSlope(LaneProgram program, TwoPart q, Lane p, Lane? logLow, Lane bounded, Lane power)
        {
            // An addition is not tied to the two units that multiply.
            var factor = program.Let("factor", gamma switch
            {
                1 => p,
                2 => program.Add(p, p),
                { } value => program.Multiply(program.Constant("Gamma", value), p),
                null => throw new InvalidOperationException("A γ at run time has no products."),
            });
            var lost = logLow is { } low ? program.MultiplyAdd(factor, low, q.Low) : q.Low;
            var inner = program.Let("inner", program.MultiplyAdd(factor, bounded, program.Add(q.High, lost)));
            return program.Let("slope", program.Multiply(power, inner));
        }

        /// <summary>
        /// The same for a power as an exponential, whose error leaves no room: all that a rounding lost is added up first, and only the last step
        /// rounds at the scale of the result.
        /// </summary>
        private Lane EmitSlope(LaneProgram program, TwoPart q, Lane p, Lane logLow, Lane bounded, Power.Exponent exponent, Lane power)
        {
            var value = gamma is { } constant ? program.Constant("Gamma", constant) : exponent.Value;
            var factor = program.Let("factor", program.Multiply(value, p));
            var factorLow = program.Let("factorLow", program.MultiplySubtract(value, p, factor));
            var lost = program.Let("lost", program.MultiplyAdd(factorLow, bounded, program.MultiplyAdd(factor, logLow, q.Low)));

            // q less the sum is exact where q is the larger part; where it is not, its rounding counts little.
            var inner = program.Let("inner", program.MultiplyAdd(factor, bounded, q.High));
            var remainder = program.Let("remainder", program.Subtract(q.High, inner));
            var rest = program.Let("innerRest", program.Add(program.MultiplyAdd(factor, bounded, remainder), lost));
            return program.Let("slope", program.MultiplyAdd(power, inner, program.Multiply(power, rest)));
        }
    }

    /// <summary>A hard label has one class, so one power.</summary>
    private sealed class HardMethod(string element, double? gamma, Weights weights, bool gradient, bool losses)
        : FocalMethod(element, gamma, false, weights, gradient, losses)
    {
        protected override bool HasTargets => false;

        public override void EmitSetup(LaneProgram program)
        {
            base.EmitSetup(program);
            if (IsByClass && program.AsksForLabels)
            {
                program.Line("var countsNegatives = arguments.NegativeWeight != 0;");
            }
        }

        /// <remarks>
        /// With few positives, most blocks have none: the same bits for less. Where negatives have a weight, theirs need not be asked for either.
        /// </remarks>
        public override void EmitIteration(LaneProgram program)
        {
            EmitSweeps(program, (load, far) =>
            {
                if (far is not null)
                {
                    EmitLabels(program, load(), program.IsPositive("labels"), far);
                    return;
                }

                program.IfNoLabelIsSet(
                    "labels",
                    () => EmitLabels(program, load(), isPositive: null),
                    () => EmitLabels(program, load(), program.IsPositive("labels")),
                    IsByClass ? "countsNegatives" : null);
            });
        }

        /// <param name="program">The program.</param>
        /// <param name="parts">Of e.</param>
        /// <param name="isPositive">Null if all labels are 0.</param>
        /// <param name="far">The form for far logits; null for the other one.</param>
        private void EmitLabels(LaneProgram program, Parts parts, Lane? isPositive, Far? far = null)
        {
            var label = LoadHardLabel(program, isPositive);
            var (s, weight) = (label.S, label.Weight);
            var above = program.Let("above", program.Max(program.Zero, s));
            var below = HasProducts ? default(Lane?) : program.Let("below", program.Max(program.Zero, program.Subtract(program.Zero, s)));
            var sigmoid = new SigmoidParts(program, parts.E, IsFloat);
            var log = EmitWholeLog(program, parts, sigmoid);
            var q = sigmoid.EmitOfSign(s, above);

            var (scale, ofWeight, ofTerm) = far is null ? default : far.EmitScales(program, parts.E.High, s);
            var term = EmitTerm(program, log, q, () => sigmoid.EmitOther(q), above, below, weight, isPositive is null && IsByClass, scale);
            var loss = program.Let("loss", program.Multiply(Scaled(program, weight, ofWeight), Scaled(program, term.Loss, ofTerm)));
            AddLoss(program, loss, weight, label.IsLive);
            if (WantsGradient)
            {
                var value = program.Multiply(Scaled(program, label.EmitScaled(), ofWeight), Scaled(program, term.Slope, ofTerm));
                StoreGradient(program, program.Let("derivative", value), label.IsLive);
            }
        }
    }

    /// <summary>
    /// A soft target is a share y of the positive class and 1 − y of the negative one. One of them has s = |z|, the other s = −|z|.
    /// </summary>
    private sealed class SoftMethod(string element, double? gamma, Weights weights, bool gradient, bool losses)
        : FocalMethod(element, gamma, true, weights, gradient, losses)
    {
        public override void EmitIteration(LaneProgram program)
        {
            EmitSweeps(program, (load, far) => EmitTargets(program, load(), far));
        }

        private void EmitTargets(LaneProgram program, Parts parts, Far? far)
        {
            var sigmoid = new SigmoidParts(program, parts.E, IsFloat);
            var log = EmitWholeLog(program, parts, sigmoid);
            var (small, large) = (sigmoid.EmitSmall(), sigmoid.EmitLarge());

            // −0 becomes 0: which side is the wrong one may not depend on how an instruction set asks for a sign.
            var z = program.Let("z", program.Add(program.Load("logits"), program.Zero));
            var size = program.Let("size", program.Subtract(program.Zero, program.NegatedAbs(z)));

            var (y, not, isKnown) = LoadTarget(program);
            var (sampleWeight, columnWeight, isLive) = LoadWeights(program, isKnown);
            var (a, b) = Shares(program, y, not, sampleWeight, columnWeight, isLive);
            var wrongShare = program.Let("wrongShare", program.SelectBySign(z, a, b));
            var rightShare = program.Let("rightShare", program.SelectBySign(z, b, a));

            // As hard labels have it.
            var wrong = EmitTerm(program, log, large, () => sigmoid.EmitOther(large), size, null, wrongShare);
            program.Suffix = "Right";
            var (scale, ofWeight, ofTerm) = far is null ? default : far.EmitScales(program, parts.E.High, s: null);
            var right = EmitTerm(program, log, small, () => sigmoid.EmitOther(small), null, size, rightShare, scale: scale);
            program.Suffix = "";

            var wrongLoss = program.Let("wrongLoss", program.Multiply(wrongShare, wrong.Loss));
            var loss = program.Let("loss", program.MultiplyAdd(Scaled(program, rightShare, ofWeight), Scaled(program, right.Loss, ofTerm), wrongLoss));
            AddLoss(program, loss, Both(program, a, b, sampleWeight), isLive);
            if (WantsGradient)
            {
                var pull = Weighted(program, "pull", PositiveGradient(program, columnWeight), y, sampleWeight, isNegative: true);
                var push = Weighted(program, "push", Value("negativeGradient"), not, sampleWeight);
                var wrongSlope = program.Let("wrongSlope", program.Multiply(program.SelectBySign(z, pull, push), wrong.Slope));
                var value = program.MultiplyAdd(
                    Scaled(program, program.SelectBySign(z, push, pull), ofWeight), Scaled(program, right.Slope, ofTerm), wrongSlope);
                StoreGradient(program, program.Let("derivative", value), isLive);
            }
        }
    }

    /// <summary>
    /// Soft targets mixed into one probability p_t = y·p + (1 − y)·(1 − p) with q = 1 − p_t, and one cross-entropy B of y: with
    /// w = w⁺·y + w⁻·(1 − y), loss = w·q^γ·B and ∂/∂z = w·q^γ·(γ·(1 − 2y)·p·(1 − p)/q·B + p − y). Without a difference of nearly equal numbers:
    /// let a = 1 − y and b = y for z ≥ 0, a = y and b = 1 − y for z below 0, e = exp(−|z|) and n = a + b·e. Then q = n/(1 + e),
    /// B = log1p(e) + a·|z|, and ∂/∂z = ±w·q^γ·(γ·(a − b)·e/n·B + a − b·e)/(1 + e) with the sign of z.
    /// </summary>
    private sealed class MixedMethod(string element)
        : PerSampleMethod(element, soft: true, Weights.SampleAndColumn, gradient: true, losses: true, mixed: true)
    {
        private Power.Exponent _gamma;

        public override void EmitSetup(LaneProgram program)
        {
            base.EmitSetup(program);
            _gamma = new(
                program.Broadcast("gamma", "arguments.Gamma"),
                program.Broadcast("gammaNegated", "arguments.GammaNegated"),
                program.Broadcast("gammaLimit", "arguments.GammaLimit"));
        }

        public override void EmitIteration(LaneProgram program)
        {
            var e = EmitExponentials(program, IsFloat);
            var one = program.Constant("One", 1);

            // −0 becomes 0, as for targets by class.
            var z = program.Let("z", program.Add(program.Load("logits"), program.Zero));
            var (y, not, isKnown) = LoadTarget(program);
            var (sampleWeight, columnWeight, isLive) = LoadWeights(program, isKnown);
            var (positive, negative) = Shares(program, y, not, sampleWeight, columnWeight, isLive);
            var weight = Both(program, positive, negative, sampleWeight);
            var wrong = program.Let("wrong", program.SelectBySign(z, y, not));
            var right = program.Let("right", program.SelectBySign(z, not, y));

            var mixed = program.Let("mixed", program.MultiplyAdd(right, e, wrong));
            var log = Logarithm.TwoPartOnePlusUnit(program, e, IsFloat);
            var logMixed = Logarithm.TwoPartOfUnit(program, mixed, IsFloat, "mixedLog");
            var sum = TwoPart.Sum(program, "minusLog", log.High, program.Subtract(program.Zero, logMixed.High));
            var rest = program.Let("minusLogRest", program.Add(sum.Low, program.Subtract(log.Low, logMixed.Low)));
            var power = Power.OfLogarithm(program, new(sum.High, rest), _gamma, IsFloat);

            // An infinite logit costs nothing if its share, the weight or the power is 0; the product would be NaN.
            var size = program.Subtract(program.Zero, program.NegatedAbs(z));
            var linear = program.Let("linear", program.Keep(program.IsNotZero(wrong), program.Multiply(size, wrong)));
            var cost = program.Let("cost", program.Add(linear, log.High));
            var bounded = program.Let("bounded", Exponential.Bounded(program, cost, IsFloat));
            var counts = program.Both(program.IsNotZero(weight), program.IsNotZero(power));
            var whole = program.Let("whole", program.Max(program.Keep(counts, cost), bounded));
            AddLoss(program, program.Let("loss", program.Multiply(weight, program.Multiply(power, whole))), weight, isLive);

            // Where n is 0, e is, too.
            var ratio = program.Let(
                "ratio", program.Divide(e, program.Max(program.Constant("SmallestNormal", Exponential.SmallestNormal(IsFloat)), mixed)));
            var focus = program.Let("focus", program.Multiply(_gamma.Value, program.Subtract(wrong, right)));
            var difference = program.Let("difference", program.NegatedMultiplyAdd(right, e, wrong));
            var inner = program.Let("inner", program.MultiplyAdd(focus, program.Multiply(ratio, bounded), difference));
            var slope = program.Let("slope", program.Divide(inner, program.Add(one, e)));
            var pull = Weighted(program, "pull", PositiveGradient(program, columnWeight), y, sampleWeight, isNegative: true);
            var push = Weighted(program, "push", Value("negativeGradient"), not, sampleWeight);
            var scaled = program.Let("scaled", Finite(program, program.Subtract(push, pull), mayBePositive: true, mayBeNegative: false));
            var derivative = program.Let("derivative", program.Multiply(scaled, program.Multiply(power, slope)));
            StoreGradient(program, program.NegateBySign(z, derivative), isLive);
        }
    }
}
