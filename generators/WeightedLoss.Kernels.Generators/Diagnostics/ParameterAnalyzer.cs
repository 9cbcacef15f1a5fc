using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK005: a parameter of a loss that kernels can't have as a constant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParameterAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public ParameterAnalyzer()
        : base(Descriptors.ParameterOutOfRange)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        foreach (var kernel in kernels)
        {
            if (SpecReader.FindWrongParameter(kernel, LossOf(kernel)) is var (parameter, value))
            {
                report(Diagnostic.Create(Descriptors.ParameterOutOfRange, LocationOf(kernel, type), parameter.Name, value, parameter.Must));
            }
        }
    }
}
