using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Math;

/// <summary>log(1 + x), with its relative accuracy kept for tiny x.</summary>
/// <remarks>
/// The square of a small x would be subnormal, and processors take many times as long for such a number. In float, it is larger by
/// <see cref="SquareScale"/> and what it is multiplied with is smaller by it, which changes no bit, and keeps it normal for x from 2⁻¹²⁰
/// on; in double, it has a floor.
/// </remarks>
internal static class Logarithm
{
    /// <summary>A power of two by which the coefficients can be divided and stay normal floats.</summary>
    private const double SquareScale = 1.0 * (1UL << 60) * (1UL << 55);

    /// <summary>The same as what it adds to the bits of a float.</summary>
    private const ulong SquareScaleBits = 115UL << 23;

    /// <summary>A number that has integers in its lowest bits.</summary>
    private const double LogShift = 6755399441055744;

    /// <summary>Added to a square in double, where only what is left of it beside 1 counts.</summary>
    private const double SquareFloor = 1e-300;

    // On [0, 1], in powers of w = x − ½, which damps the rounding errors of the last steps: log(1 + x) ≈ x + x²·(…).
    // log1pf_unit.sollya; largest error over all floats 0.9996 ulp.
    private static readonly double[] UnitFloat =
    [
        -0.378139555, 0.179224908, -0.0932324901, 0.0510885976, -0.0288908463,
        0.0166553259, -0.0102665359, 0.00695689628, -0.00317499554,
    ];

    // log(1 + x) = 2·artanh(r) = x − r·(x − z·(…)) with r = x/(2 + x) and z = r². log1p_unit.sollya; largest error in 225 million samples
    // 0.960 ulp. (A polynomial in x would need degree 20.)
    private static readonly double[] UnitDouble =
    [
        0.6666666666666666, 0.40000000000012625, 0.28571428567363827, 0.22222222702374725,
        0.1818178991352788, 0.15385561288185712, 0.13314239751960302,
        0.1200047409568113, 0.08802687015295672, 0.16161611536887702,
    ];

    // log(1 + f) ≈ f + f²·(…) for 1 + f in [0.7788, 1.5576). log1pf.sollya; largest error over all floats to 2¹⁰⁰ 0.933 ulp.
    private static readonly double[] ReducedFloat =
    [
        -0.500000119, 0.333333939, -0.249985471, 0.199925244, -0.167036176,
        0.14549771, -0.125969067, 0.0874355659, -0.0313795283,
    ];

    // log(1 + f) ≈ ¾·f + f·(…) for 1 + f in [0.8244, 1.6488). log1p.sollya; largest error in 275 million samples to 2⁵⁰⁰ 0.925 ulp.
    private static readonly double[] ReducedDouble =
    [
        0.25, -0.4999999999999995, 0.33333333333333254,
        -0.25000000000032158, 0.20000000000112872, -0.16666666660836968,
        0.14285714252793108, -0.12500000404389991, 0.11111114641062436,
        -0.09999992838628996, 0.090907501859542814, -0.08332957444603778,
        0.076946215122832839, -0.071586995368801989, 0.066927976092014188,
        -0.061596894125303066, 0.052711518442780769, -0.038224907661152684,
        0.020909736601177141, -0.0073923764335744237, 0.001240360963956982,
    ];

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    internal static Lane OnePlusUnit(LaneProgram program, Lane x)
    {
        var (first, second) = EmitUnit(program, x);
        return program.MultiplyAdd(first, second, x);
    }

    /// <summary>Whether the polynomials are those of float.</summary>
    private static bool IsShort(LaneProgram program) => program.Number == Number.Single;

    /// <summary>Two factors, whose product with x makes log(1 + x) for x in [0, 1].</summary>
    private static (Lane First, Lane Second) EmitUnit(LaneProgram program, Lane x)
    {
        if (IsShort(program))
        {
            var w = program.Let("log1pCentred", program.Subtract(x, program.Constant("Half", 0.5)));
            var h = Polynomial.Evaluate(program, "Log1pUnit", "log1p", w, Scaled(UnitFloat));
            return (program.Let("log1pSquare", program.Multiply(ScaledUnit(program, x), x)), h);
        }

        var two = program.Constant("Two", 2);
        var whole = program.Let("log1pWhole", program.Add(x, two));
        var ratio = program.Let("log1pRatio", program.Divide(x, whole));
        var square = program.Let("log1pSquare", program.MultiplyAdd(ratio, ratio, program.Constant("SquareFloor", SquareFloor)));
        var p = Polynomial.Evaluate(program, "Log1pUnit", "log1p", square, UnitDouble);

        // What 2 + x rounds away changes the logarithm by x/(2 + 2x) of r times as much; a quarter, for x next to 1, is near enough for all
        // x.
        var wholeLow = program.Let("log1pWholeLow", program.Add(program.Subtract(two, whole), x));
        var more = program.MultiplyAdd(square, p, program.Multiply(program.Constant("Quarter", 0.25), wholeLow));
        return (ratio, program.Let("log1pRest", program.Subtract(more, x)));
    }

