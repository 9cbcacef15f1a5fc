using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WeightedLoss.Generators.Spec;

/// <summary>Reads attributes into specs. The only file, with the analyzers, that touches symbols.</summary>
internal static class SpecReader
{
    /// <summary>What the public methods are called; a class may have overloads of them.</summary>
    private static readonly ImmutableArray<string> PublicNames = ["Loss", "LossAndGradient", "Probabilities"];

    private static readonly string EmittedFolder =
        $"{typeof(SpecReader).Assembly.GetName().Name}/{nameof(WeightedLoss)}.{nameof(Generators)}.";

    /// <summary>The largest class count with kernels of its own. Far below it the one for any class count is as fast.</summary>
    internal const int MostClasses = 1 << 20;

    /// <summary>The oldest C# that the emitted text compiles with.</summary>
    internal const LanguageVersion OldestLanguage = LanguageVersion.CSharp12;

    /// <summary>One spec per attribute on a class; none for what the analyzers reject.</summary>
    /// <param name="context">The class and its attributes.</param>
    /// <param name="losses">The loss that the attribute stands for, or the functions.</param>
    /// <param name="earlier">The losses whose <c>Probabilities</c> the class has instead, where it has their attributes.</param>
    internal static EquatableArray<KernelSpec> Read(
        GeneratorAttributeSyntaxContext context, LossInfo[] losses, LossInfo[] earlier)
    {
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var compilation = context.SemanticModel.Compilation;
        if (!IsNamed(symbol)
            || WhyNotReopenable(symbol) is not null
            || LanguageOf(context.TargetNode.SyntaxTree) < OldestLanguage
            || !IsOwnVersion(compilation)
            || TakenName(symbol) is not null)
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

        return ReadAll(symbol, compilation, attributes, losses, earlier);
    }

    private static EquatableArray<KernelSpec> ReadAll(
        INamedTypeSymbol symbol,
        Compilation compilation,
        ImmutableArray<AttributeData> attributes,
        LossInfo[] losses,
        LossInfo[] earlier)
    {
        var target = ReadTarget(symbol, compilation);
        var hasRegistry = compilation.GetTypeByMetadataName("WeightedLoss.Runtime.KernelEntry") is { } entry
            && compilation.IsSymbolAccessibleWithin(entry, compilation.Assembly);
        var specs = ImmutableArray.CreateBuilder<KernelSpec>();
        foreach (var attribute in attributes)
        {
            var loss = LossOf(attribute, losses);
            if (ReadElement(attribute) is not { } element
                || ReadClasses(attribute) is not { } classes
                || !TryReadConstants(attribute, loss, out var constants))
            {
                continue;
            }

            var sets = ReadInstructionSets(attribute);
            var spec = new KernelSpec(
                target, loss, element, classes, constants, sets, hasRegistry, !HasAny(symbol, earlier, element));
            if (!specs.Any(
                other => (other.Loss.Id, other.Element, other.Classes, other.Constants).Equals((loss.Id, element, classes, constants))))
            {
                specs.Add(spec);
            }
        }

        // In a fixed order, so that changing the order of the attributes changes nothing.
        return new([.. specs
            .OrderBy(spec => Array.IndexOf(losses, spec.Loss))
            .ThenBy(spec => spec.Element.Name, StringComparer.Ordinal)
            .ThenBy(spec => spec.Classes)
            .ThenBy(spec => spec.Constants, Comparer<EquatableArray<double>?>.Create(CompareConstants))]);
    }

    /// <summary>No constants first, then by the first that differs.</summary>
    private static int CompareConstants(EquatableArray<double>? left, EquatableArray<double>? right) =>
        (left, right) is not ({ } lefts, { } rights)
            ? left.HasValue.CompareTo(right.HasValue)
            : lefts.Zip(rights, static (one, other) => one.CompareTo(other)).FirstOrDefault(static order => order != 0);

    /// <summary>
    /// The loss that an attribute stands for, of those with the same attribute: functions are told apart by its argument.
    /// </summary>
    internal static LossInfo LossOf(AttributeData attribute, LossInfo[] losses) =>
        losses[attribute.ConstructorArguments.FirstOrDefault().Value as int? ?? 0];

