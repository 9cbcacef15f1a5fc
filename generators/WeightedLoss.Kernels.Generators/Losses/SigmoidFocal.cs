using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// Weighted focal loss of the sigmoid. With s = −z for a positive label and z for a negative one, q = σ(s), p = σ(−s) and
/// L = softplus(s), the loss is q^γ·L and its derivative by s is q^γ·(γ·p·L + q): no division by q, so nothing is singular for γ below 1.
/// (1 − p as a difference would lose the digits of a confident, correct sample.) γ = 0 never comes here: it is cross-entropy.
/// </summary>
internal sealed class SigmoidFocal : BinaryLoss
{
    public override LossInfo Info { get; } = new(
        "focal-sigmoid", "SigmoidFocal", "weighted focal loss", LossFamily.Binary, new(
            [new LossParameter("Gamma", "g", Default: 2, Above: 0)]));

    public override string OptionsText => "γ, weights, reduction, smoothing, form of soft targets, ignored label, threads.";

    public override bool HasMixedTargets => true;

    public override BinaryLoss Limit => LossList.BinaryCrossEntropy;

    public override BinaryTerms Begin(LaneProgram program, ParameterValues parameters) => new Terms(program, parameters.Constant());

    public override BinaryTerms BeginMixed(LaneProgram program) => new MixedTerms(program);

    /// <summary>
    /// Saturated logits: so large that q^γ·L of the right class, in float, or what its roundings are, would be subnormal, for which a
    /// processor takes many times as long. There the power is larger, because it is made of a larger q or is multiplied, and other factors
    /// are smaller in turn, by powers of two, which changes no bit of a normal number; and where the loss of weight 1 would be well below
    /// every normal number, e or the power is 0.
    /// </summary>
    private sealed class SaturatedLogits
    {
        private readonly double? _gamma;

        /// <summary>log₂ of what q or the power is multiplied with; for q even, because a power may have a root.</summary>
        private readonly int _exponent;

        /// <param name="program">Receives what the methods expect.</param>
        /// <param name="gamma">γ; null if it is given at run time.</param>
        public SaturatedLogits(LaneProgram program, double? gamma)
        {
            _gamma = gamma;
            _exponent = Power.HasProducts(gamma) ? System.Math.Min(60, 2 * (int)(32 / gamma!.Value)) : 60;
            Unsaturated = gamma is { } constant
                ? program.Constant("UnsaturatedE", FocalLimits.UnsaturatedE(constant))
                : ParameterValues.Given(program, "unsaturatedE", 4);
        }

        /// <summary>
        /// The least e that is unsaturated, <see cref="FocalLimits.UnsaturatedE"/>: all of a tile are if and only if the bits that they
        /// have in common include all of its bits.
        /// </summary>
        public Lane Unsaturated { get; }

        /// <summary>Whether some of the e whose common bits are seen are saturated.</summary>
        public string AnyIn(LaneProgram program, Lane seen) =>
            program.Any(program.IsGreater(Unsaturated, program.AndBits(seen, Unsaturated)));

        /// <summary>e, or 0 by <see cref="FocalLimits.LeastE"/>.</summary>
        public TwoPart EmitE(LaneProgram program, TwoPart e)
        {
            var least = _gamma is { } gamma
                ? program.Constant("LeastE", FocalLimits.LeastE(gamma, Power.HasProducts(gamma)))
                : ParameterValues.Given(program, "leastE", 3);
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
            var isSaturated = program.IsGreater(Unsaturated, e);
            isSaturated = program.Let(
                "isSaturated", s is { } side ? program.Both(isSaturated, program.IsGreater(program.Zero, side)) : isSaturated);
            var one = program.Constant("One", 1);
            var whole = (int)(_exponent * (Power.HasProducts(_gamma) ? _gamma!.Value : 1));
            var half = whole / 2;
            return (Factor("scale", _exponent), Factor("ofWeight", -half), Factor("ofTerm", half - whole));

            Lane Factor(string name, int exponent) => program.Let(
                name, program.Select(
                    isSaturated,
                    program.Constant(
                        $"Saturated{(exponent < 0 ? "Less" : "More")}{System.Math.Abs(exponent)}", System.Math.Pow(2, exponent)),
                    one));
        }
    }

    /// <summary>The loss of weight 1 of one class, and its derivative by s.</summary>
    private readonly record struct Term(Lane Loss, Func<Lane> EmitSlope);

    /// <summary>exp(−|z|), and log1p of its high part, with a low part where it counts.</summary>
    private readonly record struct Parts(TwoPart E, Lane Log, Lane? LogLow);

