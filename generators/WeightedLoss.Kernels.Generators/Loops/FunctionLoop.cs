using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>y = f(x).</summary>
internal sealed class FunctionLoop(FunctionDefinition function, string element) : LoopMethod("Run", "y = f(x).")
{
    public override IReadOnlyList<LoopArray> Arrays => [new(element, "x"), new(element, "y")];

    public override void EmitIteration(LaneProgram program) =>
        program.Store("y", function.Emit(program, program.Let("value", program.Load("x"))));
}
