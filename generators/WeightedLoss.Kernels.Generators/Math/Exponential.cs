using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Math;

/// <summary>exp(t) for t ≤ 0, and exp(t − N·s) for t of either sign, where s is the step of the reduction.</summary>
/// <remarks>
/// t = n·s + r with |r| ≤ s/2. A number that is added and subtracted again rounds t/s to the integer n and leaves n in the lowest bits. In
/// double, the step s is ln 2, and a shift of these bits makes the scale 2ⁿ. In float it is ln 2 / 8: the three lowest bits choose one of
/// eight roots of two, and a shift makes the exponent of the others. The roots lie in a register, and the polynomial has two degrees less,
/// each of which would wait for the one before. exp(0) is exactly 1, exp(−∞) is 0, NaN stays NaN; a
/// subnormal result may be anything between 0 and what it should be.
/// </remarks>
internal static class Exponential
{
    /// <summary>The steps of an octave in float.</summary>
    private const int FloatSteps = 1 << FloatStepBits;

    private const int FloatStepBits = 3;

    /// <summary>
    /// How many steps the largest e of a row lies above 1. A sum of the others near the smallest normal number is then made of terms that
    /// are normal numbers too. More than the digits of the type, so that 1 does not count beside the largest e. In float one step less than
    /// 30 octaves: where the largest e makes up most of the sum, the sum lies just below a power of two, so that its roundings are half of
    /// what they would be just above.
    /// </summary>
    private static int Headroom(Number number) => number.Of((30 * FloatSteps) - 1, 60);

    /// <summary>ln 2 less its nearest double.</summary>
    internal const double Ln2LowDouble = 2.3190468138462996e-17;

    // exp(r) ≈ 1 + (r + r²·(…)) for |r| ≤ ln 2 / 16. expf_step.sollya; largest error over all floats 0.8891 ulp.
    private static readonly double[] FloatStep = [0.5, 0.166680276, 0.0416682512];

    /// <summary>
    /// 2^(j/8) in float, with j subtracted from the bits that n is added to: its lowest three end in the fraction, where they must not
    /// count.
    /// </summary>
    private static readonly double[] Roots = [.. Enumerable.Range(0, FloatSteps).Select(Root)];

