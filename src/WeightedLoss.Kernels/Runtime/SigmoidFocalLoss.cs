using System.ComponentModel;
using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>The focal loss of the sigmoid on top of <see cref="BinaryLoss"/>; γ = 0 is handed to the kernels of binary cross-entropy.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SigmoidFocalLoss
{
    /// <summary>The sums, and the losses if wanted.</summary>
    public static LossSum Loss<TKernel, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SigmoidFocalOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return Loss<TKernel, T, TLabel>(logits, labels, options, options.Gamma, sampleWeights, losses);
    }

    /// <summary>The sums and the gradient, and the losses if wanted.</summary>
    public static LossSum LossAndGradient<TKernel, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SigmoidFocalOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return LossAndGradient<TKernel, T, TLabel>(logits, labels, gradient, options, options.Gamma, sampleWeights, losses);
    }

    internal static LossSum Loss<TKernel, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        T gamma,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (gamma != T.Zero)
        {
            return BinaryLoss.Loss<TKernel, T, TLabel>(logits, labels, options, gamma, sampleWeights, losses);
        }

        return typeof(T) == typeof(float)
            ? BinaryLoss.Loss<BinaryCrossEntropy.BceF32, float, TLabel>(
                As<T, float>(logits), labels, (BinaryOptions<float>)(object)options, 0, As<T, float>(sampleWeights), As<T, float>(losses))
            : BinaryLoss.Loss<BinaryCrossEntropy.BceF64, double, TLabel>(
                As<T, double>(logits), labels, (BinaryOptions<double>)(object)options, 0, As<T, double>(sampleWeights), As<T, double>(losses));
    }

    internal static LossSum LossAndGradient<TKernel, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        T gamma,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, IBinaryLossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (gamma != T.Zero)
        {
            return BinaryLoss.LossAndGradient<TKernel, T, TLabel>(logits, labels, gradient, options, gamma, sampleWeights, losses);
        }

        return typeof(T) == typeof(float)
            ? BinaryLoss.LossAndGradient<BinaryCrossEntropy.BceF32, float, TLabel>(
                As<T, float>(logits),
                labels,
                As<T, float>(gradient),
                (BinaryOptions<float>)(object)options,
                0,
                As<T, float>(sampleWeights),
                As<T, float>(losses))
            : BinaryLoss.LossAndGradient<BinaryCrossEntropy.BceF64, double, TLabel>(
                As<T, double>(logits),
                labels,
                As<T, double>(gradient),
                (BinaryOptions<double>)(object)options,
                0,
                As<T, double>(sampleWeights),
                As<T, double>(losses));
    }

    private static ReadOnlySpan<TTo> As<TFrom, TTo>(ReadOnlySpan<TFrom> span)
        where TFrom : unmanaged
        where TTo : unmanaged => MemoryMarshal.Cast<TFrom, TTo>(span);

    private static Span<TTo> As<TFrom, TTo>(Span<TFrom> span)
        where TFrom : unmanaged
        where TTo : unmanaged => MemoryMarshal.Cast<TFrom, TTo>(span);
}

/// <summary>The kernels for any γ, for what classes without them leave to the library.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AnyGamma
{
    /// <inheritdoc cref="IBinaryLossKernel{T}.Run"/>
    public static void Run(BinaryKernelVariant variant, in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes) =>
        SigmoidFocal.FocalSigmoidF32.Run(variant, in arguments, ref lossLanes, ref weightLanes);

    /// <inheritdoc cref="IBinaryLossKernel{T}.Run"/>
    public static void Run(BinaryKernelVariant variant, in BinaryKernelArguments<double> arguments, ref double lossLanes, ref double weightLanes) =>
        SigmoidFocal.FocalSigmoidF64.Run(variant, in arguments, ref lossLanes, ref weightLanes);

    /// <inheritdoc cref="IBinaryLossKernel{T}.Probabilities"/>
    public static void Probabilities(ref float logits, ref float probabilities, nuint count) =>
        BinaryCrossEntropy.BceF32.Probabilities(ref logits, ref probabilities, count);

    /// <inheritdoc cref="IBinaryLossKernel{T}.Probabilities"/>
    public static void Probabilities(ref double logits, ref double probabilities, nuint count) =>
        BinaryCrossEntropy.BceF64.Probabilities(ref logits, ref probabilities, count);
}
