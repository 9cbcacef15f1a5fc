using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Diagnostics;

namespace WeightedLoss.Generators.Tests;

/// <summary>Runs the generator and the analyzers over source text, as a compiler would.</summary>
internal static class GeneratorHarness
{
    /// <summary>The attribute of the library's own function kernels, which is internal there.</summary>
    private const string FunctionAttribute = """
        namespace WeightedLoss
        {
            [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
            internal sealed class FunctionKernelAttribute<T>(int function) : System.Attribute
            {
                public int Function => function;

                public bool PortableTwins { get; set; }
            }
        }
        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(
                path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll")
            .Append(typeof(LossSum).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Every analyzer that the generator's assembly has.</summary>
    internal static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(KernelAttributeAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>The platform, without the library.</summary>
    internal static ImmutableArray<MetadataReference> Platform => References.RemoveAt(References.Length - 1);

    /// <summary>The platform and the compiler.</summary>
    internal static ImmutableArray<MetadataReference> Roslyn { get; } =
    [
        .. Platform,
        .. new[] { typeof(Compilation), typeof(CSharpCompilation) }.Select(
            type => MetadataReference.CreateFromFile(type.Assembly.Location)),
    ];

    internal static CSharpCompilation Compile(params string[] sources) => Compile(LanguageVersion.Default, sources);

    internal static CSharpCompilation Compile(LanguageVersion language, params string[] sources) => CSharpCompilation.Create(
        "Consumer",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(language), $"Source{i}.cs")),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: false, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    /// <summary>A driver that parses what it generates as the sources of a compilation were.</summary>
    internal static GeneratorDriver CreateDriver(Compilation? compilation = null) => CSharpGeneratorDriver.Create(
        [new LossKernelGenerator().AsSourceGenerator()],
        parseOptions: (CSharpParseOptions?)compilation?.SyntaxTrees.FirstOrDefault()?.Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generated files by hint name.</summary>
    internal static Dictionary<string, string> Generate(params string[] sources) =>
        CreateDriver().RunGenerators(Compile(sources), TestContext.Current.CancellationToken).GetRunResult().Results.Single().GeneratedSources
            .ToDictionary(file => file.HintName, file => file.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>The files of one attribute on a class K, with the portable twins.</summary>
    /// <param name="attribute">For example <c>CrossEntropyKernel&lt;float&gt;(Classes = 3)</c>.</param>
    internal static Dictionary<string, string> GenerateWithTwins(string attribute) => Generate(
        FunctionAttribute,
        $"[WeightedLoss.{(attribute.EndsWith(')') ? attribute[..^1] + ", " : attribute + "(")}PortableTwins = true)] "
        + "static partial class K;");

    /// <summary>What compiler and analyzers say about sources and the text generated from them.</summary>
    internal static Task<ImmutableArray<Diagnostic>> DiagnoseAsync(params string[] sources) => DiagnoseAsync(Compile(sources));

    /// <inheritdoc cref="DiagnoseAsync(string[])"/>
    internal static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(CSharpCompilation input)
    {
        CreateDriver(input).RunGeneratorsAndUpdateCompilation(
            input, out var compilation, out var generatorDiagnostics, TestContext.Current.CancellationToken);
        var analyzed = await compilation
            .WithAnalyzers(Analyzers)
            .GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. analyzed.Concat(generatorDiagnostics).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }
}
