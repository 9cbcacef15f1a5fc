using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>A loss of a row of logits with a hard label.</summary>
internal interface IRowLoss
{
    /// <summary>The form for far rows; null if they have none of their own.</summary>
    FarRow? Far { get; }

    /// <summary>The loss, and what the gradient is made of.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weight">The row's weight; 0 makes it inert.</param>
    /// <param name="gradientScale">The reduction's factor.</param>
    RowResult Evaluate(HardRow row, Lane weight, Lane gradientScale);
}

/// <summary>
/// What losses of the softmax have in common: T = Σ e over the classes but the label, S = T + e_y, and L = log(S/e_y) = log1p(T/e_y).
/// </summary>
/// <remarks>
/// Where e_y is below 1, far below the largest e, log1p takes 1 for it, and the rest −log e_y is added, so that nothing overflows.
/// </remarks>
internal sealed class HardRow
{
    /// <summary>A row of which the sweeps over the classes left this.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T.</param>
    /// <param name="restLow">What the rounding of T lost, as far as it is known; null for few classes.</param>
    /// <param name="labelE">e_y.</param>
    /// <param name="cost">L, as <see cref="EmitCost"/> gives it.</param>
    /// <param name="hitLimit">∞ if the label is a hit, and otherwise nothing positive.</param>
    /// <param name="near">The T below which the row is far, in the form for such rows; null in the other one.</param>
    /// <param name="isFloat">float or double.</param>
    public HardRow(LaneProgram program, Lane rest, Lane? restLow, Lane labelE, Lane cost, Lane hitLimit, Lane? near, bool isFloat)
    {
        Program = program;
        IsFloat = isFloat;
        IsFar = near is { } least ? program.Let("isFar", program.IsGreater(least, rest)) : null;
        Rest = IsFar is null ? rest : FarRow.EmitRest(program, rest, isFloat);
        RestLow = restLow;
        LabelE = labelE;
        All = program.Let("all", program.Add(Rest, labelE));
        Cost = cost;
        IsHit = program.IsGreater(hitLimit, All);
    }

    public LaneProgram Program { get; }

    public bool IsFloat { get; }

    /// <summary>Whether the row is far; null in the form for rows that are all near.</summary>
    public Lane? IsFar { get; }

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

    /// <summary>Whether the label is a hit: not if S is NaN.</summary>
    public Lane IsHit { get; }

    /// <summary>L.</summary>
    /// <param name="program">Receives the statements.</param>
    /// <param name="rest">T.</param>
    /// <param name="labelE">e_y.</param>
    /// <param name="labelLogit">The label's logit, as the exponential takes it.</param>
    /// <param name="power">The row's N.</param>
    /// <param name="isFloat">float or double.</param>
    public static Lane EmitCost(LaneProgram program, Lane rest, Lane labelE, Lane labelLogit, Lane power, bool isFloat)
    {
        var near = program.Let("near", program.Max(program.Constant("One", 1), labelE));
        var odds = program.Let("odds", program.Divide(rest, near));
        var (stepHigh, stepLow) = Exponential.Step(program, isFloat);
        var beyondHigh = program.Let("beyondHigh", program.MultiplySubtract(power, stepHigh, labelLogit));
        var beyond = program.Let("beyond", program.MultiplyAdd(power, stepLow, beyondHigh));
        var log = program.Let("log", Logarithm.OnePlus(program, odds, isFloat));
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

/// <summary>A quotient that is multiplied with every e of a row.</summary>
internal static class Quotient
{
    /// <summary>
    /// numerator / (denominator + low), rounded nearly as if that were one number, if there is a low part. What the division leaves is divided
    /// once more; a reciprocal to a twentieth is enough for that: the exponent and the digits of the denominator, subtracted from those of a
    /// constant.
    /// </summary>
    public static Lane Of(LaneProgram program, string name, Lane numerator, Lane denominator, Lane? low, bool isFloat)
    {
        var quotient = program.Let(low is null ? name : $"{name}Rounded", program.Divide(numerator, denominator));
        if (low is not { } denominatorLow)
        {
            return quotient;
        }

        var exact = program.Let($"{name}Remainder", program.NegatedMultiplyAdd(quotient, denominator, numerator));
        var remainder = program.Let($"{name}RemainderLow", program.NegatedMultiplyAdd(quotient, denominatorLow, exact));
        var rough = program.Let($"{name}Rough", program.SubtractBits(program.ConstantBits("RoughReciprocal", isFloat ? 0x7EF311C7 : 0x7FDE623822FC16E6UL), denominator));
        return program.Let(name, program.MultiplyAdd(remainder, rough, quotient));
    }
}
