using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using WeightedLoss.Generators.Diagnostics;

namespace WeightedLoss.CodeFixes;

/// <summary>WLK001: makes the class static, or the class or a type around it partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AddModifierCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["WLK001"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(ClassAnalyzer.Modifier, out var modifier)
                || diagnostic.AdditionalLocations.FirstOrDefault() is not { SourceTree: { } tree } location
                || context.Document.Project.Solution.GetDocument(tree) is not { } document
                || await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
                || root.FindNode(location.SourceSpan).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration)
            {
                continue;
            }

            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Make '{declaration.Identifier.Text}' {modifier}",
                    token => AddAsync(
                        document, declaration, modifier == "static" ? DeclarationModifiers.Static : DeclarationModifiers.Partial, token),
                    equivalenceKey: modifier),
                diagnostic);
        }
    }

    private static async Task<Document> AddAsync(
        Document document, TypeDeclarationSyntax declaration, DeclarationModifiers modifier, CancellationToken token)
    {
        var editor = await DocumentEditor.CreateAsync(document, token).ConfigureAwait(false);
        editor.SetModifiers(declaration, editor.Generator.GetModifiers(declaration) | modifier);
        return editor.GetChangedDocument();
    }
}
