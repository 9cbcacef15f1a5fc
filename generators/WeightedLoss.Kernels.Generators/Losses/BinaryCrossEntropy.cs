using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// Weighted binary cross-entropy with logits. With e = exp(−|z|), the one exponential of a logit, softplus(s) = max(s, 0) + log1p(e) and
/// σ(s) = (s ≥ 0 ? 1 : e) / (1 + e): no difference of nearly equal numbers, so a confident, correct sample keeps its digits.
/// </summary>
internal sealed class BinaryCrossEntropy : BinaryLoss
{
    public override LossInfo Info { get; } = new("bce", "BinaryCrossEntropy", "weighted binary cross-entropy", LossFamily.Binary);

    public override string OptionsText => "Weights, reduction, smoothing, ignored label, threads.";

    public override bool IsSoftplus => true;

    public override BinaryTerms Begin(LaneProgram program, ParameterValues parameters) => new Terms(program);

    private sealed class Terms(LaneProgram program) : BinaryTerms(program)
    {
        public override void EmitSweeps(Action<BinaryForm> emitRest)
        {
            var e = EmitExponentials();
            var again = Program.NextSweepLate(("e", e), ("log", Logarithm.OnePlusUnit(Program, e)));
            emitRest(new Form(this, () => (again[0](), again[1]())));
        }

        public override Lane EmitDerivative(Lane s, Lane e, Lane weight)
        {
            var numerator = Program.Let("numerator", Program.Multiply(Program.SelectBySign(s, e, Program.Constant("One", 1)), weight));
            return SigmoidParts.OverOnePlus(Program, "derivative", numerator, e);
        }

        private sealed class Form(Terms terms, Func<(Lane E, Lane Log)> values) : BinaryForm
        {
            private readonly LaneProgram _program = terms.Program;

            /// <summary>loss = w·softplus(s) and gradient = ±w·σ(s).</summary>
            public override WeightedTerm Hard(Func<HardLabel> load)
            {
                var label = load();
                var (s, weight) = (label.S, label.Weight);
                var (e, log) = values();

                // An infinite logit costs nothing if the weight is 0; the product would be NaN.
                var product = _program.Multiply(_program.Max(_program.Zero, s), weight);
                var linear = _program.Let("linear", _program.Keep(_program.IsNotZero(weight), product));
                return new(_program.MultiplyAdd(weight, log, linear), () => terms.EmitDerivative(s, e, label.EmitScaled()));
            }

            /// <summary>
            /// loss = a·softplus(−z) + b·softplus(z) and gradient = −a·σ(−z) + b·σ(z), both from the same e and one division.
            /// </summary>
            public override WeightedTerm Soft(Func<SoftTarget> load)
            {
                var target = load();
                var (e, log) = values();
                var z = _program.Let("z", _program.LoadElements("logits"));
                var size = _program.Let("size", _program.NegatedAbs(z));

                // An infinite logit on the side whose weight is 0 costs nothing; the product would be NaN.
                var side = _program.Let("side", _program.SelectBySign(z, target.A, target.B));
                var linear = _program.Let("linear", _program.Keep(_program.IsNotZero(side), _program.Multiply(size, side)));
                return new(_program.MultiplySubtract(target.Both, log, linear), () =>
                {
                    var (positive, negative) = target.EmitFactors();
                    var whole = _program.Let("whole", _program.SelectBySign(z, positive, negative));
                    var numerator = _program.Let("numerator", _program.MultiplyAdd(_program.SelectBySign(z, negative, positive), e, whole));
                    return SigmoidParts.OverOnePlus(_program, "derivative", numerator, e);
                });
            }
        }
    }
}
