using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>One kernel: a loss, an element type and an instruction set. Tests and benchmarks run them one by one.</summary>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
internal abstract class KernelEntry(string id, string instructionSet, bool isSupported)
{
    /// <summary>Loss, type, class count and parameters if there are, and instruction set, for example <c>bce-f32-avx2</c>.</summary>
    public string Id => id;

    /// <summary>scalar, portable128, portable256, portable512, sse2, avx2, avx512 or neon.</summary>
    public string InstructionSet => instructionSet;

    /// <summary>Whether this machine can run the kernel.</summary>
    public bool IsSupported => isSupported;

    /// <inheritdoc/>
    public override string ToString() => id;
}

/// <summary>A loss, bound to one instruction set. Its parameters are those of the options, which must be the loss's own.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
/// <param name="constants">The parameters that the kernel is made for, in the loss's order; none if it takes those of the options.</param>
internal abstract class LossKernelEntry<T>(string id, string instructionSet, bool isSupported, T[] constants)
    : KernelEntry(id, instructionSet, isSupported)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The parameters that the kernel is made for, which those of the options must be; none if it takes any.</summary>
    public ReadOnlySpan<T> Constants => constants;
}

/// <summary>A binary loss, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class BinaryKernelEntry<T>(string id, string instructionSet, bool isSupported, params T[] constants)
    : LossKernelEntry<T>(id, instructionSet, isSupported, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>As the public method of the same name.</summary>
    public abstract LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name.</summary>
    public abstract LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name.</summary>
    public abstract void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities);
}

/// <inheritdoc/>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TKernel">The kernels.</typeparam>
/// <typeparam name="TLimit">Those of the loss that it is at the limit of its parameters.</typeparam>
internal sealed class BinaryKernelEntry<T, TKernel, TLimit>(string id, string instructionSet, bool isSupported, params T[] constants)
    : BinaryKernelEntry<T>(id, instructionSet, isSupported, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IBinaryLossKernel<T>
    where TLimit : struct, IBinaryLossKernel<T>
{
    /// <inheritdoc/>
    public override LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) => BinaryLoss.Loss<TKernel, TLimit, T, TLabel>(logits, labels, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        BinaryLoss.LossAndGradient<TKernel, TLimit, T, TLabel>(logits, labels, gradient, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) =>
        BinaryLoss.Probabilities<TKernel, T>(logits, probabilities);
}

/// <summary>A loss of the softmax, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class CrossEntropyKernelEntry<T>(string id, string instructionSet, bool isSupported, int classes, params T[] constants)
    : LossKernelEntry<T>(id, instructionSet, isSupported, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class count that the kernel is specialised for; 0 for any.</summary>
    public int Classes => classes;

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public abstract ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public abstract ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name; cross-entropy only.</summary>
    public abstract void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, SoftmaxOptions<T> options);
}

/// <inheritdoc/>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TKernel">The sweeps over the classes.</typeparam>
/// <typeparam name="TRows">The rows in between.</typeparam>
/// <typeparam name="TLimit">Those of the loss that it is at the limit of its parameters.</typeparam>
internal sealed class CrossEntropyKernelEntry<T, TKernel, TRows, TLimit>(
    string id, string instructionSet, bool isSupported, int classes, params T[] constants)
    : CrossEntropyKernelEntry<T>(id, instructionSet, isSupported, classes, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, ICrossEntropyKernel<T>
    where TRows : struct, ICrossEntropyRows<T>
    where TLimit : struct, ICrossEntropyRows<T>
{
    /// <inheritdoc/>
    public override ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        CrossEntropyLoss.Loss<TKernel, TRows, TLimit, T, TLabel>(logits, labels, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        CrossEntropyLoss.LossAndGradient<TKernel, TRows, TLimit, T, TLabel>(logits, labels, gradient, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, SoftmaxOptions<T> options) =>
        CrossEntropyLoss.Probabilities<TKernel, TLimit, T>(logits, probabilities, options);
}

/// <summary>A function of one variable, bound to one instruction set; for tests of the math fragments and for benchmarks.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class FunctionKernelEntry<T>(string id, string instructionSet, bool isSupported)
    : KernelEntry(id, instructionSet, isSupported)
    where T : unmanaged
{
    /// <summary>y = f(x), for spans of equal length that is a multiple of 64 bytes.</summary>
    public abstract void Run(ReadOnlySpan<T> x, Span<T> y);
}

/// <inheritdoc/>
internal sealed class FunctionKernelEntry<T, TKernel>(string id, string instructionSet, bool isSupported)
    : FunctionKernelEntry<T>(id, instructionSet, isSupported)
    where T : unmanaged
    where TKernel : struct, IFunctionKernel<T>
{
    public override unsafe void Run(ReadOnlySpan<T> x, Span<T> y)
    {
        if (x.Length != y.Length || x.Length * sizeof(T) % 64 != 0)
        {
            throw new ArgumentException(
                $"Lengths must be equal and whole blocks of 64 bytes, but are {x.Length} and {y.Length}.", nameof(y));
        }

        TKernel.Run(
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(x),
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(y),
            (nuint)x.Length);
    }
}
