namespace WeightedLoss.Generators.Emit.Math;

/// <summary>exp(t) for t ≤ 0, and exp(t)·2⁻ᴺ for t of either sign.</summary>
/// <remarks>
/// t = n·ln 2 + r with |r| ≤ ln 2 / 2. A number that is added and subtracted again rounds t/ln 2 to the integer n and leaves n plus the
/// exponent's bias in the lowest bits, which a shift makes the scale 2ⁿ. exp(0) is exactly 1, exp(−∞) is 0, NaN stays NaN; results below
/// the smallest normal number may become 0.
/// </remarks>
internal static class Exponential
{
    /// <summary>
    /// How many powers of two the largest e of a row lies above 1. A sum of the others near the smallest normal number is then made of
    /// terms that are normal numbers too. More than the digits of the type, so that 1 does not count beside the largest e.
    /// </summary>
    private static double Headroom(bool isFloat) => isFloat ? 30 : 60;

    /// <summary>ln 2 less its nearest double.</summary>
    internal const double Ln2LowDouble = 2.3190468138462996e-17;

    // exp(r) ≈ 1 + r + r²·(…). expf.sollya; largest error over all floats 0.8913 ulp.
    private static readonly double[] Float =
    [
        0.499999911, 0.166665211, 0.0416689627, 0.00836867187, 0.0013782481,
    ];

    // exp.sollya; largest error seen in 175 million samples 0.880 ulp.
    private static readonly double[] Double =
    [
        0.50000000000000111, 0.16666666666666424, 0.041666666666527075,
        0.0083333333334870557, 0.0013888888944301357, 0.00019841269522432567,
        2.4801492499576286e-05, 2.7557572352653224e-06, 2.763043730673029e-07,
        2.5004459135188957e-08,
    ];

    /// <summary>exp(t), or exp(t + low) for a low so small that it does not change n.</summary>
    internal static Lane OfNonPositive(LaneProgram program, Lane t, bool isFloat, Lane? low = null) =>
        Evaluate(program, t, Smallest(program, isFloat), program.Constant("ExpShift", RoundingShift(isFloat) + Bias(isFloat)), isFloat, low);

    /// <summary>
    /// exp(t) in two parts. With 1 + r + r²·Q as (1 + r) + r²·Q, only roundings of the small r²·Q are lost: the relative error is
    /// 0.3·2⁻²⁴ in float.
    /// </summary>
    internal static TwoPart TwoPartOfNonPositive(LaneProgram program, Lane t, bool isFloat)
    {
        var shift = program.Constant("ExpShift", RoundingShift(isFloat) + Bias(isFloat));
        var (ln2High, ln2Low) = Ln2(program, isFloat);

        var clamped = program.Let("expArgument", program.Max(Smallest(program, isFloat), t));
        var shifted = program.Let("expShifted", program.MultiplyAdd(clamped, program.Constant("Log2E", 1.4426950408889634), shift));
        var n = program.Let("expN", program.Subtract(shifted, shift));
        var high = program.Let("expHigh", program.NegatedMultiplyAdd(n, ln2High, clamped));
        var low = program.Let("expLow", program.Multiply(n, ln2Low));
        var r = program.Let("expR", program.Subtract(high, low));
        var quadratic = Polynomial.Evaluate(program, "Exp", "exp", r, isFloat ? Float : Double);
        var tail = program.Let("expTail", program.MultiplySubtract(program.Multiply(r, r), quadratic, low));
        var linear = TwoPart.SumOfOrdered(program, "expLinear", program.Constant("One", 1), high);
        var whole = TwoPart.SumOfOrdered(program, "expWhole", linear.High, program.Let("expRest", program.Add(linear.Low, tail)));
        var scale = program.Let("expScale", program.ShiftLeftBits(shifted, isFloat ? 23 : 52));
        return new(program.Let("e", program.Multiply(whole.High, scale)), program.Let("eLow", program.Multiply(whole.Low, scale)));
    }

    /// <summary>x ≥ 0 itself or, where exp(−x) is 0, a finite number: times anything that is 0 with exp(−x), it gives 0.</summary>
    internal static Lane Bounded(LaneProgram program, Lane x, bool isFloat) =>
        program.Min(program.Constant("ExpLargest", -SmallestArgument(isFloat)), x);

