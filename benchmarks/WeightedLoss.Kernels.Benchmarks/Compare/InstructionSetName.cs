using System.Numerics;
using System.Runtime.Intrinsics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Names of instruction sets, as the ids of kernels have them.</summary>
internal static class InstructionSetName
{
    /// <summary>What the public methods choose on this machine.</summary>
    public static string OfOurs => LossKernels.InstructionSet;

    /// <summary>What code over <see cref="Vector{T}"/> runs on.</summary>
    public static string OfVectorT =>
        Vector<byte>.Count switch
        {
            64 => "avx512",
            32 => "avx2",
            _ => InstructionSets.HasAdvSimd ? "neon" : "vector128",
        };

    /// <summary>What code over the platform's widest accelerated vector runs on.</summary>
    public static string OfWidestVector =>
        Vector512.IsHardwareAccelerated ? "avx512"
        : Vector256.IsHardwareAccelerated ? "avx2"
        : InstructionSets.HasAdvSimd ? "neon"
        : Vector128.IsHardwareAccelerated ? "vector128"
        : "scalar";
}
