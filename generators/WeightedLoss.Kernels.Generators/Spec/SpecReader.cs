using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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

    /// <summary>The oldest C# that the emitted text compiles with.</summary>
    internal const LanguageVersion OldestLanguage = LanguageVersion.CSharp12;

    /// <summary>One spec per attribute on a class; none for what the analyzers reject.</summary>
    internal static EquatableArray<KernelSpec> Read(GeneratorAttributeSyntaxContext context, LossKind? loss)
    {
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var compilation = context.SemanticModel.Compilation;
        if (!IsNamed(symbol)
            || WhyNotReopenable(symbol) is not null
            || LanguageOf(context.TargetNode.SyntaxTree) < OldestLanguage
            || !IsOwnVersion(compilation))
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

        var specs = ReadAll(symbol, compilation, attributes, loss);
        return NameReader.TakenName(symbol, specs) is null && NameReader.FindHidden(symbol, compilation) is null ? specs : default;
    }

    /// <summary>One spec per attribute of one loss, whatever class carries them.</summary>
    internal static EquatableArray<KernelSpec> ReadAll(
        INamedTypeSymbol symbol, Compilation compilation, ImmutableArray<AttributeData> attributes, LossKind? loss)
    {
        var target = ReadTarget(symbol, compilation);
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
            var hasProbabilities = kind != LossKind.SigmoidFocal || !HasBinaryCrossEntropy(symbol, element);
            var spec = new KernelSpec(target, kind, element, classes, twins, gamma, hasProbabilities);
            if (!specs.Any(other => other.Loss == kind && other.Element == element && other.Classes == classes && other.Gamma == gamma))
            {
                specs.Add(spec);
            }
        }

        // In a fixed order, so that changing the order of the attributes changes nothing.
        specs.Sort(static (a, b) => (a.Loss, a.Element, a.Classes, a.Gamma ?? 0).CompareTo((b.Loss, b.Element, b.Classes, b.Gamma ?? 0)));
        return new(specs.ToImmutable());
    }

    /// <summary>The loss that an attribute stands for; null for a function.</summary>
    internal static LossKind? LossOf(AttributeData attribute) =>
        Attributes.First(known => known.MetadataName == $"WeightedLoss.{attribute.AttributeClass!.MetadataName}").Loss;

    /// <summary>The C# of a file.</summary>
    internal static LanguageVersion LanguageOf(SyntaxTree tree) => ((CSharpParseOptions)tree.Options).LanguageVersion;

    /// <summary>Whether the library that a compilation sees is the one that this generator writes for.</summary>
    internal static bool IsOwnVersion(Compilation compilation) => LibraryVersion(compilation) == typeof(SpecReader).Assembly.GetName().Version;

    /// <summary>The version of the library that a compilation sees; null if it sees none, or two.</summary>
    internal static Version? LibraryVersion(Compilation compilation) =>
        compilation.GetTypeByMetadataName("WeightedLoss.Runtime.InstructionSets")?.ContainingAssembly.Identity.Version;

    /// <summary>Why generated code can't add members to a class: which type around it, or itself, must be what; null if it can.</summary>
    internal static (INamedTypeSymbol Type, string Must)? WhyNotReopenable(INamedTypeSymbol symbol)
    {
        if (!symbol.IsStatic)
        {
            return (symbol, "be static");
        }

        for (var type = symbol; type is not null; type = type.ContainingType)
        {
            var must = type.TypeParameters.Length != 0 ? "not be generic"
                : type.IsFileLocal ? "not be local to a file"
                : !IsPartial(type) ? "be partial"
                : null;
            if (must is not null)
            {
                return (type, must);
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
        var isFloat = ReadElement(attribute) == ElementType.Float32;
        var rounded = isFloat ? (float)value : value;
        if (!(rounded > 0) || double.IsInfinity(rounded))
        {
            return false;
        }

        if (isFloat)
        {
            // What rounds to 3/2 is 3/2. By as few digits as say which float it is, because they name the kernel.
            gamma = Enumerable.Range(1, 9)
                .Select(digits => double.Parse(((float)value).ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
                .First(number => (float)number == rounded);
        }

        return true;
    }

    private static LossKind ReadFunction(AttributeData attribute) =>
        LossKind.ExpNegative + (attribute.ConstructorArguments.FirstOrDefault().Value as int? ?? 0);

    /// <summary>Whether the names of a type and of all around it were written out: half-written source has empty ones.</summary>
    private static bool IsNamed(ISymbol symbol)
    {
        for (; symbol is not null and not INamespaceSymbol { IsGlobalNamespace: true }; symbol = symbol.ContainingSymbol)
        {
            if (symbol is INamespaceOrTypeSymbol && symbol.Name.Length == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a class receives kernels of binary cross-entropy, and with them their <c>Probabilities</c>.</summary>
    private static bool HasBinaryCrossEntropy(INamedTypeSymbol symbol, ElementType element) =>
        symbol.GetAttributes().Any(attribute =>
            attribute.AttributeClass is { MetadataName: "BinaryCrossEntropyKernelAttribute`1", ContainingNamespace.Name: "WeightedLoss" }
            && ReadElement(attribute) == element);

    private static bool IsPartial(INamedTypeSymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.Text == "partial"));

    private static TargetClass ReadTarget(INamedTypeSymbol symbol, Compilation compilation)
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
            QualifiedName(symbol) + (DiffersOnlyInCase(symbol, compilation) ? "-" + Hash(QualifiedName(symbol)) : ""));
    }

    /// <summary>Whether another class has the same names but for their case, which the names of files do not tell apart.</summary>
    private static bool DiffersOnlyInCase(INamedTypeSymbol symbol, Compilation compilation)
    {
        for (ISymbol inner = symbol; inner.ContainingSymbol is INamespaceOrTypeSymbol outer; inner = outer)
        {
            if (Members(outer).Any(other => other.Name != inner.Name && string.Equals(other.Name, inner.Name, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;

        IEnumerable<ISymbol> Members(INamespaceOrTypeSymbol outer) =>
            outer is INamespaceSymbol { IsGlobalNamespace: true } ? compilation.Assembly.GlobalNamespace.GetMembers() : outer.GetMembers();
    }

    /// <summary>FNV-1a: the same in every process.</summary>
    private static string Hash(string text) =>
        text.Aggregate(2166136261u, static (hash, letter) => unchecked((hash ^ letter) * 16777619u)).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Without the @ of names that are keywords, which a file name can't carry.</summary>
    private static string QualifiedName(ISymbol symbol) => symbol.ContainingSymbol switch
    {
        INamespaceSymbol { IsGlobalNamespace: false } or INamedTypeSymbol => $"{QualifiedName(symbol.ContainingSymbol)}.{symbol.Name}",
        _ => symbol.Name,
    };

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
