using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Math;

/// <summary>Products that stay finite: an infinite factor would make NaN of what it is multiplied with.</summary>
internal static class Limits
{
    /// <summary>The largest number of its sign in place of what is beyond it.</summary>
    internal static Lane Finite(LaneProgram program, Lane value, bool mayBePositive = true, bool mayBeNegative = false)
    {
        var largest = program.Number.Largest;
        var below = mayBePositive ? program.Min(program.Constant("Largest", largest), value) : value;
        return mayBeNegative ? program.Max(program.Constant("LargestNegated", -largest), below) : below;
    }
}
