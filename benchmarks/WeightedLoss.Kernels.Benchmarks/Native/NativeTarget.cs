using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Native;

/// <summary>How the C compiler is told to use the instruction set that ours chooses.</summary>
/// <param name="Flags">The compiler's flags.</param>
/// <param name="VectorExp">The function of the vector math library that code with exp must call, or it was not vectorised.</param>
internal sealed record NativeTarget(string[] Flags, string VectorExp)
{
    /// <exception cref="NativeCodeException">There is no vector math library for that instruction set.</exception>
    public static NativeTarget OfOurs =>
        InstructionSetName.OfOurs switch
        {
            // By vector function ABI: b, d, e or n for the instruction set, then the number of lanes.
            "avx512" => new(["-march=native", "-mprefer-vector-width=512"], "_ZGVeN16v_expf"),
            "avx2" => new(["-march=x86-64-v3", "-mtune=native"], "_ZGVdN8v_expf"),
            "sse2" => new(["-march=x86-64", "-mtune=native"], "_ZGVbN4v_expf"),
            "neon" => new(["-mcpu=native"], "_ZGVnN4v_expf"),
            var other => throw new NativeCodeException($"the C library has no vector math for {other}"),
        };
}