    private sealed class Terms(LaneProgram program, double? gamma) : BinaryTerms(program)
    {
        private Power.Exponent _gamma;

        /// <summary>The form of the arithmetic for saturated logits; null if they need none.</summary>
        private SaturatedLogits? _saturated;

        /// <summary>The bits that the e of all blocks so far have in common.</summary>
        private Lane _seen;

        public override bool NegativesNeedWeight => true;

        private bool HasProducts => Power.HasProducts(gamma);

        /// <summary>Whether products have so many factors that 4 ulp leave less room: more of what roundings lose is kept.</summary>
        private bool HasManyFactors => HasProducts && gamma > 2;

        public override void EmitSetup()
        {
            if (Program.Number == Number.Single)
            {
                _saturated = new(Program, gamma);
                if (Program.IsSwept)
                {
                    _seen = Program.Let("seen", _saturated.Unsaturated);
                }
            }

            if (gamma is null)
            {
                _gamma = Power.Given(Program, limitPlace: 2);
            }
        }

        /// <remarks>The sweep over e and, unless float has products for the power, the one over log1p of its high part.</remarks>
        public override void EmitSweeps(Action<BinaryForm> emitRest)
        {
            var t = Program.Let("t", Program.NegatedAbs(Program.LoadElements("logits")));
            var e = Exponential.TwoPartOfNonPositive(Program, t, keepsMore: HasManyFactors);
            if (_saturated is not { } form)
            {
                var next = Program.NextSweepLate(("e", e.High), ("eLow", e.Low));
                EmitLogarithmSweep(next, null, emitRest);
                return;
            }

            var seen = e.High;
            if (Program.IsSwept)
            {
                seen = _seen;
                Program.Assign(seen, Program.AndBits(seen, e.High));
            }

            Program.NextSweepLate(
                form.AnyIn(Program, seen),
                again => EmitForm(again, form, emitRest),
                again => EmitForm(again, null, emitRest),
                ("e", e.High),
                ("eLow", e.Low));
        }

        private void EmitForm(Func<Lane>[] again, SaturatedLogits? saturated, Action<BinaryForm> emitRest)
        {
            if (HasProducts)
            {
                emitRest(new Form(this, () => Load(again, saturated), saturated));
            }
            else
            {
                EmitLogarithmSweep(again, saturated, emitRest);
            }
        }

        /// <summary>A sweep of its own for the logarithm's chain, before the second exponential that a power takes.</summary>
        private void EmitLogarithmSweep(Func<Lane>[] again, SaturatedLogits? saturated, Action<BinaryForm> emitRest)
        {
            if (!Program.IsSwept)
            {
                emitRest(new Form(this, () => Load(again, saturated), saturated));
                return;
            }

            var e = LoadE(again, saturated);
            var log = EmitLog(e.High);
            if (log.Low is { } low)
            {
                var last = Program.NextSweepLate(("e", e.High), ("eLow", e.Low), ("log", log.High), ("logLow", low));
                emitRest(new Form(this, () => new(new(last[0](), last[1]()), last[2](), last[3]()), saturated));
            }
            else
            {
                var last = Program.NextSweepLate(("e", e.High), ("eLow", e.Low), ("log", log.High));
                emitRest(new Form(this, () => new(new(last[0](), last[1]()), last[2](), null), saturated));
            }
        }

        /// <remarks>The chains of both registers begin before what waits for them.</remarks>
        private Parts Load(Func<Lane>[] again, SaturatedLogits? saturated)
        {
            var e = LoadE(again, saturated);
            var log = EmitLog(e.High);
            Program.Flush();
            return new(e, log.High, log.Low);
        }

        private TwoPart LoadE(Func<Lane>[] again, SaturatedLogits? saturated)
        {
            var loaded = new TwoPart(again[0](), again[1]());
            return saturated is null ? loaded : saturated.EmitE(Program, loaded);
        }

        /// <summary>A value times a factor, if there is one.</summary>
        private Lane Scaled(Lane value, Lane? factor) => factor is { } scale ? Program.Multiply(value, scale) : value;

        /// <summary>
        /// log1p(e): in two parts for the power as an exponential, which multiplies its error by γ, and for many factors.
        /// </summary>
        private (Lane High, Lane? Low) EmitLog(Lane e)
        {
            if (HasProducts && !HasManyFactors)
            {
                return (Program.Let("log", Logarithm.OnePlusUnit(Program, e)), null);
            }

            var log = Logarithm.TwoPartOnePlusUnit(Program, e);
            return (log.High, log.Low);
        }

