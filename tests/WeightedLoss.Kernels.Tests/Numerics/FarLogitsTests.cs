using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// Kernels of the sigmoid's focal loss have another form of their arithmetic for tiles with a logit far from 0: a loss and its gradient are the
/// same in either, whatever logits are beside.
/// </summary>
public sealed class FarLogitsTests
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
        // Tiles without a far logit, tiles with one, and tiles of little else.
        const int N = 1400;
        var random = new Random(11);
        var logits = new float[N];
        for (var i = 0; i < N; i++)
        {
            var isFar = i < 600 ? i == 570 : i % 8 == 0 || i > 1100;
            logits[i] = (float)(isFar ? 8 + (random.NextDouble() * 85) : random.NextDouble() * 8) * (random.Next(2) == 0 ? -1 : 1);
        }

        (logits[700], logits[708], logits[716]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        var labels = Array.ConvertAll(logits, _ => (byte)random.Next(2));
        var targets = Array.ConvertAll(logits, _ => random.Next(3) == 0 ? random.Next(2) : random.NextSingle());
        var options = new BinaryLossOptions<float>(Reduction.Sum) { PositiveWeight = 3, NegativeWeight = 0.5f };
        var kernels = FocalKernels.WithGamma(gamma);
        Assert.NotEmpty(kernels);
        foreach (var kernel in kernels)
        {
            Check<byte>(labels);
            Check<float>(targets);

            void Check<TLabel>(TLabel[] given)
                where TLabel : unmanaged
            {
                var (gradient, losses, alone, aloneLosses) = (new float[N], new float[N], new float[N], new float[N]);
                kernel.LossAndGradient<TLabel>(logits, given, gradient, options, losses: losses);
                for (var i = 0; i < N; i++)
                {
                    kernel.LossAndGradient<TLabel>(
                        logits.AsSpan(i, 1), given.AsSpan(i, 1), alone.AsSpan(i, 1), options, losses: aloneLosses.AsSpan(i, 1));
                }

                Bits.AssertSame<float>($"{kernel.Id}, γ = {gamma}, gradient", alone, gradient);
                Bits.AssertSame<float>($"{kernel.Id}, γ = {gamma}, losses", aloneLosses, losses);
            }
        }
    }
}
