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
    public void Members_OfGeneratedCode_AreLeftOut() => Assert.DoesNotContain(
        Members,
        name => name[2..].StartsWith("WeightedLoss.Runtime.", StringComparison.Ordinal)
            || name[2..].StartsWith("WeightedLoss.Generated.", StringComparison.Ordinal));

    [Fact]
    public void Members_OfThePublicApi_AreThere()
    {
        var compilation = GeneratorHarness.Compile();
        var library = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(
            compilation.References.Single(reference => reference.Display == typeof(LossSum).Assembly.Location))!;
        var space = library.GlobalNamespace.GetNamespaceMembers().Single(space => space.Name == "WeightedLoss");
        var missing = space.GetTypeMembers()
            .SelectMany(type => type.GetTypeMembers().Prepend(type))
            .SelectMany(type => type.GetMembers().Where(member => member is not INamedTypeSymbol && IsWritten(member)).Prepend(type))
            .Where(symbol => symbol.DeclaredAccessibility == Accessibility.Public)
            .Where(symbol => symbol.ContainingType is null or { DeclaredAccessibility: Accessibility.Public })
            .Select(symbol => symbol.GetDocumentationCommentId()!)
            .ToList();

        Assert.True(missing.Count > 200);
        Assert.Equal([], missing.Except(Members));
    }

    /// <summary>Not made by the compiler: accessors, what records have, constructors without parameters.</summary>
    private static bool IsWritten(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet } => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters: [] } => false,
        _ => !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute"),
    };
}
