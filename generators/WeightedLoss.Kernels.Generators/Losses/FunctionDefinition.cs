using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Losses;

/// <summary>A math fragment on its own, for tests of its bounds and for benchmarks.</summary>
/// <param name="id">In names of kernels.</param>
/// <param name="emit">The fragment.</param>
internal sealed class FunctionDefinition(string id, Func<LaneProgram, Lane, Lane> emit) : LossDefinition
{
    /// <summary>In the order of the library's enumeration.</summary>
    public static IReadOnlyList<FunctionDefinition> All { get; } =
    [
        new("exp", static (program, x) => Exponential.OfNonPositive(program, program.Let("t", program.NegatedAbs(x)))),
        new("log1punit", static (program, x) => Logarithm.OnePlusUnit(program, x)),
        new("log1p", static (program, x) => Logarithm.OnePlus(program, x)),
    ];

    public override LossInfo Info { get; } = new(id, "Function", id, LossFamily.Function);

    public Lane Emit(LaneProgram program, Lane x) => emit(program, x);
}
