using System.Diagnostics;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>Lets the JIT write the code of all kernels of an instruction set that the conformance program runs.</summary>
internal static class ConformanceListing
{
    private const string Program = "WeightedLoss.Kernels.Conformance";

    /// <summary>The instruction sets whose code this machine can write without an emulator.</summary>
    public static IReadOnlyList<string> Native { get; } =
    [
        .. InstructionSetProcess.Available.Where(set => set is "avx512" or "avx2" or "neon"),
        .. InstructionSets.HasSse2 ? ["sse2"] : Array.Empty<string>(),

        // Without a fused multiply-add of the processor its code would be another one.
        .. InstructionSets.HasAvx2 ? ["scalar"] : Array.Empty<string>(),
    ];

    /// <summary>The code of an instruction set of this machine.</summary>
    /// <exception cref="InvalidOperationException">The conformance program is not built, or fails.</exception>
    public static IReadOnlyList<MethodCode> Run(string repository, string instructionSet)
    {
        var program = Path.Combine(repository, "tests", Program, "bin", "Release", "net10.0", $"{Program}.dll");
        return File.Exists(program)
            ? Run("dotnet", [program, "--only", instructionSet, "--every-option"], instructionSet, Variables(instructionSet))
            : throw new InvalidOperationException($"{program} is missing: dotnet build -c Release tests/{Program}");
    }

    /// <summary>The code of NEON, by a processor that is emulated.</summary>
    /// <exception cref="InvalidOperationException">The conformance program can't be run there, or fails.</exception>
    public static IReadOnlyList<MethodCode> RunEmulated(string repository)
    {
        const string Set = "neon";
        using var listing = new TemporaryListing();
        Start(Path.Combine(repository, "tests", "emulation", "conformance-neon.sh"), ["--listing", listing.Path, "--only", Set], []);
        return CodeListing.Read(File.ReadLines(listing.Path), Set);
    }

    private static IReadOnlyList<MethodCode> Run(
        string program, string[] arguments, string instructionSet, (string Name, string Value)[] variables)
    {
        using var listing = new TemporaryListing();
        Start(
            program,
            arguments,
            [
                // Each method is compiled once, optimised.
                ("DOTNET_TieredCompilation", "0"),
                ("DOTNET_JitDisasm", $"*{char.ToUpperInvariant(instructionSet[0])}{instructionSet[1..]}*:*"),
                ("DOTNET_JitDisasmDiffable", "1"),
                ("DOTNET_JitStdOutFile", listing.Path),
                .. variables,
            ]);
        return CodeListing.Read(File.ReadLines(listing.Path), instructionSet);
    }

    /// <summary>What lets every processor with the instruction set write the same code.</summary>
    private static (string Name, string Value)[] Variables(string instructionSet) => instructionSet switch
    {
        "avx512" => [("DOTNET_PreferredVectorBitWidth", "512")],
        "avx2" or "scalar" => [("DOTNET_EnableAVX512", "0")],
        "sse2" => [("DOTNET_EnableAVX", "0")],
        _ => [],
    };

    private static void Start(string program, string[] arguments, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
        }
    }

    private sealed class TemporaryListing : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
