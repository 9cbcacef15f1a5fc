namespace WeightedLoss.Conformance;

/// <summary>The hashes of expected.txt: a line per loss and type, for all instruction sets.</summary>
internal static class ExpectedHashes
{
    internal static Dictionary<string, string> Read()
    {
        using var stream = typeof(ExpectedHashes).Assembly.GetManifestResourceStream("expected.txt");
        if (stream is null)
        {
            return [];
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }
}
