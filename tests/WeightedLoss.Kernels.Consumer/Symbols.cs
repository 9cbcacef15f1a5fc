using System.Reflection.Metadata;

namespace Consumer;

/// <summary>What a debugger needs to step into emitted files: their text in the symbols.</summary>
internal static class Symbols
{
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");

    /// <summary>The emitted files that portable symbols name, with whether their text is there.</summary>
    /// <param name="path">A portable PDB.</param>
    public static IReadOnlyList<(string Name, bool HasText)> EmittedFiles(string path)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(path));
        var reader = provider.GetMetadataReader();
        return
        [
            .. from handle in reader.Documents
               let name = reader.GetString(reader.GetDocument(handle).Name)
               where name.EndsWith(".g.cs", StringComparison.Ordinal) && name.Contains("LossKernelGenerator", StringComparison.Ordinal)
               let kinds = reader.GetCustomDebugInformation(handle).Select(
                   entry => reader.GetGuid(reader.GetCustomDebugInformation(entry).Kind))
               select (name, kinds.Contains(EmbeddedSource)),
        ];
    }
}
