using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>
/// Calls the kernels of binary losses with every combination of options, so that the JIT compiles all of their methods. The corpus has the
/// combinations that reach every path of the arithmetic.
/// </summary>
internal static class EveryOption
{
    // Whole blocks and a tail.
    private const int Length = 1028, Columns = 4;

    internal static void Call(KernelEntry entry)
    {
        if (entry is BinaryKernelEntry<float> single)
        {
            Call(new BinarySubject<float>(single));
        }
        else if (entry is BinaryKernelEntry<double> twice)
        {
            Call(new BinarySubject<double>(twice));
        }
    }

    private static void Call<T>(BinarySubject<T> subject)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var hasMixed = subject.TakesParameters && subject.Case.MixedParameters.Length != 0;
        foreach (var isMixed in hasMixed ? new[] { false, true } : [false])
        {
            foreach (var (hasColumns, isSmooth, isIgnoring) in Combinations())
            {
                var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum)
                {
                    PositiveWeights = hasColumns ? [T.One, T.One, T.One, T.One] : [],
                    LabelSmoothing = isSmooth ? T.CreateTruncating(0.125) : T.Zero,
                    IgnoreLabel = isIgnoring ? byte.MaxValue : null,
                    HasMixedTargets = isMixed,
                };
                Call<T, byte>(subject, options, hasColumns);
                if (!isIgnoring)
                {
                    Call<T, T>(subject, options, hasColumns);
                }
            }
        }
    }

    /// <summary>Zeros will do for all inputs.</summary>
    private static void Call<T, TLabel>(BinarySubject<T> subject, BinaryCrossEntropyOptions<T> options, bool hasColumns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var (logits, gradient, losses, labels) = (new T[Length], new T[Length], new T[Length], new TLabel[Length]);
        var weights = new T[hasColumns ? Length / Columns : Length];
        foreach (var (hasWeights, hasLosses, hasGradient) in Combinations())
        {
            var (sampleWeights, perSample) = (hasWeights ? weights : [], hasLosses ? losses : []);
            _ = hasGradient
                ? subject.LossAndGradient<TLabel>(logits, labels, gradient, options, sampleWeights, perSample)
                : subject.Loss<TLabel>(logits, labels, options, sampleWeights, perSample);
        }
    }

    private static IEnumerable<(bool, bool, bool)> Combinations() =>
        from bits in Enumerable.Range(0, 8)
        select ((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
}
