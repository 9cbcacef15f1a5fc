namespace WeightedLoss.Generators.Emit.Math;

/// <summary>log(1 + x).</summary>
internal static class Logarithm
{
    private static readonly double[] UnitFloat =
    [
        -0.5,
        0.3333327770233154296875,
        -0.2499763667583465576171875,
        0.1996481120586395263671875,
        -0.164041936397552490234375,
        0.1314118802547454833984375,
        -9.316428005695343017578125e-2,
        5.10165691375732421875e-2,
        -1.807614602148532867431640625e-2,
        2.9965750873088836669921875e-3,
    ];

    private static readonly double[] UnitDouble =
    [
        -0.5,
        0.33333333333332876,
        -0.24999999999916386,
        0.199999999945727,
        -0.1666666648581806,
        0.14285710638341625,
        -0.12499951078907492,
        0.11110647411836391,
        -0.09996760808063518,
        0.09073717690467938,
        -0.08262409798183055,
        0.07460772081070373,
        -0.0653589869734143,
        0.05372083150597634,
        -0.03972743819891695,
        0.02524342199862948,
        -0.013124787253979201,
        0.005281336409257375,
        -0.00152706561778932,
        0.00028037838878947714,
        -2.4439485941518454e-05,
    ];

    private static readonly double[] ReducedFloat =
    [
        -0.4999999701976776123046875,
        0.33333313465118408203125,
        -0.2500081360340118408203125,
        0.20002679526805877685546875,
        -0.16627471148967742919921875,
        0.14173257350921630859375,
        -0.13084112107753753662109375,
        0.1292200982570648193359375,
        -8.0409817397594451904296875e-2,
    ];

    private static readonly double[] ReducedDouble =
    [
        -0.5,
        0.33333333333333337,
        -0.24999999999994732,
        0.19999999999995086,
        -0.16666666668382907,
        0.1428571428793447,
        -0.12499999807833721,
        0.11111110770095156,
        -0.10000010369180692,
        0.09090932889556622,
        -0.08333029563301354,
        0.07691432099294246,
        -0.07147774085294037,
        0.06684714605543675,
        -0.062107204901339114,
        0.056755713607309084,
        -0.05614258395987974,
        0.06442630349937861,
        -0.060988547266998226,
        0.027656431762767754,
    ];

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    internal static Lane OnePlusUnit(LaneProgram program, Lane x, bool isFloat)
    {
        var p = Polynomial.Evaluate(program, "Log1pUnit", "log1p", x, isFloat ? UnitFloat : UnitDouble);
        return program.MultiplyAdd(program.Let("log1pSquare", program.Multiply(x, x)), p, x);
    }

    /// <summary>log(1 + x) for x ≥ 0.</summary>
    internal static Lane OnePlus(LaneProgram program, Lane x, bool isFloat, string prefix = "")
    {
        string Name(string name) => prefix.Length == 0 ? char.ToLowerInvariant(name[0]) + name.Substring(1) : prefix + name;
        var one = program.Constant("One", 1);
        var root = isFloat ? program.ConstantBits("HalfRoot", 0x3F3504F3) : program.ConstantBits("HalfRoot", 0x3FE6A09E667F3BCD);
        var shift = program.Constant("LogShift", isFloat ? 12582912 : 6755399441055744);
        var (ln2High, ln2Low) = Exponential.Ln2(program, isFloat);
        var bits = isFloat ? 23 : 52;
        var u = program.Let(Name("U"), program.Add(one, x));
        var k = program.Let(Name("K"), program.ShiftRightBits(program.SubtractBits(u, root), bits));
        var scale = program.Let(Name("Scale"), program.SubtractBits(one, program.ShiftLeftBits(k, bits)));
        var f = program.Let(Name("F"), program.MultiplyAdd(x, scale, program.Subtract(scale, one)));
        var n = program.Let(Name("N"), program.Subtract(program.AddBits(k, shift), shift));
        var p = Polynomial.Evaluate(program, "Log1p", Name("Log"), f, isFloat ? ReducedFloat : ReducedDouble);
        var small = program.Let(Name("Small"), program.MultiplyAdd(program.Let(Name("Square"), program.Multiply(f, f)), p, program.MultiplyAdd(n, ln2Low, f)));
        return program.MultiplyAdd(n, ln2High, small);
    }
}
