using System.Numerics;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The asymmetric loss next to its margin, where its power is small and its gradient is not by as much: what is a normal number is not 0.
/// </summary>
public class MarginTests
{
    private const int Logits = 1 << 12;

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(0.5, 0.05)]
    [InlineData(2, 0.3)]
    [InlineData(4, 0.05)]
    [InlineData(6, 0.05)]
    [InlineData(9, 0.4)]
    public void Float_NextToTheMargin_IsTheFormula(double gamma, double margin)
    {
        var options = new AsymmetricLossOptions<float>(Reduction.Sum) { GammaNegative = (float)gamma, Margin = (float)margin };
        AssertFormula(
            options,
            (z, y, gradient, losses) => AsymmetricLoss.LossAndGradient(z, y, gradient, options, losses: losses),
            Points(margin, bits: 24).Select(z => (float)z),
            1.2e-38,
            6e-8);
    }

    [Theory]
    [InlineData(4, 0.05)]
    [InlineData(30, 0.05)]
    [InlineData(45, 0.3)]
    public void Double_NextToTheMargin_IsTheFormula(double gamma, double margin)
    {
        var options = new AsymmetricLossOptions<double>(Reduction.Sum) { GammaNegative = gamma, Margin = margin };
        AssertFormula(
            options,
            (z, y, gradient, losses) => AsymmetricLoss.LossAndGradient(z, y, gradient, options, losses: losses),
            Points(margin, bits: 53),
            2.3e-308,
            1.2e-16);
    }

    /// <summary>Ever closer to the logit of the margin, from above.</summary>
    private static IEnumerable<double> Points(double margin, int bits) =>
        Enumerable.Range(0, Logits).Select(i => Math.Log(margin / (1 - margin)) + Math.Pow(2, -1 - (i * (bits - 1.0) / Logits)));

    private static void AssertFormula<T>(
        AsymmetricLossOptions<T> options, Action<T[], byte[], T[], T[]> run, IEnumerable<T> points, double smallestNormal, double halfUlp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = [.. points];
        var (labels, gradient, losses) = (new byte[logits.Length], new T[logits.Length], new T[logits.Length]);
        run(logits, labels, gradient, losses);
        var normal = 0;

        // What is 0 instead: the power is below every normal number, or next to it, and the gradient is γ·m·(1 − m) times as large.
        var below = smallestNormal * (2 + double.CreateChecked(options.GammaNegative));
        for (var i = 0; i < logits.Length; i++)
        {
            var exact = BinaryReference.Asymmetric(
                double.CreateChecked(logits[i]),
                isPositive: false,
                double.CreateChecked(options.GammaPositive),
                double.CreateChecked(options.GammaNegative),
                double.CreateChecked(options.Margin));
            var tolerance = (32 + exact.Condition) * halfUlp;
            AssertClose("loss", exact.Loss, losses[i]);
            AssertClose("gradient", exact.Slope, gradient[i]);
            normal += exact.Slope >= smallestNormal ? 1 : 0;

            void AssertClose(string what, double expected, T actual) => Assert.True(
                Math.Abs(expected - double.CreateChecked(actual)) <= (tolerance * expected) + below,
                $"{what} at {logits[i]} is {actual} instead of {expected} ± {tolerance * expected}.");
        }

        Assert.InRange(normal, 1, logits.Length);
    }
}
