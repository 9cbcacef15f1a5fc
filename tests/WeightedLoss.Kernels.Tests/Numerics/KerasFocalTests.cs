namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The focal loss of several classes as Keras' CategoricalFocalCrossentropy defines it, with an α for each class; written after its
/// documentation: α_y·(1 − p_y)^γ times the cross-entropy of the label.
/// </summary>
public class KerasFocalTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(3.3)]
    public void Loss_AlphaPerClass_IsThatOfTheLabel(double gamma)
    {
        double[] alpha = [0.25, 0.1, 2, 1];
        double[] logits = [.. Enumerable.Range(0, 120).Select(i => 3 * Math.Sin(i * 1.7))];
        int[] labels = [.. Enumerable.Range(0, 30).Select(i => i * 7 % 4)];
        var options = new SoftmaxFocalOptions<double>(4, Reduction.MeanByCount) { ClassWeights = alpha, Gamma = gamma };
        var losses = new double[labels.Length];

        var sum = SoftmaxFocal.Loss(logits, labels, options, losses: losses);

        var expected = labels.Select((label, i) =>
        {
            var exponentials = logits.Skip(i * 4).Take(4).Select(Math.Exp).ToArray();
            var probability = exponentials[label] / exponentials.Sum();
            return alpha[label] * Math.Pow(1 - probability, gamma) * -Math.Log(probability);
        }).ToArray();
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-10));
        Assert.Equal(expected.Average(), sum.MeanByCount, 1e-12);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Gamma_NegativeOrNotFinite_IsNamed(double gamma) => Assert.Contains(
        $"Gamma is {gamma}", Assert.Throws<ArgumentException>("Gamma", () => new SoftmaxFocalOptions<double>(3, Reduction.Sum) { Gamma = gamma }).Message);

    [Fact]
    public void Gamma_NotSet_IsTwo() => Assert.Equal(2, new SoftmaxFocalOptions<float>(3, Reduction.Sum).Gamma);
}
