using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Generators.Emit;

namespace WeightedLoss.Generators.Spec;

/// <summary>Finds names of the user's that emitted text would run into.</summary>
internal static class NameReader
{
    /// <summary>The types that emitted text names without their namespace; a test holds the list against the text.</summary>
    internal static readonly ImmutableArray<string> Used =
    [
        "System.Runtime.CompilerServices.InlineArray",
        "System.Runtime.CompilerServices.MethodImpl",
        "System.Runtime.CompilerServices.MethodImplOptions",
        "System.Runtime.CompilerServices.Unsafe",
        "System.Runtime.Intrinsics.Arm.AdvSimd",
        "System.Runtime.Intrinsics.Vector128",
        "System.Runtime.Intrinsics.Vector256",
        "System.Runtime.Intrinsics.Vector512",
        "System.Runtime.Intrinsics.X86.Avx",
        "System.Runtime.Intrinsics.X86.Avx2",
        "System.Runtime.Intrinsics.X86.Avx512F",
        "System.Runtime.Intrinsics.X86.Fma",
        "System.Runtime.Intrinsics.X86.Sse2",
        "WeightedLoss.Runtime.AnyClasses",
        "WeightedLoss.Runtime.AnyGamma",
        "WeightedLoss.Runtime.BinaryKernelArguments",
        "WeightedLoss.Runtime.BinaryKernelEntry",
        "WeightedLoss.Runtime.BinaryKernelVariant",
        "WeightedLoss.Runtime.BinaryLoss",
        "WeightedLoss.Runtime.BuiltInClasses",
        "WeightedLoss.Runtime.BuiltInFocalRows",
        "WeightedLoss.Runtime.BuiltInRows",
        "WeightedLoss.Runtime.CrossEntropyArguments",
        "WeightedLoss.Runtime.CrossEntropyKernelEntry",
        "WeightedLoss.Runtime.CrossEntropyLoss",
        "WeightedLoss.Runtime.EmulatedFma",
        "WeightedLoss.Runtime.IBinaryLossKernel",
        "WeightedLoss.Runtime.ICrossEntropyKernel",
        "WeightedLoss.Runtime.ICrossEntropyRows",
        "WeightedLoss.Runtime.InstructionSets",
        "WeightedLoss.Runtime.KernelEntry",
        "WeightedLoss.Runtime.LaneSum",
        "WeightedLoss.Runtime.Prefetch",
        "WeightedLoss.Runtime.RowSupport",
        "WeightedLoss.Runtime.SigmoidFocalKernelEntry",
        "WeightedLoss.Runtime.SigmoidFocalLoss",
        "WeightedLoss.Runtime.SoftmaxFocalKernelEntry",
        "WeightedLoss.Runtime.SoftmaxFocalLoss",
        "WeightedLoss.Runtime.TargetForm",
    ];

    /// <summary>The name that a class, or a member that its author gave it, takes from an emitted member; null if there is none.</summary>
    internal static string? TakenName(INamedTypeSymbol symbol, EquatableArray<KernelSpec> specs)
    {
        var names = new HashSet<string>(MemberNames.Of(specs), StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return null;
        }

        if (names.Contains(symbol.Name) || MemberNames.Methods.Contains(symbol.Name))
        {
            return symbol.Name;
        }

        return symbol.GetMembers()
            .Where(IsWritten)
            .Where(member => names.Contains(member.Name) || (MemberNames.Methods.Contains(member.Name) && !IsOverload(member)))
            .Select(member => member.Name)
            .FirstOrDefault();
    }