    /// <summary>
    /// x in [0, 1] times <see cref="SquareScale"/>, for a factor of x: 0 becomes a number. An addition of integers is tied to no unit.
    /// </summary>
    private static Lane ScaledUnit(LaneProgram program, Lane x) =>
        program.AddBits(x, program.ConstantBits("SquareScaleBits", SquareScaleBits));

    private static double[] Scaled(double[] coefficients) => [.. coefficients.Select(coefficient => coefficient / SquareScale)];

    /// <summary>
    /// log(1 + x) for x in [0, 1] in two parts: the rounding of the last step of <see cref="OnePlusUnit"/> is kept, and in float that of
    /// x².
    /// </summary>
    internal static TwoPart TwoPartOnePlusUnit(LaneProgram program, Lane x)
    {
        var (first, second) = EmitUnit(program, x);
        var high = program.Let("log", program.MultiplyAdd(first, second, x));
        var low = program.MultiplyAdd(first, second, program.Subtract(x, high));
        if (IsShort(program))
        {
            low = program.MultiplyAdd(program.MultiplySubtract(ScaledUnit(program, x), x, first), second, low);
        }

        return new(high, program.Let("logLow", low));
    }

    /// <summary>
    /// log(1 + x) for x ≥ 0, up to 2¹⁰⁰ in float and 2⁶⁰⁰ in double, in two parts: apart from the rounding of x itself, the error is a
    /// fraction of that of <see cref="OnePlus"/>, for a large logarithm a small one.
    /// </summary>
    internal static TwoPart TwoPartOnePlus(LaneProgram program, Lane x, string prefix)
    {
        var (scale, n) = EmitReduction(program, x, prefix);
        var one = program.Constant("One", 1);
        var scaled = program.Let(prefix + "Scaled", program.Multiply(x, scale));
        var less = program.Let(prefix + "Less", program.Subtract(scale, one));
        var f = TwoPart.Sum(program, prefix + "F", scaled, less);
        return EmitTwoPart(program, n, f.High, f.Low, prefix);
    }

    /// <summary>log(x) for a normal number x in (0, 1], in two parts; some finite number for 0, subnormal numbers and NaN.</summary>
    internal static TwoPart TwoPartOfUnit(LaneProgram program, Lane x, string prefix)
    {
        var (beyond, k) = EmitExponent(program, x, prefix);
        var f = program.Let(prefix + "F", program.Subtract(program.SubtractBits(x, k), program.Constant("One", 1)));
        if (IsShort(program))
        {
            return EmitTwoPart(program, EmitPower(program, beyond, k, prefix), f, null, prefix);
        }

        // A shift does not keep the sign of k, which is at most 0.
        var shift = program.Constant("LogShift", LogShift);
        var shifted = program.AddBits(program.ShiftRightBits(program.SubtractBits(program.Zero, k), 52), shift);
        return EmitTwoPart(program, program.Let(prefix + "N", program.Subtract(shift, shifted)), f, null, prefix);
    }

    /// <summary>k·ln 2 + log(1 + f) in two parts.</summary>
    private static TwoPart EmitTwoPart(LaneProgram program, Lane n, Lane f, Lane? fLow, string prefix)
    {
        var p = Polynomial.Evaluate(program, "Log1p", prefix, f, program.Number.Of(Scaled(ReducedFloat), ReducedDouble));
        var ln2 = Exponential.Ln2(program.Number);
        var ln2High = program.Constant("Ln2HighPerPower", PerPower(program, ln2.High));
        var ln2Low = program.Constant("Ln2LowPerPower", PerPower(program, ln2.Low));
        var head = program.Let(prefix + "Head", program.Multiply(n, ln2High));
        var sum = TwoPart.Sum(program, prefix + "HeadSum", head, f);
        var rest = program.MultiplyAdd(n, ln2Low, fLow is { } low ? program.Add(sum.Low, low) : sum.Low);
        if (!IsShort(program))
        {
            rest = program.Add(rest, program.MultiplySubtract(n, ln2High, head));
        }

        rest = program.Let(prefix + "SmallRest", rest);
        var tail = IsShort(program)
            ? program.MultiplyAdd(EmitScaledSquare(program, f, prefix), p, rest)
            : program.MultiplyAdd(f, program.Let(prefix + "Tail", program.Subtract(p, program.Constant("Quarter", 0.25))), rest);
        return TwoPart.SumOfOrdered(program, prefix + "Whole", sum.High, program.Let(prefix + "WholeRest", tail));
    }

