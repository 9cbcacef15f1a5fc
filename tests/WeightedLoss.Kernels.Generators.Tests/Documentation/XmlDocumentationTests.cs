using System.ComponentModel;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace WeightedLoss.Generators.Tests.Documentation;

/// <summary>The documentation file of the library, which packages carry and IDEs show.</summary>
public class XmlDocumentationTests
{
    private static readonly HashSet<string> Members =
    [
        .. XDocument.Load(Path.ChangeExtension(typeof(LossSum).Assembly.Location, ".xml"))
            .Descendants("member")
            .Select(member => member.Attribute("name")!.Value),
    ];

    [Fact]
    public void Members_OfThePublicApi_AreThere()
    {
        var missing = PublicSymbols().Where(IsWritten).Select(symbol => symbol.GetDocumentationCommentId()!).ToList();

        Assert.True(missing.Count > 200);
        Assert.Equal([], missing.Except(Members));
    }

    [Fact]
    public void Members_ThatAreInternalOrServeGeneratedCode_AreLeftOut() =>
        Assert.Equal([], Members.Except(PublicSymbols().Select(symbol => symbol.GetDocumentationCommentId()!)));

    /// <summary>The types that users see, and their members.</summary>
    private static IEnumerable<ISymbol> PublicSymbols()
    {
        var compilation = GeneratorHarness.Compile();
        var library = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(
            compilation.References.Single(reference => reference.Display == typeof(LossSum).Assembly.Location))!;
        var space = library.GlobalNamespace.GetNamespaceMembers().Single(space => space.Name == "WeightedLoss");
        return space.GetTypeMembers()
            .SelectMany(type => type.GetTypeMembers().Prepend(type))
            .SelectMany(type => type.GetMembers().Where(member => member is not INamedTypeSymbol).Prepend(type))
            .Where(symbol => symbol.DeclaredAccessibility == Accessibility.Public && !IsHidden(symbol))
            .Where(symbol => symbol.ContainingType is null or { DeclaredAccessibility: Accessibility.Public });
    }

    private static bool IsHidden(ISymbol symbol) => symbol.GetAttributes().Any(attribute => attribute is
    {
        AttributeClass.Name: nameof(EditorBrowsableAttribute),
        ConstructorArguments: [{ Value: (int)EditorBrowsableState.Never }],
    });

    /// <summary>Not made by the compiler: accessors, what records have, constructors without parameters.</summary>
    private static bool IsWritten(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet } => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters: [] } => false,
        INamedTypeSymbol => true,
        _ => !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute"),
    };
}
