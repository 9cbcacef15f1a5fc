using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WeightedLoss.Benchmarks.Tests;
using WeightedLoss.Generators.Diagnostics;

namespace WeightedLoss.Generators.Tests.Diagnostics;

public class DiagnosticTests
{
    private const string Attribute = "[WeightedLoss.BinaryCrossEntropyKernel<float>]";

    /// <summary>One whose kernels are short, where they are compiled for nothing but their names.</summary>
    private const string Small = "[WeightedLoss.CrossEntropyKernel<float>(Classes = 37)]";

    /// <summary>How messages on a parameter end.</summary>
    private const string AnyValue = "; an attribute without parameters makes kernels that take any value at run time";

    /// <summary>How messages on a class count end.</summary>
    private const string AnyCount = ", but must lie between 2 and 1048576; leave it out for kernels that take any class count";

    [Theory]
    [InlineData(Attribute + " static class K { }", "WLK001: 'K' can't receive kernels: it must be partial")]
    [InlineData(Attribute + " partial class K { }", "WLK001: 'K' can't receive kernels: it must be static")]
    [InlineData(Attribute + " static partial class K<T> { }", "WLK001: 'K' can't receive kernels: it must not be generic")]
    [InlineData(Attribute + " file static partial class K { }", "WLK001: 'K' can't receive kernels: it must not be local to a file")]
    [InlineData(
        "class Outer { " + Attribute + " static partial class K { } }",
        "WLK001: 'K' can't receive kernels: 'Outer' around it must be partial")]
    [InlineData(
        "partial class Outer<T> { " + Attribute + " static partial class K { } }",
        "WLK001: 'K' can't receive kernels: 'Outer' around it must not be generic")]
    [InlineData(
        "[WeightedLoss.BinaryCrossEntropyKernel<System.Half>] static partial class K { }",
        "WLK002: There are no kernels for 'System.Half'; use float or double")]
    [InlineData(
        Attribute + Attribute + " static partial class K { }", "WLK003: 'K' has [BinaryCrossEntropyKernel<float>] twice; remove one")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 1)] static partial class K;", "WLK004: Classes is 1" + AnyCount)]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = -3)] static partial class K;", "WLK004: Classes is -3" + AnyCount)]
    [InlineData(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 2000000)] static partial class K;",
        "WLK004: Classes is 2000000" + AnyCount)]
    [InlineData(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 7), WeightedLoss.CrossEntropyKernel<float>(Classes = 7)] static partial class K;",
        "WLK003: 'K' has [CrossEntropyKernel<float>] twice; remove one")]
    [InlineData(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 7), WeightedLoss.CrossEntropyKernel<float>(Classes = 7, InstructionSets = 0)] static partial class K;",
        "WLK003: 'K' has [CrossEntropyKernel<float>] twice; remove one")]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = -1)] static partial class K;",
        "WLK005: Gamma is -1, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 0)] static partial class K;",
        "WLK005: Gamma is 0, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = double.NaN)] static partial class K;",
        "WLK005: Gamma is NaN, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = double.PositiveInfinity)] static partial class K;",
        "WLK005: Gamma is Infinity, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 1e300)] static partial class K;",
        "WLK005: Gamma is 1E+300, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.AsymmetricLossKernel<float>(Margin = 1)] static partial class K;",
        "WLK005: Margin is 1, but must be at least 0 and below 1" + AnyValue)]
    [InlineData(
        "[WeightedLoss.AsymmetricLossKernel<float>(Margin = 0.99999999999)] static partial class K;",
        "WLK005: Margin is 0.99999999999, but must be at least 0 and below 1" + AnyValue)]
    [InlineData(
        "[WeightedLoss.AsymmetricLossKernel<double>(GammaNegative = -1)] static partial class K;",
        "WLK005: GammaNegative is -1, but must be finite and at least 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.AsymmetricLossKernel<float>(GammaPositive = 1, Margin = 0.1), WeightedLoss.AsymmetricLossKernel<float>(Margin = 0.1)] static partial class K;",
        "WLK003: 'K' has [AsymmetricLossKernel<float>] twice; remove one")]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 2), WeightedLoss.SigmoidFocalKernel<float>(Gamma = 2)] static partial class K;",
        "WLK003: 'K' has [SigmoidFocalKernel<float>] twice; remove one")]
    [InlineData(
        "[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = -1)] static partial class K;",
        "WLK005: Gamma is -1, but must be finite and above 0" + AnyValue)]
    [InlineData(
        "[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 1, Gamma = 2)] static partial class K;",
        "WLK004: Classes is 1" + AnyCount)]
    [InlineData(
        "[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = 2), WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = 2)] static partial class K;",
        "WLK003: 'K' has [SoftmaxFocalKernel<float>] twice; remove one")]
    [InlineData(
        Attribute + " static partial class Loss;",
        "WLK007: 'Loss' can't receive kernels: the generator needs the name 'Loss' in it; rename the class")]
    [InlineData(
        Attribute + " static partial class K { class Probabilities; }",
        "WLK007: 'K' can't receive kernels: the generator needs the name 'Probabilities' in it; rename its member")]
    [InlineData(
        Attribute + " static partial class K { static void Loss(System.ReadOnlySpan<float> logits) { } }",
        "WLK007: 'K' can't receive kernels: the generator needs the name 'Loss' in it; rename its member")]
    public async Task Mistake_IsReportedOnce_AndNothingElse(string source, string expected)
    {
        var diagnostics = await GeneratorHarness.DiagnoseAsync(source);

        var only = Assert.Single(diagnostics);
        Assert.Equal(expected, Spell(only));
        Assert.Equal("Source0.cs", only.Location.SourceTree!.FilePath);
    }

    [Theory]
    [InlineData(
        Small + " static partial class K { static void Loss(System.ReadOnlySpan<int> logits) { } static void LossAndGradient() { } }")]
    [InlineData("namespace System.Runtime.Intrinsics { " + Small + " static partial class K; }")]
    [InlineData(Small + "static partial class BceF32;")]
    [InlineData(Small + "static partial class @record;")]
    [InlineData(Small + "static partial class @class;")]
    [InlineData("partial class @file { " + Small + " static partial class @required; }")]
    [InlineData("partial class K { " + Small + " internal static partial class Inner; } partial class Loss { " + Small + " internal static partial class BinaryKernels; }")]
    [InlineData("ref partial struct Outer { " + Small + " internal static partial class K; }")]
    [InlineData("readonly partial record struct Outer(int X) { " + Small + " internal static partial class K; }")]
    [InlineData("using Kernel = WeightedLoss.CrossEntropyKernelAttribute<float>; [Kernel(Classes = 37)] static partial class K;")]
    public async Task NamesThatAreInNobodysWay_GetKernels(string source)
    {
        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        Assert.NotEmpty(GeneratorHarness.Generate(source));
    }

    /// <summary>
    /// Their files would have the same name where a file system ignores case; their namespaces, if a dot became the same as an underscore.
    /// </summary>
    [Theory]
    [InlineData(Small + "static partial class Kernels;" + Small + "static partial class KERNELS;")]
    [InlineData("namespace A {" + Small + "static partial class K; } namespace a {" + Small + "static partial class K; }")]
    [InlineData("namespace A_ {" + Small + "static partial class B; } namespace A {" + Small + "static partial class _B; }")]
    [InlineData("namespace A {" + Small + "static partial class B; } " + Small + "static partial class A_B;")]
    public async Task ClassesWithSimilarNames_GetKernelsEach(string source)
    {
        Assert.Equal([], (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => diagnostic.ToString()));
        var files = GeneratorHarness.Generate(source).Keys;
        Assert.Equal(2 * 13, files.Count);
        Assert.Equal(2 * 13, files.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp12, "")]
    [InlineData(
        LanguageVersion.CSharp11,
        "WLK006: Kernels need C# 12.0 or later, but this project compiles C# 11.0; remove LangVersion from the project, or raise it")]
    public async Task OldLanguage_IsReported_AndGetsNoKernels(LanguageVersion language, string expected)
    {
        var input = GeneratorHarness.Compile(
            language,
            Small + "[WeightedLoss.BinaryCrossEntropyKernel<float>, WeightedLoss.SoftmaxFocalKernel<float>] static partial class K { }");

        Assert.Equal(expected, string.Join("\n", (await GeneratorHarness.DiagnoseAsync(input)).Select(Spell)));
    }

    [Theory]
    [InlineData("namespace WeightedLoss.Runtime { public static class InstructionSets; }", "9.8.7")]
    [InlineData("", "none")]
    public async Task LibraryOfAnotherVersion_IsReported_AndGetsNoKernels(string runtime, string version)
    {
        const string attributes = """
            [assembly: System.Reflection.AssemblyVersion("9.8.7")]
            namespace WeightedLoss
            {
                [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
                public sealed class BinaryCrossEntropyKernelAttribute<T> : System.Attribute;
            }
            """;
        var library = GeneratorHarness.Compile(attributes + runtime).WithReferences(GeneratorHarness.Platform).WithAssemblyName(
            "WeightedLoss.Kernels");
        var input = GeneratorHarness.Compile(Attribute + " static partial class K;")
            .WithReferences(GeneratorHarness.Platform.Add(library.ToMetadataReference()));

        var only = Assert.Single(await GeneratorHarness.DiagnoseAsync(input));
        Assert.Equal(
            $"WLK009: This generator writes kernels for WeightedLoss.Kernels {typeof(LossSum).Assembly.GetName().Version!.ToString(3)}, but the project references {version}; reference one package, which brings both",
            Spell(only));
    }

    [Fact]
    public void EveryDiagnostic_HasAHelpPageUnderItsTitle_AnAnalyzer_AndARelease()
    {
        var releases = File.ReadAllText(Repository.PathOf("generators/WeightedLoss.Kernels.Generators/AnalyzerReleases.Unshipped.md"));
        var ids = new List<string>();
        foreach (var descriptor in GeneratorHarness.Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics))
        {
            ids.Add(descriptor.Id);
            Assert.StartsWith(
                $"# {descriptor.Id}: {descriptor.Title.ToString(CultureInfo.InvariantCulture)}\n",
                File.ReadAllText(Repository.PathOf(descriptor.HelpLinkUri)).ReplaceLineEndings("\n"),
                StringComparison.Ordinal);
            Assert.Contains(
                $"{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}",
                releases,
                StringComparison.Ordinal);
        }

        // The package's warning to a build is no analyzer's, but has a page like them.
        var targets = File.ReadAllText(Repository.PathOf("src/WeightedLoss.Kernels/buildTransitive/WeightedLoss.Kernels.targets"));
        ids.AddRange(Regex.Matches(targets, "Code=\"(\\w+)\"").Select(match => match.Groups[1].Value));

        Assert.Equal(
            Directory.GetFiles(Repository.PathOf(Descriptors.HelpFolder)).Select(Path.GetFileNameWithoutExtension).Order(
                StringComparer.Ordinal),
            ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float, float>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<Unknown>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = )] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = 3)] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class { }")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = )] static partial class K;")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = \"7\")] static partial class K;")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 99999999999)] static partial class K;")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = \"2\")] static partial class K;")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(InstructionSets = )] static partial class K;")]
    [InlineData(
        "[WeightedLoss.SigmoidFocalKernel<float>(InstructionSets = (WeightedLoss.KernelInstructionSets)(-1))] static partial class K;")]
    public void BrokenSource_NeverMakesTheGeneratorThrow(string source)
    {
        var result = GeneratorHarness.CreateDriver()
            .RunGenerators(GeneratorHarness.Compile(source), TestContext.Current.CancellationToken)
            .GetRunResult().Results.Single();

        Assert.Null(result.Exception);
        Assert.Empty(result.Diagnostics);
    }

    private static string Spell(Diagnostic diagnostic) => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
}
