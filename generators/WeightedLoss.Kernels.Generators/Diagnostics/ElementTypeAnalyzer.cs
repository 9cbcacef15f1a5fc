using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK002: an element type without kernels.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ElementTypeAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public ElementTypeAnalyzer()
        : base(Descriptors.UnsupportedElement)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        foreach (var kernel in kernels)
        {
            if (SpecReader.ReadElement(kernel) is null)
            {
                var element = kernel.AttributeClass!.TypeArguments[0].ToDisplayString();
                report(Diagnostic.Create(Descriptors.UnsupportedElement, LocationOf(kernel, type), element));
            }
        }
    }
}
