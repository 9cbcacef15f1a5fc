using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>
/// Results of several processors and instruction sets, and of several versions of the library: those of the kernels that this version has
/// too, as their checksums show. Results from before there was a numerics version have none and stand beside the others.
/// </summary>
/// <param name="Runs">One for each processor and instruction set, in the order of their names, the narrowest instruction set first.</param>
/// <param name="Messages">What was left out, and why.</param>
internal sealed record MergedResults(IReadOnlyList<RunResult> Runs, IReadOnlyList<string> Messages)
{
    // In the order of pictures and tables.
    private static readonly string[] InstructionSets = ["scalar", "sse2", "neon", "avx2", "avx512"];

    // What a run calls the version that it measured.
    private const string Library = "library";

    /// <summary>Reads every result in some folders.</summary>
    /// <exception cref="InvalidDataException">There is none of this version's kernels, or a file holds something else.</exception>
    public static MergedResults Read(IEnumerable<string> folders)
    {
        var files = folders.SelectMany(folder => Directory.GetFiles(folder, "*.json")).Order(StringComparer.Ordinal).ToArray();
        var merged = Merge(
            [.. files.Select(file => ($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}", RunResult.Read(file)))],
            MeasuredKernel.Expected);
        return merged.Runs.Count != 0
            ? merged
            : throw new InvalidDataException(
                string.Join('\n', [$"There are no results in {string.Join(", ", folders)}.", .. merged.Messages]));
    }

    /// <summary>
    /// Merges results. Those of the same processor and instruction set become one: of a case that was measured twice, the newer result.
    /// </summary>
    /// <param name="results">The results, and the names of their files.</param>
    /// <param name="checksums">The checksum of each kernel of this version. Results of kernels with others are left out.</param>
    public static MergedResults Merge(IReadOnlyList<(string Name, RunResult Run)> results, IReadOnlyDictionary<string, string> checksums)
    {
        var messages = new List<string>();
        var current = results.Select(result => (result.Name, Run: OfTheseKernels(result.Name, result.Run, checksums, messages))).ToArray();
        var runs =
            from result in current
            where result.Run.Rows.Count != 0 || result.Run.Curve is not null
            orderby !result.Run.IsOlder, result.Run.Measured
            group result by (result.Run.Cpu, result.Run.InstructionSet) into machine
            orderby machine.Key.Cpu, Array.IndexOf(InstructionSets, machine.Key.InstructionSet)
            select machine.Aggregate((older, newer) => (newer.Name, Update(older.Name, older.Run, newer.Run, messages))).Run;
        return new([.. runs], messages);
    }

    /// <summary>
    /// The name of a run beside others: the processor only where there is more than one, and whether it was measured before there was a
    /// numerics version.
    /// </summary>
    public string NameOf(RunResult run)
    {
        var name = DisplayName.OfInstructionSet(run.InstructionSet) + (run.IsOlder ? ", older version" : "");
        return Runs.Select(other => other.Cpu).Distinct().Count() == 1 ? name : $"{run.Cpu}, {name}";
    }

    /// <summary>A result without what was measured of kernels with other bits.</summary>
    private static RunResult OfTheseKernels(
        string name, RunResult run, IReadOnlyDictionary<string, string> checksums, List<string> messages)
    {
        var others = run.Kernels.Where(kernel => checksums.GetValueOrDefault(kernel.Name) != kernel.Checksum).ToHashSet();
        messages.AddRange(others.OrderBy(kernel => kernel.Name, StringComparer.Ordinal).Select(kernel =>
            $"{name}: what was measured of {kernel.Name} is left out, because its checksum is {kernel.Checksum} and this version "
            + (checksums.TryGetValue(kernel.Name, out var checksum) ? $"has {checksum}." : "has no such kernel.")));
        if (others.Count == 0)
        {
            return run;
        }

        var cases = run.Rows.Where(row => IsOther(row.Kernel)).Select(row => row.Case).ToHashSet();
        return run with
        {
            Rows = [.. run.Rows.Where(row => !cases.Contains(row.Case))],
            Curve = run.Curve?.Where(point => !IsOther(point.Kernel)).ToArray() is { Length: > 0 } curve ? curve : null,
        };

        bool IsOther(MeasuredKernel? kernel) => kernel is not null && others.Contains(kernel);
    }

    private static RunResult Update(string olderName, RunResult older, RunResult newer, List<string> messages)
    {
        // Checksums tell that both have the same kernels. Where there are none, only the same library has.
        var (olderLibrary, library) = (older.Environment.GetValueOrDefault(Library), newer.Environment.GetValueOrDefault(Library));
        if (older.IsOlder && (!newer.IsOlder || olderLibrary != library))
        {
            messages.Add($"{olderName} is left out: it was measured before there was a numerics version, and there are newer results.");
            return newer;
        }

        var replaced = newer.Rows.Select(row => row.Case).ToHashSet();
        return newer with
        {
            Environment = olderLibrary is null || library is null || olderLibrary == library
                ? newer.Environment
                : new Dictionary<string, string>(newer.Environment) { [Library] = $"{olderLibrary}, {library}" },
            Rows = [.. older.Rows.Where(row => !replaced.Contains(row.Case)), .. newer.Rows],
            Messages = [.. older.Messages.Union(newer.Messages)],
            Curve = newer.Curve ?? older.Curve,
        };
    }
}
