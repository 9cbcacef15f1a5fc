using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Conformance;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>Everything that tests run: each kernel of the library, the portable twins, and the public methods as one more.</summary>
internal static class Kernels
{
    public static IReadOnlyList<KernelEntry> All { get; } =
    [
        .. KernelRegistry.All,
        .. Twins.Kernels,
        new PublicFloat(),
        new PublicDouble(),
        .. FocalKernels.PublicMethods,
        .. CrossEntropyKernels.PublicMethods,
        .. SoftmaxFocalKernels.PublicMethods,
    ];

    /// <summary>The public methods, which choose a kernel themselves.</summary>
    public static BinaryKernelEntry<T> Public<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CrossEntropies<T>().Single(kernel => kernel.InstructionSet == "dispatched");

    /// <summary>The kernel that all others of its loss must agree with.</summary>
    public static BinaryKernelEntry<T> Scalar<T>(BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        All.OfType<BinaryKernelEntry<T>>().Single(other => other.InstructionSet == "scalar" && Family(other) == Family(kernel));

    /// <summary>The kernels of binary cross-entropy.</summary>
    public static IEnumerable<BinaryKernelEntry<T>> CrossEntropies<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        All.OfType<BinaryKernelEntry<T>>().Where(kernel => kernel.Id.StartsWith("bce-", StringComparison.Ordinal));

    public static BinaryKernelEntry<T> Get<T>(string id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        All.OfType<BinaryKernelEntry<T>>().Single(kernel => kernel.Id == id);

    public static TheoryData<string> BinaryIds<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. All.OfType<BinaryKernelEntry<T>>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    /// <summary>Loss, type and γ, for what all instruction sets share.</summary>
    private static string Family(KernelEntry kernel) =>
        kernel.InstructionSet == "dispatched" ? kernel.Id : kernel.Id[..^(kernel.InstructionSet.Length + 1)];

    private sealed class PublicFloat() : BinaryKernelEntry<float>("bce-f32", "dispatched", true)
    {
        public override LossSum Loss<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            BinaryCrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) => default(TLabel) switch
            {
                byte => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), options, sampleWeights, losses),
                bool => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, bool>(labels), options, sampleWeights, losses),
                int => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), options, sampleWeights, losses),
                long => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), options, sampleWeights, losses),
                _ => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, float>(labels), options, sampleWeights, losses),
            };

        public override LossSum LossAndGradient<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            Span<float> gradient,
            BinaryCrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) => default(TLabel) switch
            {
                byte => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, options, sampleWeights, losses),
                bool => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, bool>(labels), gradient, options, sampleWeights, losses),
                int => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, options, sampleWeights, losses),
                long => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, options, sampleWeights, losses),
                _ => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, float>(labels), gradient, options, sampleWeights, losses),
            };

        public override void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities) =>
            BinaryCrossEntropy.Probabilities(logits, probabilities);
    }

    private sealed class PublicDouble() : BinaryKernelEntry<double>("bce-f64", "dispatched", true)
    {
        public override LossSum Loss<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            BinaryCrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) => default(TLabel) switch
            {
                byte => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), options, sampleWeights, losses),
                bool => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, bool>(labels), options, sampleWeights, losses),
                int => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), options, sampleWeights, losses),
                long => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), options, sampleWeights, losses),
                _ => BinaryCrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, double>(labels), options, sampleWeights, losses),
            };

        public override LossSum LossAndGradient<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            Span<double> gradient,
            BinaryCrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) => default(TLabel) switch
            {
                byte => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, options, sampleWeights, losses),
                bool => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, bool>(labels), gradient, options, sampleWeights, losses),
                int => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, options, sampleWeights, losses),
                long => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, options, sampleWeights, losses),
                _ => BinaryCrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, double>(labels), gradient, options, sampleWeights, losses),
            };

        public override void Probabilities(ReadOnlySpan<double> logits, Span<double> probabilities) =>
            BinaryCrossEntropy.Probabilities(logits, probabilities);
    }
}
