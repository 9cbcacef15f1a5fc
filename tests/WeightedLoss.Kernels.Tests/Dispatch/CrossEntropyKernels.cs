using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The kernels of cross-entropy that tests run, and the public methods as one more.</summary>
internal static class CrossEntropyKernels
{
    /// <summary>The public methods for the list of all kernels.</summary>
    public static IEnumerable<KernelEntry> PublicMethods => [new PublicFloat(), new PublicDouble()];

    /// <summary>The public methods, which choose a kernel themselves.</summary>
    public static CrossEntropyKernelEntry<T> Public<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Single(kernel => kernel.InstructionSet == "dispatched");

    /// <summary>
    /// The kernel that another one must agree with: the one for any class count, but for two classes the one that takes their difference,
    /// which rounds otherwise.
    /// </summary>
    public static CrossEntropyKernelEntry<T> Scalar<T>(CrossEntropyKernelEntry<T> other, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var takesDifference = classes == 2 && (other.Classes == 2 || other.InstructionSet == "dispatched");
        return Of<T>().Single(kernel => kernel.InstructionSet == "scalar" && kernel.Classes == (takesDifference ? 2 : 0));
    }

    public static CrossEntropyKernelEntry<T> Get<T>(string id)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>().Single(kernel => kernel.Id == id);

    public static TheoryData<string> Ids<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Of<T>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    /// <summary>The class counts that a kernel can run: the given ones, or the one that it is made for.</summary>
    public static int[] ClassCounts<T>(this CrossEntropyKernelEntry<T> kernel, params int[] counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => kernel.Classes == 0 ? counts : [kernel.Classes];

    private static IEnumerable<CrossEntropyKernelEntry<T>> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Kernels.All.OfType<CrossEntropyKernelEntry<T>>().Where(kernel => kernel.Gamma == T.Zero);

    private static ClassLossSum WithoutCorrect(LossSum sum) => new(sum.Loss, sum.Weight, sum.Count, sum.Ignored, 0);

    private sealed class PublicFloat() : CrossEntropyKernelEntry<float>("ce-f32", "dispatched", true, 0)
    {
        public override ClassLossSum Loss<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            CrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) =>
            typeof(TLabel) == typeof(byte) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), options, sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), options, sampleWeights, losses)
            : typeof(TLabel) == typeof(long) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), options, sampleWeights, losses)
            : WithoutCorrect(CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, float>(labels), options, sampleWeights, losses));

        public override ClassLossSum LossAndGradient<TLabel>(
            ReadOnlySpan<float> logits,
            ReadOnlySpan<TLabel> labels,
            Span<float> gradient,
            CrossEntropyOptions<float> options,
            ReadOnlySpan<float> sampleWeights = default,
            Span<float> losses = default) =>
            typeof(TLabel) == typeof(byte) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, options, sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, options, sampleWeights, losses)
            : typeof(TLabel) == typeof(long) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, options, sampleWeights, losses)
            : WithoutCorrect(CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, float>(labels), gradient, options, sampleWeights, losses));

        public override void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities, CrossEntropyOptions<float> options) =>
            CrossEntropy.Probabilities(logits, probabilities, options);
    }

    private sealed class PublicDouble() : CrossEntropyKernelEntry<double>("ce-f64", "dispatched", true, 0)
    {
        public override ClassLossSum Loss<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            CrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) =>
            typeof(TLabel) == typeof(byte) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, byte>(labels), options, sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, int>(labels), options, sampleWeights, losses)
            : typeof(TLabel) == typeof(long) ? CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, long>(labels), options, sampleWeights, losses)
            : WithoutCorrect(CrossEntropy.Loss(logits, MemoryMarshal.Cast<TLabel, double>(labels), options, sampleWeights, losses));

        public override ClassLossSum LossAndGradient<TLabel>(
            ReadOnlySpan<double> logits,
            ReadOnlySpan<TLabel> labels,
            Span<double> gradient,
            CrossEntropyOptions<double> options,
            ReadOnlySpan<double> sampleWeights = default,
            Span<double> losses = default) =>
            typeof(TLabel) == typeof(byte) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, byte>(labels), gradient, options, sampleWeights, losses)
            : typeof(TLabel) == typeof(int) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, int>(labels), gradient, options, sampleWeights, losses)
            : typeof(TLabel) == typeof(long) ? CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, long>(labels), gradient, options, sampleWeights, losses)
            : WithoutCorrect(CrossEntropy.LossAndGradient(logits, MemoryMarshal.Cast<TLabel, double>(labels), gradient, options, sampleWeights, losses));

        public override void Probabilities(ReadOnlySpan<double> logits, Span<double> probabilities, CrossEntropyOptions<double> options) =>
            CrossEntropy.Probabilities(logits, probabilities, options);
    }
}
