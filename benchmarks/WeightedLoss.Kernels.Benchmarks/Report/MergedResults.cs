using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>Results of several processors and instruction sets that may be compared, because ours computed the same bits on all.</summary>
/// <param name="Runs">One for each processor and instruction set, in the order of their names, the narrowest instruction set first.</param>
internal sealed record MergedResults(IReadOnlyList<RunResult> Runs)
{
    // In the order of pictures and tables.
    private static readonly string[] InstructionSets = ["scalar", "sse2", "neon", "avx2", "avx512"];

    /// <summary>Reads every result in some folders.</summary>
    /// <exception cref="InvalidDataException">There is none, a file holds something else, or ours computed different bits.</exception>
    public static MergedResults Read(IEnumerable<string> folders)
    {
        var files = folders.SelectMany(folder => Directory.GetFiles(folder, "*.json")).Order(StringComparer.Ordinal).ToArray();
        return files.Length == 0
            ? throw new InvalidDataException($"There are no results in {string.Join(", ", folders)}.")
            : Merge([.. files.Select(file => (file, RunResult.Read(file)))]);
    }

    /// <summary>
    /// Merges results. Those of the same processor and instruction set become one: of a case that was measured twice, the newer result.
    /// </summary>
    /// <exception cref="InvalidDataException">Ours computed different bits for the same case.</exception>
    public static MergedResults Merge(IReadOnlyList<(string Name, RunResult Run)> results)
    {
        var known = new Dictionary<BenchmarkCase, (string Checksum, string Name)>();
        foreach (var (name, run) in results)
        {
            foreach (var row in run.Rows.Where(row => row.Checksum is not null))
            {
                if (!known.TryAdd(row.Case, (row.Checksum!, name)) && known[row.Case].Checksum != row.Checksum)
                {
                    throw new InvalidDataException(
                        $"{known[row.Case].Name} and {name} can't be merged: the checksums of the results of {row.Case} differ, "
                        + $"{known[row.Case].Checksum} and {row.Checksum}. One of them is wrong, or of another version.");
                }
            }
        }

        return new(
        [
            .. from result in results
               orderby result.Run.Measured
               group result.Run by (result.Run.Cpu, result.Run.InstructionSet) into runs
               orderby runs.Key.Cpu, Array.IndexOf(InstructionSets, runs.Key.InstructionSet)
               select runs.Aggregate(Update),
        ]);
    }

    /// <summary>The name of a run beside others: the processor only where there is more than one.</summary>
    public string NameOf(RunResult run) =>
        Runs.Select(other => other.Cpu).Distinct().Count() == 1
            ? DisplayName.OfInstructionSet(run.InstructionSet)
            : $"{run.Cpu}, {DisplayName.OfInstructionSet(run.InstructionSet)}";

    private static RunResult Update(RunResult older, RunResult newer)
    {
        // The environment stands once, for all rows.
        if (older.Environment.GetValueOrDefault("library") != newer.Environment.GetValueOrDefault("library"))
        {
            return newer;
        }

        var replaced = newer.Rows.Select(row => row.Case).ToHashSet();
        return newer with
        {
            Rows = [.. older.Rows.Where(row => !replaced.Contains(row.Case)), .. newer.Rows],
            Messages = [.. older.Messages.Union(newer.Messages)],
            Curve = newer.Curve ?? older.Curve,
            Epochs = newer.Epochs ?? older.Epochs,
        };
    }
}