        /// <summary>log(1 + exp(−|z|)). The derivative of log1p carries the low part of e over.</summary>
        private (Lane High, Lane? Low) EmitWholeLog(Parts parts, SigmoidParts sigmoid) => (
            parts.Log,
            parts.LogLow is { } low ? Program.Let("logRest", Program.MultiplyAdd(parts.E.Low, sigmoid.Reciprocal, low)) : null);

        /// <summary>A class whose s is given by its parts.</summary>
        /// <param name="log">log1p(exp(−|s|)).</param>
        /// <param name="q">σ(s).</param>
        /// <param name="p">σ(−s).</param>
        /// <param name="above">max(s, 0); null if it is 0.</param>
        /// <param name="below">max(−s, 0); null if it is 0. Needed without products.</param>
        /// <param name="weight">Of the loss.</param>
        /// <param name="mayBeCounted">Whether the weight is known to be other than 0 if labels have none of their own.</param>
        /// <param name="scale">A factor of q in the power, or of the power where it has no products; null for none.</param>
        private Term EmitTerm(
            (Lane High, Lane? Low) log,
            TwoPart q,
            Func<Lane> p,
            Lane? above,
            Lane? below,
            Lane weight,
            bool mayBeCounted = false,
            Lane? scale = null)
        {
            var exponent = gamma is { } constant && !HasProducts ? Power.Constant(Program, constant) : _gamma;
            var whole = log.High;
            var bounded = whole;
            if (above is { } linear)
            {
                // An infinite logit costs nothing if the weight is 0; the product would be NaN.
                var softplus = Program.Let("softplus", Program.Add(linear, log.High));
                bounded = Program.Let("bounded", Exponential.Bounded(Program, softplus));
                whole = mayBeCounted
                    ? Program.Choose("whole", BinaryOptions.HasOwnWeights, Whole, () => softplus)
                    : Program.Let("whole", Whole());

                Lane Whole() => Program.Max(Program.Keep(Program.IsNotZero(weight), softplus), bounded);
            }

            if (HasProducts)
            {
                var factor = scale is null ? q : new TwoPart(Program.Let("scaledQ", Scaled(q.High, scale)), Scaled(q.Low, scale));
                var product = Program.Let("power", Power.OfProducts(Program, factor, gamma!.Value));
                var focal = Program.Let("focal", log.Low is { } more
                    ? Program.MultiplyAdd(product, whole, Program.Multiply(product, more))
                    : Program.Multiply(product, whole));
                return new(focal, () => EmitSlope(q, p(), log.Low, bounded, product));
            }

            // −log q = softplus(−s).
            var logLow = log.Low!.Value;
            var minusLog = new TwoPart(log.High, logLow);
            if (below is { } distance)
            {
                var boundedDistance = Program.Let("boundedDistance", Exponential.Bounded(Program, distance));
                var sum = TwoPart.Sum(Program, "minusLog", boundedDistance, log.High);
                minusLog = new(sum.High, Program.Let("minusLogRest", Program.Add(sum.Low, logLow)));
            }

            var power = Power.OfLogarithm(Program, minusLog, exponent);
            if (scale is not null)
            {
                power = Program.Let("scaledPower", Scaled(power, scale));
            }

            var loss = Program.Let("focal", Program.MultiplyAdd(power, whole, Program.Multiply(power, logLow)));
            return new(loss, () => EmitSlope(q, p(), logLow, bounded, exponent, power));
        }

        /// <summary>q^γ·(γ·p·L + q) for a power with products: 4 ulp have room for the roundings of each of these.</summary>
        private Lane EmitSlope(TwoPart q, Lane p, Lane? logLow, Lane bounded, Lane power)
        {
            // An addition is not tied to the two units that multiply.
            var factor = Program.Let("factor", gamma switch
            {
                1 => p,
                2 => Program.Add(p, p),
                { } value => Program.Multiply(Program.Constant("Gamma", value), p),
                null => throw new InvalidOperationException("A γ at run time has no products."),
            });
            var lost = logLow is { } low ? Program.MultiplyAdd(factor, low, q.Low) : q.Low;
            var inner = Program.Let("inner", Program.MultiplyAdd(factor, bounded, Program.Add(q.High, lost)));
            return Program.Let("slope", Program.Multiply(power, inner));
        }

