namespace WeightedLoss.Generators.Emit.Math;

/// <summary>log(1 + x), with its relative accuracy kept for tiny x.</summary>
internal static class Logarithm
{
    // On [0, 1], in powers of w = x − ½, which damps the rounding errors of the last steps; log1p_unit.sollya makes the coefficients.
    // log(1 + x) ≈ x + x²·(…). Largest error over all floats: 0.98 ulp.
    private static readonly double[] UnitFloat =
    [
        -0.378139555, 0.179224923, -0.0932324603, 0.0510884412, -0.0288906228,
        0.0166553278, -0.0102672409, 0.00695656985, -0.00317464769,
    ];

    // log(1 + x) ≈ ¾·x + x·(…). Largest error over dense samples: below 1 ulp.
    private static readonly double[] UnitDouble =
    [
        0.14257420525683903, -0.37029682102735623, 0.2011872841094153,
        -0.1220824697709693, 0.078729879085759777, -0.052775516346581612,
        0.036339398575743545, -0.02552033681763553, 0.018195272655678781,
        -0.013128785270128136, 0.0095653685169445456, -0.0070248383682193849,
        0.0051934443340794622, -0.0038654551515398027, 0.0029043632216842045,
        -0.0021946227434756532, 0.0016043584064119533, -0.0010342418867555106,
        0.00051524162761690706, -0.00016734086942679492, 2.5787140279056528e-05,
    ];

    // For 1 + f in [0.7788, 1.5576], log(1 + f) ≈ f + f²·(…); log1p.sollya makes the coefficients.
    // Largest error over all floats: 0.91 ulp.
    private static readonly double[] ReducedFloat =
    [
        -0.500000119, 0.333334029, -0.249985859, 0.199925393, -0.167035699,
        0.145498648, -0.125971168, 0.0874335989, -0.031374827,
    ];

    // Largest error over dense samples: below 1 ulp.
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
    internal static Lane OnePlusUnit(LaneProgram program, Lane x, bool isFloat)
    {
        var w = program.Let("log1pCentred", program.Subtract(x, program.Constant("Half", 0.5)));
        var p = Polynomial.Evaluate(program, "Log1pUnit", "log1p", w, isFloat ? UnitFloat : UnitDouble);
        return isFloat
            ? program.MultiplyAdd(program.Let("log1pSquare", program.Multiply(x, x)), p, x)
            : program.MultiplyAdd(x, program.Constant("ThreeQuarters", 0.75), program.Let("log1pRest", program.Multiply(x, p)));
    }

    /// <summary>log(1 + x) for x ≥ 0, up to 2¹⁰⁰ in float and 2⁵⁰⁰ in double; NaN stays NaN.</summary>
    /// <remarks>
    /// 1 + x = 2ᵏ·(1 + f): k comes from the bits of the rounded 1 + x, but f = x·2⁻ᵏ + (2⁻ᵏ − 1) from x itself, with one rounding.
    /// </remarks>
    internal static Lane OnePlus(LaneProgram program, Lane x, bool isFloat, string prefix = "log")
    {
        var one = program.Constant("One", 1);
        var bottom = isFloat ? program.ConstantBits("LogBottom", 0x3F475F70) : program.ConstantBits("LogBottom", 0x3FE8EBEE00000000);
        var shift = program.Constant("LogShift", isFloat ? 12582912 : 6755399441055744);
        var ln2 = program.Constant("Ln2", 0.69314718055994531);
        var bits = isFloat ? 23 : 52;

        var u = program.Let(prefix + "U", program.Add(one, x));
        var k = program.Let(prefix + "K", program.ShiftRightBits(program.SubtractBits(u, bottom), bits));
        var scale = program.Let(prefix + "Scale", program.SubtractBits(one, program.ShiftLeftBits(k, bits)));
        var f = program.Let(prefix + "F", program.MultiplyAdd(x, scale, program.Subtract(scale, one)));
        var n = program.Let(prefix + "N", program.Subtract(program.AddBits(k, shift), shift));
        var p = Polynomial.Evaluate(program, "Log1p", prefix, f, isFloat ? ReducedFloat : ReducedDouble);
        var square = program.Let(prefix + "Square", program.Multiply(f, f));
        return program.MultiplyAdd(n, ln2, program.Let(prefix + "Reduced", program.MultiplyAdd(square, p, f)));
    }
}
