using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// Weighted asymmetric loss of the sigmoid (Ridnik and others, 2021): q^γ·L with a γ for each class. With s = −z for a positive label and z
/// for a negative one, q = σ(s) is the probability of the wrong class, of negative labels less a margin m and at least 0, and L = −log(1 −
/// q). The derivative by s is q^γ·σ(s)·σ(−s)·(γ·L/q + 1/(1 − q)), and 0 where q is.
/// </summary>
internal sealed class AsymmetricLoss : BinaryLoss
{
    public override LossInfo Info { get; } = new("asymmetric", "AsymmetricLoss", "weighted asymmetric loss", LossFamily.Binary, new(
    [
        new LossParameter("GammaPositive", "p", Default: 1),
        new LossParameter("GammaNegative", "n", Default: 4),
        new LossParameter("Margin", "m", Default: 0.05) { Below = 1 },
    ]));

    public override string OptionsText => "γ of both classes, margin, weights, reduction, smoothing, ignored label, threads.";

    public override BinaryTerms Begin(LaneProgram program, ParameterValues parameters) => new Terms(program, parameters);

    private sealed class Terms(LaneProgram program, ParameterValues parameters) : BinaryTerms(program)
    {
        private Power.Exponent _positive;
        private Power.Exponent _negative;
        private Lane _margin;

        public override void EmitSetup()
        {
            _positive = Exponent("Positive", 0, 3, static _ => 0);
            _negative = Exponent("Negative", 1, 4, static margin => margin);
            _margin = Parameter("margin", 2);

            Power.Exponent Exponent(string name, int place, int limitPlace, Func<double, double> marginOf)
            {
                var gamma = Parameter("gamma" + name, place);
                var limit = (parameters.Constant(place), parameters.Constant(2)) is ({ } constant, { } margin)
                    ? Program.Constant("GammaLimit" + name, FocalLimits.MinusLogWithMargin(constant, marginOf(margin), Program.Number.Bits))
                    : ParameterValues.Given(Program, "gammaLimit" + name, limitPlace);
                return new(gamma, Program.Let("gammaNegated" + name, Program.Subtract(Program.Zero, gamma)), limit);
            }

            Lane Parameter(string name, int place) => parameters.Constant(place) is { } constant
                ? Program.Constant(char.ToUpperInvariant(name[0]) + name.Substring(1), constant)
                : ParameterValues.Given(Program, name, place);
        }

        public override void EmitSweeps(Action<BinaryForm> emitRest)
        {
            var t = Program.Let("t", Program.NegatedAbs(Program.LoadElements("logits")));
            var e = Exponential.TwoPartOfNonPositive(Program, t, keepsMore: true);
            var again = Program.NextSweepLate(("e", e.High), ("eLow", e.Low));
            var (high, low) = (again[0](), again[1]());
            var last = Program.NextSweepLate(("e", high), ("eLow", low), ("log", Logarithm.OnePlusUnit(Program, high)));
            emitRest(new Form(this, () => (new(last[0](), last[1]()), last[2]())));
        }

        /// <summary>The loss of weight 1 of one class, and its derivative by s.</summary>
        /// <param name="sigmoid">Of the logit.</param>
        /// <param name="log">log1p(exp(−|s|)).</param>
        /// <param name="s">The logit of a negative label, minus that of a positive one.</param>
        /// <param name="gamma">γ of the class.</param>
        /// <param name="margin">Its m, at least 0; null for a class that has none.</param>
        /// <param name="weight">Of the loss: an infinite logit costs nothing if it is 0; the product would be NaN.</param>
        private (Lane Loss, Func<Lane> EmitSlope) EmitTerm(
            SigmoidParts sigmoid, Lane log, Lane s, Power.Exponent gamma, Lane? margin, Lane weight)
        {
            var above = Program.Let("above", Program.Max(Program.Zero, s));
            var wrong = sigmoid.EmitOfSign(s, above);
            var right = sigmoid.EmitOther(wrong);
            var softplus = Program.Let("softplus", Program.Add(above, log));
            if (margin is not { } m)
            {
                // As below, so that hard and soft labels have the same bits.
                return EmitPower(
                    TwoPart.SumOfOrdered(Program, "less", wrong.High, wrong.Low), Program.Constant("One", 1), softplus);
            }

            // Where there is a margin, 1 − q is at least that; where there is none, σ(−s) may be 0, and the quotients are not taken.
            var difference = TwoPart.SumOfOrdered(Program, "difference", wrong.High, Program.Subtract(Program.Zero, m));
            var rest = Program.Let("differenceRest", Program.Add(difference.Low, wrong.Low));

            // Next to the margin, most of the difference is in its low part. A NaN stays.
            var less = TwoPart.SumOfOrdered(Program, "less", difference.High, rest);
            var isBelow = Program.Let("isBelow", Program.IsGreater(Program.Zero, less.High));
            var q = new TwoPart(
                Program.Let("kept", Program.Drop(isBelow, less.High)), Program.Let("keptLow", Program.Drop(isBelow, less.Low)));
            var hasMargin = Program.Let("hasMargin", Program.IsGreater(m, Program.Zero));
            var other = Program.Let("other", Program.Max(m, Program.Subtract(Program.Subtract(Program.Constant("One", 1), q.High), q.Low)));
            var divisor = Program.Let("divisor", Program.Select(hasMargin, other, Program.Constant("One", 1)));
            var reciprocal = Program.Let("reciprocalOfOther", Program.Divide(Program.Constant("One", 1), divisor));
            var odds = Program.Let("odds", Program.Multiply(Program.Add(q.High, q.Low), reciprocal));
            var cost = Program.Let("cost", Program.Select(hasMargin, Logarithm.OnePlus(Program, odds), softplus));
            var rightByOther = Program.Let(
                "rightByOther", Program.Select(hasMargin, Program.Multiply(right, reciprocal), Program.Constant("One", 1)));
            return EmitPower(q, rightByOther, cost);

            (Lane, Func<Lane>) EmitPower(TwoPart q, Lane rightByOther, Lane cost)
            {
                // The logarithm of q is that of its high part and what the low part adds to it.
                var least = Program.Constant("SmallestNormal", Program.Number.SmallestNormal);
                var part = Program.Let("wrongPart", Program.Max(least, q.High));
                var logarithm = Logarithm.TwoPartOfUnit(Program, part, "wrongLog");
                var perPart = Program.Let("perPart", Program.Divide(Program.Constant("One", 1), part));
                var added = Program.Let("wrongLogRest", Program.MultiplyAdd(q.Low, perPart, logarithm.Low));
                var minusLog = new TwoPart(
                    Program.Let("minusLog", Program.Subtract(Program.Zero, logarithm.High)),
                    Program.Let("minusLogRest", Program.Subtract(Program.Zero, added)));
                var power = Power.OfLogarithm(Program, minusLog, gamma);
                var bounded = Program.Let("bounded", Exponential.Bounded(Program, cost));
                var whole = Program.Let("whole", Program.Max(Program.Keep(Program.IsNotZero(weight), cost), bounded));
                var loss = Program.Let("focal", Program.Multiply(power, whole));
                return (loss, EmitSlope);

                Lane EmitSlope()
                {
                    var ratio = Program.Let("ratio", Program.Multiply(bounded, perPart));
                    var focus = Program.Let("focus", Program.Multiply(Program.Multiply(gamma.Value, right), ratio));
                    var slope = Program.Multiply(Program.Multiply(power, wrong.High), Program.Add(focus, rightByOther));
                    return Program.Let("slope", Program.Drop(Program.IsGreater(least, q.High), slope));
                }
            }
        }

