using WeightedLoss.Shared;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// Kernels of the sigmoid's focal loss have another form of their arithmetic for tiles with a saturated logit: a loss and its gradient are
/// the same in either, whatever logits are beside.
/// </summary>
public sealed class SaturatedLogitsTests
{
    [Theory]
    [InlineData(0.25f)]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(1.5f)]
    [InlineData(2f)]
    [InlineData(4f)]
    [InlineData(5f)]
    [InlineData(12f)]
    [InlineData(300f)]
    [InlineData(3e6f)]
    public void LossAndGradient_BesideOtherLogits_AreThoseAlone(float gamma)
    {
        // Tiles without a saturated logit, tiles with one, and tiles of little else.
        const int N = 1400;
        var random = new Random(11);
        var unsaturated = gamma < 100 ? -Math.Log(FocalLimits.UnsaturatedE(gamma)) : 0;
        var logits = new float[N];
        for (var i = 0; i < N; i++)
        {
            var isSaturated = i < 600 ? i == 570 : i % 8 == 0 || i > 1100;
            logits[i] = (float)(unsaturated * random.NextDouble() * 0.999) * (random.Next(2) == 0 ? -1 : 1);
            if (isSaturated)
            {
                logits[i] += (float)(unsaturated + (random.NextDouble() * (95 - unsaturated))) * Math.Sign(logits[i]);
            }
        }

        (logits[700], logits[708], logits[716]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        var labels = Array.ConvertAll(logits, _ => (byte)random.Next(2));
        var targets = Array.ConvertAll(logits, _ => random.Next(3) == 0 ? random.Next(2) : random.NextSingle());
        var weights = Array.ConvertAll(logits, _ => random.Next(2) == 0 ? 1 : float.Exp(-60 * random.NextSingle()));
        var options = new BinaryCrossEntropyOptions<float>(Reduction.Sum) { PositiveWeight = 3, NegativeWeight = 0.5f };
        var kernels = BinaryKernels.With(LossCases.SigmoidFocal, gamma);
        Assert.NotEmpty(kernels);
        foreach (var kernel in kernels)
        {
            Check<byte>(labels);
            Check<float>(targets);

            void Check<TLabel>(TLabel[] given)
                where TLabel : unmanaged
            {
                var (gradient, losses, alone, aloneLosses) = (new float[N], new float[N], new float[N], new float[N]);
                kernel.LossAndGradient<TLabel>(logits, given, gradient, options, weights, losses);
                for (var i = 0; i < N; i++)
                {
                    kernel.LossAndGradient<TLabel>(
                        logits.AsSpan(i, 1), given.AsSpan(i, 1), alone.AsSpan(i, 1), options, weights.AsSpan(i, 1), aloneLosses.AsSpan(i, 1));
                }

                Bits.AssertSame<float>($"{kernel.Id}, γ = {gamma}, gradient", alone, gradient);
                Bits.AssertSame<float>($"{kernel.Id}, γ = {gamma}, losses", aloneLosses, losses);
            }
        }
    }

    /// <summary>Both kinds of labels, with weights of 1 and tiny ones, where the results are normal numbers.</summary>
    [Theory]
    [InlineData(0.05f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    [InlineData(1.1f)]
    [InlineData(2f)]
    [InlineData(4f)]
    [InlineData(5f)]
    [InlineData(5.3f)]
    [InlineData(12f)]
    [InlineData(25f)]
    public void LossAndGradient_ToTheLastNormalNumber_AreTheTextbooks(float gamma)
    {
        const int N = 4000;
        const double SmallestNormal = 1.1754943508222875e-38;
        var random = new Random(5);
        var logits = new float[N];
        for (var i = 0; i < N; i++)
        {
            logits[i] = (float)(90 / (gamma + 1) * (i < N / 2 ? random.NextDouble() : 0.9 + (0.1 * random.NextDouble()))) * (
                random.Next(2) == 0 ? -1 : 1);
        }

        var labels = Array.ConvertAll(logits, _ => (byte)random.Next(2));
        var targets = Array.ConvertAll(logits, _ => random.Next(3) == 0 ? random.Next(2) : random.NextSingle());
        var weights = Array.ConvertAll(logits, _ => random.Next(2) == 0 ? 1 : float.Exp(-60 * random.NextSingle()));
        foreach (var kernel in BinaryKernels.With(LossCases.SigmoidFocal, gamma))
        {
            Check<byte>(labels, Array.ConvertAll(labels, label => (double)label));
            Check<float>(targets, Array.ConvertAll(targets, target => (double)target));

            void Check<TLabel>(TLabel[] given, double[] numbers)
                where TLabel : unmanaged
            {
                // Two roundings by the weight, and one by the target; a soft target's gradient is a difference.
                var tolerance = (NumericBounds.FocalLoss + (0.3 * Math.Max(0, gamma - 5)) + 4) * Math.ScaleB(1, -24) * 2;
                var (gradient, losses) = (new float[N], new float[N]);
                kernel.LossAndGradient<TLabel>(logits, given, gradient, new(Reduction.Sum), weights, losses);
                for (var i = 0; i < N; i++)
                {
                    var (positive, negative) = (BinaryReference.Focal(-logits[i], gamma), BinaryReference.Focal(logits[i], gamma));
                    var ofPositive = weights[i] * numbers[i] * positive.Slope;
                    var ofNegative = weights[i] * (1 - numbers[i]) * negative.Slope;
                    var loss = weights[i] * ((numbers[i] * positive.Loss) + ((1 - numbers[i]) * negative.Loss));
                    AssertClose("loss", loss, losses[i], loss);
                    AssertClose("gradient", ofNegative - ofPositive, gradient[i], Math.Max(ofPositive, ofNegative));

                    void AssertClose(string what, double expected, float actual, double size) => Assert.True(
                        Math.Abs(expected - actual) <= (tolerance * size) + (size < SmallestNormal ? SmallestNormal : 0),
                        $"{kernel.Id}, γ = {gamma}, logit {logits[i]:R}, label {given[i]}, weight {weights[i]:R}: {what} {actual:R}, not {expected:R}");
                }
            }
        }
    }

    /// <summary>The generator has γ as it was written, the library as the element type has it.</summary>
    [Fact]
    public void Limits_OfAConstantGamma_AreThoseAtRunTime()
    {
        for (var i = 1; i < 2000; i++)
        {
            var gamma = i / 100.0;
            var given = (double)(float)gamma;
            Assert.Equal(FocalLimits.MinusLog(given, bits: 32), FocalLimits.MinusLog(gamma, bits: 32));
            Assert.Equal(FocalLimits.LeastQ(given, bits: 32), FocalLimits.LeastQ(gamma, bits: 32));
            Assert.Equal(FocalLimits.UnsaturatedQ(given, bits: 32), FocalLimits.UnsaturatedQ(gamma, bits: 32));
            Assert.Equal(FocalLimits.LeastE(given, hasProducts: false), FocalLimits.LeastE(gamma, hasProducts: false));
            Assert.Equal(FocalLimits.UnsaturatedE(given), FocalLimits.UnsaturatedE(gamma));
        }
    }
}
