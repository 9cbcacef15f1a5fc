using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>A kernel with parameters of its loss, called with the options that all losses of its family have.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class Subject<T>(LossKernelEntry<T> kernel, LossCase loss, T[] parameters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public string Id => kernel.Id;

    /// <inheritdoc cref="Corpus.FamilyOf"/>
    public string Family => Corpus.FamilyOf(kernel);

    public string InstructionSet => kernel.InstructionSet;

    public bool IsSupported => kernel.IsSupported;

    /// <summary>Whether the kernel takes its parameters from the options: it has no others as constants.</summary>
    public bool TakesParameters => kernel.Constants.IsEmpty && loss.Parameters[0].Length != 0;

    public T[] Parameters => parameters;

    /// <summary>The first parameter: γ of a focal loss. 0 for a loss without any.</summary>
    public T Gamma => parameters.Length == 0 ? T.Zero : parameters[0];

    public override string ToString() => kernel.Id;

    /// <summary>What a kernel is run with if nothing else is said.</summary>
    private protected static T[] ParametersOf(LossKernelEntry<T> kernel, LossCase loss) =>
        kernel.Constants.IsEmpty ? Array.ConvertAll(loss.Parameters[0], T.CreateChecked) : kernel.Constants.ToArray();

    /// <summary>Whether the kernel can have these parameters.</summary>
    private protected bool CanHave(ReadOnlySpan<T> others) =>
        (TakesParameters && others.Length == parameters.Length) || others.SequenceEqual(parameters);
}

/// <summary>A kernel of a binary loss.</summary>
/// <inheritdoc/>
internal sealed class BinarySubject<T> : Subject<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BinaryKernelEntry<T> _kernel;
    private readonly OwnOptions<BinaryCrossEntropyOptions<T>, BinaryOptions<T>> _options;

    public BinarySubject(BinaryKernelEntry<T> kernel)
        : this(kernel, LossCases.Of<BinaryLossCase>(kernel))
    {
    }

    private BinarySubject(BinaryKernelEntry<T> kernel, BinaryLossCase loss, T[]? parameters = null)
        : base(kernel, loss, parameters ?? ParametersOf(kernel, loss)) =>
        (_kernel, Case, _options) = (kernel, loss, new(shared => loss.Options(shared, Parameters)));

    public BinaryLossCase Case { get; }

    /// <summary>The kernel with other parameters; null if it has only its own.</summary>
    public BinarySubject<T>? With(params T[] parameters) => CanHave(parameters) ? new(_kernel, Case, parameters) : null;

    /// <summary>With its own parameters, and with each of the other ones that it can have.</summary>
    public IEnumerable<BinarySubject<T>> WithEach(IEnumerable<double[]> others) =>
        [this, .. others.Select(values => With(Array.ConvertAll(values, T.CreateChecked))).OfType<BinarySubject<T>>()];

    /// <summary>As the public method of the same name.</summary>
    public LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged => _kernel.Loss(logits, labels, _options.Of(options), sampleWeights, losses);

    /// <summary>As the public method of the same name.</summary>
    public LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged => _kernel.LossAndGradient(logits, labels, gradient, _options.Of(options), sampleWeights, losses);

    /// <summary>As the public method of the same name.</summary>
    public void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) => _kernel.Probabilities(logits, probabilities);
}

/// <summary>A kernel of a loss of the softmax.</summary>
/// <inheritdoc/>
internal sealed class SoftmaxSubject<T> : Subject<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CrossEntropyKernelEntry<T> _kernel;
    private readonly OwnOptions<CrossEntropyOptions<T>, SoftmaxOptions<T>> _options;

    public SoftmaxSubject(CrossEntropyKernelEntry<T> kernel)
        : this(kernel, LossCases.Of<SoftmaxLossCase>(kernel))
    {
    }

    private SoftmaxSubject(CrossEntropyKernelEntry<T> kernel, SoftmaxLossCase loss, T[]? parameters = null)
        : base(kernel, loss, parameters ?? ParametersOf(kernel, loss)) =>
        (_kernel, Case, _options) = (kernel, loss, new(shared => loss.Options(shared, Parameters)));

    public SoftmaxLossCase Case { get; }

    /// <summary>The class count that the kernel is specialised for; 0 for any.</summary>
    public int Classes => _kernel.Classes;

    /// <summary>The class counts that the kernel can run: the given ones, or the one that it is made for.</summary>
    public int[] ClassCounts(params int[] counts) => Classes == 0 ? counts : [Classes];

    /// <inheritdoc cref="BinarySubject{T}.With"/>
    public SoftmaxSubject<T>? With(params T[] parameters) => CanHave(parameters) ? new(_kernel, Case, parameters) : null;

    /// <inheritdoc cref="BinarySubject{T}.WithEach"/>
    public IEnumerable<SoftmaxSubject<T>> WithEach(IEnumerable<double[]> others) =>
        [this, .. others.Select(values => With(Array.ConvertAll(values, T.CreateChecked))).OfType<SoftmaxSubject<T>>()];

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged => _kernel.Loss(logits, labels, _options.Of(options), sampleWeights, losses);

    /// <summary>As the public method of the same name; nothing is correct for soft targets.</summary>
    public ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default)
        where TLabel : unmanaged => _kernel.LossAndGradient(logits, labels, gradient, _options.Of(options), sampleWeights, losses);

    /// <summary>As the public method of the same name, for losses that have soft targets.</summary>
    public void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, CrossEntropyOptions<T> options) =>
        _kernel.Probabilities(logits, probabilities, _options.Of(options));
}

/// <summary>The options of a loss that were made of those that all have, as long as these are in use.</summary>
internal sealed class OwnOptions<TShared, TOwn>(Func<TShared, TOwn> make)
    where TShared : class
    where TOwn : class
{
    // As objects: trimming would keep a constructor of their own type that the table might call.
    private readonly ConditionalWeakTable<TShared, object> _made = [];
    private readonly ConditionalWeakTable<TShared, object>.CreateValueCallback _make = new(make);

    /// <summary>Null stays null, for tests of what is said about it.</summary>
    public TOwn Of(TShared shared) => shared is null ? null! : (TOwn)_made.GetValue(shared, _make);
}