        /// <summary>
        /// The same for a power as an exponential, whose error leaves no room: all that a rounding lost is added up first, and only the
        /// last step rounds at the scale of the result.
        /// </summary>
        private Lane EmitSlope(TwoPart q, Lane p, Lane logLow, Lane bounded, Power.Exponent exponent, Lane power)
        {
            var value = gamma is { } constant ? Program.Constant("Gamma", constant) : exponent.Value;
            var factor = Program.Let("factor", Program.Multiply(value, p));
            var factorLow = Program.Let("factorLow", Program.MultiplySubtract(value, p, factor));
            var lost = Program.Let("lost", Program.MultiplyAdd(factorLow, bounded, Program.MultiplyAdd(factor, logLow, q.Low)));

            // q less the sum is exact where q is the larger part; where it is not, its rounding counts little.
            var inner = Program.Let("inner", Program.MultiplyAdd(factor, bounded, q.High));
            var remainder = Program.Let("remainder", Program.Subtract(q.High, inner));
            var rest = Program.Let("innerRest", Program.Add(Program.MultiplyAdd(factor, bounded, remainder), lost));
            return Program.Let("slope", Program.MultiplyAdd(power, inner, Program.Multiply(power, rest)));
        }

        /// <summary>The values of the sweeps, unsaturated or saturated.</summary>
        private sealed class Form(Terms terms, Func<Parts> load, SaturatedLogits? saturated) : BinaryForm
        {
            private readonly LaneProgram _program = terms.Program;

            public override bool IsRare => saturated is not null;

            /// <summary>A hard label has one class, so one power.</summary>
            public override WeightedTerm Hard(Func<HardLabel> loadLabel)
            {
                var parts = load();
                var label = loadLabel();
                var (s, weight) = (label.S, label.Weight);
                var above = _program.Let("above", _program.Max(_program.Zero, s));
                var below = terms.HasProducts
                    ? default(Lane?)
                    : _program.Let("below", _program.Max(_program.Zero, _program.Subtract(_program.Zero, s)));
                var sigmoid = new SigmoidParts(_program, parts.E);
                var log = terms.EmitWholeLog(parts, sigmoid);
                var q = sigmoid.EmitOfSign(s, above);

                var (scale, ofWeight, ofTerm) = saturated is null ? default : saturated.EmitScales(_program, parts.E.High, s);
                var term = terms.EmitTerm(
                    log, q, () => sigmoid.EmitOther(q), above, below, weight, mayBeCounted: label.IsPositive is null, scale);
                return new(_program.Multiply(terms.Scaled(weight, ofWeight), terms.Scaled(term.Loss, ofTerm)), () =>
                {
                    var slope = term.EmitSlope();
                    return _program.Let(
                        "derivative", _program.Multiply(terms.Scaled(label.EmitScaled(), ofWeight), terms.Scaled(slope, ofTerm)));
                });
            }

            /// <summary>
            /// A soft target is the positive class by y and the negative one by 1 − y. One of them has s = |z|, the other s = −|z|.
            /// </summary>
            public override WeightedTerm Soft(Func<SoftTarget> loadTarget)
            {
                var parts = load();
                var sigmoid = new SigmoidParts(_program, parts.E);
                var log = terms.EmitWholeLog(parts, sigmoid);
                var (small, large) = (sigmoid.EmitSmall(), sigmoid.EmitLarge());

                // −0 becomes 0: which side is the wrong one may not depend on how an instruction set asks for a sign.
                var z = _program.Let("z", _program.Add(_program.LoadElements("logits"), _program.Zero));
                var size = _program.Let("size", _program.Subtract(_program.Zero, _program.NegatedAbs(z)));
                var target = loadTarget();
                var wrongShare = _program.Let("wrongShare", _program.SelectBySign(z, target.A, target.B));
                var rightShare = _program.Let("rightShare", _program.SelectBySign(z, target.B, target.A));

                // As hard labels have it.
                var wrong = terms.EmitTerm(log, large, () => sigmoid.EmitOther(large), size, null, wrongShare);
                _program.Suffix = "Right";
                var (scale, ofWeight, ofTerm) = saturated is null ? default : saturated.EmitScales(_program, parts.E.High, s: null);
                var right = terms.EmitTerm(log, small, () => sigmoid.EmitOther(small), null, size, rightShare, scale: scale);
                _program.Suffix = "";

                var wrongLoss = _program.Let("wrongLoss", _program.Multiply(wrongShare, wrong.Loss));
                var loss = _program.MultiplyAdd(terms.Scaled(rightShare, ofWeight), terms.Scaled(right.Loss, ofTerm), wrongLoss);
                return new(loss, () =>
                {
                    var wrongOnes = wrong.EmitSlope();
                    _program.Suffix = "Right";
                    var rightOnes = right.EmitSlope();
                    _program.Suffix = "";
                    var (positive, negative) = target.EmitFactors();
                    var wrongSlope = _program.Let("wrongSlope", _program.Multiply(_program.SelectBySign(z, positive, negative), wrongOnes));
                    var rightFactor = terms.Scaled(_program.SelectBySign(z, negative, positive), ofWeight);
                    return _program.Let("derivative", _program.MultiplyAdd(rightFactor, terms.Scaled(rightOnes, ofTerm), wrongSlope));
                });
            }
        }
    }

