using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace WeightedLoss.Generators.Tests.Emit;

public class EmittedTextTests
{
    private static readonly string[] Sets = ["scalar", "avx2", "avx512", "neon", "sse2", "portable128", "portable256", "portable512"];

    public static TheoryData<string, int> Functions => new() { { "exp", 0 }, { "log1punit", 1 }, { "log1p", 2 } };

    [Theory]
    [InlineData("public static partial class Kernels;")]
    [InlineData("namespace A.B; internal static partial class Kernels { }")]
    [InlineData("namespace A { public partial class Outer { private partial struct Middle { internal static partial class Kernels; } } }")]
    [InlineData("partial record Outer { private static partial class @class; }")]
    [InlineData("partial record struct Outer { private static partial class Kernels; }")]
    [InlineData("namespace @namespace.Floats; partial interface IOuter { static partial class Kernels; }")]
    public async Task Kernels_OnAnyReopenableClass_CompileWithoutWarning(string declaration)
    {
        const string attributes = "[WeightedLoss.BinaryCrossEntropyKernel<float>] ";
        var words = new[] { "public static", "internal static", "private static", "static" };
        var word = words.First(word => declaration.Contains(word + " partial class", StringComparison.Ordinal));
        var at = declaration.IndexOf(word + " partial class", StringComparison.Ordinal);
        var source = declaration.Insert(at, attributes);

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal(5 + 1 + 1, GeneratorHarness.Generate(source).Count);
    }

