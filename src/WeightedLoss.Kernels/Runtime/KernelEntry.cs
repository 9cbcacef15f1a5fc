using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>One kernel: a loss, an element type and an instruction set. Tests and benchmarks run them one by one.</summary>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
internal abstract class KernelEntry(string id, string instructionSet, bool isSupported)
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

/// <summary>A loss, bound to one instruction set and to a γ, if it has one.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="id">For example <c>bce-f32-avx2</c>.</param>
/// <param name="instructionSet">The last part of the id.</param>
/// <param name="isSupported">Whether this machine can run it.</param>
/// <param name="gamma">γ; 0 for cross-entropy.</param>
/// <param name="isFixed">Whether the kernel has no other γ.</param>
internal abstract class LossKernelEntry<T>(string id, string instructionSet, bool isSupported, T gamma, bool isFixed)
    : KernelEntry(id, instructionSet, isSupported)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What a kernel that is given its γ has until it is given one.</summary>
    protected static readonly T Unlikely = T.CreateChecked(1.7);

    /// <summary>γ of a focal loss; 0 for cross-entropy.</summary>
    public T Gamma => gamma;

    /// <summary>Whether the kernel has no other γ.</summary>
    protected bool IsFixed => isFixed;
}

/// <summary>A binary loss, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class BinaryKernelEntry<T>(string id, string instructionSet, bool isSupported, T gamma, bool isFixed)
    : LossKernelEntry<T>(id, instructionSet, isSupported, gamma, isFixed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The kernel with another γ; null if it has only its own.</summary>
    public abstract BinaryKernelEntry<T>? WithGamma(T gamma);

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
/// <typeparam name="TLimit">Those of the loss that it is with γ = 0.</typeparam>
internal sealed class BinaryKernelEntry<T, TKernel, TLimit> : BinaryKernelEntry<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, IBinaryLossKernel<T>
    where TLimit : struct, IBinaryLossKernel<T>
{
    /// <param name="id">For example <c>focal-sigmoid-f32-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    /// <param name="hasGamma">Whether the loss has a γ.</param>
    /// <param name="gamma">The γ that the kernels are made for; null if it is given at run time.</param>
    public BinaryKernelEntry(string id, string instructionSet, bool isSupported, bool hasGamma = false, T? gamma = null)
        : base(id, instructionSet, isSupported, hasGamma ? gamma ?? Unlikely : T.Zero, isFixed: !hasGamma || gamma is not null)
    {
    }

    private BinaryKernelEntry(BinaryKernelEntry<T, TKernel, TLimit> other, T gamma)
        : base(other.Id, other.InstructionSet, other.IsSupported, gamma, isFixed: false)
    {
    }

    /// <inheritdoc/>
    public override BinaryKernelEntry<T>? WithGamma(T gamma) =>
        gamma == Gamma ? this : IsFixed ? null : new BinaryKernelEntry<T, TKernel, TLimit>(this, gamma);

    /// <inheritdoc/>
    public override LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        Evaluate(logits, labels, default, wantsGradient: false, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        Evaluate(logits, labels, gradient, wantsGradient: true, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) =>
        BinaryLoss.Probabilities<TKernel, T>(logits, probabilities);

    private LossSum Evaluate<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        return Gamma == T.Zero && !options.Mixes<TLabel>()
            ? BinaryLoss.Evaluate<TLimit, T, TLabel>(logits, labels, gradient, wantsGradient, options, default, sampleWeights, losses)
            : BinaryLoss.Evaluate<TKernel, T, TLabel>(
                logits, labels, gradient, wantsGradient, options, SigmoidFocalOptions<T>.ParametersOf(Gamma), sampleWeights, losses);
    }
}

/// <summary>A loss of the softmax, bound to one instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class CrossEntropyKernelEntry<T>(string id, string instructionSet, bool isSupported, int classes, T gamma, bool isFixed)
    : LossKernelEntry<T>(id, instructionSet, isSupported, gamma, isFixed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class count that the kernel is specialised for; 0 for any.</summary>
    public int Classes => classes;

    /// <summary>The kernel with another γ; null if it has only its own. A focal loss has no soft targets and no smoothing.</summary>
    public abstract CrossEntropyKernelEntry<T>? WithGamma(T gamma);

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
/// <typeparam name="TLimit">Those of the loss that it is with γ = 0.</typeparam>
internal sealed class CrossEntropyKernelEntry<T, TKernel, TRows, TLimit> : CrossEntropyKernelEntry<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TKernel : struct, ICrossEntropyKernel<T>
    where TRows : struct, ICrossEntropyRows<T>
    where TLimit : struct, ICrossEntropyRows<T>
{
    private readonly bool _isFocal;

    /// <param name="id">For example <c>ce-f32-c7-avx2</c>.</param>
    /// <param name="instructionSet">The last part of the id.</param>
    /// <param name="isSupported">Whether this machine can run it.</param>
    /// <param name="classes">The class count that it is specialised for; 0 for any.</param>
    /// <param name="hasGamma">Whether the loss has a γ.</param>
    /// <param name="gamma">The γ that the rows are made for; null if it is given at run time.</param>
    public CrossEntropyKernelEntry(string id, string instructionSet, bool isSupported, int classes, bool hasGamma = false, T? gamma = null)
        : base(id, instructionSet, isSupported, classes, hasGamma ? gamma ?? Unlikely : T.Zero, isFixed: !hasGamma || gamma is not null) =>
        _isFocal = hasGamma;

    private CrossEntropyKernelEntry(CrossEntropyKernelEntry<T, TKernel, TRows, TLimit> other, T gamma)
        : base(other.Id, other.InstructionSet, other.IsSupported, other.Classes, gamma, isFixed: false) => _isFocal = true;

    /// <inheritdoc/>
    public override CrossEntropyKernelEntry<T>? WithGamma(T gamma) =>
        gamma == Gamma ? this : IsFixed ? null : new CrossEntropyKernelEntry<T, TKernel, TRows, TLimit>(this, gamma);

    /// <inheritdoc/>
    public override ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        Evaluate(logits, labels, default, wantsGradient: false, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        Evaluate(logits, labels, gradient, wantsGradient: true, options, sampleWeights, losses);

    /// <inheritdoc/>
    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, SoftmaxOptions<T> options) =>
        CrossEntropyLoss.Probabilities<TKernel, TLimit, T>(logits, probabilities, options);

    private ClassLossSum Evaluate<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        bool wantsGradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        Span<T> losses)
        where TLabel : unmanaged
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_isFocal && (typeof(TLabel) == typeof(T) || options.Smoothing != T.Zero))
        {
            throw new NotSupportedException("The focal loss of the softmax takes hard labels, without smoothing.");
        }

        return Gamma == T.Zero
            ? CrossEntropyLoss.Evaluate<TKernel, TLimit, T, TLabel>(logits, labels, gradient, wantsGradient, options, default, sampleWeights, losses)
            : CrossEntropyLoss.Evaluate<TKernel, TRows, T, TLabel>(
                logits, labels, gradient, wantsGradient, options, SoftmaxFocalOptions<T>.ParametersOf(Gamma), sampleWeights, losses);
    }
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
