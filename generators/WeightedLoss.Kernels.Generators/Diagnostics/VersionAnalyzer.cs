using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK009: a library that the emitted text is not written for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class VersionAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>Creates the analyzer.</summary>
    public VersionAnalyzer()
        : base(Descriptors.OtherVersion)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        if (!SpecReader.IsOwnVersion(compilation))
        {
            report(Diagnostic.Create(
                Descriptors.OtherVersion,
                LocationOf(kernels[0], type),
                typeof(VersionAnalyzer).Assembly.GetName().Version.ToString(3),
                SpecReader.LibraryVersion(compilation)?.ToString(3) ?? "none"));
        }
    }
}
