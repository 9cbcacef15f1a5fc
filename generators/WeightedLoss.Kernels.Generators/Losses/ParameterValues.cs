using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>The parameters of a kernel: constants, or what a call gives it as <c>arguments.Parameters</c>.</summary>
/// <param name="constants">The constants, in the order of the loss; null if they are given with the call.</param>
internal sealed class ParameterValues(EquatableArray<double>? constants)
{
    /// <summary>A parameter that is a constant; null if it is given with the call.</summary>
    public double? Constant(int index = 0) => constants is { } known ? known.ElementAt(index) : null;

    /// <summary>What the options of the loss put at a place of <c>arguments.Parameters</c>, in all lanes.</summary>
    public static Lane Given(LaneProgram program, string name, int place) => program.Broadcast(name, $"arguments.Parameters.P{place}");
}
