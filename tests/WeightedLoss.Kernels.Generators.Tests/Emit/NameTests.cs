using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WeightedLoss.Generators.Tests.Emit;

/// <summary>
/// Names of the user's that emitted text has too, in every place where the compiler would look for them. Each source has all names of the
/// emitted text, and none of them is meant there.
/// </summary>
public class NameTests
{
    private const string Kernels = """
        [global::WeightedLoss.BinaryCrossEntropyKernel<float>]
        [global::WeightedLoss.CrossEntropyKernel<float>]
        [global::WeightedLoss.CrossEntropyKernel<float>(Classes = 5)]
        [global::WeightedLoss.SigmoidFocalKernel<double>(Gamma = 2)]
        [global::WeightedLoss.SoftmaxFocalKernel<double>(Gamma = 0.7)]
        static partial class Kernels
        """;

    /// <summary>Kernels that are short, for many classes.</summary>
    private const string Small =
        "[global::WeightedLoss.CrossEntropyKernel<double>(Classes = 300, InstructionSets = global::WeightedLoss.KernelInstructionSets.Avx2)]";

    /// <summary>No code at all could be written beside types of these names in the global namespace.</summary>
    private static readonly string[] Roots = ["System", "WeightedLoss"];

    /// <summary>
    /// Every identifier of the emitted text but those of the class and its public methods, and words of the language that are no keywords:
    /// a type called <c>var</c> or <c>nuint</c> changes what they mean everywhere.
    /// </summary>
    private static readonly string[] Names =
    [
        .. GeneratorHarness.Generate(Kernels + ";").Values
            .SelectMany(text => SyntaxFactory.ParseTokens(text))
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.ValueText)
            .Append("Generated")
            .Except(["Kernels", "Loss", "LossAndGradient", "Probabilities", "Equals", "var", "nint", "nuint", "global"])
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static readonly string Types = Each(Names, "public class {0};");

    private static readonly string TypesButRoots = Each(Names.Except(Roots), "public class {0};");

    public static TheoryData<string, string> Sources => new()
    {
        { "types of the namespace", $"namespace N {{ {Types} {Kernels}; }}" },
        { "namespaces in the namespace", $"{Each(Names, "namespace N.{0} {{ class Any; }}")} namespace N {{ {Kernels}; }}" },
        { "types around the class", $"partial class Outer {{ {Types} {Kernels}; }}" },
        { "types that the type around the class inherits", $"class Base {{ {Types} }} partial class Outer : Base {{ {Kernels}; }}" },
        { "types in the class", $"{Kernels} {{ {Types} }}" },
        { "constants of the class", $"{Kernels} {{ {Each(Names, "public const int {0} = 1;")} }}" },
        { "types of the global namespace", $"{TypesButRoots} {Kernels};" },
        { "types of a namespace used everywhere", $"global using N; {Kernels}; namespace N {{ {Types} }}" },
        { "aliases used everywhere", $"{Each(Names.Except(Roots), "global using {0} = global::System.Math;")} {Kernels};" },
        { "types of a class used everywhere", $"global using static N.Any; {Kernels}; namespace N {{ static class Any {{ {Types} }} }}" },
        { "the classes themselves", Each(Names.Except(Roots).Where(name => name[0] is 'S' or 'V' or 'G'), Small + " static partial class {0};") },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task NamesOfTheEmittedText_DoNoHarm(string place, string source)
    {
        var diagnostics = await GeneratorHarness.DiagnoseAsync(source);
        var texts = diagnostics.Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}").Distinct();

        Assert.True(diagnostics.IsEmpty, $"{place}:\n{string.Join('\n', texts.Take(10))}");
    }

    [Fact]
    public void Names_AreThoseOfTheEmittedText() =>
        Assert.Equal([], new[] { "Vector128", "Yes", "ByClass", "BinaryLoss", "System", "Avx2", "Unsafe" }.Except(Names));

    /// <summary>With an @, names in lower case are no warning.</summary>
    private static string Each(IEnumerable<string> names, string declaration) =>
        string.Join('\n', names.Select(name => string.Format(CultureInfo.InvariantCulture, declaration, "@" + name)));
}
