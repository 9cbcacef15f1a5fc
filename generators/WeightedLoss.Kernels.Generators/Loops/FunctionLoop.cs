using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>y = f(x).</summary>
internal sealed class FunctionLoop(FunctionDefinition function, Element element) : LoopMethod("Run", "y = f(x).", element)
{
    public override IReadOnlyList<LoopArray> Arrays => [new(Element.Storage, "x"), new(Element.Storage, "y")];

    public override void EmitIteration(LaneProgram program) =>
        program.StoreElements("y", function.Emit(program, program.Let("value", program.LoadElements("x"))));
}
