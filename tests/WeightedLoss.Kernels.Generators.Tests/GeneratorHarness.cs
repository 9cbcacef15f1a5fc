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
    internal const string FunctionAttribute = """
        namespace WeightedLoss
        {
            [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
            internal sealed class FunctionKernelAttribute<T>(int function) : System.Attribute { public int Function => function; }
        }
        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll")
            .Append(typeof(LossSum).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    internal static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Consumer",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default, $"Source{i}.cs")),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: false, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    internal static GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new LossKernelGenerator().AsSourceGenerator()],
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generated files by hint name.</summary>
    internal static Dictionary<string, string> Generate(params string[] sources) =>
        CreateDriver().RunGenerators(Compile(sources), TestContext.Current.CancellationToken).GetRunResult().Results.Single().GeneratedSources
            .ToDictionary(file => file.HintName, file => file.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>What compiler and analyzers say about sources and the text generated from them.</summary>
    internal static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(params string[] sources)
    {
        CreateDriver().RunGeneratorsAndUpdateCompilation(
            Compile(sources), out var compilation, out var generatorDiagnostics, TestContext.Current.CancellationToken);
        var analyzed = await compilation
            .WithAnalyzers([new ClassAnalyzer(), new ElementTypeAnalyzer(), new DuplicateKernelAnalyzer(), new ClassCountAnalyzer(), new GammaAnalyzer()])
            .GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. analyzed.Concat(generatorDiagnostics).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }
}
