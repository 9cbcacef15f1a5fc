using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using static WeightedLoss.Generators.Losses.BinaryOptions;

namespace WeightedLoss.Generators.Loops;

/// <summary>One loss per label, with weights by class, by sample, or by sample and column. Knows no loss.</summary>
internal abstract class LabelLoop(
    string name, string summary, Element element, LoopArray[] labels, Func<LaneProgram, BinaryTerms> begin, params string[] options)
    : SummedMethod(
        name, summary, element, [.. options, HasOwnWeights.Parameter, .. BinaryOutput.All.Select(output => output.IsWanted.Parameter)])
{
    private readonly Dictionary<string, Lane> _values = [];

    public override IReadOnlyList<LoopArray> Arrays =>
    [
        new(Element.Storage, "logits"),
        .. labels,
        new(Element.Number.Keyword, "sampleWeights", HasOwnWeights),
        new(Element.Number.Keyword, "positiveWeights", HasColumnWeights),
        .. BinaryOutput.All.Select(output => new LoopArray(Element.Storage, output.Array, output.IsWanted)),
    ];

    protected BinaryTerms Terms { get; private set; } = null!;

    public override void EmitSetup(LaneProgram program)
    {
        Broadcast(program, "negativeWeight", "positiveWeight", "negativeGradient", "positiveGradient", "positiveGradientScale");
        Terms = begin(program);
        Terms.EmitSetup();
    }

    public override void EmitStart(LaneProgram program)
    {
        _values["lossSum"] = program.Let("lossSum", program.Zero);
        _values["weightSum"] = program.Let("weightSum", program.Zero);
    }

    public override void EmitEnd(LaneProgram program)
    {
        LossLanes.End(program, Value("lossSum"), "1");
        WhereWeightsAreSummed(program, () => program.AddToSums("weightLanes", Value("weightSum"), "1"));
    }

    /// <summary>Emits statements where Σ w takes more than the counts of the labels.</summary>
    protected abstract void WhereWeightsAreSummed(LaneProgram program, Action emit);

    /// <summary>Adds what a block's labels give to the sums, and writes the outputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="term">What they give.</param>
    /// <param name="weight">Their weights.</param>
    /// <param name="live">Gives a named value, 0 where a label does not count.</param>
    protected void EmitOutputs(LaneProgram program, WeightedTerm term, Lane weight, Func<string, Lane, Lane> live)
    {
        term = term with { Loss = live("liveLoss", program.Let("loss", term.Loss)) };
        LossLanes.Add(program, Value("lossSum"), term.Loss);
        WhereWeightsAreSummed(program, () => program.Assign(Value("weightSum"), program.Add(Value("weightSum"), weight)));
        foreach (var output in BinaryOutput.All)
        {
            program.When(output.IsWanted, () => program.StoreElements(output.Array, output.Emit(term, live)));
        }
    }

    /// <summary>
    /// The factor of σ(−z) in the gradient of a positive label that has its own weight, without the target and the sample's weight.
    /// </summary>
    protected Lane ScaledPositive(LaneProgram program, Lane positiveWeight) => program.Let(
        "scaledWeight",
        Limits.Finite(
            program, program.Multiply(positiveWeight, Value("positiveGradientScale")), mayBePositive: false, mayBeNegative: true));

    protected Lane Value(string name) => _values[name];

    protected void Broadcast(LaneProgram program, params string[] names)
    {
        foreach (var value in names)
        {
            _values[value] = program.Broadcast(value, "arguments." + char.ToUpperInvariant(value[0]) + value.Substring(1));
        }
    }
}

