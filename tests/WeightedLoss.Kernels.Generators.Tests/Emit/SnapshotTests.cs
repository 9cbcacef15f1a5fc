using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Benchmarks.Tests;
using WeightedLoss.Generators.Plan;

namespace WeightedLoss.Generators.Tests.Emit;

/// <summary>
/// Emitted methods, for review: of each family and form of targets the method that takes the time, of one small kernel, as each instruction
/// set spells it. Set WEIGHTEDLOSS_SNAPSHOTS=write to rewrite them after an intended change.
/// </summary>
public class SnapshotTests
{
    private const string
        Real = "scalar avx2 avx512 neon sse2",
        Transposing = "avx2 avx512 neon",
        All = "scalar avx2 avx512 neon sse2 portable128 portable256 portable512";

    /// <summary>
    /// The attribute, the kernel, the method (none: all of the file), and the instruction sets. Where these are few, the form differs from
    /// others only in its arithmetic.
    /// </summary>
    public static TheoryData<string, string, string, string> Snapshots => new()
    {
        { "FunctionKernel<float>(0)", "exp-f32", "", All },
        { "FunctionKernel<double>(0)", "exp-f64", "", "scalar" },
        { "FunctionKernel<float>(1)", "log1punit-f32", "", "scalar" },
        { "FunctionKernel<float>(2)", "log1p-f32", "", "scalar" },
        { "BinaryCrossEntropyKernel<float>", "bce-f32", "HardSum", Real },
        { "BinaryCrossEntropyKernel<float>", "bce-f32", "Soft", Real },
        { "BinaryCrossEntropyKernel<float>", "bce-f32", "Hard", "scalar" },
        { "SigmoidFocalKernel<float>(Gamma = 2)", "focal-sigmoid-f32-g2", "Hard", "scalar" },
        { "SigmoidFocalKernel<float>", "focal-sigmoid-f32", "Mixed", "scalar" },
        { "AsymmetricLossKernel<float>", "asymmetric-f32", "Hard", "scalar" },
        { "CrossEntropyKernel<float>(Classes = 2)", "ce-f32-c2", "Difference", Real },
        { "CrossEntropyKernel<float>(Classes = 3)", "ce-f32-c3", "Hard", Transposing },
        { "CrossEntropyKernel<float>", "ce-f32-row", "Hard", "avx2" },
        { "CrossEntropyKernel<float>", "ce-f32", "RowSmooth", "avx512" },
        { "CrossEntropyKernel<float>", "ce-f32", "RowSoft", "neon" },
        { "CrossEntropyKernel<float>", "ce-f32-rows", "Approximate", Real },
        { "SoftmaxFocalKernel<float>(Gamma = 0.7)", "focal-softmax-f32-g0.7-rows", "Approximate", "scalar" },
    };

    [Theory]
    [MemberData(nameof(Snapshots))]
    public void HotMethod_InEachInstructionSet_EqualsTheReviewedText(string attribute, string kernel, string method, string sets)
    {
        var files = GeneratorHarness.GenerateWithTwins(attribute);
        foreach (var set in sets.Split(' '))
        {
            var text = files[$"K/{kernel}-{set}.g.cs"];
            AssertSnapshot(NameOf(kernel, set, method), method.Length == 0 ? Types(text) : Method(text, method));
        }
    }

    /// <summary>What chooses: among instruction sets, among class counts, among values of a parameter.</summary>
    [Theory]
    [InlineData("CrossEntropyKernel<float>(Classes = 5)", "ce-f32-c5", "CrossEntropyF32-choice")]
    [InlineData("SigmoidFocalKernel<double>(Gamma = 2)", "focal-sigmoid-f64-g2", "SigmoidFocalF64-choice")]
    public void Choice_EqualsTheReviewedText(string attribute, params string[] names)
    {
        var files = GeneratorHarness.GenerateWithTwins(attribute);
        foreach (var name in names)
        {
            AssertSnapshot(name + ".txt", Types(files[$"K/{name}.g.cs"]));
        }
    }

