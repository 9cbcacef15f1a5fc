using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace WeightedLoss.Generators.Tests.Robustness;

/// <summary>
/// Sources that were correct until words in them were dropped, doubled, swapped or replaced. Whatever comes of it: the generator and the
/// analyzers do not throw, and where the compiler and the analyzers have nothing against a source, they have nothing against what is
/// emitted for it.
/// </summary>
public class MutatedSourceTests(ITestOutputHelper output)
{
    /// <summary>An ordinary run; <c>WEIGHTEDLOSS_EXHAUSTIVE=1</c> takes ten times as many.</summary>
    private const int Sources = 400;

    /// <summary>
    /// Emitted text is long, so only every so manyth of it is compiled to the last method body; the declarations always are.
    /// </summary>
    private const int FullyCompiled = 60;

    private static readonly string[] Seeds =
    [
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 1000)] static partial class K;",
        "using WeightedLoss; namespace A.B; public partial class Outer { [CrossEntropyKernel<float>(Classes = 37)] private static partial class K { static void Loss(int x) { } } }",
        "using WeightedLoss; [SigmoidFocalKernel<double>(Gamma = 1.5)] internal static partial class K { const int One = 1; }",
        "namespace N { using WeightedLoss; [SoftmaxFocalKernel<double>(Classes = 5, Gamma = 1.5)] [CrossEntropyKernel<double>(Classes = 9, PortableTwins = true)] public static partial class K { } }",
        "using WeightedLoss; partial struct Outer { public partial interface IInner { [BinaryCrossEntropyKernel<double>] static partial class K; } }",
        "using WeightedLoss; partial record Outer<T> { } file static class Other; [CrossEntropyKernel<float>(Classes = 2)] static partial class K; [CrossEntropyKernel<float>(Classes = 37)] static partial class K { }",
    ];

    /// <summary>Words that matter to the generator, and numbers beyond reason.</summary>
    private static readonly string[] Words =
    [
        "static", "partial", "class", "struct", "record", "file", "public", "abstract", "sealed", "unsafe", "<T>", "<float>", "<double>", "<System.Half>", "<string>", "<float, double>",
        "{", "}", "(", ")", "[", "]", ";", ",", "=", ".", "namespace", "using", "global::", "#if", "\n", "/*", "\"", "@", "where T : struct", "// x\n",
        "K", "k", "Loss", "LossAndGradient", "Probabilities", "BceF32", "CeF32C37", "CrossEntropyF32", "Generated", "Vector128", "Unsafe", "Avx2", "LaneSum", "System", "WeightedLoss", "Runtime", "A.K",
        "Classes", "Gamma", "PortableTwins", "InstructionSets", "KernelInstructionSets.None", "true", "null", "0", "1", "2", "-1", "2147483647", "-2147483648", "99999999999", "double.NaN", "double.PositiveInfinity", "1e-320", "1e308", "0.1", "default", "(int)3",
        "BinaryCrossEntropyKernel<float>", "CrossEntropyKernel<float>(Classes = 37)", "SigmoidFocalKernel<float>(Gamma = 2)", "SoftmaxFocalKernel<float>", "CrossEntropyKernel", "Obsolete", "static class Loss { }", "class Vector256 { }", "int LaneSum;", "static partial class k { }",
    ];

    /// <summary>Projects with all references, without the library, and with none.</summary>
    private static readonly CSharpCompilation[] Projects =
    [
        GeneratorHarness.Compile(),
        GeneratorHarness.Compile().WithReferences(GeneratorHarness.Platform),
        GeneratorHarness.Compile().WithReferences(),
    ];

    [Fact]
    public async Task MutatedSources_NeverMakeTheGeneratorThrow_NorEmitWhatDoesNotCompile()
    {
        var token = TestContext.Current.CancellationToken;
        var random = new Random(20);
        var driver = GeneratorHarness.CreateDriver();
        var exhaustive = Environment.GetEnvironmentVariable("WEIGHTEDLOSS_EXHAUSTIVE") == "1" ? 10 : 1;
        int emitting = 0, sound = 0, compiled = 0, rejected = 0;
        for (var i = 0; i < Sources * exhaustive; i++)
        {
            // One seed after the other, and one driver for all: the steps of what an edit left alone are cached, as in an editor.
            var source = Mutate(Seeds[i * Seeds.Length / (Sources * exhaustive)], random);
            var input = Projects[random.Next(20) switch { 0 => 1, 1 => 2, _ => 0 }]
                .AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, path: "Source0.cs", cancellationToken: token));

            driver = driver.RunGeneratorsAndUpdateCompilation(input, out var generated, out var diagnostics, token);
            var run = driver.GetRunResult().Results.Single();
            Assert.True(run.Exception is null && diagnostics.IsEmpty, $"{source}\n{run.Exception}");

            // Of the input: to analyze what was generated the compiler would compile every body of it.
            var reported = await input.WithAnalyzers(
                GeneratorHarness.Analyzers, new CompilationWithAnalyzersOptions(new([]), Throw, true, false))
                .GetAnalyzerDiagnosticsAsync(token);
            var isSound = reported.IsEmpty && !input.GetDiagnostics(token).Any(IsError);
            rejected += reported.IsEmpty ? 0 : 1;
            sound += isSound ? 1 : 0;
            if (run.GeneratedSources.IsEmpty)
            {
                continue;
            }

            emitting++;
            var isWhole = isSound && emitting % (int)System.Math.Ceiling(Sources / (double)FullyCompiled) == 0;
            compiled += isWhole ? 1 : 0;
            var errors = (
                isWhole ? generated.GetDiagnostics(token) : isSound ? generated.GetDeclarationDiagnostics(token) : generated.GetParseDiagnostics(token))
                .Where(IsError)
                .Where(error => isSound || error.Location.SourceTree?.FilePath != "Source0.cs")
                .ToList();
            Assert.True(errors.Count == 0, $"{source}\n{string.Join('\n', errors.Take(3))}");

            void Throw(Exception exception, DiagnosticAnalyzer analyzer, Diagnostic diagnostic) => Assert.Fail($"{source}\n{exception}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Sources * exhaustive} sources: kernels for {emitting}, of which {compiled} were compiled whole; {rejected} rejected by an analyzer; {sound} without a mistake."));
        Assert.True(
            emitting > Sources / 5 && rejected > Sources / 20 && sound > Sources / 10,
            $"{emitting} {rejected} {sound}: the mutations do not try much.");
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static string Mutate(string source, Random random)
    {
        var tokens = SyntaxFactory.ParseTokens(source)
            .Select(token => token.ToFullString())
            .Where(text => text.Length != 0)
            .ToList();
        for (var edits = random.Next(4); edits > 0; edits--)
        {
            var at = random.Next(tokens.Count);
            switch (random.Next(5))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[at]);
                    break;
                case 2:
                    var other = random.Next(tokens.Count);
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 3:
                    tokens[at] = $" {Words[random.Next(Words.Length)]} ";
                    break;
                default:
                    tokens.Insert(at, $" {Words[random.Next(Words.Length)]} ");
                    break;
            }
        }

        return string.Concat(tokens);
    }
}
