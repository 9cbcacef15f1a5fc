using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK003: one kernel asked for twice on a class.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicateKernelAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public DuplicateKernelAnalyzer()
        : base(Descriptors.DuplicateKernel)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        // A second [BinaryCrossEntropyKernel<float>] would be a second method of the same signature, whatever its options.
        var seen = new HashSet<(ISymbol?, string, int?, EquatableArray<double>?)>();
        foreach (var kernel in kernels)
        {
            if (SpecReader.ReadClasses(kernel) is null || !SpecReader.TryReadConstants(kernel, LossOf(kernel), out var constants))
            {
                continue;
            }

            if (!seen.Add((kernel.AttributeClass, LossOf(kernel).Id, SpecReader.ReadClasses(kernel), constants)))
            {
                var attribute = kernel.AttributeClass!;
                report(Diagnostic.Create(
                    Descriptors.DuplicateKernel,
                    LocationOf(kernel, type),
                    type.Name,
                    attribute.Name.Replace("Attribute", ""),
                    attribute.TypeArguments[0].ToDisplayString()));
            }
        }
    }
}