    [Fact]
    public void Snapshots_AreThoseOfTheTests_AndFewEnoughToRead()
    {
        var folder = Repository.PathOf("tests", "WeightedLoss.Kernels.Generators.Tests", "Emit", "Snapshots");
        var tested = from row in Snapshots
                     let data = row.Data
                     from set in data.Item4.Split(' ')
                     select NameOf(data.Item2, set, data.Item3);
        string[] choices = ["ce-f32-c5.txt", "CrossEntropyF32-choice.txt", "focal-sigmoid-f64-g2.txt", "SigmoidFocalF64-choice.txt"];

        Assert.Equal(
            tested.Concat(choices).Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.InRange(Directory.GetFiles(folder).Sum(path => new FileInfo(path).Length), 1, 400_000);
    }

    /// <summary>
    /// Every instruction set makes the same named values out of the same named values and constants. How a value is made is what a dialect
    /// spells; tests of bits compare that.
    /// </summary>
    [Theory]
    [InlineData("FunctionKernel<float>(0)", "exp-f32")]
    [InlineData("FunctionKernel<float>(1)", "log1punit-f32")]
    [InlineData("FunctionKernel<double>(2)", "log1p-f64")]
    [InlineData("CrossEntropyKernel<float>", "ce-f32-rows")]
    [InlineData("CrossEntropyKernel<double>", "ce-f64-rows")]
    [InlineData("SoftmaxFocalKernel<float>(Gamma = 0.7)", "focal-softmax-f32-g0.7-rows")]
    [InlineData("SoftmaxFocalKernel<double>(Gamma = 2)", "focal-softmax-f64-g2-rows")]
    public void Arithmetic_IsTheSameInEachInstructionSet(string attribute, string kernel)
    {
        var files = GeneratorHarness.GenerateWithTwins(attribute);
        var scalar = Steps(files[$"K/{kernel}-scalar.g.cs"]);
        Assert.NotEmpty(scalar);
        foreach (var set in All.Split(' ').Where(set => files.ContainsKey($"K/{kernel}-{set}.g.cs")))
        {
            Assert.Equal(scalar, Steps(files[$"K/{kernel}-{set}.g.cs"]));
        }
    }

    /// <summary>Every value of a file, with the values that it is made of; registers side by side are one.</summary>
    private static string[] Steps(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken);
        var variables = root.DescendantNodes().OfType<LocalDeclarationStatementSyntax>()
            .Where(local => !local.IsConst)
            .SelectMany(local => local.Declaration.Variables)
            .Where(variable => variable.Initializer is { Value: not RefExpressionSyntax } && !IsOfDialect(variable.Identifier.Text))
            .ToList();
        var constants = root.DescendantNodes().OfType<FieldDeclarationSyntax>().Select(
            field => field.Declaration.Variables[0].Identifier.Text);
        var known = variables.Select(variable => Base(variable.Identifier.Text)).Concat(constants.Where(name => !IsOfDialect(name))).ToHashSet();
        return
        [
            .. from variable in variables
               let method = variable.Ancestors().OfType<MethodDeclarationSyntax>().First().Identifier.Text
               group variable.Initializer!.Value by Regex.Replace(method, "(?<=.)(Run|Loop)$", "") + " " + Base(variable.Identifier.Text) into same
               let names = same.SelectMany(value => value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
               let operands = names.Select(name => Base(name.Identifier.Text)).Where(known.Contains).Distinct()
               select $"{same.Key}: {string.Join(' ', operands.Order(StringComparer.Ordinal))}",
        ];
    }

    /// <summary>The value that a local variable is a register of. A constant that is kept in a register has a local variable.</summary>
    private static string Base(string name) => HeldConstant(name) ?? Regex.Replace(name, @"(_run)?\d*$", "");

    /// <summary>
    /// Whether a name is for memory or for the spelling of one dialect: the sign of a number is a bit of it for vectors only.
    /// </summary>
    private static bool IsOfDialect(string name) =>
        name is "SignBit" or "tile" || name.StartsWith("rootsOfTwo", StringComparison.Ordinal) || HeldConstant(name) is not null;

    private static string? HeldConstant(string name) =>
        TuningTable.HeldConstants.FirstOrDefault(constant => char.ToLowerInvariant(constant[0]) + constant[1..] == name);

    private static string NameOf(string kernel, string set, string method) =>
        $"{kernel}-{set}{(method.Length == 0 ? "" : "-" + method)}.txt";

    /// <summary>A file without its header.</summary>
    private static string Types(string text) => text[(text.LastIndexOf("\nusing ", StringComparison.Ordinal) + 1)..].Split("\n\n", 2)[1];

    /// <summary>A method, or the one that it leaves its loop to, without the indentation of the class.</summary>
    private static string Method(string text, string name)
    {
        var start = new[] { name + "Run", name }
            .Select(candidate => Regex.Match(text, $@"^    (private|internal|public) static \w+ {candidate}[<(]", RegexOptions.Multiline))
            .FirstOrDefault(match => match.Success);
        Assert.True(start is not null, $"There is no method {name}.");
        var end = text.IndexOf("\n    }\n", start.Index, StringComparison.Ordinal);
        return Regex.Replace(text[start.Index..end] + "\n    }\n", "^    ", "", RegexOptions.Multiline);
    }

    private static void AssertSnapshot(string name, string text, [CallerFilePath] string file = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(file)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("WEIGHTEDLOSS_SNAPSHOTS") == "write")
        {
            File.WriteAllText(path, text);
            return;
        }

        // Deterministic builds map source paths away, so the reviewed text travels in the assembly.
        using var stream = typeof(SnapshotTests).Assembly.GetManifestResourceStream(name);
        Assert.True(stream is not null, $"There is no reviewed text {name}; see the summary of this class.");
        Assert.Equal(new StreamReader(stream!).ReadToEnd(), text);
    }
}
