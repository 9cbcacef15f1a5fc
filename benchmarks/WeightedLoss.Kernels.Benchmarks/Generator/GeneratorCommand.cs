using System.CommandLine;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Generators;

namespace WeightedLoss.Benchmarks.Generator;

/// <summary>What the source generator costs a build, and an edit.</summary>
internal static class GeneratorCommand
{
    private const int Rounds = 31;

    /// <summary>The platform's assemblies.</summary>
    internal static IReadOnlyList<MetadataReference> Platform { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static Command Create()
    {
        var command = new Command(
            "generator",
            $"The CPU time that the generator takes, medians of {Rounds} runs after as many to warm up: for a first build, and for an edit. A kernel is one "
            + "loss, type, class count and instruction set; an attribute asks for four.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var table = ResultTable.Of(ResultTable.ConsoleBorder, ["what"], ["kernels", "kB of text", "ms"]);

        AddBuild(table, "13 class counts, first build", Classes(13));
        AddBuild(table, "50 class counts, first build", Classes(50));
        AddEdit(table, "50 class counts, unrelated edit", Classes(50), Classes(50) + " class Unrelated;");
        AddEdit(table, "50 class counts, one more", Classes(50), Classes(51));
        AnsiConsole.WriteLine(MachineEnvironment.CpuModel);
        AnsiConsole.Write(table);
        return 0;
    }

    private static string Classes(int count) =>
        string.Concat(Enumerable.Range(2, count).Select(classes => $"[WeightedLoss.CrossEntropyKernel<float>(Classes = {classes})]\n"))
        + "internal static partial class Kernels;";

    private static void AddBuild(Table table, string name, string source)
    {
        var driver = CSharpGeneratorDriver.Create(new LossKernelGenerator());
        AddRow(table, name, () => (driver, Compile(source)));
    }

    /// <summary>The edit after a build whose steps are kept.</summary>
    private static void AddEdit(Table table, string name, string before, string after)
    {
        var compilation = Compile(before);
        var driver = CSharpGeneratorDriver.Create(new LossKernelGenerator()).RunGenerators(compilation);
        AddRow(table, name, () => (driver, compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], CSharpSyntaxTree.ParseText(after))));
    }

    private static void AddRow(Table table, string name, Func<(GeneratorDriver Driver, Compilation Input)> prepare)
    {
        var times = new List<double>();
        GeneratorRunResult result = default;
        for (var round = 0; round < 2 * Rounds; round++)
        {
            var (driver, input) = prepare();

            // The compiler would look up names anyway.
            input.GetDeclarationDiagnostics();
            var start = ThreadClock.Now;
            var ran = driver.RunGenerators(input);
            times.Add((ThreadClock.Now - start) / 1e6);
            result = ran.GetRunResult().Results[0];
        }

        var kernels = result.GeneratedSources.Count(source => source.HintName.EndsWith("-avx2.g.cs", StringComparison.Ordinal)) * 4;
        var characters = result.GeneratedSources.Sum(source => (long)source.SourceText.Length);
        table.AddRow(
            name,
            kernels.ToString(CultureInfo.InvariantCulture),
            (characters / 1000).ToString(CultureInfo.InvariantCulture),
            Quartiles.Of(times.Skip(Rounds)).Median.ToString("0.0", CultureInfo.InvariantCulture));
    }

    internal static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Consumer",
        [CSharpSyntaxTree.ParseText(source)],
        [.. Platform, MetadataReference.CreateFromFile(typeof(LossSum).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