    /// <summary>
    /// Soft targets mixed into one probability p_t = y·p + (1 − y)·(1 − p) with q = 1 − p_t, and one cross-entropy B of y: with
    /// w = w⁺·y + w⁻·(1 − y), loss = w·q^γ·B and ∂/∂z = w·q^γ·(γ·(1 − 2y)·p·(1 − p)/q·B + p − y). Without a difference of nearly equal
    /// numbers: let a = 1 − y and b = y for z ≥ 0, a = y and b = 1 − y for z below 0, e = exp(−|z|) and n = a + b·e. Then q = n/(1 + e), B
    /// = log1p(e) + a·|z|, and ∂/∂z = ±w·q^γ·(γ·(a − b)·e/n·B + a − b·e)/(1 + e) with the sign of z.
    /// </summary>
    private sealed class MixedTerms(LaneProgram program) : BinaryTerms(program)
    {
        private Power.Exponent _gamma;

        public override void EmitSetup() => _gamma = Power.Given(Program, limitPlace: 5);

        public override void EmitSweeps(Action<BinaryForm> emitRest)
        {
            var e = EmitExponentials();
            emitRest(new Form(this, e));
        }

        private sealed class Form(MixedTerms terms, Lane e) : BinaryForm
        {
            private readonly LaneProgram _program = terms.Program;

            public override WeightedTerm Hard(Func<HardLabel> load) => throw new NotSupportedException();

            public override WeightedTerm Soft(Func<SoftTarget> load)
            {
                var one = _program.Constant("One", 1);

                // −0 becomes 0, as for targets by class.
                var z = _program.Let("z", _program.Add(_program.LoadElements("logits"), _program.Zero));
                var target = load();
                var (y, not, gamma) = (target.Y, target.Not, terms._gamma);
                var weight = target.Both;
                var wrong = _program.Let("wrong", _program.SelectBySign(z, y, not));
                var right = _program.Let("right", _program.SelectBySign(z, not, y));

                var mixed = _program.Let("mixed", _program.MultiplyAdd(right, e, wrong));
                var log = Logarithm.TwoPartOnePlusUnit(_program, e);
                var logMixed = Logarithm.TwoPartOfUnit(_program, mixed, "mixedLog");
                var sum = TwoPart.Sum(_program, "minusLog", log.High, _program.Subtract(_program.Zero, logMixed.High));
                var rest = _program.Let("minusLogRest", _program.Add(sum.Low, _program.Subtract(log.Low, logMixed.Low)));
                var power = Power.OfLogarithm(_program, new(sum.High, rest), gamma);

                // An infinite logit costs nothing if its probability, the weight or the power is 0; the product would be NaN.
                var size = _program.Subtract(_program.Zero, _program.NegatedAbs(z));
                var linear = _program.Let("linear", _program.Keep(_program.IsNotZero(wrong), _program.Multiply(size, wrong)));
                var cost = _program.Let("cost", _program.Add(linear, log.High));
                var bounded = _program.Let("bounded", Exponential.Bounded(_program, cost));
                var counts = _program.Both(_program.IsNotZero(weight), _program.IsNotZero(power));
                var whole = _program.Let("whole", _program.Max(_program.Keep(counts, cost), bounded));
                return new(_program.Multiply(weight, _program.Multiply(power, whole)), () =>
                {
                    // Where n is 0, e is, too.
                    var least = _program.Constant("SmallestNormal", _program.Number.SmallestNormal);
                    var ratio = _program.Let("ratio", _program.Divide(e, _program.Max(least, mixed)));
                    var focus = _program.Let("focus", _program.Multiply(gamma.Value, _program.Subtract(wrong, right)));
                    var difference = _program.Let("difference", _program.NegatedMultiplyAdd(right, e, wrong));
                    var inner = _program.Let("inner", _program.MultiplyAdd(focus, _program.Multiply(ratio, bounded), difference));
                    var slope = _program.Let("slope", _program.Divide(inner, _program.Add(one, e)));
                    var (positive, negative) = target.EmitFactors();
                    var scaled = _program.Let("scaled", Limits.Finite(_program, _program.Subtract(negative, positive)));
                    var derivative = _program.Let("derivative", _program.Multiply(scaled, _program.Multiply(power, slope)));
                    return _program.NegateBySign(z, derivative);
                });
            }
        }
    }
}
