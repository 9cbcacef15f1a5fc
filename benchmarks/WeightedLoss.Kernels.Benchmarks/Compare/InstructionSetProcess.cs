using System.Diagnostics;
using System.Text.Json;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Runs this program again, with an environment that binds ours and the peers to an instruction set.</summary>
internal static class InstructionSetProcess
{
    /// <summary>The vector instruction sets that this process can use, the widest first; scalar where there is none.</summary>
    public static IReadOnlyList<string> Available { get; } =
        new (string Name, bool IsThere)[]
        {
            ("avx512", InstructionSets.HasAvx512), ("avx2", InstructionSets.HasAvx2), ("neon", InstructionSets.HasAdvSimd),
        }.Where(set => set.IsThere).Select(set => set.Name).DefaultIfEmpty("scalar").ToArray();

    /// <summary>Measures on an instruction set; null when the process fails before it has a result.</summary>
    public static (RunResult? Result, int ExitCode) Measure(MeasureRequest request, string instructionSet)
    {
        var folder = Directory.CreateTempSubdirectory("weighted-loss-");
        try
        {
            var (requestPath, resultPath) = (Path.Combine(folder.FullName, "request.json"), Path.Combine(folder.FullName, "result.json"));
            File.WriteAllText(requestPath, JsonSerializer.Serialize(request));
            using var process = Process.Start(Command(instructionSet, [MeasureCommand.Name, requestPath, resultPath]))!;
            process.WaitForExit();
            return (File.Exists(resultPath) ? RunResult.Read(resultPath) : null, process.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Command(string instructionSet, string[] arguments)
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
            var other => [(InstructionSetOverride.Variable, other)],
        };
}
