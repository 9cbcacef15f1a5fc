using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Diagnostics;

/// <summary>WLK001: a class that generated code can't reopen.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClassAnalyzer : KernelAttributeAnalyzer
{
    /// <summary>
    /// The property that holds the modifier that repairs the type at the first additional location; none where none does.
    /// </summary>
    public const string Modifier = nameof(Modifier);

    /// <summary>Creates the analyzer.</summary>
    public ClassAnalyzer()
        : base(Descriptors.ClassNotReopenable)
    {
    }

    private protected override void Analyze(
        INamedTypeSymbol type, ImmutableArray<AttributeData> kernels, Compilation compilation, Action<Diagnostic> report)
    {
        if (SpecReader.WhyNotReopenable(type) is not var (obstacle, must))
        {
            return;
        }

        var isItself = SymbolEqualityComparer.Default.Equals(obstacle, type);
        report(Diagnostic.Create(
            Descriptors.ClassNotReopenable,
            type.Locations[0],
            [obstacle.Locations[0]],
            must.StartsWith("be ", StringComparison.Ordinal)
                ? ImmutableDictionary<string, string?>.Empty.Add(Modifier, must.Substring(3))
                : null,
            type.Name,
            $"{(isItself ? "it" : $"'{obstacle.Name}' around it")} must {must}"));
    }
}
