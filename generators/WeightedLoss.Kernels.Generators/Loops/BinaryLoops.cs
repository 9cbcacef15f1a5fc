using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>The methods of a loss of one logit per label.</summary>
internal static class BinaryLoops
{
    public static IReadOnlyList<KernelMethod> Of(BinaryLoss loss, ParameterValues parameters, Element element) =>
    [
        .. loss.IsSoftplus ? new KernelMethod[] { new SumLoop(loss, parameters, element) } : [],
        new HardLoop(loss, parameters, element),
        new SoftLoop("Soft", program => loss.Begin(program, parameters), element) { HasNegatives = loss.IsSoftplus },
        .. loss.HasMixedTargets && parameters.Constant() is null
            ? new KernelMethod[] { new SoftLoop("Mixed", loss.BeginMixed, element) { ScalesClassWeights = true } }
            : [],
        new ProbabilityLoop(element),
    ];

    /// <summary>σ(z).</summary>
    private sealed class ProbabilityLoop(Element element) : LoopMethod("Probabilities", "σ(z).", element)
    {
        public override IReadOnlyList<LoopArray> Arrays => [new(Element.Storage, "logits"), new(Element.Storage, "probabilities")];

        public override bool HasSweeps => true;

        public override void EmitIteration(LaneProgram program)
        {
            var t = program.Let("t", program.NegatedAbs(program.LoadElements("logits")));
            var e = program.NextSweep(("e", Exponential.OfNonPositive(program, t)))[0];
            var z = program.Let("z", program.LoadElements("logits"));
            var numerator = program.Let("numerator", program.SelectBySign(z, e, program.Constant("One", 1)));
            program.StoreElements("probabilities", SigmoidParts.OverOnePlus(program, "probability", numerator, e));
        }
    }
}

/// <summary>Sums of losses in the elements' own type.</summary>
internal static class LossLanes
{
    /// <summary>
    /// Losses are added up in the elements' own type, up to 64 in a lane. Floats are divided by as much, which rounds no normal number, so
    /// that only the sum in double has a limit.
    /// </summary>
    private static int Divisor(LaneProgram program) => program.Number.Of(64, 1);

    /// <summary>Adds losses, or parts of them, to such a sum.</summary>
    public static void Add(LaneProgram program, Lane sum, Lane loss) => program.Assign(
        sum,
        Divisor(program) == 1
            ? program.Add(sum, loss)
            : program.MultiplyAdd(loss, program.Constant("PartOfSum", 1.0 / Divisor(program)), sum));

    /// <summary>Adds such a sum, times a factor, to the call's.</summary>
    public static void End(LaneProgram program, Lane sum, string factor) =>
        program.AddToSums("lossLanes", sum, Divisor(program) == 1 ? factor : $"{Divisor(program)}d * {factor}");
}
