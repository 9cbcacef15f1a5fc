using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WeightedLoss.Generators.Tests.Emit;

public class EmittedTextTests
{
    private static readonly string[] Sets = ["scalar", "avx2", "avx512", "neon", "sse2", "portable128", "portable256", "portable512"];

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
        Assert.Equal(5 + 1 + 2, GeneratorHarness.Generate(source).Count);
    }

    [Fact]
    public async Task EveryElementAndInstructionSet_CompilesWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = true), WeightedLoss.BinaryCrossEntropyKernel<double>(PortableTwins = true)]"
        + "static partial class Kernels;"));

    /// <summary>
    /// One class count for each layout and way to transpose, and the kernels for any; public types of the library are all they need.
    /// </summary>
    [Theory]
    [InlineData("float", 0, 5)]
    [InlineData("float", 2, 2)]
    [InlineData("float", 3, 2)]
    [InlineData("float", 5, 2)]
    [InlineData("float", 37, 2)]
    [InlineData("float", 1000, 1)]
    [InlineData("double", 2, 2)]
    [InlineData("double", 3, 2)]
    [InlineData("double", 9, 2)]
    public async Task CrossEntropy_AnyClassCount_CompilesWithoutWarning(string element, int classes, int kernels)
    {
        var count = classes == 0 ? "" : $"Classes = {classes}, ";
        var source = $"[WeightedLoss.CrossEntropyKernel<{element}>({count}PortableTwins = true)] internal static partial class Kernels;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal(kernels, KernelsIn(GeneratorHarness.Generate(source), element));
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
        GeneratorHarness.CreateDriver(input).RunGeneratorsAndUpdateCompilation(
            input, out var output, out _, TestContext.Current.CancellationToken);
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
        Assert.Equal(1, KernelsIn(GeneratorHarness.Generate(source), element));
    }

    /// <summary>Without a gradient, the argument is no reference: an offset from it would be an address in no array.</summary>
    [Theory]
    [InlineData("BinaryCrossEntropyKernel<float>(", "typeof(TGradient) == typeof(Yes)")]
    [InlineData("SigmoidFocalKernel<float>(", "typeof(TGradient) == typeof(Yes)")]
    [InlineData("CrossEntropyKernel<float>(", "arguments.WantsGradient")]
    [InlineData("CrossEntropyKernel<float>(Classes = 2, ", "arguments.WantsGradient")]
    [InlineData("CrossEntropyKernel<float>(Classes = 3, ", "arguments.WantsGradient")]
    public void Gradient_IsReferredToWhereItIsWanted(string attribute, string condition)
    {
        var token = TestContext.Current.CancellationToken;
        var roots = GeneratorHarness.Generate($"[WeightedLoss.{attribute}PortableTwins = true)] static partial class Kernels;").Values
            .Select(text => CSharpSyntaxTree.ParseText(text, cancellationToken: token).GetRoot(token))
            .ToList();
        var references = roots
            .SelectMany(root => root.DescendantNodes())
            .OfType<MemberAccessExpressionSyntax>()
            .Where(node => node.ToString() == "arguments.Gradient")
            .ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(
            IsGuarded(reference), $"{MethodOf(reference).Identifier}: {reference.FirstAncestorOrSelf<StatementSyntax>()}"));

        // By a condition around it, or around every call of its method.
        bool IsGuarded(SyntaxNode node) =>
            node.Ancestors().Any(outer => ConditionOf(outer)?.Contains(condition, StringComparison.Ordinal) == true)
            || (CallsOf(MethodOf(node)) is { Count: > 0 } calls && calls.All(IsGuarded));

        List<InvocationExpressionSyntax> CallsOf(MethodDeclarationSyntax method) =>
        [
            .. method.SyntaxTree.GetRoot(token).DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call =>
                call.Expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Last(name => name.Parent is not TypeArgumentListSyntax)
                    .Identifier.Text == method.Identifier.Text),
        ];

        static MethodDeclarationSyntax MethodOf(SyntaxNode node) => node.FirstAncestorOrSelf<MethodDeclarationSyntax>()!;

        // The offset is 0 where the condition chooses it alone.
        static string? ConditionOf(SyntaxNode node) => node switch
        {
            IfStatementSyntax statement => statement.Condition.ToString(),
            ConditionalExpressionSyntax expression => expression.Condition.ToString(),
            InvocationExpressionSyntax { ArgumentList.Arguments: [_, { Expression: ConditionalExpressionSyntax offset }] }
                when offset.WhenFalse.ToString() == "0" => offset.Condition.ToString(),
            _ => null,
        };
    }

    /// <summary>A kernel in float has the γ that float has.</summary>
    [Fact]
    public async Task FloatGamma_ThatRoundsToAHalf_IsTheHalf()
    {
        Assert.Equal(
            GeneratorHarness.Generate("[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.5)] static partial class Kernels;"),
            GeneratorHarness.Generate("[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.50000001)] static partial class Kernels;"));
        Assert.Contains(
            "Kernels/focal-sigmoid-f64-g1.50000001-avx2.g.cs",
            GeneratorHarness.Generate("[WeightedLoss.SigmoidFocalKernel<double>(Gamma = 1.50000001)] static partial class Kernels;").Keys);
        var twice = await GeneratorHarness.DiagnoseAsync(
            "[WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.5), WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 1.50000001)] static partial class Kernels;");
        Assert.Equal("WLK003", Assert.Single(twice).Id);
    }

    /// <summary>The sweeps of every layout, and of the library, around rows with every way to make the power.</summary>
    [Theory]
    [InlineData("float", "", 1)]
    [InlineData("float", "Classes = 2, Gamma = 1, ", 3)]
    [InlineData("float", "Classes = 3, Gamma = 0.5, ", 3)]
    [InlineData("float", "Classes = 300, Gamma = 5, ", 2)]
    [InlineData("double", "Classes = 37, ", 3)]
    [InlineData("double", "Gamma = 3.5, ", 1)]
    public async Task SoftmaxFocal_AnyClassesAndGamma_CompilesWithoutWarning(string element, string arguments, int kernels)
    {
        var source = $"[WeightedLoss.SoftmaxFocalKernel<{element}>({arguments}PortableTwins = true)] internal static partial class Kernels;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.Equal(kernels, KernelsIn(GeneratorHarness.Generate(source), element));
    }

    [Fact]
    public async Task SeveralSoftmaxFocalKernelsOnOneClass_CompileWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 4), WeightedLoss.SoftmaxFocalKernel<float>(Classes = 4, Gamma = 2), "
        + "WeightedLoss.SoftmaxFocalKernel<float>(Classes = 5, Gamma = 2)] static partial class Kernels;"));

    [Fact]
    public async Task BothLossesOnOneClass_CompileWithoutWarning() => Assert.Empty(await GeneratorHarness.DiagnoseAsync(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 4), WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class Kernels;"));

    /// <summary>
    /// The sigmoid of both binary losses is one method, from whichever comes first; every other method has options of its own.
    /// </summary>
    [Theory]
    [InlineData("BinaryCrossEntropyKernel<float>", "SigmoidFocalKernel<float>(Gamma = 2)", 1)]
    [InlineData("SigmoidFocalKernel<float>", "BinaryCrossEntropyKernel<float>", 1)]
    [InlineData("BinaryCrossEntropyKernel<double>", "SigmoidFocalKernel<float>", 2)]
    [InlineData("CrossEntropyKernel<float>(Classes = 4)", "SoftmaxFocalKernel<float>(Classes = 4, Gamma = 2)", 1)]
    [InlineData("SigmoidFocalKernel<float>", "SoftmaxFocalKernel<float>", 1)]
    [InlineData("SigmoidFocalKernel<float>", "AsymmetricLossKernel<float>", 1)]
    [InlineData("BinaryCrossEntropyKernel<double>", "AsymmetricLossKernel<double>", 1)]
    public async Task TwoLossesOnOneClass_CompileWithoutWarning_AndHaveOneProbabilities(string first, string second, int count)
    {
        var source = $"[WeightedLoss.{first}, WeightedLoss.{second}] static partial class K;";

        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        var text = string.Concat(GeneratorHarness.Generate(source).Values);
        Assert.Equal(count, Regex.Count(text, @"public static void Probabilities\(\s*global::System\.ReadOnlySpan"));
    }

    [Theory]
    [InlineData("Margin = -0.0", "Margin = 0")]
    [InlineData("GammaNegative = 3, GammaPositive = 1", "GammaNegative = 3")]
    public void ConstantsOfTheSameValue_AreTheSameKernel(string first, string second) => Assert.Equal(
        GeneratorHarness.Generate($"[WeightedLoss.AsymmetricLossKernel<float>({first})] static partial class K;"),
        GeneratorHarness.Generate($"[WeightedLoss.AsymmetricLossKernel<float>({second})] static partial class K;"));

    [Fact]
    public void OrderOfAttributes_ChangesNothing()
    {
        const string one = "WeightedLoss.AsymmetricLossKernel<float>(Margin = 0.1)", other = "WeightedLoss.AsymmetricLossKernel<float>(Margin = 0.2)";
        Assert.Equal(
            GeneratorHarness.Generate($"[{one}, {other}] static partial class K;"),
            GeneratorHarness.Generate($"[{other}, {one}] static partial class K;"));
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
            Assert.Matches(
                $@"^// \S+, by WeightedLoss\.Kernels\.Generators \d+\.\d+\.\d+, for \[BinaryCrossEntropyKernel\] on K\.$", lines[1]);
            var isArithmetic = Sets.Any(set => name.EndsWith($"-{set}.g.cs", StringComparison.Ordinal));
            Assert.Equal(isArithmetic ? "#nullable disable" : "#nullable enable", lines[2]);
            Assert.DoesNotContain("#pragma", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe ", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
            Assert.EndsWith(".g.cs", name, StringComparison.Ordinal);
        }
    }

    /// <summary>How many kernels there are, each with a file for every instruction set and portable twin.</summary>
    private static int KernelsIn(Dictionary<string, string> files, string element)
    {
        var kernels = files.Keys.Where(name => Sets.Any(set => name.EndsWith($"-{set}.g.cs", StringComparison.Ordinal))).ToList();
        var (count, rest) = System.Math.DivRem(kernels.Count, element == "float" ? Sets.Length : Sets.Length - 1);
        Assert.Equal(0, rest);
        return count;
    }
}