    /// <summary>The instruction sets of an attribute.</summary>
    private static InstructionSets ReadInstructionSets(AttributeData attribute)
    {
        var sets = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "InstructionSets").Value.Value is int value
            ? (InstructionSets)value & InstructionSets.All
            : InstructionSets.All;
        return attribute.NamedArguments.Any(argument => argument is { Key: "PortableTwins", Value.Value: true })
            ? sets | InstructionSets.Twins
            : sets;
    }

    /// <summary>The name that a class, or a member that its author gave it, takes from the public methods; null if there is none.</summary>
    internal static string? TakenName(INamedTypeSymbol symbol) => PublicNames.Contains(symbol.Name)
        ? symbol.Name
        : symbol.GetMembers()
            .Where(member => IsWritten(member) && PublicNames.Contains(member.Name) && !IsOverload(member))
            .Select(member => member.Name)
            .FirstOrDefault();

    /// <summary>A method beside the emitted ones: these all begin with the logits.</summary>
    private static bool IsOverload(ISymbol member) =>
        member is IMethodSymbol method
        && (method.Parameters.FirstOrDefault()?.Type is not INamedTypeSymbol { Name: "ReadOnlySpan", TypeArguments: var arguments }
            || arguments.FirstOrDefault()?.SpecialType is not (SpecialType.System_Single or SpecialType.System_Double));

    /// <summary>
    /// Analyzers see the class with what was emitted into it, in a folder named after assembly and type of the generator.
    /// </summary>
    private static bool IsWritten(ISymbol member) =>
        member.DeclaringSyntaxReferences.IsEmpty
        || member.DeclaringSyntaxReferences.Any(reference => !reference.SyntaxTree.FilePath.Replace('\\', '/').Contains(EmittedFolder));

    /// <summary>The C# of a file.</summary>
    internal static LanguageVersion LanguageOf(SyntaxTree tree) => ((CSharpParseOptions)tree.Options).LanguageVersion;

    /// <summary>Whether the library that a compilation sees is the one that this generator writes for.</summary>
    internal static bool IsOwnVersion(Compilation compilation) =>
        LibraryVersion(compilation) == typeof(SpecReader).Assembly.GetName().Version;

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
    internal static Element? ReadElement(AttributeData attribute) =>
        attribute.AttributeClass?.TypeArguments.FirstOrDefault()?.SpecialType switch
        {
            SpecialType.System_Single => Element.Float32,
            SpecialType.System_Double => Element.Float64,
            SpecialType.System_UInt16 when attribute.AttributeClass.MetadataName == "FunctionKernelAttribute`1" => Element.BFloat16,
            _ => null,
        };

    /// <summary>The class count of an attribute, 0 if it gives none; null for one that has no kernels.</summary>
    internal static int? ReadClasses(AttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Classes").Value.Value is not int classes ? 0
            : classes is >= 2 and <= MostClasses ? classes
            : null;

    /// <summary>The parameters that an attribute gives as constants, null if it gives none; false for one that has no kernels.</summary>
    internal static bool TryReadConstants(AttributeData attribute, LossInfo loss, out EquatableArray<double>? constants)
    {
        constants = null;
        var given = loss.Parameters.Select(parameter => (Parameter: parameter, Value: ReadParameter(attribute, parameter))).ToList();
        if (given.All(one => one.Value is null))
        {
            return true;
        }

        var number = ReadElement(attribute)?.Number ?? Number.Double;
        if (FindWrongParameter(attribute, loss) is not null)
        {
            return false;
        }

        constants = new([.. given.Select(one => Shortest(number, one.Value ?? one.Parameter.Default))]);
        return true;
    }

    /// <summary>
    /// The first parameter of an attribute whose value, as the element type has it, no kernel can have as a constant; null if there is
    /// none.
    /// </summary>
    internal static (LossParameter Parameter, double Value)? FindWrongParameter(AttributeData attribute, LossInfo loss)
    {
        var number = ReadElement(attribute)?.Number ?? Number.Double;
        foreach (var parameter in loss.Parameters)
        {
            if (ReadParameter(attribute, parameter) is { } value && !parameter.Allows(number.Round(value)))
            {
                return (parameter, value);
            }
        }

        return null;
    }

    private static double? ReadParameter(AttributeData attribute, LossParameter parameter) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == parameter.Name).Value.Value as double?;

    /// <summary>
    /// What rounds to 3/2 is 3/2: by as few digits as say which number of the type it is, because they name the kernel. −0 is 0.
    /// </summary>
    private static double Shortest(Number number, double value) => value == 0 ? 0 : number.Of<Func<double>>(
        () => Enumerable.Range(1, 9)
            .Select(
                digits => double.Parse(((float)value).ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            .First(shorter => (float)shorter == (float)value),
        () => value)();

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

    /// <summary>Whether a class asks for kernels of one of some losses for an element type.</summary>
    private static bool HasAny(INamedTypeSymbol symbol, LossInfo[] losses, Element element) =>
        symbol.GetAttributes().Any(attribute =>
            attribute.AttributeClass is { ContainingNamespace: { } space } type
            && losses.Any(loss => loss.AttributeMetadataName == $"{space.ToDisplayString()}.{type.MetadataName}")
            && ReadElement(attribute) == element);

    private static bool IsPartial(INamedTypeSymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(
                modifier => modifier.Text == "partial"));

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
            QualifiedName(symbol) + (DiffersOnlyInCase(symbol, compilation) ? "-" + Hash(QualifiedName(symbol)) : ""),
            IsLibrary: compilation.AssemblyName == "WeightedLoss.Kernels");
    }

    /// <summary>Whether another class has the same names but for their case, which the names of files do not tell apart.</summary>
    private static bool DiffersOnlyInCase(INamedTypeSymbol symbol, Compilation compilation)
    {
        for (ISymbol inner = symbol; inner.ContainingSymbol is INamespaceOrTypeSymbol outer; inner = outer)
        {
            if (Members(outer).Any(
                other => other.Name != inner.Name && string.Equals(other.Name, inner.Name, StringComparison.OrdinalIgnoreCase)))
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
        text.Aggregate(2166136261u, static (hash, letter) => unchecked((hash ^ letter) * 16777619u)).ToString(
            "x8", CultureInfo.InvariantCulture);

    /// <summary>Without the @ of names that are keywords, which a file name can't carry.</summary>
    private static string QualifiedName(ISymbol symbol) => symbol.ContainingSymbol switch
    {
        INamespaceSymbol { IsGlobalNamespace: false } or INamedTypeSymbol => $"{QualifiedName(symbol.ContainingSymbol)}.{symbol.Name}",
        _ => symbol.Name,
    };

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None
            ? name
            : "@" + name;
}
