using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Runs this program again, with an environment that binds ours and the peers to an instruction set.</summary>
internal static class InstructionSetProcess
{
    /// <summary>What is added to the name of a contender whose C library keeps freed memory.</summary>
    public const string RetainedSuffix = "-retained";

    // From about here on (results of 128 KiB) the C library gets memory from the system and returns it.
    private const int LargeLogits = 32 << 10;

    // Of the time of a case: there are few contenders.
    private const double ShareOfRetaining = 0.15;

    /// <summary>
    /// The vector instruction sets with fused multiply-add that this process can use, the widest first; without them what there is.
    /// </summary>
    public static IReadOnlyList<string> Available { get; } =
        new (string Name, bool IsThere)[]
        {
            ("avx512", InstructionSets.HasAvx512), ("avx2", InstructionSets.HasAvx2), ("neon", InstructionSets.HasAdvSimd),
        }.Where(set => set.IsThere).Select(set => set.Name).DefaultIfEmpty(InstructionSets.HasSse2 ? "sse2" : "scalar").ToArray();

    /// <summary>Measures on an instruction set; null when the process fails before it has a result.</summary>
    /// <remarks>
    /// A package that allocates its results gets memory from the system for every large one, and waits for each of its pages. Where that
    /// is a C library that can be told to keep what is freed, another process times the larger cases in this way, too.
    /// </remarks>
    public static (RunResult? Result, int ExitCode) Measure(MeasureRequest request, string instructionSet)
    {
        var (result, exitCode) = Start(request, instructionSet);
        var large = request.Cases.Where(@case => @case is { Logits: >= LargeLogits, Threads: 1, Gradient: true }).ToArray();
        var hasPackage = OperatingSystem.IsLinux() && Lineup.Packages.Any(package => package is { AllocatesResults: true, Message: null });
        if (result is null || large.Length == 0 || !hasPackage)
        {
            return (result, exitCode);
        }

        var minutes = request.Minutes * ShareOfRetaining * large.Length / request.Cases.Count;
        var (retaining, retainingExitCode) = Start(
            request with { Cases = large, Minutes = minutes, Curve = false, RetainsMemory = true }, instructionSet);
        var rows = retaining is null ? [] : retaining.Rows.Where(row => row.Contender.EndsWith(RetainedSuffix, StringComparison.Ordinal));
        CompareRow[] all =
        [
            .. result.Rows.GroupBy(row => row.Case).SelectMany(group => group.Concat(rows.Where(row => row.Case == group.Key))),
        ];
        return (result with { Rows = all }, Math.Max(exitCode, retainingExitCode));
    }

    private static (RunResult? Result, int ExitCode) Start(MeasureRequest request, string instructionSet)
    {
        var folder = Directory.CreateTempSubdirectory("weighted-loss-");
        try
        {
            var (requestPath, resultPath) = (Path.Combine(folder.FullName, "request.json"), Path.Combine(folder.FullName, "result.json"));
            File.WriteAllText(requestPath, JsonSerializer.Serialize(request));
            var start = Command(instructionSet, [MeasureCommand.Name, requestPath, resultPath]);
            if (request.RetainsMemory)
            {
                start.Environment["MALLOC_MMAP_MAX_"] = "0";
                start.Environment["MALLOC_TRIM_THRESHOLD_"] = long.MaxValue.ToString(CultureInfo.InvariantCulture);
            }

            using var process = Process.Start(start)!;
            process.WaitForExit();
            return (File.Exists(resultPath) ? RunResult.Read(resultPath) : null, process.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>This program with other arguments, bound to an instruction set.</summary>
    public static ProcessStartInfo Command(string instructionSet, string[] arguments)
    {
        // Started as an executable of its own, or by dotnet with the assembly as the first argument.
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments);
        foreach (var (name, value) in Variables(instructionSet))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>What binds ours, the runtime, LibTorch and the C library's vector math.</summary>
    private static (string Name, string Value)[] Variables(string instructionSet) =>
        instructionSet switch
        {
            // Where the runtime doesn't use 512 bits of its own accord, it does so for the peers if told.
            "avx512" =>
            [
                (InstructionSetOverride.Variable, "avx512"), ("DOTNET_PreferredVectorBitWidth", "512"), ("ATEN_CPU_CAPABILITY", "avx512"),
            ],
            "avx2" => [(InstructionSetOverride.Variable, "avx2"), ("DOTNET_EnableAVX512", "0"), ("ATEN_CPU_CAPABILITY", "avx2")],
            "sse2" => [(InstructionSetOverride.Variable, "sse2"), ("DOTNET_EnableAVX", "0"), ("ATEN_CPU_CAPABILITY", "default")],
            var other => [(InstructionSetOverride.Variable, other)],
        };
}
