using System.Reflection;

namespace WeightedLoss.Generators.Tests.Emit;

/// <summary>Instruction sets that an attribute leaves out.</summary>
public class InstructionSetTests
{
    private static readonly string[] All = ["avx512", "avx2", "neon", "sse2", "scalar"];

    [Theory]
    [InlineData("None", "scalar")]
    [InlineData("Avx2", "avx2 scalar")]
    [InlineData("Neon | Sse2", "neon sse2 scalar")]
    [InlineData("All", "avx512 avx2 neon sse2 scalar")]
    public async Task Kernels_AreEmittedForTheInstructionSetsAskedFor(string sets, string expected)
    {
        foreach (var (attribute, kernels) in new[]
        {
            ("BinaryCrossEntropyKernel<float>(", "bce-f32"),
            ("SigmoidFocalKernel<float>(Gamma = 2, ", "focal-sigmoid-f32-g2"),
            ("CrossEntropyKernel<float>(Classes = 5, ", "ce-f32-few ce-f32-special"),
            (
                "SoftmaxFocalKernel<float>(Classes = 3, Gamma = 2, ",
                "focal-softmax-f32-c3 focal-softmax-f32-special focal-softmax-f32-g2-rows"),
        })
        {
            var value = string.Join(" | ", sets.Split(" | ").Select(set => $"WeightedLoss.KernelInstructionSets.{set}"));
            var source = $"[WeightedLoss.{attribute}InstructionSets = {value})] static partial class K;";

            Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
            Assert.Equal(
                from kernel in kernels.Split(' ') from set in expected.Split(' ') select $"K/{kernel}-{set}.g.cs",
                GeneratorHarness.Generate(source).Keys.Where(IsKernel));
        }
    }

    [Fact]
    public void Dispatcher_AsksForNothingElse()
    {
        const string attribute = "[WeightedLoss.BinaryCrossEntropyKernel<double>(InstructionSets = WeightedLoss.KernelInstructionSets.Neon)]";
        var text = GeneratorHarness.Generate(attribute + " static partial class K;")["K/bce-f64.g.cs"];

        Assert.Contains("InstructionSets.PrefersAdvSimd", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Avx", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Sse2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassCountsOfDifferentSets_OnOneClass_CompileWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 5, InstructionSets = WeightedLoss.KernelInstructionSets.Avx2), "
        + "WeightedLoss.CrossEntropyKernel<float>(Classes = 6, InstructionSets = WeightedLoss.KernelInstructionSets.Neon), "
        + "WeightedLoss.SoftmaxFocalKernel<float>(Classes = 6, Gamma = 2, InstructionSets = 0)] static partial class K;"));

    /// <summary>The processor's best instruction set may be left out, here all that it has.</summary>
    [Theory]
    [InlineData("None")]
    [InlineData("Sse2")]
    [InlineData("Avx2")]
    [InlineData("All")]
    public void Kernels_OfAnyInstructionSets_ReturnTheBitsOfTheLibrary(string sets)
    {
        var source = $$"""
            using WeightedLoss;

            [SigmoidFocalKernel<float>(Gamma = 2, InstructionSets = KernelInstructionSets.{{sets}})]
            public static partial class K
            {
                public static double Run(float[] logits, byte[] labels, float[] gradient) =>
                    LossAndGradient(logits, labels, gradient, new SigmoidFocalOptions<float>(Reduction.Sum)).Loss;
            }
            """;
        var input = GeneratorHarness.Compile(source);
        var token = TestContext.Current.CancellationToken;
        GeneratorHarness.CreateDriver().RunGeneratorsAndUpdateCompilation(input, out var output, out _, token);
        using var assembly = new MemoryStream();
        Assert.True(output.Emit(assembly, cancellationToken: token).Success);
        var run = Assembly.Load(assembly.ToArray()).GetType("K")!.GetMethod("Run")!
            .CreateDelegate<Func<float[], byte[], float[], double>>();

        float[] logits = [.. Enumerable.Range(-500, 1003).Select(i => i / 16f)];
        byte[] labels = [.. logits.Select((_, i) => (byte)(i % 3 == 0 ? 1 : 0))];
        var (gradient, expected) = (new float[logits.Length], new float[logits.Length]);
        var loss = SigmoidFocal.LossAndGradient(logits, labels, expected, new SigmoidFocalOptions<float>(Reduction.Sum)).Loss;
        Assert.Equal(loss, run(logits, labels, gradient));
        Assert.Equal(expected, gradient);
    }

    /// <summary>The generator has an enumeration of its own.</summary>
    [Fact]
    public void Values_AreThoseOfTheLibrary()
    {
        foreach (var set in Enum.GetValues<KernelInstructionSets>().Where(set => set != KernelInstructionSets.None))
        {
            Assert.Equal((int)set, (int)Enum.Parse<Generators.Spec.InstructionSets>(set.ToString()));
        }
    }

    private static bool IsKernel(string file) => All.Any(set => file.EndsWith($"-{set}.g.cs", StringComparison.Ordinal));
}
