using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>The relative error of a summed loss. Equal logits are the worst case: all roundings go the same way.</summary>
public class SummedLossTests(ITestOutputHelper output)
{
    private static readonly double[] s_constants = [0, 1e-8, 0.1, -0.1, 0.7, 1.3, -3.3, 7.1, -12, -17.3, -40, 1234.567, 1e20];

    public static TheoryData<string> FloatIds { get; } = BinaryKernels.Ids<float>();

    public static TheoryData<string> DoubleIds { get; } = BinaryKernels.Ids<double>();

    [Theory]
    [MemberData(nameof(FloatIds))]
    public void Float_ManyLabels_IsWithinTheBound(string kernel) => Check<float>(kernel, 100_003, NumericBounds.FloatSum);

    [Theory]
    [MemberData(nameof(DoubleIds))]
    public void Double_ManyLabels_IsWithinTheBound(string kernel) => Check<double>(kernel, 100_003, NumericBounds.DoubleSum);

    [Fact]
    [Trait("Category", "Exhaustive")]
    public void Float_SixtyFourMillionLabels_IsWithinTheBound()
    {
        if (!FloatSweepTests.IsExhaustive)
        {
            Assert.Skip("2^26 labels take seconds and half a gigabyte: set WEIGHTEDLOSS_EXHAUSTIVE=1.");
        }

        Check<float>(BinaryKernels.PublicCrossEntropy<float>().Id, 1 << 26, NumericBounds.FloatSum);
    }

    private void Check<T>(string kernel, int length, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var subject = BinaryKernels.Get<T>(kernel);
        var formula = BinaryFormulas.Of(subject);
        var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.CreateChecked(3.5) };
        var z = new T[length];
        var y = new byte[length];
        var ones = new T[length];
        ones.AsSpan().Fill(T.One);
        var worst = 0.0;

        foreach (var constant in s_constants)
        {
            z.AsSpan().Fill(T.CreateChecked(constant));
            foreach (var label in new byte[] { 0, 1 })
            {
                y.AsSpan().Fill(label);
                var one = BinaryReference.Of<T>(formula, z.AsSpan(0, 1), [label], options).Sum.Loss;

                // Below the smallest normal number a loss may be 0.
                if (one == 0 || one >= (typeof(T) == typeof(float) ? 1.2e-38 : 2.3e-308))
                {
                    Measure($"all {constant} with label {label}", length * one);
                }
            }
        }

        var random = new Random(5);
        var sum = new CompensatedSum();
        for (var i = 0; i < length; i++)
        {
            z[i] = T.CreateChecked(20 * (random.NextDouble() - 0.5));
            y[i] = (byte)random.Next(2);
            sum.Add(BinaryReference.Of<T>(formula, z.AsSpan(i, 1), [y[i]], options).Sum.Loss);
        }

        Measure("random", sum.Value);
        output.WriteLine($"{kernel}: at most {worst:E2} relative over {length} labels.");

        void Measure(string what, double expected)
        {
            Compare("sum", subject.Loss<byte>(z, y, options));
            Compare("weighted sum", subject.Loss<byte>(z, y, options, ones));

            void Compare(string form, LossSum actual)
            {
                var error = expected == 0 ? Math.Abs(actual.Loss) : Math.Abs((actual.Loss / expected) - 1);
                worst = Math.Max(worst, error);
                Assert.True(
                    error <= bound, $"{kernel}, {form} of {what}: {actual.Loss:R} instead of {expected:R}, relative error {error:E2}.");
            }
        }
    }
}
