using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The instruction set that the public methods use on this machine, and the one that they should.</summary>
internal static class ChosenKernel
{
    /// <summary>What the dispatchers choose among their kernels.</summary>
    public static string Name => Generated.WeightedLoss_BinaryCrossEntropy.BceF32.InstructionSet;

    /// <summary>What the user chose, or else the first of a list that this process can run.</summary>
    public static string Expected =>
        Environment.GetEnvironmentVariable(InstructionSetOverride.Variable) is { Length: > 0 } variable ? variable
        : AppContext.GetData(InstructionSetOverride.Switch) is string value ? value
        : Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported && Avx512F.VL.IsSupported && Vector512.IsHardwareAccelerated ? "avx512"
        : Avx2.IsSupported && Fma.IsSupported ? "avx2"
        : AdvSimd.Arm64.IsSupported ? "neon"
        : Sse2.IsSupported ? "sse2"
        : "scalar";

    /// <summary>The instruction set of double: SSE2 has kernels for float only.</summary>
    public static string OfDouble(string instructionSet) => instructionSet == "sse2" ? "scalar" : instructionSet;
}
