using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The kernels of the focal loss of the softmax that tests run, and the public methods as two more.</summary>
internal static class SoftmaxFocalKernels
{
    /// <summary>The public methods for the list of all kernels: with the γ that has kernels of its own, and with another.</summary>
    public static IEnumerable<KernelEntry> PublicMethods => [new PublicFloat(2), new PublicFloat(1.7f), new PublicDouble(2), new PublicDouble(1.7)];

    public static TheoryData<string> Ids<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Of<T>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    public static CrossEntropyKernelEntry<T> Get<T>(string id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Single(kernel => kernel.Id == id);

    /// <summary>The scalar kernel that every other one must agree with, whether it has γ as a constant or at run time.</summary>
    /// <param name="gamma">γ.</param>
    public static CrossEntropyKernelEntry<T> Scalar<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Get<T>(typeof(T) == typeof(float) ? "focal-softmax-f32-scalar" : "focal-softmax-f64-scalar").WithGamma(gamma)!;

    private static IEnumerable<CrossEntropyKernelEntry<T>> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Kernels.All.OfType<CrossEntropyKernelEntry<T>>().Where(kernel => kernel.Gamma != T.Zero);

    private static SoftmaxFocalOptions<T> Focal<T>(CrossEntropyOptions<T> options, T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(options.Classes, options.Reduction)
        {
            ClassWeights = options.ClassWeights,
            IgnoreLabel = options.IgnoreLabel,
            Layout = options.Layout,
            MaxDegreeOfParallelism = options.MaxDegreeOfParallelism,
            Gamma = gamma,
        };

    private sealed class PublicFloat(float gamma) : CrossEntropyKernelEntry<float>(FormattableString.Invariant($"focal-softmax-f32-g{gamma}"), "dispatched", true, 0)
    {
        public override float Gamma => gamma;

        public override CrossEntropyKernelEntry<float> WithGamma(float other) => new PublicFloat(other);

        public override ClassLossSum Loss<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            CrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) =>
            typeof(TLabel) == typeof(byte) ? SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), Focal(options, gamma), sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), Focal(options, gamma), sampleWeights, losses)
            : SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), Focal(options, gamma), sampleWeights, losses);

        public override ClassLossSum LossAndGradient<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            Span<float> gradient,
            CrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) =>
            typeof(TLabel) == typeof(byte) ? SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, Focal(options, gamma), sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, Focal(options, gamma), sampleWeights, losses)
            : SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, Focal(options, gamma), sampleWeights, losses);

        public override void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities, CrossEntropyOptions<float> options) =>
            CrossEntropy.Probabilities(logits, probabilities, options);
    }

    private sealed class PublicDouble(double gamma) : CrossEntropyKernelEntry<double>(FormattableString.Invariant($"focal-softmax-f64-g{gamma}"), "dispatched", true, 0)
    {
        public override double Gamma => gamma;

        public override CrossEntropyKernelEntry<double> WithGamma(double other) => new PublicDouble(other);

        public override ClassLossSum Loss<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            CrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) =>
            typeof(TLabel) == typeof(byte) ? SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), Focal(options, gamma), sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), Focal(options, gamma), sampleWeights, losses)
            : SoftmaxFocal.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), Focal(options, gamma), sampleWeights, losses);

        public override ClassLossSum LossAndGradient<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            Span<double> gradient,
            CrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) =>
            typeof(TLabel) == typeof(byte) ? SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, Focal(options, gamma), sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, Focal(options, gamma), sampleWeights, losses)
            : SoftmaxFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, Focal(options, gamma), sampleWeights, losses);

        public override void Probabilities(ReadOnlySpan<double> logits, Span<double> probabilities, CrossEntropyOptions<double> options) =>
            CrossEntropy.Probabilities(logits, probabilities, options);
    }
}