    /// <summary>What a name in emitted text would mean, instead of which used type; null if there is nothing.</summary>
    internal static (ISymbol Hiding, string Hidden)? FindHidden(INamedTypeSymbol symbol, Compilation compilation)
    {
        var own = compilation.GetCompilationNamespace(symbol.ContainingNamespace);

        // Without a namespace of their own, emitted files share the level of the global usings.
        var usings = symbol.ContainingNamespace.IsGlobalNamespace ? ReadGlobalUsings(compilation) : [];
        foreach (var (name, type) in Used.SelectMany(type => NamesOf(type).Select(name => (name, type))))
        {
            for (var around = symbol; around is not null; around = around.ContainingType)
            {
                for (var declared = around; declared is not null; declared = declared.BaseType)
                {
                    if (declared.GetMembers(name).FirstOrDefault(member => IsWritten(member) && HasArityOf(member)) is { } member)
                    {
                        return (member, type);
                    }
                }
            }

            var found = (own?.GetMembers(name) ?? []).Concat(usings.SelectMany(members => members(name)));
            if (found.FirstOrDefault(Hides) is { } hiding)
            {
                return (hiding, type);
            }

            bool Hides(ISymbol found) =>
                compilation.IsSymbolAccessibleWithin(found, compilation.Assembly) && HasArityOf(found) && !IsUsed((found as IAliasSymbol)?.Target ?? found);

            bool IsUsed(ISymbol found) =>
                found is INamedTypeSymbol && $"{found.ContainingNamespace.ToDisplayString()}.{found.Name}" == type.Substring(0, type.LastIndexOf('.') + 1) + name;

            // Types that differ in the number of their type parameters are told apart.
            bool HasArityOf(ISymbol found) =>
                found is not INamedTypeSymbol { Arity: var arity }
                || !compilation.GetTypesByMetadataName(arity == 0 ? type : $"{type}`{arity}").IsEmpty
                || (arity == 0 && IsAttribute(type));
        }

        return null;
    }

    /// <summary>What global usings bring in, by name: of a namespace its types, of a type its static members, and aliases.</summary>
    private static List<Func<string, IEnumerable<ISymbol>>> ReadGlobalUsings(Compilation compilation)
    {
        var usings = new List<Func<string, IEnumerable<ISymbol>>>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var directives = ((CompilationUnitSyntax)tree.GetRoot()).Usings.Where(directive => !directive.GlobalKeyword.IsKind(SyntaxKind.None)).ToArray();
            if (directives.Length == 0)
            {
                continue;
            }

            var model = compilation.GetSemanticModel(tree);
            foreach (var directive in directives)
            {
                if (directive.Alias is not null)
                {
                    if (model.GetDeclaredSymbol(directive) is { } alias)
                    {
                        usings.Add(name => alias.Name == name ? [alias] : []);
                    }
                }
                else if (model.GetSymbolInfo(directive.NamespaceOrType).Symbol is INamespaceOrTypeSymbol used)
                {
                    usings.Add(used is INamespaceSymbol
                        ? name => used.GetTypeMembers(name)
                        : name => used.GetMembers(name).Where(
                            member => member is INamedTypeSymbol or { IsStatic: true } and not IMethodSymbol { IsExtensionMethod: true }));
                }
            }
        }

        return usings;
    }

    /// <summary>The names that the compiler looks for: of an attribute the whole one, too.</summary>
    private static string[] NamesOf(string type)
    {
        var name = type.Substring(type.LastIndexOf('.') + 1);
        return IsAttribute(type) ? [name, name + "Attribute"] : [name];
    }

    private static bool IsAttribute(string type) =>
        type is "System.Runtime.CompilerServices.InlineArray" or "System.Runtime.CompilerServices.MethodImpl";

    /// <summary>A method beside the emitted ones: these all begin with the logits.</summary>
    private static bool IsOverload(ISymbol member) =>
        member is IMethodSymbol method
        && (method.Parameters.FirstOrDefault()?.Type is not INamedTypeSymbol { Name: "ReadOnlySpan", TypeArguments: var arguments }
            || arguments.FirstOrDefault()?.SpecialType is not (SpecialType.System_Single or SpecialType.System_Double));

    /// <summary>Analyzers see the class with what was emitted into it.</summary>
    private static bool IsWritten(ISymbol member) =>
        member.DeclaringSyntaxReferences.IsEmpty
        || member.DeclaringSyntaxReferences.Any(reference =>
            !reference.SyntaxTree.FilePath.Replace('\\', '/').Contains($"/{typeof(LossKernelGenerator).FullName}/"));
}
