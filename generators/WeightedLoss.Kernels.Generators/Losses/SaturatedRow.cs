using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Losses;

/// <summary>
/// Saturated rows: so sure of their label that what the focal loss makes of q = T/S may be subnormal, for which a processor takes many
/// times as long. A call with such a row takes a second form of the sweeps over rows, in which most of what would be subnormal becomes 0.
/// Other rows have the same bits in both. Of a saturated row, S is e_y, the largest e.
/// </summary>
/// <param name="gamma">γ; null if it is given at run time.</param>
internal sealed class SaturatedRow(double? gamma)
{
    /// <summary>Whether a call has such rows.</summary>
    public static readonly Option AreSome = new("TSaturated", "Yes");

    /// <summary>
    /// The T from which on a row is not saturated, by <see cref="FocalLimits.UnsaturatedQ"/>, with the least S that a saturated row may
    /// have.
    /// </summary>
    public Lane EmitLeastUnsaturated(LaneProgram program)
    {
        var largest = Exponential.LeastOfLargest(program.Number);
        return gamma is { } constant
            ? program.Constant("UnsaturatedRest", largest * FocalLimits.UnsaturatedQ(constant, program.Number.Bits))
            : program.Multiply(ParameterValues.Given(program, "unsaturatedQ", 4), program.Constant("LeastOfLargest", largest));
    }

    /// <summary>T, or 0 where q is below every normal number.</summary>
    public static Lane EmitRest(LaneProgram program, Lane rest)
    {
        var least = Exponential.LeastOfLargest(program.Number) * program.Number.SmallestNormal;
        return program.Choose(
            "keptRest", AreSome, () => program.Drop(program.IsGreater(program.Constant("SmallestRest", least), rest), rest), () => rest);
    }

    /// <summary>q, or 0 by <see cref="FocalLimits.LeastQ"/>, for a power with products.</summary>
    public Lane EmitQ(LaneProgram program, Lane q)
    {
        var least = gamma is { } constant
            ? program.Constant("LeastQ", FocalLimits.LeastQ(constant, program.Number.Bits))
            : ParameterValues.Given(program, "leastQ", 3);
        return program.Choose("keptQ", AreSome, () => program.Drop(program.IsGreater(least, q), q), () => q);
    }

    /// <summary>
    /// The label's gradient, not negative, or 0 where it is below every normal number: no other gradient of the row is larger.
    /// </summary>
    public static Lane EmitLabelSlope(LaneProgram program, Lane isSaturated, Lane labelSlope)
    {
        var isBelow = program.IsGreater(program.Constant("SmallestNormal", program.Number.SmallestNormal), labelSlope);
        return program.Choose("keptSlope", AreSome, () => program.Drop(program.Both(isSaturated, isBelow), labelSlope), () => labelSlope);
    }
}
