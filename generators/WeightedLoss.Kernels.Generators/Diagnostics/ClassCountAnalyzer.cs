using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK004: a class count without kernels.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClassCountAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public ClassCountAnalyzer()
        : base(Descriptors.ClassCountOutOfRange)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        foreach (var kernel in kernels)
        {
            if (SpecReader.ReadClasses(kernel) is null)
            {
                var classes = kernel.NamedArguments.First(argument => argument.Key == "Classes").Value.Value;
                report(Diagnostic.Create(Descriptors.ClassCountOutOfRange, LocationOf(kernel, type), classes, SpecReader.MostClasses));
            }
        }
    }
}
