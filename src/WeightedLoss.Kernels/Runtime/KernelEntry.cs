using System.ComponentModel;
using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>One kernel: a loss, an element type and an instruction set. Tests and benchmarks run them one by one.</summary>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class KernelEntry(string id, string instructionSet, bool isSupported)
{
    /// <summary>Loss, type, class count and γ if there are, and instruction set, for example <c>bce-f32-avx2</c>.</summary>
    public string Id => id;

    /// <summary>scalar, portable128, portable256, portable512, sse2, avx2, avx512 or neon.</summary>
    public string InstructionSet => instructionSet;

    /// <summary>Whether this machine can run the kernel.</summary>
    public bool IsSupported => isSupported;

    /// <inheritdoc/>
    public override string ToString() => id;
}

/// <summary>A binary loss, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BinaryKernelEntry<T>(string id, string instructionSet, bool isSupported)
    : KernelEntry(id, instructionSet, isSupported)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>γ of a focal loss; 0 for cross-entropy.</summary>
    public virtual T Gamma => T.Zero;

    /// <summary>The kernel with another γ; null if it has only its own.</summary>
    public virtual BinaryKernelEntry<T>? WithGamma(T gamma) => gamma == Gamma ? this : null;

    /// <summary>As the public method of the same name.</summary>
    public abstract LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name.</summary>
    public abstract LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name.</summary>
    public abstract void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities);
}

/// <inheritdoc/>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TKernel">The kernels.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BinaryKernelEntry<T, TKernel>(string id, string instructionSet, bool isSupported)
    : BinaryKernelEntry<T>(id, instructionSet, isSupported)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IBinaryLossKernel<T>
{
    /// <inheritdoc/>
    public override LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        BinaryLoss.Loss<TKernel, T, TLabel>(logits, labels, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        BinaryLoss.LossAndGradient<TKernel, T, TLabel>(logits, labels, gradient, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) =>
        BinaryLoss.Probabilities<TKernel, T>(logits, probabilities);
}

/// <summary>The focal loss of the sigmoid, bound to one instruction set and a γ.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TKernel">The kernels.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SigmoidFocalKernelEntry<T, TKernel> : BinaryKernelEntry<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IBinaryLossKernel<T>
{
    private static readonly T s_unlikely = T.CreateChecked(1.7);

    private readonly bool _isFixed;

    /// <summary>Kernels for a γ given at run time; of an entry, 1.7 until <see cref="WithGamma"/>.</summary>
    /// <param name="id">For example <c>focal-sigmoid-f32-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    public SigmoidFocalKernelEntry(string id, string instructionSet, bool isSupported)
        : base(id, instructionSet, isSupported) => Gamma = s_unlikely;

    /// <summary>Kernels for one γ.</summary>
    /// <param name="id">For example <c>focal-sigmoid-f32-g2-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    /// <param name="gamma">γ.</param>
    public SigmoidFocalKernelEntry(string id, string instructionSet, bool isSupported, T gamma)
        : base(id, instructionSet, isSupported)
    {
        Gamma = gamma;
        _isFixed = true;
    }

    /// <inheritdoc/>
    public override T Gamma { get; }

    /// <inheritdoc/>
    public override BinaryKernelEntry<T>? WithGamma(T gamma) =>
        gamma == Gamma ? this
        : _isFixed ? null
        : new SigmoidFocalKernelEntry<T, TKernel>(Id, InstructionSet, IsSupported, gamma);

    /// <inheritdoc/>
    public override LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        SigmoidFocalLoss.Loss<TKernel, T, TLabel>(logits, labels, options, Gamma, sampleWeights, losses);

    /// <inheritdoc/>
    public override LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        SigmoidFocalLoss.LossAndGradient<TKernel, T, TLabel>(logits, labels, gradient, options, Gamma, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) =>
        BinaryLoss.Probabilities<TKernel, T>(logits, probabilities);
}

/// <summary>Cross-entropy, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="id">For example <c>ce-f32-c7-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
/// <param name="classes">The class count that it is specialised for; 0 for any.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CrossEntropyKernelEntry<T>(string id, string instructionSet, bool isSupported, int classes)
    : KernelEntry(id, instructionSet, isSupported)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class count that the kernel is specialised for; 0 for any.</summary>
    public int Classes => classes;

    /// <summary>γ of a focal loss; 0 for cross-entropy. A focal loss has no soft targets and no smoothing.</summary>
    public virtual T Gamma => T.Zero;

    /// <summary>The kernel with another γ; null if it has only its own.</summary>
    public virtual CrossEntropyKernelEntry<T>? WithGamma(T gamma) => gamma == Gamma ? this : null;

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public abstract ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public abstract ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged;

    /// <summary>As the public method of the same name; cross-entropy only.</summary>
    public abstract void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options);
}