/// <summary>Hard labels. Smoothed ones are soft targets.</summary>
internal sealed class HardLoop(BinaryLoss loss, ParameterValues parameters, Element element)
    : LabelLoop("Hard", "Hard labels, one loss each.", element, [new("byte", "labels")], program => loss.Begin(program, parameters))
{
    public override void EmitSetup(LaneProgram program)
    {
        base.EmitSetup(program);
        if (Terms.NegativesNeedWeight && program.AsksForLabels)
        {
            program.Line($"var countsNegatives = {HasOwnWeights.Condition} || arguments.NegativeWeight != 0;");
        }
    }

    /// <remarks>With few positives, most blocks have none: the same bits for less.</remarks>
    public override void EmitIteration(LaneProgram program) => Terms.EmitSweeps(form =>
    {
        if (form.IsRare)
        {
            EmitLabels(program, form, program.IsPositive("labels"));
            return;
        }

        program.IfNoLabelIsSet(
            "labels",
            () => EmitLabels(program, form, isPositive: null),
            () => EmitLabels(program, form, program.IsPositive("labels")),
            Terms.NegativesNeedWeight ? "countsNegatives" : null);
    });

    protected override void WhereWeightsAreSummed(LaneProgram program, Action emit) => program.When(HasOwnWeights, emit);

    /// <param name="program">The program.</param>
    /// <param name="form">The values of the sweeps.</param>
    /// <param name="isPositive">Null if all labels are 0.</param>
    private void EmitLabels(LaneProgram program, BinaryForm form, Lane? isPositive)
    {
        var (weight, isLive) = (default(Lane), default(Lane));
        var term = form.Hard(() =>
        {
            (var label, isLive) = Load(program, isPositive);
            weight = label.Weight;
            return label;
        });
        EmitOutputs(program, term, weight, (name, value) => isPositive is not null
            ? program.Let(name, program.Keep(isLive, value))
            : program.Choose(name, HasOwnWeights, () => program.Keep(isLive, value), () => value));
    }

    private (HardLabel Label, Lane IsLive) Load(LaneProgram program, Lane? isPositive)
    {
        var z = program.Let("z", program.LoadElements("logits"));
        var s = isPositive is { } isOne ? program.Let("s", program.NegateIf(isOne, z)) : z;
        var isKnown = isPositive is null ? default(Lane?) : program.Let("isKnown", program.IsKnown("labels"));
        var own = program.Choose("sampleWeight", HasOwnWeights, () =>
        {
            var given = program.Load("sampleWeights");
            return isKnown is { } known ? program.Keep(known, given) : given;
        });
        var isLive = program.ChooseMask("isLive", HasOwnWeights, () => program.IsNotZero(own), isKnown is { } all ? () => all : null);
        var column = isPositive is null ? default : program.Choose("columnWeight", HasColumnWeights, () => program.Load("positiveWeights"));
        var weight = Weight("weight", Value("positiveWeight"), () => column, Value("negativeWeight"), isSigned: false);
        return (new(s, weight, isPositive, Scaled), isLive);

        Lane Scaled() => Weight(
            "scaled",
            Value("positiveGradient"),
            () => ScaledPositive(program, column),
            Value("negativeGradient"),
            isSigned: isPositive is not null);

        Lane Weight(string name, Lane positive, Func<Lane> ofColumn, Lane negative, bool isSigned)
        {
            var chosen = isPositive is { } isOne
                ? program.Choose(
                    name + "OfClass",
                    HasColumnWeights,
                    () => program.Select(isOne, ofColumn(), negative),
                    () => program.Select(isOne, positive, negative))
                : negative;
            return program.Choose(
                name, HasOwnWeights, () => Limits.Finite(program, program.Multiply(chosen, own), mayBeNegative: isSigned), () => chosen);
        }
    }
}

