using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The public methods of the focal loss of the sigmoid, with the γ that has kernels of its own and with one that has none.</summary>
internal static class FocalKernels
{
    public static IReadOnlyList<KernelEntry> PublicMethods { get; } =
    [
        new PublicFloat("focal-sigmoid-f32", 1.7f, false),
        new PublicFloat("focal-sigmoid-f32-g2", 2, true),
        new PublicDouble("focal-sigmoid-f64", 1.7, false),
        new PublicDouble("focal-sigmoid-f64-g2", 2, true),
    ];

    /// <summary>Every focal kernel that runs here and has this γ or takes it.</summary>
    public static BinaryKernelEntry<T>[] WithGamma<T>(T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. All<T>().Select(kernel => kernel.WithGamma(gamma)).OfType<BinaryKernelEntry<T>>()];

    /// <summary>Every focal kernel that runs here and takes any γ.</summary>
    public static TheoryData<string> RunTimeIds<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. All<T>().Where(kernel => kernel.WithGamma(T.CreateChecked(0.125)) is not null).Select(kernel => kernel.Id)];

    private static IEnumerable<BinaryKernelEntry<T>> All<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Kernels.All.OfType<BinaryKernelEntry<T>>()
            .Where(kernel => kernel.IsSupported && kernel.Id.StartsWith("focal-sigmoid-", StringComparison.Ordinal));

    /// <summary>Options of cross-entropy with a γ.</summary>
    public static SigmoidFocalOptions<T> Focal<T>(BinaryCrossEntropyOptions<T> options, T gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => options is null ? null! : new(options.Reduction)
        {
            Gamma = gamma,
            PositiveWeight = options.PositiveWeight,
            NegativeWeight = options.NegativeWeight,
            PositiveWeights = options.PositiveWeights,
            Columns = options.Columns,
            LabelSmoothing = options.LabelSmoothing,
            IgnoreLabel = options.IgnoreLabel,
            MaxDegreeOfParallelism = options.MaxDegreeOfParallelism,
            Targets = options.HasMixedTargets ? FocalTargets.Mixed : FocalTargets.PerClass,
        };

    private sealed class PublicFloat(string id, float gamma, bool isFixed) : BinaryKernelEntry<float>(id, "dispatched", true)
    {
        public override float Gamma => gamma;

        public override BinaryKernelEntry<float>? WithGamma(float other) => isFixed ? base.WithGamma(other) : new PublicFloat(Id, other, false);

        public override LossSum Loss<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            BinaryCrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) => default(TLabel) switch
            {
                byte => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), Focal(options, Gamma), sampleWeights, losses),
                bool => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, bool>(labels), Focal(options, Gamma), sampleWeights, losses),
                int => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), Focal(options, Gamma), sampleWeights, losses),
                long => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), Focal(options, Gamma), sampleWeights, losses),
                _ => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, float>(labels), Focal(options, Gamma), sampleWeights, losses),
            };

        public override LossSum LossAndGradient<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            Span<float> gradient,
            BinaryCrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) => default(TLabel) switch
            {
                byte => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                bool => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, bool>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                int => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                long => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                _ => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, float>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
            };

        public override void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities) => SigmoidFocal.Probabilities(logits, probabilities);
    }

    private sealed class PublicDouble(string id, double gamma, bool isFixed) : BinaryKernelEntry<double>(id, "dispatched", true)
    {
        public override double Gamma => gamma;

        public override BinaryKernelEntry<double>? WithGamma(double other) => isFixed ? base.WithGamma(other) : new PublicDouble(Id, other, false);

        public override LossSum Loss<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            BinaryCrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) => default(TLabel) switch
            {
                byte => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), Focal(options, Gamma), sampleWeights, losses),
                bool => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, bool>(labels), Focal(options, Gamma), sampleWeights, losses),
                int => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), Focal(options, Gamma), sampleWeights, losses),
                long => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), Focal(options, Gamma), sampleWeights, losses),
                _ => SigmoidFocal.Loss(logits, MemoryMarshal.Cast<TLabel, double>(labels), Focal(options, Gamma), sampleWeights, losses),
            };

        public override LossSum LossAndGradient<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            Span<double> gradient,
            BinaryCrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) => default(TLabel) switch
            {
                byte => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                bool => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, bool>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                int => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                long => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
                _ => SigmoidFocal.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, double>(labels), gradient, Focal(options, Gamma), sampleWeights, losses),
            };

        public override void Probabilities(ReadOnlySpan<double> logits, Span<double> probabilities) => SigmoidFocal.Probabilities(logits, probabilities);
    }
}
