using System.Collections.Concurrent;
using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>
/// The public methods of every loss of the registry as more of its kernels: with the parameters that have kernels of their own, and with
/// any.
/// </summary>
internal static class PublicMethods
{
    /// <summary>The instruction set of those: they choose one.</summary>
    public const string Dispatched = "dispatched";

    public static IReadOnlyList<KernelEntry> All { get; } =
        [.. KernelRegistry.All.DistinctBy(Corpus.FamilyOf).Select(Of).OfType<KernelEntry>()];

    private static KernelEntry? Of(KernelEntry kernel) => kernel switch
    {
        BinaryKernelEntry<float> binary => Binary(binary),
        BinaryKernelEntry<double> binary => Binary(binary),

        // Class counts are no concern of those who call.
        CrossEntropyKernelEntry<float> { Classes: 0 } softmax => Softmax(softmax),
        CrossEntropyKernelEntry<double> { Classes: 0 } softmax => Softmax(softmax),
        _ => null,
    };

    private static KernelEntry Binary<T>(BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create<T>(typeof(PublicBinaryMethods<,>), kernel, LossCases.Of<BinaryLossCase>(kernel).Methods);

    private static KernelEntry Softmax<T>(CrossEntropyKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create<T>(typeof(PublicSoftmaxMethods<,>), kernel, LossCases.Of<SoftmaxLossCase>(kernel).Methods);

    private static KernelEntry Create<T>(Type type, LossKernelEntry<T> kernel, Type methods)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = methods.GetMethods()
            .Where(method => method.Name == "Loss")
            .Select(method => method.GetParameters().Single(parameter => parameter.Name == "options").ParameterType)
            .First(candidate => candidate.GetGenericArguments().Single() == typeof(T));
        return (KernelEntry)Activator.CreateInstance(
            type.MakeGenericType(typeof(T), options), Corpus.FamilyOf(kernel), new Overloads(methods), kernel.Constants.ToArray())!;
    }
}

/// <summary>The public methods of a class, by their signatures.</summary>
internal sealed class Overloads(Type methods)
{
    private readonly ConcurrentDictionary<Type, Delegate> _known = new();

    /// <summary>The one with the signature of a delegate.</summary>
    public TDelegate Get<TDelegate>(string name)
        where TDelegate : Delegate =>
        (TDelegate)_known.GetOrAdd(
            typeof(TDelegate),
            static (type, method) => Delegate.CreateDelegate(type, method.Class, method.Name),
            (Class: methods, Name: name));
}

/// <summary>The public methods of a binary loss.</summary>
internal sealed class PublicBinaryMethods<T, TOptions>(string id, Overloads overloads, T[] constants)
    : BinaryKernelEntry<T>(id, PublicMethods.Dispatched, true, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOptions : BinaryOptions<T>
{
    private delegate LossSum LossCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate LossSum GradientCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate void ProbabilitiesCall(ReadOnlySpan<T> logits, Span<T> probabilities);

    public override LossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        overloads.Get<LossCall<TLabel>>("Loss")(logits, labels, (TOptions)options, sampleWeights, losses);

    public override LossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        BinaryOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) =>
        overloads.Get<GradientCall<TLabel>>("LossAndGradient")(logits, labels, gradient, (TOptions)options, sampleWeights, losses);

    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities) =>
        overloads.Get<ProbabilitiesCall>("Probabilities")(logits, probabilities);
}

/// <summary>The public methods of a loss of the softmax.</summary>
internal sealed class PublicSoftmaxMethods<T, TOptions>(string id, Overloads overloads, T[] constants)
    : CrossEntropyKernelEntry<T>(id, PublicMethods.Dispatched, true, classes: 0, constants)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOptions : SoftmaxOptions<T>
{
    private delegate ClassLossSum LossCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate LossSum SoftLossCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> targets, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate ClassLossSum GradientCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate LossSum SoftGradientCall<TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> targets, Span<T> gradient, TOptions options, ReadOnlySpan<T> weights, Span<T> losses);

    private delegate void ProbabilitiesCall(ReadOnlySpan<T> logits, Span<T> probabilities, TOptions options);

    public override ClassLossSum Loss<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) => typeof(TLabel) == typeof(T)
            ? WithoutCorrect(overloads.Get<SoftLossCall<TLabel>>("Loss")(logits, labels, (TOptions)options, sampleWeights, losses))
            : overloads.Get<LossCall<TLabel>>("Loss")(logits, labels, (TOptions)options, sampleWeights, losses);

    public override ClassLossSum LossAndGradient<TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        SoftmaxOptions<T> options,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> losses = default) => typeof(TLabel) == typeof(T)
            ? WithoutCorrect(overloads.Get<SoftGradientCall<TLabel>>("LossAndGradient")(
                logits, labels, gradient, (TOptions)options, sampleWeights, losses))
            : overloads.Get<GradientCall<TLabel>>("LossAndGradient")(logits, labels, gradient, (TOptions)options, sampleWeights, losses);

    public override void Probabilities(ReadOnlySpan<T> logits, Span<T> probabilities, SoftmaxOptions<T> options) =>
        overloads.Get<ProbabilitiesCall>("Probabilities")(logits, probabilities, (TOptions)options);

    private static ClassLossSum WithoutCorrect(LossSum sum) => new(sum.Loss, sum.Weight, sum.Count, sum.Ignored, 0);
}
