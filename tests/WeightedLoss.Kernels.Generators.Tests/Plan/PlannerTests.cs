using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Tests.Plan;

public class PlannerTests
{
    private static readonly TargetClass Target = new("N", default, "static partial class K", "N.K");

    [Theory]
    [InlineData("Float32", false, "avx512 avx2 neon sse2 scalar")]
    [InlineData("Float64", false, "avx512 avx2 neon scalar")]
    [InlineData("Float32", true, "avx512 avx2 neon sse2 scalar portable512 portable256 portable128")]
    public void PlanKernels_ForASpec_ListsInstructionSetsInOrderOfPreference(string element, bool twins, string expected)
    {
        var plans = Planner.PlanKernels(new(Target, LossKind.BinaryCrossEntropy, Enum.Parse<ElementType>(element), 0, twins));

        Assert.Equal(expected.Split(' '), plans.Select(plan => plan.Id.InstructionSetName));
        Assert.All(plans, plan => Assert.Equal(TuningTable.BlockIterations, plan.BlockIterations));
    }

    /// <summary>Kernels that take labels have no way for less than a tile of classes, nor do they pick the label's e.</summary>
    [Fact]
    public void MostClassesCompared_IsNotBelowTheOtherBoundsOfFewClasses() =>
        Assert.True(TuningTable.MostClassesCompared >= Math.Max(LaneClasses.Tile - 1, TuningTable.MostClassesPicked(isFloat: false)));

    [Theory]
    [InlineData("Float32", 16)]
    [InlineData("Float64", 8)]
    public void BlockLanes_ForAnyInstructionSet_AreThoseOf64Bytes(string element, int lanes) => Assert.All(
        Planner.PlanKernels(new(Target, LossKind.BinaryCrossEntropy, Enum.Parse<ElementType>(element), 0, true)),
        plan => Assert.Equal(lanes, Dialect.For(plan.Id).BlockLanes));

    [Theory]
    [InlineData("BinaryCrossEntropy", "Float32", 0, "Avx2", "bce-f32-avx2", "BceF32Avx2")]
    [InlineData("BinaryCrossEntropy", "Float64", 0, "AdvSimd", "bce-f64-neon", "BceF64Neon")]
    [InlineData("CrossEntropy", "Float32", 0, "Scalar", "ce-f32-scalar", "CeF32Scalar")]
    [InlineData("CrossEntropy", "Float64", 37, "Avx512", "ce-f64-c37-avx512", "CeF64C37Avx512")]
    [InlineData("ExpNegative", "Float32", 0, "Portable512", "exp-f32-portable512", "ExpF32Portable512")]
    [InlineData("SoftmaxFocal", "Float32", 7, "Avx2", "focal-softmax-f32-c7-g2-avx2", "FocalSoftmaxF32C7G2Avx2", 2.0)]
    [InlineData("SoftmaxFocal", "Float64", 0, "AdvSimd", "focal-softmax-f64-neon", "FocalSoftmaxF64Neon")]
    [InlineData("SigmoidFocal", "Float32", 0, "Avx2", "focal-sigmoid-f32-avx2", "FocalSigmoidF32Avx2")]
    [InlineData("SigmoidFocal", "Float32", 0, "Avx2", "focal-sigmoid-f32-g2-avx2", "FocalSigmoidF32G2Avx2", 2.0)]
    [InlineData("SigmoidFocal", "Float64", 0, "AdvSimd", "focal-sigmoid-f64-g0.5-neon", "FocalSigmoidF64G0_5Neon", 0.5)]
    [InlineData("SigmoidFocal", "Float64", 0, "Scalar", "focal-sigmoid-f64-g1e-07-scalar", "FocalSigmoidF64G1em07Scalar", 1e-7)]
    public void KernelId_SpellsLossTypeClassesAndInstructionSet(string loss, string element, int classes, string set, string id, string type, double gamma = 0)
    {
        var kernel = new KernelId(Enum.Parse<LossKind>(loss), Enum.Parse<ElementType>(element), classes, Enum.Parse<InstructionSet>(set), gamma == 0 ? null : gamma);

        Assert.Equal(id, kernel.ToString());
        Assert.Equal(type, kernel.TypeName);
    }

    [Theory]
    [InlineData(0, "Any")]
    [InlineData(2, "Difference")]
    [InlineData(3, "Lanes")]
    [InlineData(TuningTable.MostClassesInLanes, "Lanes")]
    [InlineData(TuningTable.MostClassesInLanes + 1, "Row")]
    public void LayoutOf_ClassCount_IsTheSameForEveryInstructionSet(int classes, string layout) =>
        Assert.Equal(layout, Planner.LayoutOf(classes).ToString());

    [Fact]
    public void PlanFacades_SeveralClassCounts_GathersThemByType()
    {
        KernelSpec[] specs =
        [
            new(Target, LossKind.BinaryCrossEntropy, ElementType.Float32, 0, false),
            new(Target, LossKind.CrossEntropy, ElementType.Float32, 3, false),
            new(Target, LossKind.CrossEntropy, ElementType.Float32, 7, false),
            new(Target, LossKind.CrossEntropy, ElementType.Float64, 3, false),
        ];

        var facades = Planner.PlanFacades(new([.. specs]));

        Assert.Equal(["Float32 3 7", "Float64 3"], facades.Select(facade => $"{facade.Kernels.First().Element} {string.Join(" ", facade.Kernels.Select(kernel => kernel.Classes))}"));
    }
}
