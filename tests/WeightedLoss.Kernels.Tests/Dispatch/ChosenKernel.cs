using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The instruction set that the public methods use on this machine, and the one that they should.</summary>
internal static class ChosenKernel
{
    /// <summary>What the dispatchers choose among their kernels.</summary>
    public static string Name => BinaryCrossEntropy.BceF32.InstructionSet;

    /// <summary>The first of a list that this process can run.</summary>
    public static string Expected =>
        Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported && Avx512F.VL.IsSupported && Vector512.IsHardwareAccelerated ? "avx512"
        : Avx2.IsSupported && Fma.IsSupported ? "avx2"
        : AdvSimd.Arm64.IsSupported ? "neon"
        : "scalar";
}
