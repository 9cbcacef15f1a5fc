using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

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
        where TLabel : unmanaged =>
        gamma != T.Zero || options.Mixes<TLabel>()
            ? BinaryLoss.Loss<TKernel, T, TLabel>(logits, labels, options, gamma, sampleWeights, losses)
            : BinaryLoss.Loss<Unfocused<T>, T, TLabel>(logits, labels, options, gamma, sampleWeights, losses);

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
        where TLabel : unmanaged =>
        gamma != T.Zero || options.Mixes<TLabel>()
            ? BinaryLoss.LossAndGradient<TKernel, T, TLabel>(logits, labels, gradient, options, gamma, sampleWeights, losses)
            : BinaryLoss.LossAndGradient<Unfocused<T>, T, TLabel>(logits, labels, gradient, options, gamma, sampleWeights, losses);

    /// <summary>The library's kernels of binary cross-entropy for a type that is only known to the JIT.</summary>
    private readonly struct Unfocused<T> : IBinaryLossKernel<T>
        where T : unmanaged
    {
        public static void Run(BinaryKernelVariant variant, in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        {
            ref var own = ref Unsafe.AsRef(in arguments);
            if (typeof(T) == typeof(float))
            {
                BinaryCrossEntropy.BceF32.Run(
                    variant, in Unsafe.As<BinaryKernelArguments<T>, BinaryKernelArguments<float>>(ref own), ref lossLanes, ref weightLanes);
            }
            else
            {
                BinaryCrossEntropy.BceF64.Run(
                    variant, in Unsafe.As<BinaryKernelArguments<T>, BinaryKernelArguments<double>>(ref own), ref lossLanes, ref weightLanes);
            }
        }

        public static void Probabilities(ref T logits, ref T probabilities, nuint count)
        {
            if (typeof(T) == typeof(float))
            {
                AnyGamma.Probabilities(ref Unsafe.As<T, float>(ref logits), ref Unsafe.As<T, float>(ref probabilities), count);
            }
            else
            {
                AnyGamma.Probabilities(ref Unsafe.As<T, double>(ref logits), ref Unsafe.As<T, double>(ref probabilities), count);
            }
        }
    }
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