/// <inheritdoc/>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TKernel">The sweeps over the classes.</typeparam>
/// <typeparam name="TRows">The rows in between.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CrossEntropyKernelEntry<T, TKernel, TRows>(string id, string instructionSet, bool isSupported, int classes)
    : CrossEntropyKernelEntry<T>(id, instructionSet, isSupported, classes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, ICrossEntropyKernel<T>
    where TRows : struct, ICrossEntropyRows<T>
{
    /// <inheritdoc/>
    public override ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        CrossEntropyLoss.Loss<TKernel, TRows, T, TLabel>(logits, labels, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        CrossEntropyLoss.LossAndGradient<TKernel, TRows, T, TLabel>(logits, labels, gradient, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options) =>
        CrossEntropyLoss.Probabilities<TKernel, TRows, T>(logits, probabilities, options);
}

/// <summary>The focal loss of the softmax, bound to one instruction set and a γ.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TRows">The rows.</typeparam>
/// <typeparam name="TKernel">The sweeps over the classes around them.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SoftmaxFocalKernelEntry<T, TRows, TKernel> : CrossEntropyKernelEntry<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRows : struct, ICrossEntropyRows<T>
    where TKernel : struct, ICrossEntropyKernel<T>
{
    private static readonly T s_unlikely = T.CreateChecked(1.7);

    private readonly bool _isFixed;

    /// <summary>Kernels for a γ given at run time; of an entry, 1.7 until <see cref="WithGamma"/>.</summary>
    /// <param name="id">For example <c>focal-softmax-f32-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    /// <param name="classes">The class count that it is specialised for; 0 for any.</param>
    public SoftmaxFocalKernelEntry(string id, string instructionSet, bool isSupported, int classes)
        : base(id, instructionSet, isSupported, classes) => Gamma = s_unlikely;

    /// <summary>Kernels for one γ.</summary>
    /// <param name="id">For example <c>focal-softmax-f32-g2-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    /// <param name="classes">The class count that it is specialised for; 0 for any.</param>
    /// <param name="gamma">γ.</param>
    public SoftmaxFocalKernelEntry(string id, string instructionSet, bool isSupported, int classes, T gamma)
        : base(id, instructionSet, isSupported, classes)
    {
        Gamma = gamma;
        _isFixed = true;
    }

    /// <inheritdoc/>
    public override T Gamma { get; }

    /// <inheritdoc/>
    public override CrossEntropyKernelEntry<T>? WithGamma(T gamma) =>
        gamma == Gamma ? this
        : _isFixed ? null
        : new SoftmaxFocalKernelEntry<T, TRows, TKernel>(Id, InstructionSet, IsSupported, Classes, gamma);

    /// <inheritdoc/>
    public override ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        SoftmaxFocalLoss.Evaluate<TKernel, TRows, T, TLabel>(
            logits, labels, default, wantsGradient: false, options, Gamma, sampleWeights, losses);

    /// <inheritdoc/>
    public override ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        SoftmaxFocalLoss.Evaluate<TKernel, TRows, T, TLabel>(
            logits, labels, gradient, wantsGradient: true, options, Gamma, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options) =>
        CrossEntropyLoss.Probabilities<TKernel, SoftmaxFocalLoss.Unfocused<T>, T>(logits, probabilities, options);
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
            throw new ArgumentException($"Lengths must be equal and whole blocks of 64 bytes, but are {x.Length} and {y.Length}.", nameof(y));
        }

        TKernel.Run(
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(x),
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(y),
            (nuint)x.Length);
    }
}
