using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK006: a language version that the emitted text is too new for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LanguageAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public LanguageAnalyzer()
        : base(Descriptors.LanguageTooOld)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        var location = LocationOf(kernels[0], type);
        if (location.SourceTree is { } tree && SpecReader.LanguageOf(tree) is var version && version < SpecReader.OldestLanguage)
        {
            report(Diagnostic.Create(
                Descriptors.LanguageTooOld, location, SpecReader.OldestLanguage.ToDisplayString(), version.ToDisplayString()));
        }
    }
}
