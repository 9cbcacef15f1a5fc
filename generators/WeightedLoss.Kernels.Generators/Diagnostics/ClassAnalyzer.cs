using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK001: a class that generated code can't reopen.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClassAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public ClassAnalyzer()
        : base(Descriptors.ClassNotReopenable)
    {
    }

    private protected override void Analyze(INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Action<Diagnostic> report)
    {
        if (SpecReader.WhyNotReopenable(type) is { } reason)
        {
            report(Diagnostic.Create(Descriptors.ClassNotReopenable, type.Locations[0], type.Name, reason));
        }
    }
}
