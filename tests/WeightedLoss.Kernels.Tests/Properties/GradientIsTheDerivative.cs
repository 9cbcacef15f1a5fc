using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class GradientIsTheDerivativeInFloat : GradientIsTheDerivative<float>;

public sealed class GradientIsTheDerivativeInDouble : GradientIsTheDerivative<double>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_IsTheSlopeOfTheLosses(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, w) = (batch.Logits<double>(), batch.Weights<double>());
        var options = batch.Options<double>(Reduction.Sum);
        Check(batch.Labels);
        Check(batch.Targets<double>());

        void Check<TLabel>(TLabel[] labels)
            where TLabel : unmanaged
        {
            const double Step = 1.0 / 4096;
            var gradient = Run(subject, z, labels, options, w).Gradient;
            var right = Run(subject, Array.ConvertAll(z, value => value + Step), labels, options, w).Losses;
            var left = Run(subject, Array.ConvertAll(z, value => value - Step), labels, options, w).Losses;
            for (var i = 0; i < z.Length; i++)
            {
                var scale = w[i] * (options.PositiveWeight + options.NegativeWeight);
                var slope = (right[i] - left[i]) / (2 * Step);

                // The third derivative is below 0.13, and the losses are below 10⁴ times their weight.
                Assert.True(Math.Abs(slope - gradient[i]) <= scale * 1e-8, $"Gradient {gradient[i]:R}, slope {slope:R} at {z[i]:R}.");
            }
        }
    });
}

