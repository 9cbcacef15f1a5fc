using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>The math fragments on their own, for tests of their bounds and for benchmarks.</summary>
internal sealed class FunctionBody(LossKind function, string element) : KernelBody
{
    public override string Attribute => "[FunctionKernel]";

    public override string Interface => $"IFunctionKernel<{element}>";

    public override string Arguments => "";

    public override string Entry => "FunctionKernelEntry";

    public override string Registry => "FunctionKernels";

    public override IReadOnlyList<KernelMethod> Methods => [new Map(function, element)];

    public override IReadOnlyList<(string Signature, string Call)> Dispatched =>
        [($"public static void Run(ref {element} x, ref {element} y, nuint count)", "Run(ref x, ref y, count)")];

    private sealed class Map(LossKind function, string element) : LoopMethod("Run", "y = f(x).")
    {
        public override IReadOnlyList<(string Type, string Name)> Arrays => [(element, "x"), (element, "y")];

        public override void EmitIteration(LaneProgram program)
        {
            var isFloat = element == "float";
            var x = program.Let("value", program.Load("x"));
            program.Store("y", function switch
            {
                LossKind.ExpNegative => Exponential.OfNonPositive(program, program.Let("t", program.NegatedAbs(x)), isFloat),
                LossKind.Log1pUnit => Logarithm.OnePlusUnit(program, x, isFloat),
                _ => Logarithm.OnePlus(program, x, isFloat),
            });
        }
    }
}
