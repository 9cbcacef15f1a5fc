using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WeightedLoss.Generators.Tests.Emit;

/// <summary>
/// Names of the user's that emitted text has too, in every place where the compiler would look for them. Each source has all names of the emitted text,
/// and none of them is meant there.
/// </summary>
public class NameTests
{
    private const string Attributes =
        "[global::WeightedLoss.BinaryCrossEntropyKernel<float>, global::WeightedLoss.CrossEntropyKernel<float>, global::WeightedLoss.CrossEntropyKernel<float>(Classes = 5), "
        + "global::WeightedLoss.SigmoidFocalKernel<double>(Gamma = 2), global::WeightedLoss.SoftmaxFocalKernel<double>(Gamma = 0.7)]";

    /// <summary>
    /// Every identifier of the emitted text but those of the class and its public methods, and words of the language that are no keywords: a type called
    /// <c>var</c> or <c>nuint</c> changes what they mean everywhere.
    /// </summary>
    private static readonly string[] Names =
    [
        .. GeneratorHarness.Generate(Attributes + "static partial class Kernels;").Values
            .SelectMany(text => SyntaxFactory.ParseTokens(text))
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.ValueText)
            .Append("Generated")
            .Except(["Kernels", "Loss", "LossAndGradient", "Probabilities", "Equals", "var", "nint", "nuint", "global"])
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string, string> Sources => new()
    {
        { "types of the namespace", $"namespace N {{ {Types(Names)} {Attributes} static partial class Kernels; }}" },
        { "namespaces in the namespace", $"{Each(Names, name => $"namespace N.{name} {{ class Any; }}")} namespace N {{ {Attributes} static partial class Kernels; }}" },
        { "types around the class", $"partial class Outer {{ {Types(Names)} {Attributes} static partial class Kernels; }}" },
        { "types that the type around the class inherits", $"class Base {{ {Types(Names)} }} partial class Outer : Base {{ {Attributes} static partial class Kernels; }}" },
        { "types in the class", $"{Attributes} static partial class Kernels {{ {Types(Names)} }}" },
        { "constants of the class", $"{Attributes} static partial class Kernels {{ {Each(Names, name => $"public const int {name} = 1;")} }}" },
        { "types of the global namespace", $"{Types(Names.Except(Roots))} {Attributes} static partial class Kernels;" },
        { "types of a namespace used everywhere", $"global using N; {Attributes} static partial class Kernels; namespace N {{ {Types(Names)} }}" },
        { "aliases used everywhere", $"{Each(Names.Except(Roots), name => $"global using {name} = global::System.Math;")} {Attributes} static partial class Kernels;" },
        {
            "types and methods of a class used everywhere",
            $"global using static N.C; {Attributes} static partial class Kernels; namespace N {{ static class C {{ {Types(Names.Except(["C"]))} }} }}"
        },
        { "the classes themselves", Each(Names.Except(Roots).Where(name => name[0] is 'S' or 'V' or 'G'), name => $"{Small} static partial class {name};") },
    };

    /// <summary>Kernels that are short, for many classes.</summary>
    private const string Small = "[global::WeightedLoss.CrossEntropyKernel<double>(Classes = 300, InstructionSets = global::WeightedLoss.KernelInstructionSets.Avx2)]";

    /// <summary>No code at all could be written beside types of these names in the global namespace.</summary>
    private static string[] Roots => ["System", "WeightedLoss"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task NamesOfTheEmittedText_DoNoHarm(string place, string source)
    {
        Assert.True(Names.Length > 300 && new[] { "Vector128", "Yes", "ByClass", "BinaryLoss", "System", "Avx2", "Unsafe" }.All(Names.Contains), place);

        var diagnostics = (await GeneratorHarness.DiagnoseAsync(source)).Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}");
        Assert.True(!diagnostics.Any(), $"{place}:\n{string.Join('\n', diagnostics.Distinct().Take(10))}");
    }

    private static string Types(IEnumerable<string> names) => Each(names, name => $"public class {name};");

    /// <summary>With an @, names in lower case are no warning.</summary>
    private static string Each(IEnumerable<string> names, Func<string, string> declaration) => string.Join('\n', names.Select(name => declaration('@' + name)));
}
