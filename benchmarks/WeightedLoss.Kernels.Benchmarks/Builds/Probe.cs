using System;
using WeightedLoss;
#if F64
using Real = double;

namespace Probe.F64;
#else
using Real = float;

namespace Probe.F32;
#endif

/// <summary>Calls of the public methods, compiled against the library of each build for each element type.</summary>
public static unsafe class Probe
{
    private const double Smoothing = 0.1;

    private static readonly Real[] ColumnWeights = [3, 2, 5, 1];

    public static string InstructionSet => LossKernels.InstructionSet;

    public static Func<double> Create(
        string loss, double gamma, string option, int classes, int rows, long? ignoreLabel, nint labels, nint[] arrays)
    {
        var call = new Call(option, classes * rows, rows, (void*)labels, arrays);
        var smoothing = option == "smoothing" ? (Real)Smoothing : 0;
        switch (loss)
        {
            case "bce":
                return call.Of(new BinaryCrossEntropyOptions<Real>(Reduction.MeanByCount)
                {
                    PositiveWeight = 3,
                    PositiveWeights = option == "columns" ? ColumnWeights : [],
                    LabelSmoothing = smoothing,
                    IgnoreLabel = ignoreLabel,
                });
            case "focal-sigmoid":
                return call.Of(new SigmoidFocalOptions<Real>(Reduction.MeanByCount)
                {
                    Gamma = (Real)gamma,
                    PositiveWeight = 3,
                    PositiveWeights = option == "columns" ? ColumnWeights : [],
                    LabelSmoothing = smoothing,
                    IgnoreLabel = ignoreLabel,
                });
            case "ce":
                return call.Of(new CrossEntropyOptions<Real>(classes, Reduction.MeanByCount)
                {
                    ClassWeights = ClassWeights(classes),
                    LabelSmoothing = smoothing,
                    IgnoreLabel = ignoreLabel,
                    Layout = option == "class-major" ? LogitLayout.ClassMajor : LogitLayout.RowMajor,
                });
            case "focal-softmax":
                return call.Of(new SoftmaxFocalOptions<Real>(classes, Reduction.MeanByCount)
                {
                    Gamma = (Real)gamma,
                    ClassWeights = ClassWeights(classes),
                    IgnoreLabel = ignoreLabel,
                    Layout = option == "class-major" ? LogitLayout.ClassMajor : LogitLayout.RowMajor,
                });
            default:
                throw new ArgumentException($"There is no loss {loss}.", nameof(loss));
        }
    }

    private static Real[] ClassWeights(int classes)
    {
        var weights = new Real[classes];
        for (var k = 0; k < classes; k++)
        {
            weights[k] = (Real)(0.5 + (0.25 * (k % 7)));
        }

        return weights;
    }

    private sealed class Call(string option, int length, int rows, void* labels, nint[] arrays)
    {
        private readonly Real* _logits = (Real*)arrays[0];
        private readonly Real* _targets = (Real*)arrays[1];
        private readonly Real* _weights = (Real*)arrays[2];
        private readonly Real* _gradient = (Real*)arrays[3];
        private readonly Real* _losses = (Real*)arrays[4];

        private ReadOnlySpan<Real> Logits => new(_logits, length);

        private ReadOnlySpan<Real> Targets => new(_targets, length);

        private ReadOnlySpan<byte> Bytes => new(labels, rows);

        private ReadOnlySpan<int> Numbers => new(labels, rows);

        private ReadOnlySpan<Real> Weights => new(_weights, rows);

        private Span<Real> Gradient => new(_gradient, length);

        private Span<Real> Losses => new(_losses, rows);

        public Func<double> Of(BinaryCrossEntropyOptions<Real> options) => option switch
        {
            "loss" => () => BinaryCrossEntropy.Loss(Logits, Bytes, options).Loss,
            "soft" => () => BinaryCrossEntropy.LossAndGradient(Logits, Targets, Gradient, options).Loss,
            "sample-weights" => () => BinaryCrossEntropy.LossAndGradient(Logits, Bytes, Gradient, options, Weights).Loss,
            "losses" => () => BinaryCrossEntropy.LossAndGradient(Logits, Bytes, Gradient, options, losses: Losses).Loss,
            _ => () => BinaryCrossEntropy.LossAndGradient(Logits, Bytes, Gradient, options).Loss,
        };

        public Func<double> Of(SigmoidFocalOptions<Real> options) => option switch
        {
            "loss" => () => SigmoidFocal.Loss(Logits, Bytes, options).Loss,
            "soft" => () => SigmoidFocal.LossAndGradient(Logits, Targets, Gradient, options).Loss,
            "sample-weights" => () => SigmoidFocal.LossAndGradient(Logits, Bytes, Gradient, options, Weights).Loss,
            "losses" => () => SigmoidFocal.LossAndGradient(Logits, Bytes, Gradient, options, losses: Losses).Loss,
            _ => () => SigmoidFocal.LossAndGradient(Logits, Bytes, Gradient, options).Loss,
        };

        public Func<double> Of(CrossEntropyOptions<Real> options) => option switch
        {
            "loss" => () => CrossEntropy.Loss(Logits, Numbers, options).Loss,
            "soft" => () => CrossEntropy.LossAndGradient(Logits, Targets, Gradient, options).Loss,
            "sample-weights" => () => CrossEntropy.LossAndGradient(Logits, Numbers, Gradient, options, Weights).Loss,
            "losses" => () => CrossEntropy.LossAndGradient(Logits, Numbers, Gradient, options, losses: Losses).Loss,
            _ => () => CrossEntropy.LossAndGradient(Logits, Numbers, Gradient, options).Loss,
        };

        public Func<double> Of(SoftmaxFocalOptions<Real> options) => option switch
        {
            "loss" => () => SoftmaxFocal.Loss(Logits, Numbers, options).Loss,
            "sample-weights" => () => SoftmaxFocal.LossAndGradient(Logits, Numbers, Gradient, options, Weights).Loss,
            "losses" => () => SoftmaxFocal.LossAndGradient(Logits, Numbers, Gradient, options, losses: Losses).Loss,
            _ => () => SoftmaxFocal.LossAndGradient(Logits, Numbers, Gradient, options).Loss,
        };
    }
}
