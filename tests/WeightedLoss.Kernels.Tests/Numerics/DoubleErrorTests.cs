using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The double kernels against exact values.</summary>
public class DoubleErrorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Functions { get; } =
        [.. Kernels.All.OfType<FunctionKernelEntry<double>>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    public static TheoryData<string> Losses { get; } =
        [.. Kernels.CrossEntropies<double>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    [Fact]
    public void Table_EveryFunction_HasPoints()
    {
        Assert.Equal(["exp-negative", "log1p", "log1p-unit", "sigmoid", "softplus"], DoubleOracle.Points.Select(group => group.Key).Order());
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
                var options = new BinaryLossOptions<double>(Reduction.Sum);
                Kernels.Get<double>(kernel).LossAndGradient<byte>(logits, labels, gradient, options, losses: losses);
                AssertBound($"{kernel} {name} label {label}", bound, points, name == "softplus" ? losses : Array.ConvertAll(gradient, g => side * g));

                // Without the losses, another method computes the gradient.
                var alone = new double[logits.Length];
                Kernels.Get<double>(kernel).LossAndGradient<byte>(logits, labels, alone, options);
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
        Kernels.Get<double>(kernel).Probabilities(Array.ConvertAll(points, point => point.X), probabilities);
        AssertBound(kernel, NumericBounds.Gradient, points, probabilities);
    }

    private void AssertBound(string what, double bound, DoubleOracle.Point[] points, double[] actual)
    {
        var (error, worst) = points.Zip(actual, (p, y) => (Error: Ulp.Error(y, p.Rounded, p.Fraction), p.X)).Max();
        output.WriteLine($"{what}: at most {error:F4} ulp, at {worst:R}, over {points.Length} values.");
        Assert.True(error <= bound, $"{what}: {error:F4} ulp at {worst:R}, bound {bound}.");
    }
}