        private sealed class Form(Terms terms, Func<(TwoPart E, Lane Log)> load) : BinaryForm
        {
            private readonly LaneProgram _program = terms.Program;

            public override WeightedTerm Hard(Func<HardLabel> loadLabel)
            {
                var (sigmoid, log) = Load();
                var label = loadLabel();
                var (gamma, margin) = (terms._negative, terms._margin);
                if (label.IsPositive is { } isPositive)
                {
                    gamma = new(
                        _program.Let("gamma", _program.Select(isPositive, terms._positive.Value, gamma.Value)),
                        _program.Let("gammaNegated", _program.Select(isPositive, terms._positive.Negated, gamma.Negated)),
                        _program.Let("gammaLimit", _program.Select(isPositive, terms._positive.Limit, gamma.Limit)));
                    margin = _program.Let("marginOfLabel", _program.Drop(isPositive, margin));
                }

                var (loss, emitSlope) = terms.EmitTerm(sigmoid, log, label.S, gamma, margin, label.Weight);
                return new(
                    _program.Multiply(label.Weight, loss),
                    () => _program.Let("derivative", _program.Multiply(label.EmitScaled(), emitSlope())));
            }

            /// <summary>A soft target is the positive class by y and the negative one by 1 − y.</summary>
            public override WeightedTerm Soft(Func<SoftTarget> loadTarget)
            {
                var (sigmoid, log) = Load();
                var target = loadTarget();
                var z = _program.Let("z", _program.Add(_program.LoadElements("logits"), _program.Zero));
                var minusZ = _program.Let("minusZ", _program.Subtract(_program.Zero, z));
                _program.Suffix = "OfNegative";
                var negative = terms.EmitTerm(sigmoid, log, z, terms._negative, terms._margin, target.B);
                _program.Suffix = "OfPositive";
                var positive = terms.EmitTerm(sigmoid, log, minusZ, terms._positive, null, target.A);
                _program.Suffix = "";
                var negativeLoss = _program.Let("negativeLoss", _program.Multiply(target.B, negative.Loss));
                return new(_program.MultiplyAdd(target.A, positive.Loss, negativeLoss), () =>
                {
                    _program.Suffix = "OfNegative";
                    var ofNegative = negative.EmitSlope();
                    _program.Suffix = "OfPositive";
                    var ofPositive = positive.EmitSlope();
                    _program.Suffix = "";
                    var (positiveFactor, negativeFactor) = target.EmitFactors();
                    var negativeSlope = _program.Let("negativeSlope", _program.Multiply(negativeFactor, ofNegative));
                    return _program.Let("derivative", _program.MultiplyAdd(positiveFactor, ofPositive, negativeSlope));
                });
            }

            private (SigmoidParts Sigmoid, Lane Log) Load()
            {
                var (e, log) = load();
                var sigmoid = new SigmoidParts(_program, e);

                // The derivative of log1p carries the low part of e over.
                return (sigmoid, _program.Let("wholeLog", _program.MultiplyAdd(e.Low, sigmoid.Reciprocal, log)));
            }
        }
    }
}