    /// <summary>
    /// exp(t)·2⁻ᴺ for t of either sign, with N from <see cref="PowerOf"/>: no difference t − N·ln 2 is ever rounded, so the result is as
    /// accurate as exp(t) itself.
    /// </summary>
    internal static Lane Scaled(LaneProgram program, Lane t, (Lane Power, Lane Shift, Lane Smallest) scale, bool isFloat) =>
        Evaluate(program, t, scale.Smallest, scale.Shift, isFloat, null);

    /// <summary>
    /// N, the integer next to t/ln 2 less <see cref="Headroom"/>, for |t| ≤ 2¹⁰ in float and 2¹¹ in double.
    /// </summary>
    internal static Lane PowerOf(LaneProgram program, Lane t, bool isFloat)
    {
        var rounding = program.Constant("RoundingShift", RoundingShift(isFloat));
        var log2E = program.Constant("Log2E", 1.4426950408889634);
        var nearest = program.Let("nearest", program.Subtract(program.MultiplyAdd(t, log2E, rounding), rounding));
        return program.Let("power", program.Subtract(nearest, program.Constant("Headroom", Headroom(isFloat))));
    }

    /// <summary>
    /// What <see cref="Scaled"/> needs of N: the number whose addition rounds t/ln 2 and leaves n − N plus the exponent's bias in the
    /// lowest bits, and the t from which on the result is 0.
    /// </summary>
    internal static (Lane Power, Lane Shift, Lane Smallest) ScaleOf(LaneProgram program, Lane power, bool isFloat)
    {
        var shift = program.Let(
            "expShift_", program.Subtract(program.Constant("ExpShift", RoundingShift(isFloat) + Bias(isFloat)), power));
        var smallest = program.Let(
            "expSmallest_",
            program.Multiply(program.Subtract(power, program.Constant("Bias", Bias(isFloat))), program.Constant("Ln2", 0.69314718055994531)));
        return (power, shift, smallest);
    }

    /// <summary>ln 2 in two parts, the first with so few digits in float that a small integer times it is exact.</summary>
    internal static (Lane High, Lane Low) Ln2(LaneProgram program, bool isFloat) => (
        program.Constant("Ln2High", isFloat ? 0.693145752 : 0.69314718055994529),
        program.Constant("Ln2Low", isFloat ? 1.42860677e-06 : Ln2LowDouble));

    private static Lane Smallest(LaneProgram program, bool isFloat) => program.Constant("ExpSmallest", SmallestArgument(isFloat));

    /// <summary>One below the smallest exponent of a normal number: the scale becomes 0.</summary>
    private static double SmallestArgument(bool isFloat) => isFloat ? -88 : -709;

    private static double RoundingShift(bool isFloat) => isFloat ? 12582912 : 6755399441055744;

    private static double Bias(bool isFloat) => isFloat ? 127 : 1023;

    private static Lane Evaluate(LaneProgram program, Lane t, Lane smallest, Lane shift, bool isFloat, Lane? low)
    {
        var log2E = program.Constant("Log2E", 1.4426950408889634);

        var (ln2High, ln2Low) = Ln2(program, isFloat);
        var one = program.Constant("One", 1);

        var clamped = program.Let("expArgument", program.Max(smallest, t));
        var shifted = program.Let("expShifted", program.MultiplyAdd(clamped, log2E, shift));
        var n = program.Let("expN", program.Subtract(shifted, shift));
        var high = program.Let("expHigh", program.NegatedMultiplyAdd(n, ln2High, clamped));
        var r = program.Let("expR", program.NegatedMultiplyAdd(n, ln2Low, high));
        if (low is { } rest)
        {
            r = program.Let("expRLow", program.Add(r, rest));
        }

        var quadratic = Polynomial.Evaluate(program, "Exp", "exp", r, isFloat ? Float : Double);
        var linear = program.Let("expLinear", program.MultiplyAdd(quadratic, r, one));
        var whole = program.Let("expWhole", program.MultiplyAdd(linear, r, one));
        return program.Multiply(whole, program.ShiftLeftBits(shifted, isFloat ? 23 : 52));
    }
}
