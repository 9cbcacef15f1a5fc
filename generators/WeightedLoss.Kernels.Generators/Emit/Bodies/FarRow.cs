using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// Rows so sure of their label that what the focal loss makes of q = T/S may be below the smallest normal number. A processor takes a hundred
/// times as long for such numbers (γ = 2, differences of logits from 28 to 36: 12 times the time with 2 and 3 classes, from 88 to 104: 20 and
/// 6 times, AVX2, Intel Xeon, family 6, model 207). A call with such a row takes a second form of the sweeps over rows, in which all becomes 0
/// that would not be a normal number. Other rows have the same bits in both.
/// </summary>
/// <param name="gamma">γ; null if it is given at run time. The library's FocalGamma has the same limits for it.</param>
internal sealed class FarRow(double? gamma)
{
    /// <summary>The T from which on a row is near: q^γ·q is so far above the smallest normal number that weights may make it smaller.</summary>
    public Lane EmitNear(LaneProgram program, bool isFloat)
    {
        var largest = Exponential.LeastOfLargest(isFloat);
        return gamma is { } constant
            ? program.Constant("NearRest", largest * WithPower(constant, isFloat ? 96 : 960))
            : program.Multiply(program.Broadcast("gammaNear", "arguments.GammaNear"), program.Constant("LeastOfLargest", largest));
    }

    /// <summary>T, or 0 where q is below every normal number.</summary>
    public static Lane EmitRest(LaneProgram program, Lane rest, bool isFloat)
    {
        // Where T is small, S is the largest e.
        var least = Exponential.LeastOfLargest(isFloat) * Exponential.SmallestNormal(isFloat);
        return program.Let("keptRest", program.Drop(program.IsGreater(program.Constant("SmallestRest", least), rest), rest));
    }

    /// <summary>q, or 0 where q^γ·q is well below every normal number, for a power with products.</summary>
    public Lane EmitQ(LaneProgram program, Lane q, bool isFloat)
    {
        var least = gamma is { } constant
            ? program.Constant("GammaLeast", WithPower(constant, isFloat ? 132 : 1028))
            : program.Broadcast("gammaLeast", "arguments.GammaLeast");
        return program.Let("keptQ", program.Drop(program.IsGreater(least, q), q));
    }

    /// <summary>The label's gradient, not negative, or 0 where it is below every normal number: no other gradient of the row is larger.</summary>
    public static Lane EmitPull(LaneProgram program, Lane isFar, Lane pull, bool isFloat)
    {
        var isBelow = program.IsGreater(program.Constant("SmallestNormal", Exponential.SmallestNormal(isFloat)), pull);
        return program.Let("keptPull", program.Drop(program.Both(isFar, isBelow), pull));
    }

    /// <summary>A power of two for q, with which q^γ·q is next to 2^−exponent.</summary>
    private static double WithPower(double gamma, int exponent) => System.Math.Pow(2, -System.Math.Floor(exponent / (gamma + 1)));
}