    [Fact]
    public async Task EveryElementAndInstructionSet_CompilesWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = true), WeightedLoss.BinaryCrossEntropyKernel<double>(PortableTwins = true)]"
        + "static partial class Kernels;"));

    /// <summary>One class count for each layout and way to transpose, and the kernels for any; public types of the library are all they need.</summary>
    [Theory]
    [InlineData("float", 0)]
    [InlineData("float", 2)]
    [InlineData("float", 3)]
    [InlineData("float", 5)]
    [InlineData("float", 37)]
    [InlineData("float", 1000)]
    [InlineData("double", 2)]
    [InlineData("double", 3)]
    [InlineData("double", 9)]
    public async Task CrossEntropy_AnyClassCount_CompilesWithoutWarning(string element, int classes)
    {
        var count = classes == 0 ? "" : $"Classes = {classes}, ";
        var source = $"[WeightedLoss.CrossEntropyKernel<{element}>({count}PortableTwins = true)] internal static partial class Kernels;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal((element == "float" ? 8 : 7) + 1 + 1 + 1, GeneratorHarness.Generate(source).Count);
    }

    /// <summary>Class labels are counted when they are predicted, and nothing else is.</summary>
    [Theory]
    [InlineData("BinaryCrossEntropyKernel<float>", "LossSum")]
    [InlineData("SigmoidFocalKernel<double>", "LossSum")]
    [InlineData("CrossEntropyKernel<float>", "ClassLossSum")]
    [InlineData("SoftmaxFocalKernel<double>", "ClassLossSum")]
    public void PublicMethods_OfHardLabels_ReturnTheSumsOfTheirLoss(string attribute, string sum)
    {
        var input = GeneratorHarness.Compile($"[WeightedLoss.{attribute}] internal static partial class Kernels;");
        GeneratorHarness.CreateDriver(input).RunGeneratorsAndUpdateCompilation(input, out var output, out _, TestContext.Current.CancellationToken);
        var methods = output.GetTypeByMetadataName("Kernels")!.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.Name is "Loss" or "LossAndGradient").ToArray();
        Assert.Contains(methods, method => method.ReturnType.Name == sum);
        Assert.All(methods, method =>
        {
            var label = ((INamedTypeSymbol)method.Parameters[1].Type).TypeArguments[0].SpecialType;
            Assert.Equal(label is SpecialType.System_Single or SpecialType.System_Double ? "LossSum" : sum, method.ReturnType.Name);
        });
    }

    /// <summary>A γ for each way to make its power, and one whose name needs an exponent.</summary>
    [Theory]
    [InlineData("float", "")]
    [InlineData("float", "Gamma = 0.5, ")]
    [InlineData("float", "Gamma = 2, ")]
    [InlineData("double", "Gamma = 3.5, ")]
    [InlineData("double", "Gamma = 0.7, ")]
    [InlineData("double", "Gamma = 1e-7, ")]
    public async Task SigmoidFocal_AnyGamma_CompilesWithoutWarning(string element, string gamma)
    {
        var source = $"[WeightedLoss.SigmoidFocalKernel<{element}>({gamma}PortableTwins = true)] internal static partial class Kernels;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal((element == "float" ? 8 : 7) + 1 + 1 + 1, GeneratorHarness.Generate(source).Count);
    }

    /// <summary>Without a gradient, the argument is no reference: an offset from it would be an address in no array.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("Classes = 2, ")]
    [InlineData("Classes = 5, ")]
    [InlineData("Classes = 37, ")]
    [InlineData("Classes = 1000, ")]
    public void CrossEntropy_Gradient_IsReferredToWhereItIsWanted(string classes)
    {
        var files = GeneratorHarness.Generate($"[WeightedLoss.CrossEntropyKernel<float>({classes}PortableTwins = true)] static partial class Kernels;");
        var references = 0;
        foreach (var (name, text) in files)
        {
            var around = new Stack<string>();

            // A brace belongs to the line before it.
            foreach (var line in text.Split('\n').Where(line => line.Length != 0 && line.TrimStart() != "{"))
            {
                while (around.Count != 0 && Indentation(around.Peek()) >= Indentation(line))
                {
                    around.Pop();
                }

                if (line.Contains("ref arguments.Gradient", StringComparison.Ordinal))
                {
                    references++;
                    Assert.True(around.Append(line).Any(outer => outer.Contains("arguments.WantsGradient", StringComparison.Ordinal)), name + ": " + line);
                }

                around.Push(line);
            }
        }

        Assert.True(references > 0);

        static int Indentation(string line) => line.Length - line.TrimStart().Length;
    }

    /// <summary>A kernel in float has the γ that float has.</summary>
    [Fact]
    public async Task FloatGamma_ThatRoundsToAHalf_IsTheHalf()
    {
        Assert.Equal(
            GeneratorHarness.Generate("[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.5)] static partial class Kernels;"),
            GeneratorHarness.Generate("[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.50000001)] static partial class Kernels;"));
        Assert.Contains(
            "focal-sigmoid-f64-g1.50000001-avx2",
            GeneratorHarness.Generate("[WeightedLoss.SigmoidFocalKernel<double>(Gamma = 1.50000001)] static partial class Kernels;").Keys.Select(Path.GetFileName).Select(name => name![..^5]));
        var twice = await GeneratorHarness.DiagnoseAsync(
            "[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.5), WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.50000001)] static partial class Kernels;");
        Assert.Equal("WLK003", Assert.Single(twice).Id);
    }

    /// <summary>The sweeps of every layout, and of the library, around rows with every way to make the power.</summary>
    [Theory]
    [InlineData("float", "")]
    [InlineData("float", "Classes = 2, Gamma = 1, ")]
    [InlineData("float", "Classes = 3, Gamma = 0.5, ")]
    [InlineData("float", "Classes = 300, Gamma = 5, ")]
    [InlineData("double", "Classes = 37, ")]
    [InlineData("double", "Gamma = 3.5, ")]
    public async Task SoftmaxFocal_AnyClassesAndGamma_CompilesWithoutWarning(string element, string arguments)
    {
        var source = $"[WeightedLoss.SoftmaxFocalKernel<{element}>({arguments}PortableTwins = true)] internal static partial class Kernels;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal((element == "float" ? 8 : 7) + 1 + 1 + 1, GeneratorHarness.Generate(source).Count);
    }

    [Fact]
    public async Task SeveralSoftmaxFocalKernelsOnOneClass_CompileWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 4), WeightedLoss.SoftmaxFocalKernel<float>(Classes = 4, Gamma = 2), "
        + "WeightedLoss.SoftmaxFocalKernel<float>(Classes = 5, Gamma = 2)] static partial class Kernels;"));

    [Fact]
    public async Task BothLossesOnOneClass_CompileWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 4), WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class Kernels;"));

    /// <summary>The sigmoid of both binary losses is one method, from whichever comes first; every other method has options of its own.</summary>
    [Theory]
    [InlineData("BinaryCrossEntropyKernel<float>", "SigmoidFocalKernel<float>(Gamma = 2)", 1)]
    [InlineData("SigmoidFocalKernel<float>", "BinaryCrossEntropyKernel<float>", 1)]
    [InlineData("BinaryCrossEntropyKernel<double>", "SigmoidFocalKernel<float>", 2)]
    [InlineData("CrossEntropyKernel<float>(Classes = 4)", "SoftmaxFocalKernel<float>(Classes = 4, Gamma = 2)", 1)]
    [InlineData("SigmoidFocalKernel<float>", "SoftmaxFocalKernel<float>", 1)]
    public async Task TwoLossesOnOneClass_CompileWithoutWarning_AndHaveOneProbabilities(string first, string second, int count)
    {
        var source = $"[WeightedLoss.{first}, WeightedLoss.{second}] static partial class K;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        var text = string.Concat(GeneratorHarness.Generate(source).Values);
        Assert.Equal(count, Regex.Count(text, @"public static void Probabilities\(\s*global::System\.ReadOnlySpan"));
    }

    [Fact]
    public async Task TwoClassesWithTheSameKernel_HaveFilesOfTheirOwn()
    {
        const string source = """
            [WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class A;
            namespace N { [WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class A; }
            """;

        Assert.Empty(await GeneratorHarness.DiagnoseAsync(source));
        Assert.Contains("A/bce-f32-avx2.g.cs", GeneratorHarness.Generate(source).Keys);
        Assert.Contains("N.A/bce-f32-avx2.g.cs", GeneratorHarness.Generate(source).Keys);
    }

    [Fact]
    public async Task AttributesOnSeveralDeclarations_AreTakenTogether()
    {
        const string first = "[WeightedLoss.BinaryCrossEntropyKernel<double>] static partial class K;";
        const string second = "[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class K;";
        var together = GeneratorHarness.Generate("[WeightedLoss.BinaryCrossEntropyKernel<double>] " + second);

        Assert.Empty(await GeneratorHarness.DiagnoseAsync(first, second));
        Assert.Equal(together, GeneratorHarness.Generate(first, second));
        Assert.Equal(together, GeneratorHarness.Generate(first + second));
    }

    [Fact]
    public void EveryFile_NamesKernelVersionAndOrigin_AndHasNeitherPragmaNorUnsafeNorCarriageReturn()
    {
        foreach (var (name, text) in GeneratorHarness.Generate("[WeightedLoss.BinaryCrossEntropyKernel<double>] static partial class K;"))
        {
            var lines = text.Split('\n');
            Assert.Equal("// <auto-generated/>", lines[0]);
            Assert.Matches($@"^// \S+, by WeightedLoss\.Kernels\.Generators \d+\.\d+\.\d+, for \[BinaryCrossEntropyKernel\] on K\.$", lines[1]);
            var isArithmetic = Sets.Any(set => name.EndsWith($"-{set}.g.cs", StringComparison.Ordinal));
            Assert.Equal(isArithmetic ? "#nullable disable" : "#nullable enable", lines[2]);
            Assert.DoesNotContain("#pragma", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe ", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
            Assert.EndsWith(".g.cs", name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void KernelFiles_OfOneFamily_DifferOnlyWhereInstructionsDo()
    {
        var files = GeneratorHarness.Generate("[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = true)] static partial class K;");
        static string[] Methods(string text) =>
        [
            .. Regex.Matches(text, @" static void (\w+)\(").Select(match => match.Groups[1].Value).Where(name => !name.EndsWith("Loop", StringComparison.Ordinal)),
        ];

        var scalar = Methods(files["K/bce-f32-scalar.g.cs"]);
        Assert.Equal(4 + 24 + 4 + 24 + 1 + 1, scalar.Length);
        foreach (var set in Sets)
        {
            Assert.Equal(scalar, Methods(files[$"K/bce-f32-{set}.g.cs"]));
        }
    }

    /// <summary>The emitted text of the math fragments, for review. Set WEIGHTEDLOSS_SNAPSHOTS=write to rewrite after an intended change.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void MathFragments_InEveryDialect_EqualTheReviewedText(string name, int function)
    {
        var attributes = $"[WeightedLoss.FunctionKernel<float>({function}, PortableTwins = true)]";
        var files = GeneratorHarness.Generate(
            GeneratorHarness.FunctionAttribute.Replace("public int Function", "public bool PortableTwins { get; set; } public int Function", StringComparison.Ordinal),
            $"{attributes} static partial class K;");
        foreach (var set in Sets)
        {
            AssertSnapshot($"{name}-f32-{set}.txt", files[$"K/{name}-f32-{set}.g.cs"]);
        }
    }

    [Theory]
    [InlineData("avx2")]
    [InlineData("scalar")]
    public void BinaryCrossEntropy_GradientLoop_EqualsTheReviewedText(string set)
    {
        var text = GeneratorHarness.Generate("[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class K;")[$"K/bce-f32-{set}.g.cs"];
        AssertSnapshot($"bce-f32-{set}-GradientRun.txt", Method(text, "private static void GradientRun("));
    }

    /// <summary>Three classes are transposed by shuffles, six stored by rows of 256 bits, and of seventeen the labels are taken.</summary>
    [Theory]
    [InlineData(3, "avx2")]
    [InlineData(3, "scalar")]
    [InlineData(6, "avx2")]
    [InlineData(17, "avx2")]
    public void CrossEntropy_Sweeps_EqualTheReviewedText(int classes, string set)
    {
        var text = GeneratorHarness.Generate($"[WeightedLoss.CrossEntropyKernel<float>(Classes = {classes})] static partial class K;")[$"K/ce-f32-c{classes}-{set}.g.cs"];
        AssertSnapshot($"ce-f32-c{classes}-{set}-Hard.txt", Method(text, "private static long Hard<TRows>("));
    }

    /// <summary>The sweeps of smoothed labels, with the narrow tiles of a class count that is given at run time.</summary>
    [Fact]
    public void CrossEntropy_SmoothedSweeps_EqualTheReviewedText()
    {
        var text = GeneratorHarness.Generate("[WeightedLoss.CrossEntropyKernel<float>] static partial class K;")["K/ce-f32-avx2.g.cs"];
        AssertSnapshot("ce-f32-avx2-LanesSmooth.txt", Method(text, "private static long LanesSmooth("));
        AssertSnapshot("ce-f32-avx2-LanesSmoothTaken.txt", Method(text, "private static long LanesSmoothTaken("));
    }

    /// <summary>A row at a time, with the memory that later rows ask for; any class count in lanes; the results of rows.</summary>
    [Theory]
    [InlineData("avx2", "LanesHard", "LanesHard<TRows>(")]
    [InlineData("avx2", "Exact", "Exact(")]
    [InlineData("avx2", "RowHard", "RowHard<TRows>(")]
    [InlineData("scalar", "RowHard", "RowHard<TRows>(")]
    [InlineData("avx2", "RowSoft", "RowSoft(")]
    public void CrossEntropy_AnyClasses_EqualTheReviewedText(string set, string name, string beginning)
    {
        var text = GeneratorHarness.Generate("[WeightedLoss.CrossEntropyKernel<float>] static partial class K;")[$"K/ce-f32-{set}.g.cs"];
        AssertSnapshot($"ce-f32-{set}-{name}.txt", Method(text, $"private static long {beginning}"));
    }

    [Theory]
    [InlineData("avx2")]
    [InlineData("scalar")]
    public void SoftmaxFocal_Rows_EqualTheReviewedText(string set)
    {
        var text = GeneratorHarness.Generate("[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 2)] static partial class K;")[$"K/focal-softmax-f32-g2-{set}.g.cs"];
        foreach (var name in new[] { "Rough", "Exact" })
        {
            AssertSnapshot($"focal-softmax-f32-g2-{set}-{name}.txt", Method(text, $"private static long {name}("));
        }
    }

    [Theory]
    [InlineData("Gamma = 2", "g2")]
    [InlineData("Gamma = 0.5", "g0.5")]
    public void SigmoidFocal_GradientLoop_EqualsTheReviewedText(string argument, string gamma)
    {
        var text = GeneratorHarness.Generate($"[WeightedLoss.SigmoidFocalKernel<float>({argument})] static partial class K;")[$"K/focal-sigmoid-f32-{gamma}-scalar.g.cs"];
        AssertSnapshot($"focal-sigmoid-f32-{gamma}-scalar-PerSampleLossesGradientRun.txt", Method(text, "private static void PerSampleLossesGradientRun("));
    }

    /// <summary>A method, from where its text begins so to its last line.</summary>
    private static string Method(string text, string beginning)
    {
        var start = text.IndexOf(beginning, StringComparison.Ordinal);
        return text[start..text.IndexOf("\n        }\n", start, StringComparison.Ordinal)];
    }

    private static void AssertSnapshot(string name, string text, [CallerFilePath] string file = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(file)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("WEIGHTEDLOSS_SNAPSHOTS") == "write")
        {
            File.WriteAllText(path, text);
            return;
        }

        // Deterministic builds map source paths away, so the reviewed text travels in the assembly.
        using var stream = typeof(EmittedTextTests).Assembly.GetManifestResourceStream(name);
        Assert.True(stream is not null, $"There is no reviewed text {name}; see the comment of this test.");
        Assert.Equal(new StreamReader(stream!).ReadToEnd(), text);
    }
}
