using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Tests.Spec;

public class NameReaderTests
{
    /// <summary>Every type that emitted text names without its namespace is on the list, and the list has no other.</summary>
    [Fact]
    public void Used_IsWhatEmittedTextNamesWithoutNamespace()
    {
        var input = GeneratorHarness.Compile(
            """
            [WeightedLoss.BinaryCrossEntropyKernel<float>]
            [WeightedLoss.CrossEntropyKernel<float>, WeightedLoss.CrossEntropyKernel<float>(Classes = 5)]
            [WeightedLoss.SigmoidFocalKernel<float>]
            [WeightedLoss.SoftmaxFocalKernel<double>, WeightedLoss.SoftmaxFocalKernel<double>(Classes = 2, Gamma = 0.7)]
            static partial class WithKernelsForAny;

            [WeightedLoss.CrossEntropyKernel<float>(Classes = 3)]
            [WeightedLoss.SigmoidFocalKernel<float>(Gamma = 2)]
            [WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3)]
            static partial class WithThoseOfTheLibrary;

            [WeightedLoss.SoftmaxFocalKernel<float>(Gamma = 2)]
            static partial class WithItsRows;
            """);
        GeneratorHarness.CreateDriver(input).RunGeneratorsAndUpdateCompilation(input, out var output, out _, TestContext.Current.CancellationToken);

        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tree in output.SyntaxTrees.Except(input.SyntaxTrees))
        {
            var model = output.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>().Where(IsAlone))
            {
                if (model.GetSymbolInfo(name, TestContext.Current.CancellationToken).Symbol is { } symbol
                    && ((symbol as IMethodSymbol)?.ContainingType ?? symbol) is INamedTypeSymbol { ContainingType: null, ContainingNamespace.IsGlobalNamespace: false } type
                    && type.Name.StartsWith(name.Identifier.Text, StringComparison.Ordinal))
                {
                    used.Add($"{type.ContainingNamespace.ToDisplayString()}.{name.Identifier.Text}");
                }
            }
        }

        Assert.Equal(used, NameReader.Used);
    }

    private static bool IsAlone(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        QualifiedNameSyntax qualified => qualified.Left == name,
        AliasQualifiedNameSyntax => false,
        _ => true,
    };
}
