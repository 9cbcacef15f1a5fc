using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using static WeightedLoss.Generators.Losses.BinaryOptions;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Hard labels that are weighted by class only, and a loss that is max(s, 0) + log1p(e). Σ log1p(eᵢ) needs no logarithm per label: Q with
/// 1 + Q = Π(1 + eᵢ) is kept per lane and class, Q ← fma(Q, e, e) + Q, which also keeps the relative accuracy of small losses, and one
/// log1p(Q) ends a run.
/// </summary>
internal sealed class SumLoop(BinaryLoss loss, ParameterValues parameters, Element element)
    : SummedMethod("HardSum", "Hard labels, weights by class.", element, Ignores.Parameter, WantsGradient.Parameter)
{
    private readonly Lane[] _sums = new Lane[4];
    private BinaryTerms _terms = null!;
    private Lane _positiveGradient;
    private Lane _negativeGradient;

    public override IReadOnlyList<LoopArray> Arrays =>
        [new(Element.Storage, "logits"), new("byte", "labels"), new(Element.Storage, "gradient", WantsGradient)];

    public override void EmitSetup(LaneProgram program)
    {
        _terms = loss.Begin(program, parameters);
        _positiveGradient = program.Broadcast("positiveGradient", "arguments.PositiveGradient");
        _negativeGradient = program.Broadcast("negativeGradient", "arguments.NegativeGradient");
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
        var e = _terms.EmitExponentials();
        program.IfNoLabelIsSet("labels", () => EmitNegatives(program, e), () => EmitMixed(program, e));
    }

    public override void EmitEnd(LaneProgram program)
    {
        AddClass(program, "positive", _sums[0], _sums[2], "arguments.PositiveWeight");
        AddClass(program, "negative", _sums[1], _sums[3], "arguments.NegativeWeight");
    }

    private static void AddToProduct(LaneProgram program, Lane product, Lane e) =>
        program.Assign(product, program.Add(program.MultiplyAdd(product, e, e), product));

    private static void AddClass(LaneProgram program, string name, Lane product, Lane linear, string weight)
    {
        LossLanes.Add(program, linear, Logarithm.OnePlus(program, product, name + "Log"));
        LossLanes.End(program, linear, weight);
    }

    private void EmitNegatives(LaneProgram program, Lane e)
    {
        var z = program.Let("z", program.LoadElements("logits"));
        LossLanes.Add(program, _sums[3], program.Max(program.Zero, z));
        AddToProduct(program, _sums[1], e);
        program.When(WantsGradient, () => program.StoreElements("gradient", _terms.EmitDerivative(z, e, _negativeGradient)));
    }

    private void EmitMixed(LaneProgram program, Lane e)
    {
        var isPositive = program.IsPositive("labels");
        var z = program.Let("z", program.LoadElements("logits"));
        var s = program.Let("s", program.NegateIf(isPositive, z));
        var linear = Known("linear", program.Let("anyLinear", program.Max(program.Zero, s)));
        LossLanes.Add(program, _sums[2], program.Let("positivePart", program.Keep(isPositive, linear)));
        LossLanes.Add(program, _sums[3], program.Drop(isPositive, linear));

        var lossE = Known("knownE", e);
        AddToProduct(program, _sums[0], program.Let("positiveE", program.Keep(isPositive, lossE)));
        AddToProduct(program, _sums[1], program.Let("negativeE", program.Drop(isPositive, lossE)));
        program.When(WantsGradient, () =>
        {
            var weight = program.Let("weight", program.Select(isPositive, _positiveGradient, _negativeGradient));
            program.StoreElements("gradient", Known("knownGradient", _terms.EmitDerivative(s, e, weight)));
        });

        Lane Known(string name, Lane value) => program.Choose(
            name, Ignores, () => program.Keep(program.IsKnown("labels"), value), () => value);
    }
}