    /// <summary>log(1 + x) for x ≥ 0, up to 2¹⁰⁰ in float and 2⁵⁰⁰ in double; NaN stays NaN.</summary>
    /// <remarks>
    /// 1 + x = 2ᵏ·(1 + f): k comes from the bits of the rounded 1 + x, but f = x·2⁻ᵏ + (2⁻ᵏ − 1) from x itself, with one rounding.
    /// </remarks>
    internal static Lane OnePlus(LaneProgram program, Lane x, string prefix = "log")
    {
        var (scale, n) = EmitReduction(program, x, prefix);
        var ln2 = program.Constant("Ln2PerPower", PerPower(program, 0.69314718055994531));
        var one = program.Constant("One", 1);
        var f = program.Let(prefix + "F", program.MultiplyAdd(x, scale, program.Subtract(scale, one)));
        var p = Polynomial.Evaluate(program, "Log1p", prefix, f, program.Number.Of(Scaled(ReducedFloat), ReducedDouble));
        if (IsShort(program))
        {
            return program.MultiplyAdd(
                n, ln2, program.Let(prefix + "Reduced", program.MultiplyAdd(EmitScaledSquare(program, f, prefix), p, f)));
        }

        var low = program.Let(prefix + "Low", program.Multiply(n, program.Constant("Ln2Low", Exponential.Ln2LowDouble)));
        var rest = program.Let(prefix + "Rest", program.MultiplyAdd(f, p, low));
        var reduced = program.Let(prefix + "Reduced", program.MultiplyAdd(f, program.Constant("ThreeQuarters", 0.75), rest));
        return program.MultiplyAdd(n, ln2, reduced);
    }

    /// <summary>f² times <see cref="SquareScale"/>.</summary>
    private static Lane EmitScaledSquare(LaneProgram program, Lane f, string prefix)
    {
        var scaled = program.Let(prefix + "FScaled", program.Multiply(f, program.Constant("SquareScale", SquareScale)));
        return program.Let(prefix + "Square", program.Multiply(scaled, f));
    }

    /// <summary>
    /// 2⁻ᵏ and k, for the k with which (1 + x)·2⁻ᵏ is next to 1. In float, where an integer becomes a number by one operation, k is in
    /// units of 2⁻²³: what the exponent's bits are as an integer.
    /// </summary>
    private static (Lane Scale, Lane Power) EmitReduction(LaneProgram program, Lane x, string prefix)
    {
        var one = program.Constant("One", 1);
        var (beyond, k) = EmitExponent(program, program.Let(prefix + "U", program.Add(one, x)), prefix);
        return (program.Let(prefix + "Scale", program.SubtractBits(one, k)), EmitPower(program, beyond, k, prefix));
    }

    /// <summary>
    /// What a number's bits have beyond those of the least number of the range that is next to 1, and the exponent's bits of it: k.
    /// </summary>
    private static (Lane Beyond, Lane K) EmitExponent(LaneProgram program, Lane u, string prefix)
    {
        var bottom = program.ConstantBits("LogBottom", program.Number.Of(0x3F475F70UL, 0x3FEA616000000000UL));
        var exponentBits = program.Constant("Lowest", double.NegativeInfinity);
        var beyond = program.Let(prefix + "Beyond", program.SubtractBits(u, bottom));
        return (beyond, program.Let(prefix + "K", program.AndBits(beyond, exponentBits)));
    }

    /// <summary>k as a number.</summary>
    private static Lane EmitPower(LaneProgram program, Lane beyond, Lane k, string prefix)
    {
        if (IsShort(program))
        {
            return program.Let(prefix + "N", program.FromInteger(k));
        }

        var shift = program.Constant("LogShift", LogShift);
        return program.Let(prefix + "N", program.Subtract(program.AddBits(program.ShiftRightBits(beyond, 52), shift), shift));
    }

    /// <summary>A constant times the k of <see cref="EmitReduction"/>.</summary>
    private static double PerPower(LaneProgram program, double value) => program.Number.Of(value / (1 << 23), value);
}
