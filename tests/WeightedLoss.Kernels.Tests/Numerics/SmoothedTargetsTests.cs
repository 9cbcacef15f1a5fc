using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>Label smoothing keeps the digits of ε for both labels: a positive label at z is a negative one at −z.</summary>
public class SmoothedTargetsTests
{
    private static readonly double[] s_smoothings = [1e-6, 1e-5, 3e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 1 / 3.0, 0.5];

    // 0 is its own mirror image, but its two sides add in another order.
    private static readonly double[] s_logits = [1e-30, 1e-4, 0.03, 0.5, 1, 2.25, 4, 7, 9.9, 14, 20, 33, 50, 70, 86];

    [Fact]
    public void Float_EverySmoothing_MirrorsAndHasItsDigits() => Check<float>();

    [Fact]
    public void Double_EverySmoothing_MirrorsAndHasItsDigits() => Check<double>();

    [Fact]
    public void Float_SureAndRightPositive_CostsWhatTheSmoothingSays()
    {
        var losses = new float[2];
        var options = new BinaryCrossEntropyOptions<float>(Reduction.Sum) { LabelSmoothing = 1e-3f };

        BinaryCrossEntropy.Loss([20f, -20f], new byte[] { 1, 0 }, options, default, losses);

        Assert.Equal([0.0100000026f, 0.0100000026f], losses);
    }

    private static void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var logits = s_logits.SelectMany(z => new[] { z, -z }).Select(T.CreateChecked).ToArray();
        var mirrored = Array.ConvertAll(logits, z => -z);
        var n = logits.Length;
        byte[] ones = [.. Enumerable.Repeat((byte)1, n)];
        var kernels = BinaryKernels.Of<T>().Where(BinaryFormulas.IsSymmetric).ToArray();
        Assert.NotEmpty(kernels);
        foreach (var kernel in kernels)
        {
            foreach (var smoothing in s_smoothings)
            {
                var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { LabelSmoothing = T.CreateChecked(smoothing) };
                var (positive, negative) = (Run<byte>(logits, ones, null), Run<byte>(mirrored, new byte[n], null));
                var what = $"{kernel}, ε = {smoothing}";
                Assert.True(positive.Losses.AsSpan().SequenceEqual(negative.Losses), $"{what}: losses");
                Assert.True(
                    positive.Gradient.AsSpan().SequenceEqual(Array.ConvertAll(negative.Gradient, value => -value)), $"{what}: gradient");

                var ofOnes = Enumerable.Repeat(T.One, n).ToArray();
                foreach (var same in new[]
                {
                    Run<byte>(logits, ones, ofOnes),
                    Run<T>(logits, ofOnes, null),
                    Run<T>(logits, ofOnes, ofOnes),
                })
                {
                    Assert.True(positive.Losses.AsSpan().SequenceEqual(same.Losses), $"{what}: other forms' losses");
                    Assert.True(positive.Gradient.AsSpan().SequenceEqual(same.Gradient), $"{what}: other forms' gradient");
                }

                if (kernel.Case == LossCases.BinaryCrossEntropy)
                {
                    for (var i = 0; i < n; i++)
                    {
                        var (loss, gradient, term) = Exact(logits[i], options.LabelSmoothing);
                        var z = $"{what}, z = {logits[i]}";
                        AssertWithin(NumericBounds.Loss, positive.Losses[i], loss, loss.High, $"{z}: loss");
                        AssertWithin(NumericBounds.Gradient, positive.Gradient[i], gradient, term, $"{z}: gradient");
                    }
                }

                else if (typeof(T) == typeof(float) && kernel.Case == LossCases.SigmoidFocal && double.CreateChecked(kernel.Gamma) <= 5)
                {
                    // For floats, the textbook's formula in double is reference enough.
                    for (var i = 0; i < n; i++)
                    {
                        var (s, gamma, half) = (
                            double.CreateChecked(logits[i]),
                            double.CreateChecked(kernel.Gamma),
                            double.CreateChecked(options.LabelSmoothing) / 2);
                        var (right, wrong) = (BinaryReference.Focal(-s, gamma), BinaryReference.Focal(s, gamma));
                        var loss = ((1 - half) * right.Loss) + (half * wrong.Loss);
                        var (ofPositive, ofNegative) = ((1 - half) * right.Slope, half * wrong.Slope);
                        AssertWithin(NumericBounds.FocalLoss, positive.Losses[i], loss, loss, $"{what}, z = {s}: loss");
                        var size = Math.Max(ofPositive, ofNegative);
                        var slope = ofNegative - ofPositive;
                        AssertWithin(NumericBounds.FocalGradient, positive.Gradient[i], slope, size, $"{what}, z = {s}: gradient");
                    }
                }

                (T[] Losses, T[] Gradient) Run<TLabel>(T[] z, TLabel[] labels, T[]? weights)
                    where TLabel : unmanaged
                {
                    var (gradient, losses) = (new T[n], new T[n]);
                    kernel.LossAndGradient<TLabel>(z, labels, gradient, options, weights, losses);
                    return (losses, gradient);
                }
            }
        }
    }

    /// <summary>
    /// Loss and gradient of a positive label, and the larger of the gradient's two terms, in which its errors are counted.
    /// </summary>
    private static (DoubleDouble Loss, DoubleDouble Gradient, double Term) Exact<T>(T logit, T smoothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var z = double.CreateChecked(logit);
        DoubleDouble half = double.CreateChecked(smoothing) / 2;
        var rest = (DoubleDouble)1 - half;
        var e = DoubleDouble.Exp(-Math.Abs(z));
        var log = DoubleDouble.Log1p(e);
        var (small, large) = (e / ((DoubleDouble)1 + e), (DoubleDouble)1 / ((DoubleDouble)1 + e));
        var loss = log + ((z > 0 ? half : rest) * Math.Abs(z));
        var (ofPositive, ofNegative) = (rest * (z > 0 ? small : large), half * (z > 0 ? large : small));
        return (loss, ofNegative - ofPositive, Math.Max(ofPositive.High, ofNegative.High));
    }

    private static void AssertWithin<T>(double bound, T actual, DoubleDouble exact, double size, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var error = Math.Abs((((DoubleDouble)double.CreateChecked(actual)) - exact).High) / Math.ScaleB(
            1, Math.ILogB(size) - (typeof(T) == typeof(float) ? 23 : 52));
        Assert.True(error <= bound, $"{what} is off by {error:F3} ulp.");
    }
}
