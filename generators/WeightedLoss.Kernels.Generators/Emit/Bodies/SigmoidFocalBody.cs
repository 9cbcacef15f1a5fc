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

    /// <remarks>Soft targets always have weights of their own, 1 if need be: the two powers cost so much more than these.</remarks>
    public override IReadOnlyList<KernelMethod> Methods =>
    [
        .. PerSampleForms().Where(form => !form.Soft || form.Weights != Weights.Class).Select(form => form.Soft
            ? (KernelMethod)new SoftMethod(Element, gamma, form.Weights, form.Gradient, form.Losses)
            : new HardMethod(Element, gamma, form.Weights, form.Gradient, form.Losses)),
        new SigmoidMethod(Element),
    ];

    protected override string Phrase => "the weighted focal loss";

    protected override string Options => "SigmoidFocalOptions";

    protected override string OptionsText => "γ, weights, reduction, smoothing, ignored label, threads.";

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
                    writer.Open($"if (arguments.Gamma == {Dialect.For(kernel).Literal(kernel.Gamma!.Value)})");
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

    private abstract class FocalMethod(string element, double? gamma, bool soft, Weights weights, bool gradient, bool losses)
        : PerSampleMethod(element, soft, weights, gradient, losses)
    {
        private Power.Exponent _gamma;

        /// <summary>The form of the arithmetic for far logits; null if they need none.</summary>
        private Far? _far;

        /// <summary>The bits that the e of all blocks so far have in common.</summary>
        private Lane _seen;

        protected bool HasProducts => Power.HasProducts(gamma);

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
        protected void EmitSweeps(LaneProgram program, Action<Func<(TwoPart E, TwoPart Log)>, Far?> emitRest)
        {
            var t = program.Let("t", program.NegatedAbs(program.Load("logits")));
            var e = Exponential.TwoPartOfNonPositive(program, t, IsFloat);
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
                var last = program.NextSweepLate(("e", e.High), ("eLow", e.Low), ("log", log.High), ("logLow", log.Low));
                emitRest(() => (new(last[0](), last[1]()), new(last[2](), last[3]())), far);
            }

            // The chains of both registers begin before what waits for them.
            (TwoPart E, TwoPart Log) Load(Func<Lane>[] again, Far? far)
            {
                var loaded = Loaded(again, far);
                var log = EmitLog(program, loaded.High);
                program.Flush();
                return (loaded, log);
            }

            TwoPart Loaded(Func<Lane>[] again, Far? far)
            {
                var loaded = new TwoPart(again[0](), again[1]());
                return far is null ? loaded : far.EmitE(program, loaded);
            }
        }

        /// <summary>A value times a factor, if there is one.</summary>
        protected static Lane Scaled(LaneProgram program, Lane value, Lane? factor) => factor is { } scale ? program.Multiply(value, scale) : value;

        private TwoPart EmitLog(LaneProgram program, Lane e) =>
            Logarithm.TwoPartOnePlusUnit(program, e, IsFloat, hasExactSquare: !HasProducts);

        /// <summary>A class whose s is given by its parts.</summary>
        /// <param name="program">The program.</param>
        /// <param name="log">log1p(exp(−|s|)).</param>
        /// <param name="q">σ(s).</param>
        /// <param name="p">σ(−s), when it is needed.</param>
        /// <param name="above">max(s, 0); null if it is 0.</param>
        /// <param name="below">max(−s, 0); null if it is 0.</param>
        /// <param name="weight">Of the loss.</param>
        /// <param name="isCounted">Whether the weight is known to be other than 0.</param>
        /// <param name="scale">A factor of q in the power, or of the power where it has no products; null for none.</param>
        protected Term EmitTerm(
            LaneProgram program, TwoPart log, TwoPart q, Func<TwoPart> p, Lane? above, Lane? below, Lane weight, bool isCounted = false, Lane? scale = null)
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

            Lane power;
            Lane loss;
            var powerLow = default(Lane?);
            if (HasProducts)
            {
                var factor = scale is null ? q : new TwoPart(program.Let("scaledQ", Scaled(program, q.High, scale)), Scaled(program, q.Low, scale));
                var product = Power.OfProducts(program, factor, gamma!.Value, IsFloat);
                (power, powerLow) = (product.High, product.Low);
                var small = program.MultiplyAdd(power, log.Low, program.Multiply(product.Low, bounded));
                loss = program.Let("focal", program.MultiplyAdd(power, whole, small));
            }
            else
            {
                // −log q = softplus(−s).
                var minusLog = log;
                if (below is { } distance)
                {
                    var near = program.Let("near", Exponential.Bounded(program, distance, IsFloat));
                    var sum = TwoPart.Sum(program, "minusLog", near, log.High);
                    minusLog = new(sum.High, program.Let("minusLogRest", program.Add(sum.Low, log.Low)));
                }

                power = Power.OfLogarithm(program, minusLog, exponent, IsFloat);
                if (scale is not null)
                {
                    power = program.Let("scaledPower", Scaled(program, power, scale));
                }

                loss = program.Let("focal", program.MultiplyAdd(power, whole, program.Multiply(power, log.Low)));
            }

            return WantsGradient
                ? new(loss, EmitSlope(program, q, HasProducts ? null : p(), log.Low, bounded, exponent, power, powerLow))
                : new(loss, default);
        }

        /// <summary>q^γ·(γ·p·L + q), in which all that a rounding lost is added up first: only the last step rounds at the scale of the result.</summary>
        private Lane EmitSlope(
            LaneProgram program, TwoPart q, TwoPart? p, Lane logLow, Lane bounded, Power.Exponent exponent, Lane power, Lane? powerLow)
        {
            // Where the power has products, γ is at most 4, and p counts little where it is small, because q is nearly 1 there: 1 − q is good
            // enough, and so is its rounding, at 0.2 to 0.7 ulp of the gradient. Its low part is −q's, which is subtracted below.
            var high = p?.High ?? program.Let("p", program.Subtract(program.Constant("One", 1), q.High));
            var low = p?.Low ?? q.Low;
            var factor = high;
            if (gamma != 1)
            {
                // An addition is not tied to the two units that multiply.
                Lane Value() => gamma is { } constant ? program.Constant("Gamma", constant) : exponent.Value;
                Lane Times(Lane x) => gamma == 2 ? program.Add(x, x) : program.Multiply(Value(), x);
                factor = program.Let("factor", Times(high));
                low = Times(low);
                if (gamma is not (0.5 or 2 or 4) && HasProducts)
                {
                    low = program.Add(low, program.NegatedMultiplyAdd(Value(), high, factor));
                }

                low = program.Let("factorLow", low);
            }

            var rest = program.MultiplyAdd(factor, logLow, q.Low);
            var lost = program.Let("lost", p is null ? program.NegatedMultiplyAdd(low, bounded, rest) : program.MultiplyAdd(low, bounded, rest));
            Lane inner;
            if (gamma > 2 && HasProducts)
            {
                var product = program.Let("pulled", program.Multiply(factor, bounded));
                var sum = TwoPart.Sum(program, "inner", product, q.High);
                inner = sum.High;
                rest = program.Add(program.MultiplySubtract(factor, bounded, product), program.Add(sum.Low, lost));
            }
            else
            {
                // q less the sum is exact where q is the larger part; where it is not, its rounding counts little up to γ = 2.
                inner = program.Let("inner", program.MultiplyAdd(factor, bounded, q.High));
                var remainder = program.Let("remainder", program.Subtract(q.High, inner));
                rest = program.Add(program.MultiplyAdd(factor, bounded, remainder), lost);
            }

            rest = program.Let("innerRest", rest);
            var small = powerLow is { } rounded ? program.MultiplyAdd(power, rest, program.Multiply(rounded, inner)) : program.Multiply(power, rest);
            return program.Let("slope", program.MultiplyAdd(power, inner, small));
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
        /// <param name="parts">exp(−|z|), and log1p of its high part.</param>
        /// <param name="isPositive">Null if all labels are 0.</param>
        /// <param name="far">The form for far logits; null for the other one.</param>
        private void EmitLabels(LaneProgram program, (TwoPart E, TwoPart Log) parts, Lane? isPositive, Far? far = null)
        {
            var label = LoadHardLabel(program, isPositive);
            var (s, weight) = (label.S, label.Weight);
            var above = program.Let("above", program.Max(program.Zero, s));
            var below = HasProducts ? default(Lane?) : program.Let("below", program.Max(program.Zero, program.Subtract(program.Zero, s)));
            var sigmoid = new SigmoidParts(program, parts.E, parts.Log, IsFloat);
            var (q, emitP) = sigmoid.OfSign(s, above);

            var (scale, ofWeight, ofTerm) = far is null ? default : far.EmitScales(program, parts.E.High, s);
            var term = EmitTerm(
                program, sigmoid.Log, q, () => emitP(below!.Value), above, below, weight, isPositive is null && IsByClass, scale);
            AddLoss(program, program.Let("loss", program.Multiply(Scaled(program, weight, ofWeight), Scaled(program, term.Loss, ofTerm))), weight, label.IsLive);
            if (WantsGradient)
            {
                StoreGradient(program, program.Let("derivative", program.Multiply(Scaled(program, label.EmitScaled(), ofWeight), Scaled(program, term.Slope, ofTerm))), label.IsLive);
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

        private void EmitTargets(LaneProgram program, (TwoPart E, TwoPart Log) parts, Far? far)
        {
            var sigmoid = new SigmoidParts(program, parts.E, parts.Log, IsFloat);
            var (small, large) = (sigmoid.EmitSmall(), sigmoid.EmitLarge());

            // −0 becomes 0: which side is the wrong one may not depend on how an instruction set asks for a sign.
            var z = program.Let("z", program.Add(program.Load("logits"), program.Zero));
            var size = program.Let("size", program.Subtract(program.Zero, program.NegatedAbs(z)));

            var (y, isKnown) = LoadTarget(program);
            var not = program.Let("notY", program.Subtract(program.Constant("One", 1), y));
            var (sampleWeight, columnWeight, isLive) = LoadWeights(program, isKnown);
            var (a, b) = Shares(program, y, not, sampleWeight, columnWeight, isLive);
            var wrongShare = program.Let("wrongShare", program.SelectBySign(z, a, b));
            var rightShare = program.Let("rightShare", program.SelectBySign(z, b, a));

            // As hard labels have it.
            var wrong = EmitTerm(program, sigmoid.Log, large, () => small, size, null, wrongShare);
            program.Suffix = "Right";
            var (scale, ofWeight, ofTerm) = far is null ? default : far.EmitScales(program, parts.E.High, s: null);
            var right = EmitTerm(program, sigmoid.Log, small, () => large, null, size, rightShare, scale: scale);
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
}
