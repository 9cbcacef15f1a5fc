using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The float kernels over all bit patterns when the environment variable WEIGHTEDLOSS_EXHAUSTIVE is 1, else over every so-many-th: the
/// stride is a prime, so all exponents and low bits occur. The focal loss goes over all bit patterns between 2⁻¹³ and 105 and over every
/// so-many-th elsewhere: closer to 0 its results hardly move, and beyond 105 they are 0, or the logit and 1. The reference is computed
/// once; the first kernel is measured against it, and the others must have its bits.
/// </summary>
[Trait("Category", "Exhaustive")]
public class FloatSweepTests(ITestOutputHelper output)
{
    private const int Batch = 1 << 14;

    internal static bool IsExhaustive { get; } = Environment.GetEnvironmentVariable("WEIGHTEDLOSS_EXHAUSTIVE") == "1";

    private const ulong Stride = 2503;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LossAndGradient_EveryFloatLogit_IsWithinTheBound(byte label)
    {
        var kernels = BinaryKernels.Of<float>(LossCases.BinaryCrossEntropy).ToArray();
        var options = new BinaryCrossEntropyOptions<float>(Reduction.Sum);
        var labels = Enumerable.Repeat(label, Batch).ToArray();
        var side = label == 1 ? -1 : 1;
        Result[] results = [new("loss", NumericBounds.Loss), new("gradient", NumericBounds.Gradient)];
        Sweep(results, (logits, outputs) =>
        {
            Span<float> losses = outputs[0];
            Span<float> gradient = outputs[1];
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
        }, (z, exact) =>
        {
            exact[0] = BinaryReference.Softplus(side * z);
            exact[1] = side * BinaryReference.Sigmoid(side * z);
        });
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1, 1)]
    [InlineData(1.5, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(0.25, 1)]
    public void FocalLossAndGradient_EveryFloatLogit_IsWithinTheBound(float gamma, byte label)
    {
        // A kernel of a single γ computes its power in another way than the one for any γ.
        // With γ = 2 the public methods choose the kernel for it, whatever γ their entry had.
        var forms = BinaryKernels.With(LossCases.SigmoidFocal, gamma)
            .Where(kernel => gamma != 2 || kernel.InstructionSet != "dispatched" || kernel.Id.Contains("-g", StringComparison.Ordinal))
            .GroupBy(kernel => kernel.Id.Contains("-g", StringComparison.Ordinal))
            .Select(form => form.ToArray())
            .ToArray();
        var options = new BinaryCrossEntropyOptions<float>(Reduction.Sum);
        var labels = Enumerable.Repeat(label, Batch).ToArray();
        var side = label == 1 ? -1 : 1;
        var results = forms.SelectMany(kernels =>
        {
            var name = $"{kernels[0].Id}, γ = {gamma}, label {label}";
            return new Result[]
            {
                new(name + ", loss", NumericBounds.FocalLoss),
                new(name + ", gradient", NumericBounds.FocalGradient),
            };
        }).ToArray();
        Sweep(results, (logits, outputs) =>
        {
            for (var form = 0; form < forms.Length; form++)
            {
                Span<float> losses = outputs[2 * form];
                Span<float> gradient = outputs[(2 * form) + 1];
                forms[form][0].LossAndGradient<byte>(logits, labels, gradient, options, losses: losses);
                Span<float> otherLosses = new float[Batch];
                Span<float> otherGradient = new float[Batch];
                foreach (var kernel in forms[form])
                {
                    kernel.LossAndGradient<byte>(logits, labels, otherGradient, options, losses: otherLosses);
                    Bits.AssertSame<float>(kernel.Id, losses, otherLosses);
                    Bits.AssertSame<float>(kernel.Id, gradient, otherGradient);
                }
            }
        }, (z, exact) =>
        {
            var (loss, slope) = BinaryReference.Focal(side * z, gamma);
            for (var form = 0; form < forms.Length; form++)
            {
                exact[2 * form] = loss;
                exact[(2 * form) + 1] = side * slope;
            }
        }, Range.OfSizes(1f / 8192, 105));
    }

    [Fact]
    public void Probabilities_EveryFloatLogit_IsWithinTheBound()
    {
        var kernels = BinaryKernels.Of<float>(LossCases.BinaryCrossEntropy).ToArray();
        Sweep([new("probability", NumericBounds.Gradient)], (logits, outputs) =>
        {
            Span<float> probabilities = outputs[0];
            kernels[0].Probabilities(logits, probabilities);
            Span<float> other = new float[Batch];
            foreach (var kernel in kernels)
            {
                kernel.Probabilities(logits, other);
                Bits.AssertSame<float>(kernel.Id, probabilities, other);
            }
        }, (z, exact) => exact[0] = BinaryReference.Sigmoid(z));
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
        Sweep([new(function, function == "exp" ? NumericBounds.Exp : NumericBounds.Log1p)], (all, outputs) =>
        {
            Span<float> y = outputs[0];
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
        }, (x, exact) => exact[0] = function == "exp" ? Math.Exp(-Math.Abs(x)) : x >= 0 && x <= largest ? Log1p(x) : 0);
    }

    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    private delegate void Run(ReadOnlySpan<float> inputs, float[][] outputs);

    private delegate void Exact(double input, Span<double> outputs);

    private readonly record struct Result(string Name, double Bound);

    /// <summary>The bit patterns from one to another.</summary>
    private readonly record struct Range(uint First, uint Last)
    {
        public ulong Count => (ulong)Last - First + 1;

        /// <summary>The numbers of either sign with an absolute value from one to another.</summary>
        public static Range[] OfSizes(float smallest, float largest) =>
        [
            new(BitConverter.SingleToUInt32Bits(smallest), BitConverter.SingleToUInt32Bits(largest)),
            new(BitConverter.SingleToUInt32Bits(-smallest), BitConverter.SingleToUInt32Bits(-largest)),
        ];
    }

    /// <param name="results">What is measured.</param>
    /// <param name="run">The kernels.</param>
    /// <param name="exact">The reference.</param>
    /// <param name="whole">The bit patterns of which none is left out in an exhaustive run; all, unless given.</param>
    private void Sweep(Result[] results, Run run, Exact exact, Range[]? whole = null)
    {
        var ranges = IsExhaustive ? whole ?? [new(0, uint.MaxValue)] : [];
        var sampled = IsExhaustive && whole is null ? 0 : ((1ul << 32) + Stride - 1) / Stride;
        var count = ranges.Aggregate(sampled, (sum, range) => sum + range.Count);
        var batches = (int)((count + Batch - 1) / Batch);
        var worst = results.Select(_ => (Error: -1d, Input: 0f)).ToArray();
        var gate = new Lock();
        Parallel.For(0, batches, batch =>
        {
            var inputs = new float[Batch];
            for (var i = 0; i < Batch; i++)
            {
                inputs[i] = BitConverter.UInt32BitsToSingle(Pattern(((ulong)batch * Batch) + (ulong)i));
            }

            var outputs = results.Select(_ => new float[Batch]).ToArray();
            run(inputs, outputs);
            var worstHere = results.Select(_ => (Error: -1d, Input: 0f)).ToArray();
            Span<double> expected = new double[results.Length];
            for (var i = 0; i < Batch; i++)
            {
                exact(inputs[i], expected);
                for (var result = 0; result < results.Length; result++)
                {
                    Keep(ref worstHere[result], (Ulp.Error(outputs[result][i], expected[result]), inputs[i]));
                }
            }

            lock (gate)
            {
                for (var result = 0; result < results.Length; result++)
                {
                    Keep(ref worst[result], worstHere[result]);
                }
            }
        });

        var texts = results
            .Select((result, i) => $"{result.Name}: at most {worst[i].Error:F4} ulp, at {worst[i].Input:R}, over {count} bit patterns.")
            .ToArray();
        foreach (var text in texts)
        {
            output.WriteLine(text);
            KernelReport.Errors.Add(text);
        }

        for (var i = 0; i < results.Length; i++)
        {
            Assert.True(worst[i].Error <= results[i].Bound, $"{texts[i]} The bound is {results[i].Bound}.");
        }

        // What lies behind the last one begins again.
        uint Pattern(ulong index)
        {
            index %= count;
            foreach (var range in ranges)
            {
                if (index < range.Count)
                {
                    return range.First + (uint)index;
                }

                index -= range.Count;
            }

            return (uint)(index * Stride);
        }

        static void Keep(ref (double Error, float Input) worst, (double Error, float Input) other) =>
            worst = other.Error > worst.Error ? other : worst;
    }
}
