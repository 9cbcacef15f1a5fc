using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>Visits the classes that carry kernel attributes; a derived class knows one mistake.</summary>
public abstract class KernelAttributeAnalyzer : DiagnosticAnalyzer
{
    private readonly ImmutableArray<DiagnosticDescriptor> _supported;

    private protected KernelAttributeAnalyzer(DiagnosticDescriptor descriptor) => _supported = [descriptor];

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => _supported;

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            var attributes = LossList.All
                .Select(loss => loss.Info.AttributeMetadataName)
                .Distinct()
                .Select(start.Compilation.GetTypeByMetadataName)
                .Where(type => type is not null)
                .ToImmutableHashSet<ISymbol?>(SymbolEqualityComparer.Default);
            start.RegisterSymbolAction(
                symbol =>
                {
                    var type = (INamedTypeSymbol)symbol.Symbol;
                    var kernels = type.GetAttributes()
                        .Where(attribute => attributes.Contains(attribute.AttributeClass?.OriginalDefinition))
                        .ToImmutableArray();
                    if (!kernels.IsEmpty)
                    {
                        Analyze(type, kernels, symbol.Compilation, symbol.ReportDiagnostic);
                    }
                },
                SymbolKind.NamedType);
        });
    }

    /// <summary>Reports the mistakes on one class.</summary>
    private protected abstract void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report);

    /// <summary>The loss that an attribute stands for.</summary>
    private protected static LossInfo LossOf(AttributeData attribute) => SpecReader.LossOf(
        attribute,
        [.. LossList.All.Select(loss => loss.Info).Where(
            info => info.AttributeMetadataName == $"WeightedLoss.{attribute.AttributeClass!.MetadataName}")]);

    /// <summary>Where the attribute stands.</summary>
    private protected static Location LocationOf(AttributeData attribute, INamedTypeSymbol type) =>
        attribute.ApplicationSyntaxReference is { } reference ? reference.GetSyntax().GetLocation() : type.Locations[0];
}
