using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using WeightedLoss.Benchmarks.Tests;

namespace WeightedLoss.Generators.Tests.Documentation;

/// <summary>
/// The C# blocks of README and docs compile without a warning. Each is a program of its own, in which the names of <see cref="Prelude"/>
/// are known. The pages of diagnostics show mistakes and are not among them.
/// </summary>
public partial class CodeBlockTests
{
    // What the pages leave to the reader.
    private const string Prelude = """
        global using System;
        global using WeightedLoss;
        global using static Prelude;

        internal static class Prelude
        {
            public static readonly byte[] trainLabels = [0, 1, 1], validationLabels = [0, 1];
            public static readonly float[] logits = new float[6], gradient = new float[6], validationLogits = [0.5f, 1];
            public static readonly int[] labels = [0, 2];
            public static readonly int classes = 3;
            public static readonly float positiveWeight = 10;
            public static readonly (float[] Features, byte[] Labels)[] batches = [];
            public static readonly Model model = new();
        }

        internal sealed class Model
        {
            public void Forward(float[] features, float[] logits) => features.CopyTo(logits, 0);

            public void Backward(float[] features, float[] gradient) => gradient.CopyTo(features, 0);
        }
        """;

    /// <summary>A row for each block: the page, the line of its fence, and its text.</summary>
    public static TheoryData<string, int, string> Blocks
    {
        get
        {
            string[] pages =
            [
                Repository.PathOf("README.md"),
                Repository.PathOf("src", "WeightedLoss.Imbalance", "README.md"),
                .. Directory.GetFiles(Repository.PathOf("src", "WeightedLoss.Kernels", "docs"), "*.md"),
            ];
            return
            [
                .. from page in pages
                   let text = File.ReadAllText(page).ReplaceLineEndings("\n")
                   from block in Block().Matches(text)
                   select (
                       Path.GetRelativePath(Repository.PathOf(), page), text.AsSpan(0, block.Index).Count('\n') + 1, block.Groups[1].Value),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Page_Block_Compiles(string page, int line, string text)
    {
        // A program needs a statement, and has its types behind it.
        var usings = string.Concat(
            text.Split('\n').TakeWhile(row => row.Length == 0 || row.StartsWith("using ", StringComparison.Ordinal)).Select(row => row + "\n"));
        var compilation = GeneratorHarness.Compile(Prelude, $"{usings}_ = 0;\n{text[usings.Length..]}")
            .AddReferences(MetadataReference.CreateFromFile(typeof(ThresholdCurve).Assembly.Location));

        var diagnostics = await GeneratorHarness.DiagnoseAsync(
            compilation.WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication)));

        Assert.True(diagnostics.IsEmpty, $"{page}, line {line}:\n{string.Join('\n', diagnostics)}");
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
