using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK007: a class that is called, or has a member that is called, as an emitted member is.</summary>
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
        var taken = kernels
            .GroupBy(SpecReader.LossOf)
            .Select(loss => NameReader.TakenName(type, SpecReader.ReadAll(type, compilation, [.. loss], loss.Key)))
            .FirstOrDefault(name => name is not null);
        if (taken is not null)
        {
            report(Diagnostic.Create(
                Descriptors.NameTaken, type.Locations[0], type.Name, taken, taken == type.Name ? "the class" : "its member"));
        }
    }
}