/// <summary>Loss and gradient are those of the textbook, and a reduction scales the gradient as it scales the loss.</summary>
public abstract class GradientIsTheDerivative<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// 2 ulp of the arithmetic, and a rounding each for class weight, sample weight and scale. A smoothed target of up to 15/16 is rounded,
    /// too, and what is left to 1 has 16 times its relative error.
    /// </summary>
    private const int HalfUlps = 32;

    [Theory]
    [MemberData(nameof(Ids))]
    public void LossAndGradient_AreTheTextbooks(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, t, w) = (batch.Logits<T>(), batch.Labels, batch.Targets<T>(), batch.Weights<T>());
        var options = batch.Options<T>();
        var formula = BinaryFormulas.Of(subject);
        var softTargets = Array.ConvertAll(t, double.CreateChecked);
        AssertTextbook(BinaryReference.Of<T>(formula, z, batch.HardTargets, options), Run(subject, z, y, options));
        AssertTextbook(BinaryReference.Of<T>(formula, z, batch.HardTargets, options, w), Run(subject, z, y, options, w));
        AssertTextbook(BinaryReference.Of<T>(formula, z, softTargets, options, w), Run(subject, z, t, options, w));

        var exact = BinaryReference.Of<T>(formula, z, batch.HardTargets, options);
        AssertTextbook(exact with { Losses = [] }, Run(subject, z, y, options, withLosses: false));
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_AreTheTextbooks(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var z = batch.Logits<T>();
        var p = new T[z.Length];
        subject.Probabilities(z, p);
        AssertClose(Array.ConvertAll(z, value => BinaryReference.Sigmoid(double.CreateChecked(value))), p, 8 * HalfUlp, "probabilities");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Reductions_DivideTheGradientOnly(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        y.AsSpan(0, y.Length / 4).Fill(7);
        foreach (var weights in new[] { null, w })
        {
            var plain = Run(subject, z, y, batch.Options<T>(Reduction.Sum, smoothing: 0, ignoreLabel: 7), weights);
            foreach (var (reduction, divisor) in new[]
            {
                (Reduction.MeanByCount, plain.Sum.Count), (Reduction.MeanByWeight, plain.Sum.Weight), (Reduction.DivideBy(12.5), 12.5),
            })
            {
                var reduced = Run(subject, z, y, batch.Options<T>(reduction, smoothing: 0, ignoreLabel: 7), weights);
                AssertClose(plain.Sum.Loss, reduced.Sum.Loss, 0, "loss");
                AssertClose(plain.Sum.Weight, reduced.Sum.Weight, SumTolerance, "weight");
                Bits.AssertSame<T>("losses", plain.Losses, reduced.Losses);
                AssertClose(divisor == 0 ? 0 : plain.Sum.Loss / divisor, reduced.Sum.Reduce(reduction), SumTolerance, "mean");
                AssertClose(
                    Array.ConvertAll(plain.Gradient, g => divisor == 0 ? 0 : double.CreateChecked(g) / divisor), reduced.Gradient, 16 * HalfUlp, "gradient");
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void InfiniteLogit_GivesTheLimit(string kernel)
    {
        var subject = BinaryKernels.Get<T>(kernel);
        T[] z = [T.PositiveInfinity, T.NegativeInfinity, T.PositiveInfinity, T.NegativeInfinity];
        byte[] y = [1, 0, 0, 1];
        var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.CreateChecked(3) };

        // Of cross-entropy, certain and right costs nothing; certain and wrong costs everything, at the steepest gradient.
        var exact = BinaryReference.Of<T>(BinaryFormulas.Of(subject), z, Array.ConvertAll(y, label => (double)label), options);
        Assert.Equal([0, 0], exact.Losses[..2]);
        Assert.Equal([0, 0], exact.Gradient[..2]);
        foreach (var withLosses in new[] { false, true })
        {
            var output = Run(subject, z, y, options, withLosses: withLosses);
            AssertClose(exact.Gradient, output.Gradient, HalfUlps * HalfUlp, "gradient");
            AssertClose(exact.Sum.Loss, output.Sum.Loss, SumError(exact), "loss");
            Assert.Equal(0, Run(subject, z[..2], y[..2], options, withLosses: withLosses).Sum.Loss);
        }

        AssertClose(exact.Losses, Run(subject, z, y, options).Losses, HalfUlps * HalfUlp, "losses");
        var probabilities = new T[4];
        subject.Probabilities(z, probabilities);
        Bits.AssertSame<T>("probabilities", [T.One, T.Zero, T.One, T.Zero], probabilities);

        // A class that weighs nothing costs nothing, not 0·∞.
        var free = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.Zero };
        foreach (var withLosses in new[] { false, true })
        {
            var output = Run(subject, [T.NegativeInfinity], [(byte)1], free, withLosses: withLosses);
            Assert.Equal(0, output.Sum.Loss);
            Assert.Equal(T.Zero, output.Gradient[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void WeightBeyondTheLargestNumber_CountsAsThat(string kernel)
    {
        // A label that costs nothing costs nothing also with such a weight, not 0·∞.
        var subject = BinaryKernels.Get<T>(kernel);
        var most = T.BitDecrement(T.PositiveInfinity);
        var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = most, NegativeWeight = most };
        T[] z = [T.CreateChecked(4000), T.CreateChecked(-4000), T.CreateChecked(4000), T.CreateChecked(-4000)];
        T[] w = [T.CreateChecked(2), T.CreateChecked(3), most, most];
        foreach (var output in new[]
        {
            Run(subject, z, new byte[] { 1, 0, 1, 0 }, options, w),
            Run(subject, z, [T.One, T.Zero, T.One, T.Zero], options, w),
        })
        {
            Bits.AssertSame<T>("losses", new T[4], output.Losses, signOfZero: false);
            Bits.AssertSame<T>("gradient", new T[4], output.Gradient, signOfZero: false);
            Assert.Equal(0, output.Sum.Loss);
        }

        // A part of both classes, and weights of columns.
        var half = T.CreateChecked(0.5);
        var shared = Run(subject, z, [half, half, half, half], options, w);
        Assert.DoesNotContain(shared.Losses, T.IsNaN);
        Assert.DoesNotContain(shared.Gradient, T.IsNaN);
        var columns = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(0.125)) { Columns = 2, PositiveWeights = new[] { most, most } };
        var own = Run(subject, z, new byte[] { 1, 0, 0, 1 }, columns, w);
        Assert.DoesNotContain(own.Losses, T.IsNaN);
        Assert.DoesNotContain(own.Gradient, T.IsNaN);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void NaNLogit_PoisonsItsOwnGradientAndTheSum(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var at = z.Length / 2;
        var options = (batch with { Positive = new(2), Negative = new(0.5) }).Options<T>();
        foreach (var withLosses in new[] { false, true })
        {
            T[] poisoned = [.. z];
            poisoned[at] = T.NaN;
            var clean = Run(subject, z, y, options, withLosses: withLosses);
            var output = Run(subject, poisoned, y, options, withLosses: withLosses);
            clean.Gradient[at] = T.NaN;
            Bits.AssertSame<T>("gradient", clean.Gradient, output.Gradient);
            Assert.True(double.IsNaN(output.Sum.Loss), "The sum hides the NaN.");
            Assert.Equal(clean.Sum with { Loss = double.NaN }, output.Sum);
            if (withLosses)
            {
                clean.Losses[at] = T.NaN;
                Bits.AssertSame<T>("losses", clean.Losses, output.Losses);
            }
        }
    }, mayBeEmpty: false);

    private static double RelativeError(double condition) => (HalfUlps + condition) * HalfUlp;

    /// <summary>What a sum may be off by, of losses that are each off by their <see cref="RelativeError"/>.</summary>
    private static double SumError(BinaryResult exact)
    {
        var error = exact.Losses.Zip(exact.Conditions, (loss, condition) => condition == 0 ? 0 : loss * RelativeError(condition)).Sum();
        return (2 * SumTolerance) + (error == 0 ? 0 : error / exact.Losses.Sum());
    }

    private static void AssertTextbook(BinaryResult exact, Output output)
    {
        AssertClose(exact.Sum.Loss, output.Sum.Loss, SumError(exact), "loss");
        AssertClose(exact.Sum.Weight, output.Sum.Weight, SumTolerance, "weight");
        Assert.Equal(exact.Sum.Count, output.Sum.Count);
        Assert.Equal(exact.Sum.Ignored, output.Sum.Ignored);

        Assert.Equal(exact.Losses.Length, output.Losses.Length);
        for (var i = 0; i < output.Losses.Length; i++)
        {
            AssertClose(exact.Losses[i], double.CreateChecked(output.Losses[i]), RelativeError(exact.Conditions[i]), $"losses[{i}]");
        }

        Assert.Equal(exact.Gradient.Length, output.Gradient.Length);
        for (var i = 0; i < exact.Gradient.Length; i++)
        {
            // The terms of a soft target have different signs: where they cancel, the error is one of the terms.
            var error = Math.Abs(exact.Gradient[i] - double.CreateChecked(output.Gradient[i]));
            Assert.True(
                error <= (RelativeError(exact.Conditions[i]) * exact.GradientTerms[i]) + SmallestNormal,
                $"gradient[{i}] is {output.Gradient[i]:R} instead of {exact.Gradient[i]:R}.");
        }
    }
}
