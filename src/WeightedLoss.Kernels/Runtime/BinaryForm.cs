using System.Runtime.CompilerServices;

namespace WeightedLoss.Runtime;

/// <summary>What a call of a binary loss asks of its kernel.</summary>
/// <param name="Targets">How labels are given.</param>
/// <param name="Weights">Which weights labels have.</param>
/// <param name="WantsLosses">Whether the losses are written.</param>
/// <param name="WantsGradient">Whether the gradient is written.</param>
/// <param name="HasIgnored">Whether some labels are to be ignored: asked for sums only.</param>
internal readonly record struct BinaryForm(
    BinaryTargets Targets, BinaryWeights Weights, bool WantsLosses, bool WantsGradient, bool HasIgnored)
{
    /// <summary>Runs the kernel with the type arguments that this form stands for.</summary>
    internal void Run<TKernel, T>(in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
    {
        if (Targets == BinaryTargets.HardSum)
        {
            RunSum<TKernel, T>(in arguments, ref lossLanes, ref weightLanes);
        }
        else if (WantsGradient)
        {
            RunLosses<TKernel, T, Yes>(in arguments, ref lossLanes, ref weightLanes);
        }
        else
        {
            RunLosses<TKernel, T, No>(in arguments, ref lossLanes, ref weightLanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunSum<TKernel, T>(in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
    {
        switch (HasIgnored, WantsGradient)
        {
            case (false, false):
                TKernel.HardSum<No, No>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case (false, true):
                TKernel.HardSum<No, Yes>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case (true, false):
                TKernel.HardSum<Yes, No>(in arguments, ref lossLanes, ref weightLanes);
                break;
            default:
                TKernel.HardSum<Yes, Yes>(in arguments, ref lossLanes, ref weightLanes);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunLosses<TKernel, T, TGradient>(in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
        where TGradient : struct
    {
        if (WantsLosses)
        {
            RunWeights<TKernel, T, Yes, TGradient>(in arguments, ref lossLanes, ref weightLanes);
        }
        else
        {
            RunWeights<TKernel, T, No, TGradient>(in arguments, ref lossLanes, ref weightLanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunWeights<TKernel, T, TLosses, TGradient>(
        in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
        where TLosses : struct
        where TGradient : struct
    {
        switch (Weights)
        {
            case BinaryWeights.ByClass:
                RunTargets<TKernel, T, ByClass, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case BinaryWeights.BySample:
                RunTargets<TKernel, T, BySample, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            default:
                RunTargets<TKernel, T, BySampleAndColumn, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunTargets<TKernel, T, TWeights, TLosses, TGradient>(
        in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged
        where TWeights : struct
        where TLosses : struct
        where TGradient : struct
    {
        switch (Targets)
        {
            case BinaryTargets.Hard:
                TKernel.Hard<TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case BinaryTargets.Soft:
                TKernel.Soft<SoftTargets, TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case BinaryTargets.Smoothed:
                TKernel.Soft<SmoothedLabels, TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            case BinaryTargets.Mixed:
                TKernel.Mixed<SoftTargets, TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
            default:
                TKernel.Mixed<SmoothedLabels, TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);
                break;
        }
    }
}

/// <summary>How the labels of a binary loss reach the kernel.</summary>
internal enum BinaryTargets : byte
{
    /// <summary>Hard labels, of which only sums over all are wanted.</summary>
    HardSum,

    /// <summary>Hard labels, one loss each.</summary>
    Hard,

    /// <summary>Hard labels, smoothed.</summary>
    Smoothed,

    /// <summary>The same as one probability, <see cref="FocalTargets.Mixed"/>.</summary>
    SmoothedMixed,

    /// <summary>Soft targets.</summary>
    Soft,

    /// <summary>The same as one probability.</summary>
    Mixed,
}

/// <summary>Which weights of their own the labels of a binary loss have.</summary>
internal enum BinaryWeights : byte
{
    /// <summary>None.</summary>
    ByClass,

    /// <summary>One.</summary>
    BySample,

    /// <summary>One, and one in place of the positive class weight.</summary>
    BySampleAndColumn,
}