/// <summary>Soft targets, or smoothed labels, which have a part in both classes, too.</summary>
/// <param name="name">The name.</param>
/// <param name="begin">Begins the arithmetic.</param>
/// <param name="element">The type of the elements.</param>
internal sealed class SoftLoop(string name, Func<LaneProgram, BinaryTerms> begin, Element element)
    : LabelLoop(
        name,
        "Soft targets or smoothed labels, one loss each.",
        element,
        [new("byte", "labels", HasLabels), new(element.Storage, "targets", HasLabels.Not)],
        begin,
        HasLabels.Parameter)
{
    private SoftTarget? _ofNegatives;

    /// <summary>Whether w⁺ is scaled for the gradient in lanes although all labels have the same.</summary>
    public bool ScalesClassWeights { get; init; }

    /// <summary>Whether blocks of negative labels have a form of their own: the same bits for less where the arithmetic is short.</summary>
    public bool HasNegatives { get; init; }

    public override void EmitSetup(LaneProgram program)
    {
        Broadcast(program, "smoothingScale", "smoothingOffset");
        base.EmitSetup(program);
        if (HasNegatives && program.AsksForLabels)
        {
            _ofNegatives = EmitNegatives(program);
        }
    }

    public override void EmitIteration(LaneProgram program) => Terms.EmitSweeps(form =>
    {
        if (_ofNegatives is { } negatives)
        {
            program.IfNoLabelIsSet(
                "labels",
                () => EmitOutputs(program, form.Soft(() => negatives), negatives.Both, static (_, value) => value),
                () => EmitTargets(program, form),
                $"{HasLabels.Condition} && {HasOwnWeights.Not.Condition}");
        }
        else
        {
            EmitTargets(program, form);
        }
    });

    protected override void WhereWeightsAreSummed(LaneProgram program, Action emit) => emit();

    /// <summary>What all labels that are 0 have, without weights of their own.</summary>
    private SoftTarget EmitNegatives(LaneProgram program)
    {
        program.Suffix = "OfNegatives";
        var y = Value("smoothingOffset");
        var not = program.Let("notY", program.Add(Value("smoothingScale"), y));
        var a = program.Let("a", program.Multiply(Value("positiveWeight"), y));
        var b = program.Let("b", program.Multiply(Value("negativeWeight"), not));
        var positive = program.Let("positiveFactor", program.Multiply(Value("positiveGradient"), y));
        var negative = program.Let("negativeFactor", program.Multiply(Value("negativeGradient"), not));
        var both = program.Let("both", program.Add(a, b));
        program.Suffix = "";
        return new(y, not, a, b, both, () => (positive, negative));
    }

    private void EmitTargets(LaneProgram program, BinaryForm form)
    {
        var (both, isKnown, isLive) = (default(Lane), default(Lane), default(Lane));
        var term = form.Soft(() =>
        {
            (var target, isKnown, isLive) = Load(program);
            both = target.Both;
            return target;
        });
        EmitOutputs(program, term, both, (name, value) => program.Choose(
            name,
            HasOwnWeights,
            () => program.Keep(isLive, value),
            () => program.Choose(name + "OfLabel", HasLabels, () => program.Keep(isKnown, value), () => value)));
    }

    private (SoftTarget Target, Lane IsKnown, Lane IsLive) Load(LaneProgram program)
    {
        var one = program.Constant("One", 1);
        var isKnown = program.ChooseMask("isKnown", HasLabels, () => program.IsKnown("labels"));
        var y = program.Choose(
            "target", HasLabels, () => program.Keep(program.IsPositive("labels"), one), () => program.LoadElements("targets"));
        var no = program.Let("notTarget", program.Subtract(one, y));
        (y, no) = (Smoothed("y", y), Smoothed("notY", no));
        var own = program.Choose("sampleWeight", HasOwnWeights, () =>
        {
            var given = program.Let("givenWeight", program.Load("sampleWeights"));
            return program.Choose("knownWeight", HasLabels, () => program.Keep(isKnown, given), () => given);
        });
        var isLive = program.ChooseMask("isLive", HasOwnWeights, () => program.IsNotZero(own));
        var column = program.Choose("columnWeight", HasColumnWeights, () => program.Load("positiveWeights"));
        var positive = program.Choose("positiveWeightOfLabel", HasColumnWeights, () => column, () => Value("positiveWeight"));
        var a = Weighted("a", positive, y);
        var b = Weighted("b", Value("negativeWeight"), no);
        var sum = program.Let("bothOfClass", program.Add(a, b));
        var both = program.Choose("both", HasOwnWeights, () => Limits.Finite(program, sum), () => sum);
        return (new(y, no, a, b, both, Factors), isKnown, isLive);

        // Each is smoothed by itself: 1 less a smoothed target has none of the digits of a small ε.
        Lane Smoothed(string name, Lane target) =>
            program.Let(name, program.MultiplyAdd(target, Value("smoothingScale"), Value("smoothingOffset")));

        (Lane Positive, Lane Negative) Factors()
        {
            var scaled = ScalesClassWeights
                ? ScaledPositive(program, positive)
                : program.Choose(
                    "positiveScaled", HasColumnWeights, () => ScaledPositive(program, positive), () => Value("positiveGradient"));
            return (Weighted("positiveFactor", scaled, y, isNegative: true), Weighted("negativeFactor", Value("negativeGradient"), no));
        }

        Lane Weighted(string name, Lane weight, Lane target, bool isNegative = false)
        {
            var product = program.Let(name + "OfClass", program.Multiply(weight, target));
            return program.Choose(
                name, HasOwnWeights, () => Limits.Finite(program, program.Multiply(product, own), !isNegative, isNegative), () => product);
        }
    }
}
