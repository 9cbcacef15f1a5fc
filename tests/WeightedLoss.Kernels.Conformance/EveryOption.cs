using System.Numerics;

namespace WeightedLoss.Conformance;

/// <summary>
/// Calls the public methods of losses with one logit per label with every combination of options, so that the JIT compiles the kernels of
/// all of them. The corpus has those that reach every path of the arithmetic.
/// </summary>
internal static class EveryOption
{
    // Whole blocks and a tail.
    private const int Length = 1028, Columns = 4;

    private const double Smoothing = 0.1;

    private const long IgnoreLabel = 255;

    private delegate LossSum LossCall<T, TLabel, TOptions>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, TOptions options, ReadOnlySpan<T> sampleWeights, Span<T> losses);

    private delegate LossSum GradientCall<T, TLabel, TOptions>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, Span<T> gradient, TOptions options, ReadOnlySpan<T> sampleWeights, Span<T> losses);

    internal static void Call()
    {
        foreach (var with in Combinations())
        {
            var (single, twice) = (CrossEntropyOptions<float>(with), CrossEntropyOptions<double>(with));
            Call<float, byte, BinaryCrossEntropyOptions<float>>(with, single, BinaryCrossEntropy.Loss, BinaryCrossEntropy.LossAndGradient);
            Call<float, float, BinaryCrossEntropyOptions<float>>(with, single, BinaryCrossEntropy.Loss, BinaryCrossEntropy.LossAndGradient);
            Call<double, byte, BinaryCrossEntropyOptions<double>>(with, twice, BinaryCrossEntropy.Loss, BinaryCrossEntropy.LossAndGradient);
            Call<double, double, BinaryCrossEntropyOptions<double>>(with, twice, BinaryCrossEntropy.Loss, BinaryCrossEntropy.LossAndGradient);
            foreach (var gamma in new[] { 2, 1.5 })
            {
                foreach (var targets in Enum.GetValues<FocalTargets>())
                {
                    CallFocal(with, FocalOptions<float>(with, gamma, targets), FocalOptions<double>(with, gamma, targets));
                }
            }
        }
    }

    private static void CallFocal(
        (bool Columns, bool Smoothing, bool Ignored) with, SigmoidFocalOptions<float> single, SigmoidFocalOptions<double> twice)
    {
        Call<float, byte, SigmoidFocalOptions<float>>(with, single, SigmoidFocal.Loss, SigmoidFocal.LossAndGradient);
        Call<float, float, SigmoidFocalOptions<float>>(with, single, SigmoidFocal.Loss, SigmoidFocal.LossAndGradient);
        Call<double, byte, SigmoidFocalOptions<double>>(with, twice, SigmoidFocal.Loss, SigmoidFocal.LossAndGradient);
        Call<double, double, SigmoidFocalOptions<double>>(with, twice, SigmoidFocal.Loss, SigmoidFocal.LossAndGradient);
    }

    private static BinaryCrossEntropyOptions<T> CrossEntropyOptions<T>((bool Columns, bool Smoothing, bool Ignored) with)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Reduction.Sum)
        {
            PositiveWeights = with.Columns ? [T.One, T.One, T.One, T.One] : [],
            LabelSmoothing = with.Smoothing ? T.CreateChecked(Smoothing) : T.Zero,
            IgnoreLabel = with.Ignored ? IgnoreLabel : null,
        };

    private static SigmoidFocalOptions<T> FocalOptions<T>((bool Columns, bool Smoothing, bool Ignored) with, double gamma, FocalTargets targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Reduction.Sum)
        {
            Gamma = T.CreateChecked(gamma),
            Targets = targets,
            PositiveWeights = with.Columns ? [T.One, T.One, T.One, T.One] : [],
            LabelSmoothing = with.Smoothing ? T.CreateChecked(Smoothing) : T.Zero,
            IgnoreLabel = with.Ignored ? IgnoreLabel : null,
        };

    /// <summary>Zeros will do for all inputs.</summary>
    private static void Call<T, TLabel, TOptions>(
        (bool Columns, bool Smoothing, bool Ignored) with,
        TOptions options,
        LossCall<T, TLabel, TOptions> loss,
        GradientCall<T, TLabel, TOptions> lossAndGradient)
    {
        if (with.Ignored && typeof(TLabel) == typeof(T))
        {
            // Soft targets have no label to ignore.
            return;
        }

        var (logits, gradient, losses, labels) = (new T[Length], new T[Length], new T[Length], new TLabel[Length]);
        var weights = new T[with.Columns ? Length / Columns : Length];
        foreach (var (withWeights, withLosses, _) in Combinations())
        {
            loss(logits, labels, options, withWeights ? weights : default, withLosses ? losses : default);
            lossAndGradient(logits, labels, gradient, options, withWeights ? weights : default, withLosses ? losses : default);
        }
    }

    private static IEnumerable<(bool, bool, bool)> Combinations() =>
        from bits in Enumerable.Range(0, 8)
        select ((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
}
