using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK007: a class that is called, or has a member that is called, as a public method of kernels is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NameAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public NameAnalyzer()
        : base(Descriptors.NameTaken)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        if (SpecReader.TakenName(type) is { } taken)
        {
            report(Diagnostic.Create(
                Descriptors.NameTaken, type.Locations[0], type.Name, taken, taken == type.Name ? "the class" : "its member"));
        }
    }
}
