using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK008: a class from where a name in the emitted text would mean something else.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HiddenNameAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public HiddenNameAnalyzer()
        : base(Descriptors.NameHidden)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        if (NameReader.FindHidden(type, compilation) is var (hiding, hidden))
        {
            report(Diagnostic.Create(Descriptors.NameHidden, type.Locations[0], type.Name, hiding.ToDisplayString(), hidden));
        }
    }
}
