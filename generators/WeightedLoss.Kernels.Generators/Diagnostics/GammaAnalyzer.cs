using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK005: a focusing parameter without kernels.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GammaAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public GammaAnalyzer()
        : base(Descriptors.GammaOutOfRange)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        foreach (var kernel in kernels)
        {
            if (!SpecReader.TryReadGamma(kernel, out var gamma))
            {
                report(Diagnostic.Create(Descriptors.GammaOutOfRange, LocationOf(kernel, type), gamma));
            }
        }
    }
}
