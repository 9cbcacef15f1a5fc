namespace WeightedLoss.Tests.Numerics;

/// <summary>Divisors and weights whose quotient is beyond float: the gradient saturates, and 0 stays 0.</summary>
public class ExtremeScaleTests
{
    [Fact]
    public void LossAndGradient_TinyDivisor_LeavesNoNaN()
    {
        var options = new BinaryLossOptions<float>(Reduction.DivideBy(1e-39));
        var gradient = new float[3];

        BinaryCrossEntropy.LossAndGradient([float.NegativeInfinity, 0f, 200f], new byte[] { 0, 0, 1 }, gradient, options);

        Assert.Equal([0f, float.MaxValue / 2, 0f], gradient.Select(Math.Abs));
    }

    [Fact]
    public void LossAndGradient_SubnormalSampleWeights_AreDividedOut()
    {
        var options = new BinaryLossOptions<float>(Reduction.MeanByWeight);
        var gradient = new float[1];

        BinaryCrossEntropy.LossAndGradient([0f], new byte[] { 0 }, gradient, options, sampleWeights: [1e-39f]);

        Assert.InRange(gradient[0], 0.1f, 0.5f);
    }
}
