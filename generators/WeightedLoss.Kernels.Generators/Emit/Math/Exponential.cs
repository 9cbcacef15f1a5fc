namespace WeightedLoss.Generators.Emit.Math;

/// <summary>exp(t) for t ≤ 0.</summary>
/// <remarks>
/// t = n·ln 2 + r with |r| ≤ ln 2 / 2. A number that is added and subtracted again rounds t/ln 2 to the integer n and leaves n plus the
/// exponent's bias in the lowest bits, which a shift makes the scale 2ⁿ. exp(0) is exactly 1, exp(−∞) is 0, NaN stays NaN; results below
/// the smallest normal number may become 0. Error: at most 1 ulp.
/// </remarks>
internal static class Exponential
{
    // fpminimax(exp(x), [|1,...,6|], [|SG...|], [-0.34658; 0.34658], relative, 1): relative error 3.8e-9.
    private static readonly double[] Float =
    [
        1, 1, 0.49999988079071044921875, 0.1666651666164398193359375, 4.16696108877658843994140625e-2,
        8.369083516299724578857421875e-3, 1.37487403117120265960693359375e-3,
    ];

    // fpminimax(exp(x), [|1,...,11|], [|D...|], [-0.346574; 0.346574], relative, 1): relative error 4.5e-18.
    private static readonly double[] Double =
    [
        1, 1, 0.500000000000001332267629550187848508358001708984375, 0.1666666666666650475914224216467118822038173675537109375,
        4.1666666666512273964340096199521212838590145111083984375e-2, 8.33333333343678171745150251581435441039502620697021484375e-3,
        1.388888894759176921567256357548103551380336284637451171875e-3, 1.984126962935662044900525513568823043897282332181930541992187e-4,
        2.480148950685664454066624295958121138028218410909175872802734e-5, 2.755747817867464505699149832085304012707638321444392204284668e-6,
        2.763139688219354783944652857036183846162202826235443353652954e-7, 2.50339268589611702180230490364515327783578868547920137643814e-8,
    ];

    internal static Lane OfNonPositive(LaneProgram program, Lane t, bool isFloat)
    {
        // One below the smallest exponent of a normal number: the scale becomes 0.
        var smallest = program.Constant("ExpSmallest", isFloat ? -88 : -709);
        var log2E = program.Constant("Log2E", 1.4426950408889634);
        var shift = program.Constant("ExpShift", isFloat ? 12582912 + 127 : 6755399441055744 + 1023);
        var (ln2High, ln2Low) = Ln2(program, isFloat);

        var clamped = program.Let("expArgument", program.Max(smallest, t));
        var shifted = program.Let("expShifted", program.MultiplyAdd(clamped, log2E, shift));
        var n = program.Let("expN", program.Subtract(shifted, shift));
        var high = program.Let("expHigh", program.NegatedMultiplyAdd(n, ln2High, clamped));
        var r = program.Let("expR", program.NegatedMultiplyAdd(n, ln2Low, high));
        var p = Polynomial.Evaluate(program, "Exp", "exp", r, isFloat ? Float : Double);
        return program.Multiply(p, program.ShiftLeftBits(shifted, isFloat ? 23 : 52));
    }

    /// <summary>ln 2 as the sum of two numbers of the arithmetic type.</summary>
    internal static (Lane High, Lane Low) Ln2(LaneProgram program, bool isFloat) => isFloat
        ? (program.Constant("Ln2High", 0.693147182464599609375), program.Constant("Ln2Low", -1.904654323148236017e-9))
        : (program.Constant("Ln2High", 0.693147180559945286226764), program.Constant("Ln2Low", 2.319046813846299558e-17));
}
