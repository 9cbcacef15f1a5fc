namespace WeightedLoss;

/// <summary>
/// The instruction sets that kernels are generated for. Scalar code is always generated, so that a kernel runs on every processor.
/// </summary>
[Flags]
public enum KernelInstructionSets
{
    /// <summary>Scalar code only.</summary>
    None = 0,

    /// <summary>AVX-512 (F, DQ, BW and VL), x64.</summary>
    Avx512 = 1,

    /// <summary>AVX2 with fused multiply-add, x64.</summary>
    Avx2 = 2,

    /// <summary>Advanced SIMD, 64-bit Arm.</summary>
    Neon = 4,

    /// <summary>SSE2 with an emulated fused multiply-add, x64. For <see cref="float"/> only; <see cref="double"/> is scalar then.</summary>
    Sse2 = 8,

    /// <summary>All of them.</summary>
    All = Avx512 | Avx2 | Neon | Sse2,
}
