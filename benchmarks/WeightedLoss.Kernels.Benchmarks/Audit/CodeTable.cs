using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>The stored tables: the code depends on the instruction set and the JIT, not on the processor.</summary>
internal static class CodeTable
{
    /// <summary>The folder of the tables, among those of the processors.</summary>
    public const string Folder = "code";

    private const string Head =
        "# Machine code of the emitted methods, by the command audit: the same on every processor.\n"
        + "# method, instructions, vector operations, vectors of the stack, calls in loops over vectors, those of them on every pass\n";

    public static string PathIn(string results, string instructionSet) => Path.Combine(results, Folder, $"{instructionSet}.txt");

    public static IReadOnlyList<MethodCode> Read(string path) =>
        [.. File.ReadLines(path).Where(line => !line.StartsWith('#')).Select(MethodCode.Parse)];

    public static void Write(string path, IReadOnlyList<MethodCode> methods) =>
        ResultsFolder.Write(path, $"{Head}{string.Concat(methods.Select(method => $"{method}\n"))}");

    /// <summary>What is worse than a stored table, and methods that only one of both has.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<MethodCode> stored, IReadOnlyList<MethodCode> methods)
    {
        var names = stored.Select(method => method.Name);
        return
        [
            .. methods.Join(stored, method => method.Name, method => method.Name, (method, before) => method.Worsening(before)).OfType<string>(),
            .. methods.ExceptBy(names, method => method.Name).Select(method => $"{method.Name} is not in the table"),
            .. names.Except(methods.Select(method => method.Name)).Select(name => $"{name} is in the table only"),
        ];
    }

    /// <summary>The numbers of methods with too much of something.</summary>
    public static string Summary(string instructionSet, IReadOnlyList<MethodCode> methods) =>
        $"{instructionSet}: {methods.Count} methods, {methods.Count(method => method.IsLong)} of more than 150 instructions; "
        + $"{methods.Count(method => method.UsesStack)} of these have vectors of the stack in more than a tenth; "
        + $"{methods.Count(method => method.LoopCalls > 0)} methods have calls in loops over vectors ({methods.Sum(method => method.LoopCalls)}), "
        + $"{methods.Count(method => method.EachPassCalls > 0)} on every pass ({methods.Sum(method => method.EachPassCalls)})";
}
