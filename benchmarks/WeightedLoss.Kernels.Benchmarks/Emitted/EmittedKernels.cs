using System.Text.RegularExpressions;

namespace WeightedLoss.Benchmarks.Emitted;

/// <summary>What the names of emitted structs say: <c>CeF32C7Avx2</c> is cross-entropy on AVX2.</summary>
internal static partial class EmittedKernels
{
    /// <summary>The family and the instruction set of a struct; null for a type that is no kernel.</summary>
    public static (string Family, string InstructionSet)? Read(string structName) =>
        KernelName().Match(structName) is { Success: true } match ? (match.Groups["family"].Value, match.Groups["set"].Value) : null;

    [GeneratedRegex("^(?<family>[A-Z]\\w*?)(F16|F32|F64|Bf16)\\w*?(?<set>Scalar|Sse2|Avx2|Avx512|Neon|Portable\\d+)$")]
    private static partial Regex KernelName();
}
