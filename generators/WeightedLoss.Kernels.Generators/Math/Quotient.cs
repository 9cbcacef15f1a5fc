using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Math;

/// <summary>A quotient that is multiplied with every e of a row.</summary>
internal static class Quotient
{
    /// <summary>
    /// numerator / (denominator + low), rounded nearly as if that were one number, if there is a low part. What the division leaves is
    /// divided once more; a reciprocal to a twentieth is enough for that: the exponent and the digits of the denominator, subtracted from
    /// those of a constant.
    /// </summary>
    public static Lane Of(LaneProgram program, string name, Lane numerator, Lane denominator, Lane? low)
    {
        var quotient = program.Let(low is null ? name : $"{name}Rounded", program.Divide(numerator, denominator));
        if (low is not { } denominatorLow)
        {
            return quotient;
        }

        var exact = program.Let($"{name}Remainder", program.NegatedMultiplyAdd(quotient, denominator, numerator));
        var remainder = program.Let($"{name}RemainderLow", program.NegatedMultiplyAdd(quotient, denominatorLow, exact));
        var approximate = program.Let($"{name}Approximate", program.SubtractBits(
            program.ConstantBits("ApproximateReciprocal", program.Number.Of(0x7EF311C7UL, 0x7FDE623822FC16E6UL)), denominator));
        return program.Let(name, program.MultiplyAdd(remainder, approximate, quotient));
    }
}
