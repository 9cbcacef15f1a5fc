using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The double kernels against exact values.</summary>
public class DoubleErrorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Functions { get; } =
        [.. Kernels.Supported<FunctionKernelEntry<double>>().Select(kernel => kernel.Id)];

    public static TheoryData<string> Losses { get; } =
        BinaryKernels.Ids<double>(kernel => kernel.Case == LossCases.BinaryCrossEntropy);

    [Fact]
    public void Table_EveryFunction_HasPoints()
    {
        Assert.Equal(
            ["exp-negative", "log1p", "log1p-unit", "sigmoid", "softplus"], DoubleOracle.Points.Select(group => group.Key).Order());
        Assert.All(DoubleOracle.Points, group => Assert.True(group.Count() > 1000));
        Assert.All(DoubleOracle.Points.SelectMany(group => group), point => Assert.InRange(point.Fraction, -0.5, 0.5));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_ExactValues_AreWithinTheBound(string kernel)
    {
        var (name, bound) = kernel.Split('-')[0] switch
        {
            "exp" => ("exp-negative", NumericBounds.Exp),
            "log1punit" => ("log1p-unit", NumericBounds.Log1p),
            _ => ("log1p", NumericBounds.Log1p),
        };
        var points = DoubleOracle.Points[name].ToArray();
        var x = new double[(points.Length + 7) / 8 * 8];
        points.Select(point => point.X).ToArray().CopyTo(x, 0);
        var y = new double[x.Length];
        Kernels.All.OfType<FunctionKernelEntry<double>>().Single(entry => entry.Id == kernel).Run(x, y);
        AssertBound(kernel, bound, points, y);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void LossAndGradient_ExactValues_AreWithinTheBound(string kernel)
    {
        // The positive label sees −z, so the table of softplus and σ serves both labels.
        foreach (var label in new byte[] { 0, 1 })
        {
            var side = label == 1 ? -1 : 1;
            foreach (var (name, bound) in new[] { ("softplus", NumericBounds.Loss), ("sigmoid", NumericBounds.Gradient) })
            {
                var points = DoubleOracle.Points[name].ToArray();
                var logits = Array.ConvertAll(points, point => side * point.X);
                var labels = Enumerable.Repeat(label, logits.Length).ToArray();
                var losses = new double[logits.Length];
                var gradient = new double[logits.Length];
                var options = new BinaryCrossEntropyOptions<double>(Reduction.Sum);
                BinaryKernels.Get<double>(kernel).LossAndGradient<byte>(logits, labels, gradient, options, losses: losses);
                AssertBound($"{kernel} {name} label {label}", bound, points, name == "softplus" ? losses : Array.ConvertAll(
                    gradient, g => side * g));

                // Without the losses, another method computes the gradient.
                var alone = new double[logits.Length];
                BinaryKernels.Get<double>(kernel).LossAndGradient<byte>(logits, labels, alone, options);
                Bits.AssertSame<double>(kernel, gradient, alone, signOfZero: false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Probabilities_ExactValues_AreWithinTheBound(string kernel)
    {
        var points = DoubleOracle.Points["sigmoid"].ToArray();
        var probabilities = new double[points.Length];
        BinaryKernels.Get<double>(kernel).Probabilities(Array.ConvertAll(points, point => point.X), probabilities);
        AssertBound(kernel, NumericBounds.Gradient, points, probabilities);
    }

    /// <summary>
    /// Focal losses against values with twice a double's digits, at logits whose losses are normal numbers, to the last of these.
    /// </summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(3.5)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(0.25)]
    [InlineData(120)]
    public void FocalLossAndGradient_ExactValues_AreWithinTheBound(double gamma)
    {
        var random = new Random(7);
        var largest = 720 / (gamma + 1);
        var sizes = Enumerable.Range(0, 30000).Select(_ => Math.Pow(largest, (2.5 * random.NextDouble()) - 1.5))
            .Concat(Enumerable.Range(0, 2000).Select(i => (690 + (0.015 * i)) / (gamma + 1)));
        var logits = DoubleOracle.Points["softplus"].Select(point => point.X).Concat(sizes.SelectMany(size => new[] { size, -size })).ToArray();
        foreach (var label in new byte[] { 0, 1 })
        {
            var side = label == 1 ? -1 : 1;
            var exact = Array.ConvertAll(logits, z => Focal(side * z, gamma));
            var labels = Enumerable.Repeat(label, logits.Length).ToArray();
            foreach (var kernel in BinaryKernels.With(LossCases.SigmoidFocal, gamma))
            {
                var (losses, gradient) = (new double[logits.Length], new double[logits.Length]);
                kernel.LossAndGradient<byte>(logits, labels, gradient, new(Reduction.Sum), losses: losses);
                Check("loss", losses, NumericBounds.Focal(gamma), Array.ConvertAll(exact, values => values.Loss));
                Check(
                    "gradient",
                    Array.ConvertAll(gradient, g => side * g),
                    NumericBounds.Focal(gamma),
                    Array.ConvertAll(exact, values => values.Slope));

                void Check(string what, double[] actual, double bound, DoubleDouble[] expected)
                {
                    var (count, error, worst) = (0, 0.0, 0.0);
                    for (var i = 0; i < actual.Length; i++)
                    {
                        if (expected[i].High < Math.ScaleB(1, -1022))
                        {
                            continue;
                        }

                        // At the end, what is expected has no more than a double's digits, and is off by half an ulp itself.
                        var isWhole = expected[i].High > Math.ScaleB(1, -960);
                        var here = Math.Abs((expected[i] - actual[i]).High / Math.ScaleB(1, Math.ILogB(expected[i].High) - 52));
                        Assert.True(
                            here <= (isWhole ? bound : bound + 1),
                            $"{kernel.Id} γ = {gamma} {what}: {here:F4} ulp at {logits[i]:R}, bound {bound}.");
                        if (isWhole)
                        {
                            (error, worst) = here > error ? (here, logits[i]) : (error, worst);
                            count++;
                        }
                    }

                    Assert.NotEqual(0, count);
                    output.WriteLine(
                        $"{kernel.Id} γ = {gamma} label {label} {what}: at most {error:F4} ulp, at {worst:R}, over {count} values.");
                }
            }
        }
    }

    /// <summary>q^γ·L and q^γ·(γ·p·L + q) of a negative label.</summary>
    private static (DoubleDouble Loss, DoubleDouble Slope) Focal(double z, double gamma)
    {
        var e = DoubleDouble.Exp(-Math.Abs(z));
        var log = DoubleDouble.Log1p(e);
        var (small, large) = (e / (1 + e), 1 / (1 + e));
        var (q, p, cost, minusLog) = z > 0 ? (large, small, z + log, log) : (small, large, log, log - z);
        var power = DoubleDouble.Exp(-(gamma * minusLog));
        return (power * cost, power * ((gamma * p * cost) + q));
    }

    private void AssertBound(string what, double bound, DoubleOracle.Point[] points, double[] actual)
    {
        var (error, worst) = points.Zip(actual, (p, y) => (Error: Ulp.Error(y, p.Rounded, p.Fraction), p.X)).Max();
        output.WriteLine($"{what}: at most {error:F4} ulp, at {worst:R}, over {points.Length} values.");
        Assert.True(error <= bound, $"{what}: {error:F4} ulp at {worst:R}, bound {bound}.");
    }
}
