using WeightedLoss;

namespace Consumer
{
    [CrossEntropyKernel<float>(Classes = 37)]
    internal static partial class Kernels;

    [SigmoidFocalKernel<float>(Gamma = 0.7)]
    internal static partial class FocalKernels;

    /// <summary>A generic type has kernels in a type beside it.</summary>
    /// <typeparam name="T">Anything.</typeparam>
    public partial class Trainer<T>
    {
        /// <summary>The loss and the gradient.</summary>
        /// <param name="logits">[n, 5].</param>
        /// <param name="labels">[n].</param>
        /// <param name="gradient">[n, 5].</param>
        /// <param name="options">γ, weights and so on.</param>
        public static LossSum Step(ReadOnlySpan<double> logits, ReadOnlySpan<int> labels, Span<double> gradient, SoftmaxFocalOptions<double> options) =>
            Trainer.Kernels.LossAndGradient(logits, labels, gradient, options);
    }

    /// <summary>Holds what every trainer shares.</summary>
    public static partial class Trainer
    {
        [SoftmaxFocalKernel<double>(Classes = 5, Gamma = 1.5)]
        internal static partial class Kernels;
    }
}

// Namespaces named like those that emitted files use.
namespace Consumer.System.Math
{
    /// <summary>A type that is public with its kernels.</summary>
    public readonly partial record struct Shape(int Rows)
    {
        /// <summary>Kernels of a public type need documentation as any other.</summary>
        [BinaryCrossEntropyKernel<float>]
        public static partial class Kernels;
    }
}
