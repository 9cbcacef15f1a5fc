namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The weights α and 1 − α, and the meaning of the loss, as torchvision's sigmoid_focal_loss has them; written after its documentation.
/// </summary>
public class TorchvisionFocalTests
{
    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.75, 2)]
    [InlineData(0, 2)]
    [InlineData(1, 0.5)]
    [InlineData(-1, 2)]
    [InlineData(-0.5, 1.25)]
    [InlineData(0.25, 0)]
    public void Loss_AnyAlpha_IsThatOfTheProbabilityOfTheTarget(double alpha, double gamma)
    {
        double[] logits = [.. Enumerable.Range(-60, 121).Select(i => i / 7.0)];
        byte[] labels = [.. logits.Select((_, i) => (byte)(i % 3 == 0 ? 1 : 0))];
        double[] targets = [.. logits.Select((_, i) => i % 9 / 8.0)];
        var options = new SigmoidFocalOptions<double>(Reduction.MeanByCount, alpha) { Gamma = gamma };
        var losses = new double[logits.Length];

        var sum = SigmoidFocal.Loss(logits, labels, options, losses: losses);

        var expected = logits.Select((z, i) => PeerLoss(z, labels[i], alpha, gamma)).ToArray();
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-9));
        Assert.Equal(expected.Average(), sum.MeanByCount, 1e-12);

        // For a target between, the library takes the mean of the two classes' losses, the peer's one modulating factor is another loss.
        var soft = SigmoidFocal.Loss(logits, targets, options).Loss;
        Assert.Equal(
            logits.Select((z, i) => (targets[i] * PeerLoss(z, 1, alpha, gamma)) + ((1 - targets[i]) * PeerLoss(z, 0, alpha, gamma))).Sum(),
            soft,
            1e-9);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Alpha_AboveOneOrNaN_IsNamed(double alpha) =>
        Assert.Contains(
            $"alpha is {alpha}",
            Assert.Throws<ArgumentException>("alpha", () => new SigmoidFocalOptions<double>(Reduction.Sum, alpha)).Message);

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Gamma_NegativeOrNotFinite_IsNamed(double gamma) => Assert.Contains(
        $"Gamma is {gamma}", Assert.Throws<ArgumentException>("Gamma", () => new SigmoidFocalOptions<double>(Reduction.Sum) { Gamma = gamma }).Message);

    [Fact]
    public void Gamma_NotSet_IsTwo() => Assert.Equal(2, new SigmoidFocalOptions<float>(Reduction.Sum).Gamma);

    // p_t is the probability of the label, α_t its weight unless α is negative; α_t·(1 − p_t)^γ·ce.
    private static double PeerLoss(double logit, int label, double alpha, double gamma)
    {
        var probability = 1 / (1 + Math.Exp(-logit));
        var crossEntropy = Math.Max(logit, 0) - (logit * label) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
        var ofLabel = label == 1 ? probability : 1 - probability;
        var loss = crossEntropy * Math.Pow(1 - ofLabel, gamma);
        return alpha < 0 ? loss : loss * (label == 1 ? alpha : 1 - alpha);
    }
}
