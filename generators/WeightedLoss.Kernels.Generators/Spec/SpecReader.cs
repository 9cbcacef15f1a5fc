using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WeightedLoss.Generators.Spec;

/// <summary>Reads attributes into specs. The only file, with the analyzers, that touches symbols.</summary>
internal static class SpecReader
{
    /// <summary>The metadata names of the attributes, with the loss that each stands for.</summary>
    internal static readonly ImmutableArray<(string MetadataName, LossKind? Loss)> Attributes =
    [
        ("WeightedLoss.BinaryCrossEntropyKernelAttribute`1", LossKind.BinaryCrossEntropy),
        ("WeightedLoss.CrossEntropyKernelAttribute`1", LossKind.CrossEntropy),
        ("WeightedLoss.SigmoidFocalKernelAttribute`1", LossKind.SigmoidFocal),
        ("WeightedLoss.SoftmaxFocalKernelAttribute`1", LossKind.SoftmaxFocal),
        ("WeightedLoss.FunctionKernelAttribute`1", null),
    ];

    /// <summary>The largest class count with kernels of its own. Far below it the one for any class count is as fast.</summary>
    internal const int MostClasses = 1 << 20;

    /// <summary>One spec per attribute on a class; none for what the analyzers reject.</summary>
    internal static EquatableArray<KernelSpec> Read(GeneratorAttributeSyntaxContext context, LossKind? loss)
    {
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        if (symbol.Name.Length == 0 || WhyNotReopenable(symbol) is not null)
        {
            return default;
        }

        // One class may carry attributes on several of its declarations: the first of them speaks for all.
        var attributes = symbol.GetAttributes()
            .Where(attribute => SymbolEqualityComparer.Default.Equals(
                attribute.AttributeClass?.OriginalDefinition, context.Attributes[0].AttributeClass?.OriginalDefinition))
            .ToImmutableArray();
        if (attributes[0].ApplicationSyntaxReference is not { } first
            || first.SyntaxTree != context.TargetNode.SyntaxTree
            || !context.TargetNode.Span.Contains(first.Span))
        {
            return default;
        }

        var target = ReadTarget(symbol);
        var specs = ImmutableArray.CreateBuilder<KernelSpec>();
        foreach (var attribute in attributes)
        {
            if (ReadElement(attribute) is not { } element)
            {
                continue;
            }

            var kind = loss ?? ReadFunction(attribute);
            if (ReadClasses(attribute) is not { } classes || !TryReadGamma(attribute, out var gamma))
            {
                continue;
            }

            var twins = attribute.NamedArguments.Any(argument => argument is { Key: "PortableTwins", Value.Value: true });
            var spec = new KernelSpec(target, kind, element, classes, twins, gamma);
            if (!specs.Any(other => other.Loss == kind && other.Element == element && other.Classes == classes && other.Gamma == gamma))
            {
                specs.Add(spec);
            }
        }

        // In a fixed order, so that changing the order of the attributes changes nothing.
        specs.Sort(static (a, b) => (a.Loss, a.Element, a.Classes, a.Gamma ?? 0).CompareTo((b.Loss, b.Element, b.Classes, b.Gamma ?? 0)));
        return new(specs.ToImmutable());
    }

    /// <summary>Why generated code can't add members to a class; null if it can.</summary>
    internal static string? WhyNotReopenable(INamedTypeSymbol symbol)
    {
        if (!symbol.IsStatic)
        {
            return "it must be static";
        }

        for (var type = symbol; type is not null; type = type.ContainingType)
        {
            var reason = type.TypeParameters.Length != 0 ? "must not be generic"
                : type.IsFileLocal ? "must not be local to a file"
                : !IsPartial(type) ? "must be partial"
                : null;
            if (reason is not null)
            {
                return SymbolEqualityComparer.Default.Equals(type, symbol) ? $"it {reason}" : $"'{type.Name}' around it {reason}";
            }
        }

        return null;
    }

    /// <summary>The element type of an attribute; null for one that has no kernels.</summary>
    internal static ElementType? ReadElement(AttributeData attribute) =>
        attribute.AttributeClass?.TypeArguments.FirstOrDefault()?.SpecialType switch
        {
            SpecialType.System_Single => ElementType.Float32,
            SpecialType.System_Double => ElementType.Float64,
            _ => null,
        };

    /// <summary>The class count of an attribute, 0 if it gives none; null for one that has no kernels.</summary>
    internal static int? ReadClasses(AttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Classes").Value.Value is not int classes ? 0
            : classes is >= 2 and <= MostClasses ? classes
            : null;

    /// <summary>The focusing parameter of an attribute, null if it gives none; false for one that has no kernels.</summary>
    internal static bool TryReadGamma(AttributeData attribute, out double? gamma)
    {
        gamma = null;
        if (attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Gamma").Value.Value is not double value)
        {
            return true;
        }

        gamma = value;
        var rounded = ReadElement(attribute) == ElementType.Float32 ? (float)value : value;
        return rounded > 0 && !double.IsInfinity(rounded);
    }

    private static LossKind ReadFunction(AttributeData attribute) =>
        LossKind.ExpNegative + (attribute.ConstructorArguments.FirstOrDefault().Value as int? ?? 0);

    private static bool IsPartial(INamedTypeSymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.Text == "partial"));

    private static TargetClass ReadTarget(INamedTypeSymbol symbol)
    {
        var containers = ImmutableArray.CreateBuilder<string>();
        for (var type = symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            var keyword = (type.IsRecord, type.TypeKind) switch
            {
                (true, TypeKind.Struct) => "record struct",
                (true, _) => "record",
                (_, TypeKind.Struct) => "struct",
                (_, TypeKind.Interface) => "interface",
                _ => "class",
            };
            containers.Insert(0, $"partial {keyword} {Escape(type.Name)}");
        }

        var space = symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString();
        return new(
            space,
            new(containers.ToImmutable()),
            $"static partial class {Escape(symbol.Name)}",
            QualifiedName(symbol));
    }

    /// <summary>Without the @ of names that are keywords, which a file name can't carry.</summary>
    private static string QualifiedName(ISymbol symbol) => symbol.ContainingSymbol switch
    {
        INamespaceSymbol { IsGlobalNamespace: false } or INamedTypeSymbol => $"{QualifiedName(symbol.ContainingSymbol)}.{symbol.Name}",
        _ => symbol.Name,
    };

    private static string Escape(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;
}
