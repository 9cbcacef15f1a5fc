using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// Every binary loss, with all parameters that tests run it with, over every so-many-th float: the stride is a prime, so all exponents and
/// low bits occur. The first kernel is measured, and the others must have its bits.
/// </summary>
public class BinaryLossErrorTests(ITestOutputHelper output)
{
    private const uint Stride = 5003;

    public static TheoryData<string, byte> Losses { get; } = new(
        from loss in LossCases.All.OfType<BinaryLossCase>() from label in new byte[] { 0, 1 } select (loss.Id, label));

    [Theory]
    [MemberData(nameof(Losses))]
    public void LossAndGradient_OfFloats_AreWithinTheBoundOfTheLoss(string id, byte label)
    {
        var loss = LossCases.All.OfType<BinaryLossCase>().Single(one => one.Id == id);
        var logits = new float[uint.MaxValue / Stride];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = BitConverter.UInt32BitsToSingle((uint)i * Stride);
        }

        foreach (var parameters in loss.Parameters)
        {
            var kernels = BinaryKernels.With(loss, Array.ConvertAll(parameters, value => (float)value));
            Assert.NotEmpty(kernels);
            var (losses, gradient) = Run(kernels[0], logits, label);
            foreach (var kernel in kernels)
            {
                var (otherLosses, otherGradient) = Run(kernel, logits, label);
                Bits.AssertSame<float>(kernel.Id, losses, otherLosses);
                Bits.AssertSame<float>(kernel.Id, gradient, otherGradient);
            }

            AssertBound(kernels[0], logits, losses, gradient, label);
        }
    }

    private static (float[] Losses, float[] Gradient) Run(BinarySubject<float> kernel, float[] logits, byte label)
    {
        var labels = new byte[logits.Length];
        labels.AsSpan().Fill(label);
        var (losses, gradient) = (new float[logits.Length], new float[logits.Length]);
        kernel.LossAndGradient<byte>(logits, labels, gradient, new(Reduction.Sum), losses: losses);
        return (losses, gradient);
    }

    private void AssertBound(BinarySubject<float> kernel, float[] logits, float[] losses, float[] gradient, byte label)
    {
        const double SmallestNormal = 1.1754943508222875e-38;
        var (formula, bound, factor) = BinaryFormulas.FactsOf(kernel);
        var worst = (Loss: (Error: 0d, At: 0f), Gradient: (Error: 0d, At: 0f));
        for (var i = 0; i < logits.Length; i++)
        {
            var exact = formula(logits[i], label == 1);
            worst.Loss = Worse(worst.Loss, losses[i], exact.Loss);
            worst.Gradient = Worse(worst.Gradient, gradient[i], exact.Slope);

            (double, float) Worse((double Error, float At) before, float actual, double expected)
            {
                var mayBe0 = Math.Abs(expected) <= factor * SmallestNormal && actual * expected >= 0 && Math.Abs(actual) <= Math.Abs(expected);
                var error = mayBe0 ? 0 : Ulp.Error(actual, expected) - exact.Condition;
                return error > before.Error ? (error, logits[i]) : before;
            }
        }

        var name = $"{kernel}, label {label}";
        output.WriteLine($"{name}: loss {worst.Loss.Error:F4} ulp, at {worst.Loss.At:R}; gradient {worst.Gradient.Error:F4} ulp, at "
            + $"{worst.Gradient.At:R}; bound {bound}.");
        Assert.True(worst.Loss.Error <= bound, $"{name}: the loss is off by {worst.Loss.Error:F4} ulp at {worst.Loss.At:R}, bound {bound}.");
        Assert.True(
            worst.Gradient.Error <= bound,
            $"{name}: the gradient is off by {worst.Gradient.Error:F4} ulp at {worst.Gradient.At:R}, bound {bound}.");
    }
}
