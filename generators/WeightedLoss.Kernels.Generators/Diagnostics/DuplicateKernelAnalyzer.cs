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
        var seen = new HashSet<(ISymbol?, object?, int?, double?)>();
        foreach (var kernel in kernels)
        {
            if (SpecReader.ReadClasses(kernel) is null || !SpecReader.TryReadGamma(kernel, out var gamma))
            {
                continue;
            }

            var function = kernel.ConstructorArguments.FirstOrDefault().Value;
            if (!seen.Add((kernel.AttributeClass, function, SpecReader.ReadClasses(kernel), gamma)))
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
