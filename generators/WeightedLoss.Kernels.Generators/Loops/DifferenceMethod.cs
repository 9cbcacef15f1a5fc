using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Two classes with hard labels, a sample per lane: binary cross-entropy of the difference d = z₁ − z₀, with one exponential for both
/// logits. What the difference rounds away goes into the exponential, whose relative error it would be. The exponentials of a tile and
/// its logarithms have sweeps of their own, so that fewer rows wait for the chain of operations that ends in a loss.
/// </summary>
internal sealed class DifferenceMethod(Element element)
    : SampleMethod("Difference", "A sample per lane, and the difference of its logits.", element)
{
    private static readonly string s_exponentialIndex = RowValues.Index(1);

    private static readonly string s_logarithmIndex = RowValues.Index(2);

    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var p = program(1);
        RowValues.EmitDeclaration(p);
        p.Line("ref var rowLabels = ref arguments.Labels;");
        p.Line("ref var rowWeights = ref arguments.Weights;");
        p.Line("ref var losses = ref arguments.Losses;");
        p.Line("long correct = 0;");
        EmitExponentials(p, dialect);
        EmitLogarithms(p, dialect);
        p.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes})");
        EmitResults(p, dialect);
        p.Close();
        p.Line();
        p.Line("return correct;");
    }

    /// <summary>The sweep over the logits: the difference d, and e = exp(−|d|) with what d has rounded away.</summary>
    private static void EmitExponentials(LaneProgram p, Dialect dialect)
    {
        p.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes})");
        Lane[] z = [p.Declare("class0"), p.Declare("class1")];
        p.Open("if (arguments.IsClassMajor)");
        p.Line("ref var column = ref Unsafe.Add(ref arguments.Logits, row);");
        p.Assign(z[0], p.Load("column", "0"));
        p.Assign(z[1], p.Load("column", "arguments.Stride"));
        p.Close();
        p.Open("else");
        p.Line("ref var rows = ref Unsafe.Add(ref arguments.Logits, row * 2);");
        p.Suffix = "In";
        var tile = p.LoadTile("rows", "2", 2, "0");
        p.Suffix = "";
        p.Assign(z[0], tile[0]);
        p.Assign(z[1], tile[1]);
        p.Close();
        p.Line();

        var d = p.Let("d", p.Subtract(z[1], z[0]));
        var partner = p.Let("partner", p.Subtract(d, z[1]));
        var error1 = p.Let("error1", p.Subtract(z[1], p.Subtract(d, partner)));
        var error0 = p.Let("error0", p.Add(z[0], partner));
        var t = p.Let("t", p.NegatedAbs(d));

        // Where d may be infinite, the error is none or NaN; there e is 0 anyway.
        var isClose = p.Let("isClose", p.IsGreater(t, p.Constant("Distant", -1024)));
        var low = p.Let("low", p.Keep(isClose, p.Subtract(error0, error1)));
        var signedLow = p.Let("signedLow", p.NegateBySign(d, low));
        p.Store("rowValues", d, "row");
        p.Store("rowValues", p.Let("e", Exponential.OfNonPositive(p, t, signedLow)), s_exponentialIndex);
        p.Close();
        p.Line();
    }

    private static void EmitLogarithms(LaneProgram p, Dialect dialect)
    {
        p.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes})");
        var e = p.Let("e", p.Load("rowValues", s_exponentialIndex));
        p.Store("rowValues", p.Let("log", Logarithm.OnePlusUnit(p, e)), s_logarithmIndex);
        p.Close();
        p.Line();
    }

    /// <summary>The sweep over labels and weights: losses, correct predictions and the gradient.</summary>
    private static void EmitResults(LaneProgram p, Dialect dialect)
    {
        var d = p.Let("d", p.Load("rowValues", "row"));
        var e = p.Let("e", p.Load("rowValues", s_exponentialIndex));
        var labels = p.Let("labels", p.LoadLabelBits("rowLabels", "row"));
        var weight = p.Let("weight", p.Load("rowWeights", "row"));
        var isLive = p.Let("isLive", p.IsNotZero(weight));

        // The sign bit for the label 1. A row without a label has the weight 0.
        var sign = p.Let("sign", p.ShiftLeftBits(labels, p.Number.Bits - 1));
        var s = p.Let("s", p.XorBits(d, sign));
        var log = p.Let("log", p.Load("rowValues", s_logarithmIndex));
        p.Store("losses", p.Let("liveLoss", p.Keep(isLive, CrossEntropy.EmitDifferenceLoss(p, s, log, weight))), "row");

        // A prediction is correct if s lies below a limit: 0 for the label 1 and, because the first of equal logits is the best, the
        // smallest number above 0 for the label 0. Without a label it is NaN.
        var correctLimit = p.Let("correctLimit", p.XorBits(labels, p.ConstantBits("SmallestNumber", 1)));
        p.Line($"correct += {p.Count(p.Let("isCorrect", p.IsGreater(correctLimit, s)))};");

        p.Open("if (arguments.WantsGradient)");
        var scale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        var slope = CrossEntropy.EmitDifferenceGradient(p, s, e, weight, scale);
        var g1 = p.Let("g1", p.Keep(isLive, p.XorBits(slope, sign)));
        EmitGradient(p, p.Let("g0", p.Subtract(p.Zero, g1)), g1);
        p.Close();
    }

    private static void EmitGradient(LaneProgram p, Lane g0, Lane g1)
    {
        p.Open("if (arguments.IsClassMajor)");
        p.Line("ref var column = ref Unsafe.Add(ref arguments.Gradient, row);");
        p.Store("column", g0, "0");
        p.Store("column", g1, "arguments.GradientStride");
        p.Close();
        p.Open("else");
        p.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * 2);");
        p.Suffix = "Out";
        p.StoreTile("rows", "2", [g0, g1], "0");
        p.Suffix = "";
        p.Close();
    }
}
