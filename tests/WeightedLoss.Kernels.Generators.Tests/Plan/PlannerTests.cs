using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Tests.Plan;

public class PlannerTests
{
    private static readonly TargetClass Target = new("N", default, "static partial class K", "N.K");

    [Theory]
    [InlineData(false, "avx512 avx2 neon scalar")]
    [InlineData(true, "avx512 avx2 neon scalar portable512 portable256 portable128")]
    public void PlanKernels_ForASpec_ListsInstructionSetsInOrderOfPreference(bool twins, string expected)
    {
        var plans = Planner.PlanKernels(new(Target, LossKind.BinaryCrossEntropy, ElementType.Float32, twins));

        Assert.Equal(expected.Split(' '), plans.Select(plan => plan.Id.InstructionSetName));
        Assert.All(plans, plan => Assert.Equal(TuningTable.BlockIterations, plan.BlockIterations));
    }

    [Theory]
    [InlineData("Float32", 16)]
    [InlineData("Float64", 8)]
    public void BlockLanes_ForAnyInstructionSet_AreThoseOf64Bytes(string element, int lanes) => Assert.All(
        Planner.PlanKernels(new(Target, LossKind.BinaryCrossEntropy, Enum.Parse<ElementType>(element), true)),
        plan => Assert.Equal(lanes, plan.BlockLanes));

    [Theory]
    [InlineData("BinaryCrossEntropy", "Float32", "Avx2", "bce-f32-avx2", "BceF32Avx2")]
    [InlineData("BinaryCrossEntropy", "Float64", "AdvSimd", "bce-f64-neon", "BceF64Neon")]
    [InlineData("ExpNegative", "Float32", "Portable512", "exp-f32-portable512", "ExpF32Portable512")]
    public void KernelId_SpellsLossTypeAndInstructionSet(string loss, string element, string set, string id, string type)
    {
        var kernel = new KernelId(Enum.Parse<LossKind>(loss), Enum.Parse<ElementType>(element), Enum.Parse<InstructionSet>(set));

        Assert.Equal(id, kernel.ToString());
        Assert.Equal(type, kernel.TypeName);
    }
}
