using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Tests.Plan;

public class PlannerTests
{
    private static readonly TargetClass Target = new("N", default, "static partial class K", "N.K", IsLibrary: false);

    public static TheoryData<string, string, int, string, string, string> Kernels => new()
    {
        { "bce", "f32", 0, "", "bce-f32-avx2", "BceF32Avx2" },
        { "ce", "f64", 37, "", "ce-f64-c37-avx2", "CeF64C37Avx2" },
        { "exp", "f32", 0, "", "exp-f32-avx2", "ExpF32Avx2" },
        { "focal-softmax", "f32", 7, "2", "focal-softmax-f32-c7-g2-avx2", "FocalSoftmaxF32C7G2Avx2" },
        { "focal-sigmoid", "f64", 0, "0.5", "focal-sigmoid-f64-g0.5-avx2", "FocalSigmoidF64G0_5Avx2" },
        { "focal-sigmoid", "f64", 0, "1e-7", "focal-sigmoid-f64-g1e-07-avx2", "FocalSigmoidF64G1e07Avx2" },
        { "focal-sigmoid", "f64", 0, "1e17", "focal-sigmoid-f64-g1e+17-avx2", "FocalSigmoidF64G1ep17Avx2" },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void KernelId_SpellsLossTypeClassesParametersAndInstructionSet(
        string loss, string element, int classes, string gamma, string name, string type)
    {
        var id = new KernelId(InfoOf(loss), ElementOf(element), classes, ConstantsOf(gamma));

        Assert.Equal(name, id.NameFor(InstructionSet.Avx2));
        Assert.Equal(type, id.TypeNameFor(InstructionSet.Avx2));
    }

    [Fact]
    public void KernelId_OfAPart_NamesItAndItsTypeParameter()
    {
        var id = new KernelId(InfoOf("ce"), Element.Float32, Part: KernelPart.Gathered);

        Assert.Equal("ce-f32-gathered-neon", id.NameFor(InstructionSet.AdvSimd));
        Assert.Equal("CeF32GatheredNeon<TClasses>", id.TypeNameFor(InstructionSet.AdvSimd));
    }

    [Theory]
    [InlineData("f32", "All", "avx512 avx2 neon sse2 scalar")]
    [InlineData("f64", "All", "avx512 avx2 neon scalar")]
    [InlineData("f32", "Neon, Sse2", "neon sse2 scalar")]
    [InlineData("f64", "Sse2", "scalar")]
    [InlineData("f32", "Avx512, Twins", "avx512 scalar portable512 portable256 portable128")]
    public void PlanKernels_ForInstructionSets_ListsThemInOrderOfPreference(string element, string sets, string expected)
    {
        EquatableArray<KernelSpec> specs = new([Spec("bce", element, sets: Enum.Parse<InstructionSets>(sets))]);

        Assert.Equal(expected.Split(' '), Planner.PlanKernels(specs).Select(plan => KernelId.NameOf(plan.InstructionSet)));
        Assert.Equal(
            expected.Split(' ').Where(set => !set.StartsWith("portable", StringComparison.Ordinal)),
            Assert.Single(Planner.PlanDispatch(specs)).InstructionSets.Select(KernelId.NameOf));
    }

    [Theory]
    [InlineData("ce", 0, "", "ce-f32 ce-f32-rows ce-f32-gathered ce-f32-row ce-f32-special", "ce-f32 ce-f32-rows")]
    [InlineData("ce", 3, "", "ce-f32-c3 ce-f32-special", "ce-f32-c3")]
    [InlineData("ce", 5, "", "ce-f32-few ce-f32-special", "ce-f32-c5")]
    [InlineData("ce", 37, "", "ce-f32-gathered ce-f32-special", "ce-f32-c37")]
    [InlineData("ce", 1000, "", "ce-f32-row", "ce-f32-c1000")]
    [InlineData("focal-softmax", 0, "", "focal-softmax-f32-rows", "focal-softmax-f32-rows")]
    [InlineData("focal-softmax", 0, "2", "focal-softmax-f32-g2-rows", "focal-softmax-f32-g2-rows")]
    [InlineData(
        "focal-softmax",
        37,
        "2",
        "focal-softmax-f32-gathered focal-softmax-f32-special focal-softmax-f32-g2-rows",
        "focal-softmax-f32-c37 focal-softmax-f32-g2-rows")]
    [InlineData("focal-sigmoid", 0, "2", "focal-sigmoid-f32-g2", "focal-sigmoid-f32-g2")]
    public void Plans_OfOneAttribute_AreTheFilesItNeeds(string loss, int classes, string gamma, string kernels, string dispatched)
    {
        EquatableArray<KernelSpec> specs = new([Spec(loss, "f32", classes, gamma)]);

        Assert.Equal(kernels.Split(' '), Planner.PlanKernels(specs).Select(plan => plan.Id.ToString()).Distinct());
        Assert.Equal(dispatched.Split(' '), Planner.PlanDispatch(specs).Select(plan => plan.Id.ToString()));
    }

    [Fact]
    public void PlanKernels_SeveralClassCounts_ShareTheirSweeps()
    {
        EquatableArray<KernelSpec> specs = new([Spec("ce", "f32", 5), Spec("ce", "f32", 6), Spec("ce", "f32", 17)]);

        Assert.Equal(
            ["ce-f32-few", "ce-f32-special", "ce-f32-gathered"], Planner.PlanKernels(specs).Select(plan => plan.Id.ToString()).Distinct());
        Assert.Equal(["ce-f32-c5", "ce-f32-c6", "ce-f32-c17"], Planner.PlanDispatch(specs).Select(plan => plan.Id.ToString()));
    }

    /// <summary>Kernels that share a file may be asked for with different instruction sets.</summary>
    [Fact]
    public void Plans_OfDifferentInstructionSets_HaveAllThatOneAsksFor()
    {
        EquatableArray<KernelSpec> specs = new(
            [Spec("ce", "f32", 5, sets: InstructionSets.Avx2), Spec("ce", "f32", 6, sets: InstructionSets.Neon)]);

        foreach (var part in new[] { KernelPart.Few, KernelPart.Special })
        {
            var kernels = Planner.PlanKernels(specs).Where(plan => plan.Id.Part == part);
            Assert.Equal(["avx2", "scalar", "neon"], kernels.Select(plan => KernelId.NameOf(plan.InstructionSet)));
        }

        Assert.Equal(
            ["avx2 scalar", "neon scalar"],
            Planner.PlanDispatch(specs).Select(plan => string.Join(' ', plan.InstructionSets.Select(KernelId.NameOf))));
    }

    [Fact]
    public void PlanSurface_SeveralClassCounts_GathersThemByType()
    {
        var surfaces = Planner.PlanSurface(new([Spec("ce", "f32", 3), Spec("ce", "f32", 7), Spec("ce", "f64", 3)]));

        Assert.Equal(
            ["CrossEntropyF32 3 7", "CrossEntropyF64 3"],
            surfaces.Select(plan => $"{plan.Name} {string.Join(' ', plan.Kernels.Select(id => id.Classes))}"));
    }

    [Theory]
    [InlineData(2, "Whole")]
    [InlineData(TuningTable.MostClassesUnrolled, "Whole")]
    [InlineData(TuningTable.MostClassesUnrolled + 1, "Few")]
    [InlineData(KernelFacts.MostClassesCompared, "Few")]
    [InlineData(KernelFacts.MostClassesCompared + 1, "Gathered")]
    [InlineData(KernelFacts.MostClassesInLanes, "Gathered")]
    [InlineData(KernelFacts.MostClassesInLanes + 1, "Row")]
    public void PartOf_ClassCount_IsTheSameForEveryInstructionSet(int classes, string part) =>
        Assert.Equal(part, Planner.PartOf(classes).ToString());

    /// <summary>Kernels that gather labels have no way for less than a tile of classes, nor do they pick the label's e.</summary>
    [Fact]
    public void MostClassesCompared_IsNotBelowTheOtherBoundsOfFewClasses() =>
        Assert.True(KernelFacts.MostClassesCompared >= System.Math.Max(Dialect.Tile - 1, TuningTable.MostClassesUnrolled));

    [Fact]
    public void EveryDialect_DividesTheBlockOf64Bytes()
    {
        foreach (var number in new[] { Number.Single, Number.Double })
        {
            foreach (var set in Enum.GetValues<InstructionSet>().Where(set => set != InstructionSet.Sse2 || number == Number.Single))
            {
                var dialect = Dialect.For(set, number);
                Assert.Equal(set, dialect.InstructionSet);
                Assert.Equal(KernelFacts.BlockBytes * 8, dialect.BlockLanes * number.Bits);
                Assert.Equal(0, dialect.BlockLanes % (dialect.Lanes * dialect.Registers));
            }
        }
    }

    private static KernelSpec Spec(
        string loss, string element, int classes = 0, string gamma = "", InstructionSets sets = InstructionSets.All) =>
        new(Target, InfoOf(loss), ElementOf(element), classes, ConstantsOf(gamma), sets, HasRegistry: false);

    private static LossInfo InfoOf(string id) => LossList.All.Single(loss => loss.Info.Id == id).Info;

    private static Element ElementOf(string name) => name == "f32" ? Element.Float32 : Element.Float64;

    private static EquatableArray<double>? ConstantsOf(string gamma) =>
        gamma.Length == 0 ? null : new([double.Parse(gamma, System.Globalization.CultureInfo.InvariantCulture)]);
}