    /// <summary>ln 2·j/8 less the logarithm of the root as a float.</summary>
    private static readonly double[] RootsLow =
    [
        0, -1.19921575e-08, 3.19341815e-08, -3.09907229e-08, 1.71142709e-08,
        5.23333421e-09, -1.4719606e-08, -6.12825968e-09,
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
    internal static Lane OfNonPositive(LaneProgram program, Lane t, Lane? low = null) =>
        Evaluate(program, t, Smallest(program), Shift(program), low);

    /// <summary>
    /// exp(t) in two parts: what the last step rounds off is kept, in float what the roots are off, and in double, if wanted, what two
    /// steps before round off. The relative error is 0.1·2⁻²⁴ in float, in double 0.9·2⁻⁵³, with these steps 0.2·2⁻⁵³.
    /// </summary>
    internal static TwoPart TwoPartOfNonPositive(LaneProgram program, Lane t, bool keepsMore)
    {
        var (shifted, n, high) = Reduce(program, t, Smallest(program), Shift(program));
        var stepLow = Step(program).Low;
        var r = program.Let("expR", program.NegatedMultiplyAdd(n, stepLow, high));
        if (HasRoots(program))
        {
            r = program.Let("expRWhole", program.Add(r, program.LookUp("RootsOfTwoLow", RootsLow, shifted)));
        }

        var (scale, square, tail) = ScaleAndTail(program, shifted, r);
        if (HasRoots(program) || !keepsMore)
        {
            return Scale(program.Let("expLess", program.MultiplyAdd(square, tail, r)), null);
        }

        var rLow = program.Let("expRLow", program.NegatedMultiplyAdd(n, stepLow, program.Subtract(high, r)));
        var less = TwoPart.SumOfOrdered(program, "expLess", r, program.Let("expTail", program.MultiplyAdd(square, tail, rLow)));
        return Scale(less.High, less.Low);

        TwoPart Scale(Lane less, Lane? lessLow)
        {
            var e = program.Let("e", program.MultiplyAdd(scale, less, scale));
            var low = program.MultiplyAdd(scale, less, program.Subtract(scale, e));
            return new(e, program.Let("eLow", lessLow is { } lost ? program.MultiplyAdd(scale, lost, low) : low));
        }
    }

    /// <summary>x ≥ 0 itself or, where exp(−x) is 0, a finite number: times anything that is 0 with exp(−x), it gives 0.</summary>
    internal static Lane Bounded(LaneProgram program, Lane x) =>
        program.Min(program.Constant("ExpLargest", -SmallestArgument(program.Number)), x);

    /// <summary>
    /// exp(t − N·s) for t of either sign, with N from <see cref="PowerOf"/>: no difference t − N·s is ever rounded, so the result is as
    /// accurate as exp(t) itself.
    /// </summary>
    internal static Lane Scaled(LaneProgram program, Lane t, (Lane Power, Lane Shift, Lane Smallest) scale) =>
        Evaluate(program, t, scale.Smallest, scale.Shift, null);

    /// <summary>
    /// N, the integer next to t/s less <see cref="Headroom"/>, for |t| ≤ 2¹⁰ in float and 2¹¹ in double.
    /// </summary>
    internal static Lane PowerOf(LaneProgram program, Lane t)
    {
        var rounding = program.Constant("RoundingShift", RoundingShift(program.Number));
        var shifted = program.MultiplyAdd(t, PerStep(program), rounding);
        return program.Let("power", program.Subtract(
            shifted, program.Constant("RoundingShiftAndHeadroom", RoundingShift(program.Number) + Headroom(program.Number))));
    }

    /// <summary>
    /// What <see cref="Scaled"/> needs of N: the number whose addition rounds t/s and leaves n − N in the lowest bits, and the t from which
    /// on the result is 0.
    /// </summary>
    internal static (Lane Power, Lane Shift, Lane Smallest) ScaleOf(LaneProgram program, Lane power)
    {
        var shift = program.Let("expShift_", program.Subtract(Shift(program), power));
        var smallest = program.Let(
            "expSmallest_",
            program.MultiplyAdd(
                power, program.Constant("Step", System.Math.Log(2) / Steps(program.Number)), program.Constant(
                    "SmallestOfPivot", -program.Number.Bias * System.Math.Log(2))));
        return (power, shift, smallest);
    }

    /// <summary>What the largest e of a row is at least, as <see cref="Scaled"/> gives it: the row's N is rounded.</summary>
    internal static double LeastOfLargest(Number number) => System.Math.Pow(2, (Headroom(number) - 1) / (double)Steps(number));

    /// <summary>The step in two parts, as <see cref="Ln2"/>.</summary>
    internal static (Lane High, Lane Low) Step(LaneProgram program) => (
        program.Constant("StepHigh", Ln2High(program.Number) / Steps(program.Number)), program.Constant(
            "StepLow", Ln2Low(program.Number) / Steps(program.Number)));

    /// <summary>ln 2 in two parts, the first with so few digits in float that a small integer times it is exact.</summary>
    internal static (double High, double Low) Ln2(Number number) => (Ln2High(number), Ln2Low(number));

    private const double Log2E = 1.4426950408889634;

    private static double Ln2High(Number number) => number.Of(0.693145752, 0.69314718055994529);

    private static double Ln2Low(Number number) => number.Of(1.42860677e-06, Ln2LowDouble);

    private static int Steps(Number number) => number.Of(FloatSteps, 1);

    private static Lane PerStep(LaneProgram program) => program.Constant("PerStep", Steps(program.Number) * Log2E);

    private static Lane Smallest(LaneProgram program) => program.Constant("ExpSmallest", SmallestArgument(program.Number));

    /// <summary>One below the smallest exponent of a normal number: the scale becomes 0.</summary>
    private static double SmallestArgument(Number number) => number.Of(-88, -709);

    /// <summary>What rounds t/s; in double with the exponent's bias, which the roots have in float.</summary>
    private static Lane Shift(LaneProgram program) => HasRoots(program)
        ? program.Constant("RoundingShift", RoundingShift(program.Number))
        : program.Constant("ExpShift", RoundingShift(program.Number) + program.Number.Bias);

    /// <summary>Whether a part of the scale is looked up among the roots of two.</summary>
    private static bool HasRoots(LaneProgram program) => Steps(program.Number) > 1;

    private static double RoundingShift(Number number) => number.Of(12582912, 6755399441055744);

    private static double Root(int j)
    {
        var bits = BitConverter.ToInt32(BitConverter.GetBytes((float)System.Math.Pow(2, j / (double)FloatSteps)), 0);
        return BitConverter.ToSingle(BitConverter.GetBytes(bits - (j << (Number.Single.FractionBits - FloatStepBits))), 0);
    }

    private static Lane Evaluate(LaneProgram program, Lane t, Lane smallest, Lane shift, Lane? low)
    {
        var (shifted, n, high) = Reduce(program, t, smallest, shift);
        var r = program.Let("expR", program.NegatedMultiplyAdd(n, Step(program).Low, high));
        if (low is { } rest)
        {
            r = program.Let("expRLow", program.Add(r, rest));
        }

        if (HasRoots(program))
        {
            var (scale, square, tail) = ScaleAndTail(program, shifted, r);
            return program.MultiplyAdd(scale, program.Let("expLess", program.MultiplyAdd(square, tail, r)), scale);
        }

        var one = program.Constant("One", 1);
        var quadratic = Polynomial.Evaluate(program, "Exp", "exp", r, Double);
        var linear = program.Let("expLinear", program.MultiplyAdd(quadratic, r, one));
        var whole = program.Let("expWhole", program.MultiplyAdd(linear, r, one));
        return program.Multiply(whole, program.ShiftLeftBits(shifted, program.Number.FractionBits));
    }

    /// <summary>t/s + shift, whose lowest bits are n; n itself; and t − n·s, apart from what the low part of s adds to it.</summary>
    private static (Lane Shifted, Lane N, Lane High) Reduce(LaneProgram program, Lane t, Lane smallest, Lane shift)
    {
        var clamped = program.Let("expArgument", program.Max(smallest, t));
        var shifted = program.Let("expShifted", program.MultiplyAdd(clamped, PerStep(program), shift));
        var n = program.Let("expN", program.Subtract(shifted, shift));
        return (shifted, n, program.Let("expHigh", program.NegatedMultiplyAdd(n, Step(program).High, clamped)));
    }

    /// <summary>2^(n/8) in float, 2ⁿ in double, and two factors whose product is exp(r) − 1 − r.</summary>
    private static (Lane Scale, Lane Square, Lane Tail) ScaleAndTail(LaneProgram program, Lane shifted, Lane r)
    {
        var exponent = program.ShiftLeftBits(shifted, program.Number.FractionBits - (program.Number.Of(FloatStepBits, 0)));
        var scale = program.Let(
            "expScale", HasRoots(program) ? program.AddBits(exponent, program.LookUp("RootsOfTwo", Roots, shifted)) : exponent);
        var square = program.Let("expSquare", program.Multiply(r, r));
        return (scale, square, Polynomial.Evaluate(
            program, program.Number.Of("ExpStep", "Exp"), "exp", r, program.Number.Of(FloatStep, Double)));
    }
}
