using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.CodeFixes;

namespace WeightedLoss.Generators.Tests.Diagnostics;

public class CodeFixTests
{
    private const string Attribute = "[WeightedLoss.BinaryCrossEntropyKernel<float>]";

    [Theory]
    [InlineData(Attribute + " static class K { }", "Make 'K' partial", Attribute + " static partial class K { }")]
    [InlineData(Attribute + " internal partial class K { }", "Make 'K' static", Attribute + " internal static partial class K { }")]
    [InlineData("public class Outer { " + Attribute + " static partial class K { } }", "Make 'Outer' partial", "public partial class Outer { " + Attribute + " static partial class K { } }")]
    [InlineData("readonly record struct Outer { " + Attribute + " static partial class K { } }", "Make 'Outer' partial", "readonly partial record struct Outer { " + Attribute + " static partial class K { } }")]
    public async Task AddModifier_RepairsTheType(string before, string title, string after) =>
        await AssertFixAsync(new AddModifierCodeFix(), before, title, after);

    [Theory]
    [InlineData(Attribute + "\n" + Attribute + "\nstatic partial class K { }", Attribute + "\nstatic partial class K { }")]
    [InlineData(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 7), WeightedLoss.CrossEntropyKernel<float>(Classes = 7)] static partial class K { }",
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 7)] static partial class K { }")]
    public async Task RemoveAttribute_LeavesTheFirst(string before, string after) =>
        await AssertFixAsync(new RemoveAttributeCodeFix(), before, "Remove the second attribute", after);

    [Theory]
    [InlineData(Attribute + " static partial class K<T> { }")]
    [InlineData(Attribute + " file static partial class K { }")]
    public async Task AddModifier_OffersNothing_WhereNoModifierHelps(string source) =>
        Assert.Empty((await FixesAsync(new AddModifierCodeFix(), source)).Actions);

    private static async Task AssertFixAsync(CodeFixProvider fix, string before, string title, string after)
    {
        var token = TestContext.Current.CancellationToken;
        var (document, actions) = await FixesAsync(fix, before);

        var action = Assert.Single(actions);
        Assert.Equal(title, action.Title);
        var change = Assert.Single((await action.GetOperationsAsync(token)).OfType<ApplyChangesOperation>());
        var changed = await change.ChangedSolution.GetDocument(document.Id)!.GetTextAsync(token);
        Assert.Equal(after, changed.ToString());
        Assert.Empty(await DiagnoseAsync(change.ChangedSolution.GetDocument(document.Id)!));
    }

    /// <summary>What a fix offers for the diagnostics of a source file.</summary>
    private static async Task<(Document Document, List<CodeAction> Actions)> FixesAsync(CodeFixProvider fix, string source)
    {
        using var workspace = new AdhocWorkspace();
        var compilation = GeneratorHarness.Compile(source);
        var project = workspace.AddProject("Consumer", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options)
            .WithParseOptions(CSharpParseOptions.Default)
            .WithMetadataReferences(compilation.References);
        var document = project.AddDocument("Source0.cs", source);
        var actions = new List<CodeAction>();
        foreach (var diagnostic in await DiagnoseAsync(document))
        {
            Assert.Contains(diagnostic.Id, fix.FixableDiagnosticIds);
            await fix.RegisterCodeFixesAsync(
                new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        }

        return (document, actions);
    }

    private static async Task<IReadOnlyList<Diagnostic>> DiagnoseAsync(Document document)
    {
        var compilation = await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken);
        return await compilation!.WithAnalyzers(GeneratorHarness.Analyzers).GetAnalyzerDiagnosticsAsync(
            TestContext.Current.CancellationToken);
    }
}
