using System.ComponentModel;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>What the processor can run, and which of it a dispatcher chooses. The JIT folds every property to a constant.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InstructionSets
{
    /// <summary>AVX2 with fused multiply-add.</summary>
    public static bool HasAvx2 => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>AVX-512 F, DQ, BW and VL.</summary>
    public static bool HasAvx512 =>
        Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported && Avx512F.VL.IsSupported;

    /// <summary>SSE2, which every x64 processor has.</summary>
    public static bool HasSse2 => Sse2.IsSupported;

    /// <summary>64-bit Arm's Advanced SIMD.</summary>
    public static bool HasAdvSimd => AdvSimd.Arm64.IsSupported;

    /// <summary>
    /// AVX-512 where it pays, or where the user wants it: the JIT reports no acceleration for Vector512 on processors that lower their
    /// clock for 512-bit instructions, although they have them.
    /// </summary>
    public static bool PrefersAvx512 =>
        HasAvx512
        && (InstructionSetOverride.Choice == InstructionSetChoice.Avx512
            || (InstructionSetOverride.Choice == InstructionSetChoice.Best && Vector512.IsHardwareAccelerated));

    /// <summary>AVX2, unless the user wants another instruction set; asked after <see cref="PrefersAvx512"/>.</summary>
    public static bool PrefersAvx2 =>
        HasAvx2 && InstructionSetOverride.Choice is (InstructionSetChoice.Best or InstructionSetChoice.Avx2);

    /// <summary>Advanced SIMD, unless the user wants another instruction set.</summary>
    public static bool PrefersAdvSimd =>
        HasAdvSimd && InstructionSetOverride.Choice is (InstructionSetChoice.Best or InstructionSetChoice.Neon);

    /// <summary>SSE2, unless the user wants another instruction set; asked after <see cref="PrefersAvx2"/>, and for float only.</summary>
    public static bool PrefersSse2 =>
        HasSse2 && InstructionSetOverride.Choice is (InstructionSetChoice.Best or InstructionSetChoice.Sse2);
}
