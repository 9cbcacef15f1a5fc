using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Runtime;

/// <summary>The focal loss of the softmax on top of <see cref="CrossEntropyLoss"/>; γ = 0 takes the rows of cross-entropy.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SoftmaxFocalLoss
{
    /// <summary>The sums, and the losses if wanted.</summary>
    public static ClassLossSum Loss<TKernel, TRows, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxFocalOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return Evaluate<TKernel, TRows, T, TLabel>(logits, labels, default, wantsGradient: false, options, options.Gamma, sampleWeights, losses);
    }

    /// <summary>The sums and the gradient, and the losses if wanted.</summary>
    public static ClassLossSum LossAndGradient<TKernel, TRows, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxFocalOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return Evaluate<TKernel, TRows, T, TLabel>(logits, labels, gradient, wantsGradient: true, options, options.Gamma, sampleWeights, losses);
    }

    internal static ClassLossSum Evaluate<TKernel, TRows, T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        SoftmaxOptions<T> options,
        T gamma,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        if (typeof(TLabel) == typeof(T) || options.Smoothing != T.Zero)
        {
            throw new NotSupportedException("The focal loss of the softmax takes hard labels, without smoothing.");
        }

        if (gamma != T.Zero)
        {
            return CrossEntropyLoss.Evaluate<TKernel, TRows, T, TLabel>(
                logits, labels, gradient, wantsGradient, options, gamma, sampleWeights, losses);
        }

        return CrossEntropyLoss.Evaluate<TKernel, Unfocused<T>, T, TLabel>(
            logits, labels, gradient, wantsGradient, options, gamma, sampleWeights, losses);
    }

    /// <summary>The library's rows of cross-entropy for a type that is only known to the JIT.</summary>
    internal readonly struct Unfocused<T> : ICrossEntropyRows<T>
        where T : unmanaged
    {
        public static bool IsCrossEntropy => true;

        public static long Run(in CrossEntropyArguments<T> arguments) => typeof(T) == typeof(float)
            ? BuiltInRows.Run(in Unsafe.As<CrossEntropyArguments<T>, CrossEntropyArguments<float>>(ref Unsafe.AsRef(in arguments)))
            : BuiltInRows.Run(in Unsafe.As<CrossEntropyArguments<T>, CrossEntropyArguments<double>>(ref Unsafe.AsRef(in arguments)));
    }
}
