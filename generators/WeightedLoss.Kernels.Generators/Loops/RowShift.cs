using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>Rows whose logits are large, in either direction.</summary>
internal static class RowShift
{
    /// <summary>Whether the largest logit is so large that the row needs to be shifted.</summary>
    internal static Lane IsLarge(LaneProgram program, Lane largest) => program.IsGreater(
        program.Constant("Large", -program.Number.Of(KernelFacts.LargeFloat, KernelFacts.LargeDouble)), program.NegatedAbs(largest));

    /// <summary>
    /// Large logits are shifted by the largest one, which is exact for every logit whose e is not 0; others are left, so that nothing is
    /// rounded there either. Gives the shift, and the largest logit after it.
    /// </summary>
    internal static (Lane Offset, Lane Largest) Emit(LaneProgram program, Lane largest)
    {
        var isLarge = program.Let("isLarge", IsLarge(program, largest));
        var offset = program.Let("offset", program.Keep(isLarge, largest));
        return (offset, program.Let("shiftedLargest", program.Subtract(largest, offset)));
    }
}
