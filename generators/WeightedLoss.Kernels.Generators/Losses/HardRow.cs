using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// What losses of the softmax have in common: T = Σ e over the classes but the label, S = T + e_y, and L = log(S/e_y) = log1p(T/e_y).
/// </summary>
/// <remarks>
/// Where e_y is below 1, much smaller than the largest e, log1p takes 1 for it, and the rest −log e_y is added, so that nothing overflows.
/// </remarks>
internal sealed class HardRow
{
    /// <summary>A row of which the sweeps over the classes left this.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T.</param>
    /// <param name="restLow">What the rounding of T lost, as far as it is known; null for few classes.</param>
    /// <param name="labelE">e_y.</param>
    /// <param name="cost">L, as <see cref="EmitCost"/> gives it.</param>
    /// <param name="correctLimit">∞ if the prediction is correct, and otherwise nothing positive.</param>
    /// <param name="unsaturated">The T below which the row is saturated; null for a loss without a form for such rows.</param>
    public HardRow(LaneProgram program, Lane rest, Lane? restLow, Lane labelE, Lane cost, Lane correctLimit, Lane? unsaturated)
    {
        Program = program;
        IsSaturated = unsaturated is { } least
            ? program.ChooseMask("isSaturated", SaturatedRow.AreSome, () => program.IsGreater(least, rest))
            : null;
        Rest = IsSaturated is null ? rest : SaturatedRow.EmitRest(program, rest);
        RestLow = restLow;
        LabelE = labelE;
        All = program.Let("all", program.Add(Rest, labelE));
        Cost = cost;
        IsCorrect = program.IsGreater(correctLimit, All);
    }

    public LaneProgram Program { get; }

    /// <summary>Whether the row is saturated, where some are; null for a loss without a form for such rows.</summary>
    public Lane? IsSaturated { get; }

    /// <summary>T.</summary>
    public Lane Rest { get; }

    /// <summary>What the rounding of T lost; null for few classes.</summary>
    public Lane? RestLow { get; }

    /// <summary>e_y.</summary>
    public Lane LabelE { get; }

    /// <summary>S.</summary>
    public Lane All { get; }

    /// <summary>L.</summary>
    public Lane Cost { get; }

    /// <summary>Whether the prediction is correct: not if S is NaN.</summary>
    public Lane IsCorrect { get; }

    /// <summary>L.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T.</param>
    /// <param name="labelE">e_y.</param>
    /// <param name="labelLogit">The label's logit, as the exponential takes it.</param>
    /// <param name="power">The row's N.</param>
    public static Lane EmitCost(LaneProgram program, Lane rest, Lane labelE, Lane labelLogit, Lane power)
    {
        var atLeastOne = program.Let("atLeastOne", program.Max(program.Constant("One", 1), labelE));
        var odds = program.Let("odds", program.Divide(rest, atLeastOne));
        var (stepHigh, stepLow) = Exponential.Step(program);
        var beyondHigh = program.Let("beyondHigh", program.MultiplySubtract(power, stepHigh, labelLogit));
        var beyond = program.Let("beyond", program.MultiplyAdd(power, stepLow, beyondHigh));
        var log = program.Let("log", Logarithm.OnePlus(program, odds));
        return program.Let("cost", program.Add(log, program.Max(program.Zero, beyond)));
    }

    /// <summary>What the rounding of S lost, and T's before; null for few classes.</summary>
    public Lane? EmitAllLow()
    {
        if (RestLow is not { } known)
        {
            return null;
        }

        var lost = TwoPart.SumOfPositive(Program, "allSum", Rest, LabelE, All).Low;
        return Program.Let("allLow", Program.Add(lost, known));
    }
}
