using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Benchmarks.Generator;
using WeightedLoss.Generators;

namespace WeightedLoss.Benchmarks.Emitted;

/// <summary>Counts of emitted text.</summary>
/// <param name="Files">The files with a part of it.</param>
/// <param name="Characters">The characters.</param>
/// <param name="Lines">The lines.</param>
internal readonly record struct TextSize(int Files, long Characters, long Lines)
{
    public static TextSize operator +(TextSize left, TextSize right) =>
        new(left.Files + right.Files, left.Characters + right.Characters, left.Lines + right.Lines);

    public static TextSize Of(string text) => new(1, text.Length, text.AsSpan().Count('\n'));
}

/// <summary>The text that the generator emits, by the kernels in it.</summary>
internal sealed class EmittedText
{
    /// <summary>Of text that belongs to no kernel: public methods, dispatchers, the registry.</summary>
    public const string Shared = "shared by instruction sets";

    // Custom debug information of a document in a portable PDB: its text.
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    private readonly Dictionary<(string Family, string InstructionSet), TextSize> _parts = [];

    private EmittedText(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            Total += TextSize.Of(file);
            Add(file);
        }
    }

    public TextSize Total { get; }

    /// <summary>The text by family, which is the beginning of a struct's name.</summary>
    public IEnumerable<(string Name, TextSize Size)> ByFamily => Group(part => part.Family);

    /// <summary>The text by instruction set, which is the end of a struct's name.</summary>
    public IEnumerable<(string Name, TextSize Size)> ByInstructionSet => Group(part => part.InstructionSet);

    /// <summary>What a library was compiled from, as its symbols have it.</summary>
    public static EmittedText In(string symbols)
    {
        using var stream = File.OpenRead(symbols);
        using var provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        var reader = provider.GetMetadataReader();
        var files =
            from handle in reader.Documents
            where reader.GetString(reader.GetDocument(handle).Name).Contains(nameof(LossKernelGenerator), StringComparison.Ordinal)
            from detail in reader.GetCustomDebugInformation(handle).Select(reader.GetCustomDebugInformation)
            where reader.GetGuid(detail.Kind) == EmbeddedSource
            select Decode(reader.GetBlobBytes(detail.Value));
        return new(files);
    }

    /// <summary>What the generator emits for a source file.</summary>
    public static EmittedText For(string source)
    {
        var result = CSharpGeneratorDriver.Create(new LossKernelGenerator()).RunGenerators(GeneratorCommand.Compile(source)).GetRunResult();
        return new(result.Results.SelectMany(run => run.GeneratedSources).Select(file => file.SourceText.ToString()));
    }

    private static string Decode(byte[] blob)
    {
        // The length of the text if it is compressed, or 0.
        using var content = new MemoryStream(blob, sizeof(int), blob.Length - sizeof(int));
        using Stream text = BitConverter.ToInt32(blob) == 0 ? content : new DeflateStream(content, CompressionMode.Decompress);
        using var reader = new StreamReader(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private void Add(string file)
    {
        var kernels = CSharpSyntaxTree.ParseText(file).GetRoot().DescendantNodes()
            .OfType<StructDeclarationSyntax>()
            .Select(node => (Kernel: EmittedKernels.Read(node.Identifier.Text), Text: node.ToFullString()))
            .Where(node => node.Kernel is not null)
            .GroupBy(node => node.Kernel!.Value, node => TextSize.Of(node.Text) with { Files = 0 });
        var rest = TextSize.Of(file);
        foreach (var kernel in kernels)
        {
            var size = kernel.Aggregate((left, right) => left + right);
            (rest, size) = (new(0, rest.Characters - size.Characters, rest.Lines - size.Lines), size with { Files = 1 });
            _parts[kernel.Key] = _parts.GetValueOrDefault(kernel.Key) + size;
        }

        // The head of a kernel's file and the class around the kernel belong to nobody, but make no file of their own.
        _parts[(Shared, Shared)] = _parts.GetValueOrDefault((Shared, Shared)) + rest;
    }

    private IEnumerable<(string Name, TextSize Size)> Group(Func<(string Family, string InstructionSet), string> name) =>
        from part in _parts
        group part.Value by name(part.Key) into parts
        let size = parts.Aggregate((left, right) => left + right)
        orderby parts.Key == Shared, size.Characters descending
        select (parts.Key, size);
}
