using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WeightedLoss.Benchmarks.Generator;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>The library of a build, loaded beside those of other builds, and called through its public methods only.</summary>
internal sealed class BuildLibrary
{
    private const string LibraryName = "WeightedLoss.Kernels.dll", ProbeName = "WeightedLoss.Probe.dll";

    private static readonly string[] Types = ["F32", "F64"];

    private readonly Assembly _probe;

    private BuildLibrary(Assembly probe) => _probe = probe;

    private delegate Func<double> CreateCall(
        string loss, double gamma, string option, int classes, int rows, long? ignoreLabel, nint labels, nint[] arrays);

    /// <summary>The instruction set that the library chooses in this process.</summary>
    public string InstructionSet =>
        (string)Probe(Types[0]).GetProperty(nameof(InstructionSet))!.GetValue(null)!;

    /// <summary>Copies the library of a build to a folder, and compiles the calls against it.</summary>
    /// <param name="build">A folder with the library, or a checkout where it was built with <c>-c Release</c>.</param>
    /// <param name="folder">An empty folder.</param>
    /// <exception cref="InvalidOperationException">There is no library, or it lacks a method that is called.</exception>
    public static void Prepare(string build, string folder)
    {
        string[] places = [build, Path.Combine(build, "src", "WeightedLoss.Kernels", "bin", "Release", "net10.0")];
        var library = places.Select(place => Path.Combine(place, LibraryName)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no {LibraryName} in {string.Join(" or ", places)}.");
        var copy = Path.Combine(folder, LibraryName);
        File.Copy(library, copy);

        using var stream = typeof(BuildLibrary).Assembly.GetManifestResourceStream("Probe.cs")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(ProbeName),
            references: [.. GeneratorCommand.Platform, MetadataReference.CreateFromFile(copy)],
            options: new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));

        const string Options = "BinaryCrossEntropyOptions", EarlierOptions = "BinaryLossOptions";
        if (compilation.GetTypeByMetadataName($"WeightedLoss.{Options}`1") is null)
        {
            text = text.Replace(Options, EarlierOptions, StringComparison.Ordinal);
        }

        var trees = Types.Select(type =>
            CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithPreprocessorSymbols(type)));
        var result = compilation.AddSyntaxTrees(trees).Emit(Path.Combine(folder, ProbeName));
        if (!result.Success)
        {
            var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5);
            throw new InvalidOperationException($"The calls can't be compiled against {library}:\n{string.Join('\n', errors)}");
        }
    }

    /// <summary>Loads a library from a folder that <see cref="Prepare"/> has filled.</summary>
    public static BuildLibrary Load(string folder) => new(new Context(folder).LoadFromAssemblyPath(Path.Combine(folder, ProbeName)));

    /// <summary>The call of a case; it returns the loss.</summary>
    /// <param name="case">The case.</param>
    /// <param name="labels">The labels: one byte each, of softmax losses four.</param>
    /// <param name="ignoreLabel">The label of ignored rows.</param>
    /// <param name="arrays">Logits, targets, sample weights, gradient, losses.</param>
    public Func<double> Call(BuildCase @case, nint labels, long? ignoreLabel, nint[] arrays) =>
        Probe(@case.Type.ToUpperInvariant())
            .GetMethod("Create")!
            .CreateDelegate<CreateCall>()(@case.Loss, @case.Gamma, @case.Option, @case.Classes, @case.N, ignoreLabel, labels, arrays);

    private Type Probe(string type) => _probe.GetType($"Probe.{type}.Probe", throwOnError: true)!;

    /// <summary>Takes the build's library, whatever has been loaded under that name.</summary>
    private sealed class Context(string folder) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            Path.Combine(folder, $"{assemblyName.Name}.dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
