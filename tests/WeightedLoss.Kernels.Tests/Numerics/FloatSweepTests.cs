using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The float kernels over all bit patterns when the environment variable WEIGHTEDLOSS_EXHAUSTIVE is 1, else over every so-many-th: the
/// stride is a prime, so all exponents and low bits occur. The reference is computed once; the first kernel is measured against it, and
/// the others must have its bits.
/// </summary>
[Trait("Category", "Exhaustive")]
public class FloatSweepTests(ITestOutputHelper output)
{
    private const int Batch = 1 << 14;

    internal static bool IsExhaustive { get; } = Environment.GetEnvironmentVariable("WEIGHTEDLOSS_EXHAUSTIVE") == "1";

    private static readonly ulong Stride = IsExhaustive ? 1 : 2503ul;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LossAndGradient_EveryFloatLogit_IsWithinTheBound(byte label)
    {
        var kernels = Kernels.CrossEntropies<float>().Where(kernel => kernel.IsSupported).ToArray();
        var options = new BinaryLossOptions<float>(Reduction.Sum);
        var labels = Enumerable.Repeat(label, Batch).ToArray();
        var side = label == 1 ? -1 : 1;
        Sweep("loss", NumericBounds.Loss, "gradient", NumericBounds.Gradient, (logits, losses, gradient) =>
        {
            kernels[0].LossAndGradient<byte>(logits, labels, gradient, options, losses: losses);
            Span<float> otherLosses = new float[Batch];
            Span<float> otherGradient = new float[Batch];
            foreach (var kernel in kernels)
            {
                kernel.LossAndGradient<byte>(logits, labels, otherGradient, options, losses: otherLosses);
                Bits.AssertSame<float>(kernel.Id, losses, otherLosses);
                Bits.AssertSame<float>(kernel.Id, gradient, otherGradient);

                // Without the losses, another method computes the gradient.
                kernel.LossAndGradient<byte>(logits, labels, otherGradient, options);
                Bits.AssertSame<float>(kernel.Id, gradient, otherGradient, signOfZero: false);
            }
        }, z => BinaryReference.Softplus(side * z), z => side * BinaryReference.Sigmoid(side * z));
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 0)]
    [InlineData(0.25, 1)]
    public void FocalLossAndGradient_EveryFloatLogit_IsWithinTheBound(float gamma, byte label)
    {
        // A kernel of a single γ computes its power in another way than the one for any γ.
        // With γ = 2 the public methods choose the kernel for it, whatever γ their entry had.
        var forms = FocalKernels.WithGamma(gamma)
            .Where(kernel => gamma != 2 || kernel.InstructionSet != "dispatched" || kernel.Id.Contains("-g", StringComparison.Ordinal))
            .GroupBy(kernel => kernel.Id.Contains("-g", StringComparison.Ordinal));
        foreach (var kernels in forms.Select(form => form.ToArray()))
        {
            var isExact = kernels[0].Id.Contains("-g", StringComparison.Ordinal) && gamma is 0.5f or 1 or 2;
            var options = new BinaryLossOptions<float>(Reduction.Sum);
            var labels = Enumerable.Repeat(label, Batch).ToArray();
            var side = label == 1 ? -1 : 1;
            var name = $"{kernels[0].Id}, γ = {gamma}, label {label}";
            Sweep(
                name + ", loss",
                isExact ? NumericBounds.Loss : NumericBounds.FocalLoss,
                name + ", gradient",
                isExact ? NumericBounds.Gradient : NumericBounds.FocalGradient,
                (logits, losses, gradient) =>
                {
                    kernels[0].LossAndGradient<byte>(logits, labels, gradient, options, losses: losses);
                    Span<float> otherLosses = new float[Batch];
                    Span<float> otherGradient = new float[Batch];
                    foreach (var kernel in kernels)
                    {
                        kernel.LossAndGradient<byte>(logits, labels, otherGradient, options, losses: otherLosses);
                        Bits.AssertSame<float>(kernel.Id, losses, otherLosses);
                        Bits.AssertSame<float>(kernel.Id, gradient, otherGradient);
                    }
                },
                z => BinaryReference.FocalLoss(side * z, gamma),
                z => side * BinaryReference.FocalSlope(side * z, gamma));
        }
    }

    [Fact]
    public void Probabilities_EveryFloatLogit_IsWithinTheBound()
    {
        var kernels = Kernels.CrossEntropies<float>().Where(kernel => kernel.IsSupported).ToArray();
        Sweep("probability", NumericBounds.Gradient, null, 0, (logits, probabilities, _) =>
        {
            kernels[0].Probabilities(logits, probabilities);
            Span<float> other = new float[Batch];
            foreach (var kernel in kernels)
            {
                kernel.Probabilities(logits, other);
                Bits.AssertSame<float>(kernel.Id, probabilities, other);
            }
        }, BinaryReference.Sigmoid, null);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("log1punit")]
    [InlineData("log1p")]
    public void Function_EveryFloatOfItsRange_IsWithinTheBound(string function)
    {
        var kernels = Kernels.All.OfType<FunctionKernelEntry<float>>()
            .Where(kernel => kernel.IsSupported && kernel.Id.StartsWith(function + "-", StringComparison.Ordinal)).ToArray();

        // log1p is of a product of at most 32 factors up to 2.
        var largest = function switch { "exp" => float.MaxValue, "log1punit" => 1f, _ => 4294967296f };
        Sweep(function, function == "exp" ? NumericBounds.Exp : NumericBounds.Log1p, null, 0, (all, y, _) =>
        {
            var x = all.ToArray();
            for (var i = 0; i < x.Length; i++)
            {
                x[i] = function == "exp" || (x[i] >= 0 && x[i] <= largest) ? x[i] : 0;
            }

            kernels[0].Run(x, y);
            Span<float> other = new float[Batch];
            foreach (var kernel in kernels)
            {
                kernel.Run(x, other);
                Bits.AssertSame<float>(kernel.Id, y, other);
            }
        }, x => function == "exp" ? Math.Exp(-Math.Abs(x)) : x >= 0 && x <= largest ? Log1p(x) : 0, null);
    }

    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    private delegate void Outputs(ReadOnlySpan<float> inputs, Span<float> first, Span<float> second);

    private void Sweep(
        string firstName,
        double firstBound,
        string? secondName,
        double secondBound,
        Outputs run,
        Func<double, double> firstExact,
        Func<double, double>? secondExact)
    {
        var count = ((1ul << 32) + Stride - 1) / Stride;
        var batches = (int)((count + Batch - 1) / Batch);
        var first = (Error: -1d, Input: 0f);
        var second = (Error: -1d, Input: 0f);
        var gate = new Lock();
        Parallel.For(0, batches, batch =>
        {
            var inputs = new float[Batch];
            for (var i = 0; i < Batch; i++)
            {
                inputs[i] = BitConverter.UInt32BitsToSingle((uint)((((ulong)batch * Batch) + (ulong)i) * Stride));
            }

            var firstOutput = new float[Batch];
            var secondOutput = new float[Batch];
            run(inputs, firstOutput, secondOutput);
            var worstFirst = Worst(inputs, firstOutput, firstExact);
            var worstSecond = secondExact is null ? (-1, 0) : Worst(inputs, secondOutput, secondExact);
            lock (gate)
            {
                first = worstFirst.Error > first.Error ? worstFirst : first;
                second = worstSecond.Error > second.Error ? worstSecond : second;
            }
        });

        Report(firstName, first, firstBound);
        if (secondName is not null)
        {
            Report(secondName, second, secondBound);
        }

        void Report(string name, (double Error, float Input) worst, double bound)
        {
            var text = $"{name}: at most {worst.Error:F4} ulp, at {worst.Input:R}, over {count} bit patterns.";
            output.WriteLine(text);
            KernelReport.Errors.Add(text);
            Assert.True(worst.Error <= bound, $"{text} The bound is {bound}.");
        }
    }

    private static (double Error, float Input) Worst(float[] inputs, float[] outputs, Func<double, double> exact)
    {
        var worst = (Error: -1d, Input: 0f);
        for (var i = 0; i < inputs.Length; i++)
        {
            var error = Ulp.Error(outputs[i], exact(inputs[i]));
            worst = error > worst.Error ? (error, inputs[i]) : worst;
        }

        return worst;
    }
}
