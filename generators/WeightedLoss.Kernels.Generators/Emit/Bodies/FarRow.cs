using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Rows so sure of their label that what the focal loss makes of q = T/S may be below the smallest normal number. A processor takes a hundred
/// times as long for such numbers (γ = 2, differences of logits from 28 to 36: 12 times the time with 2 and 3 classes, from 88 to 104: 20 and
/// 6 times, AVX2, Intel Xeon, family 6, model 207). A call with such a row takes a second form of the sweeps over rows, in which most of what
/// would not be a normal number becomes 0. Other rows have the same bits in both. Of a far row, S is e_y, the largest e.
/// </summary>
/// <param name="gamma">γ; null if it is given at run time.</param>
internal sealed class FarRow(double? gamma)
{
    /// <summary>The T from which on a row is near, by <see cref="FocalLimits.NearQ"/>, with the least S that a far row may have.</summary>
    public Lane EmitNear(LaneProgram program, bool isFloat)
    {
        var largest = Exponential.LeastOfLargest(isFloat);
        return gamma is { } constant
            ? program.Constant("NearRest", largest * FocalLimits.NearQ(constant, isFloat))
            : program.Multiply(program.Broadcast("nearQ", "arguments.NearQ"), program.Constant("LeastOfLargest", largest));
    }

    /// <summary>T, or 0 where q is below every normal number.</summary>
    public static Lane EmitRest(LaneProgram program, Lane rest, bool isFloat)
    {
        var least = Exponential.LeastOfLargest(isFloat) * Exponential.SmallestNormal(isFloat);
        return program.Let("keptRest", program.Drop(program.IsGreater(program.Constant("SmallestRest", least), rest), rest));
    }

    /// <summary>q, or 0 by <see cref="FocalLimits.LeastQ"/>, for a power with products.</summary>
    public Lane EmitQ(LaneProgram program, Lane q, bool isFloat)
    {
        var least = gamma is { } constant
            ? program.Constant("LeastQ", FocalLimits.LeastQ(constant, isFloat))
            : program.Broadcast("leastQ", "arguments.LeastQ");
        return program.Let("keptQ", program.Drop(program.IsGreater(least, q), q));
    }

    /// <summary>The label's gradient, not negative, or 0 where it is below every normal number: no other gradient of the row is larger.</summary>
    public static Lane EmitPull(LaneProgram program, Lane isFar, Lane pull, bool isFloat)
    {
        var isBelow = program.IsGreater(program.Constant("SmallestNormal", Exponential.SmallestNormal(isFloat)), pull);
        return program.Let("keptPull", program.Drop(program.Both(isFar, isBelow), pull));
    }
}
