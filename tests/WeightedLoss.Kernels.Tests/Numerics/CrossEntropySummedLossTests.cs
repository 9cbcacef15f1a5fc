using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

public sealed class CrossEntropySummedLossTestsOfFloat : CrossEntropySummedLossTests<float>;

public sealed class CrossEntropySummedLossTestsOfDouble : CrossEntropySummedLossTests<double>;

/// <summary>The relative error of a summed loss over many rows, and scales at the ends of the element type.</summary>
public abstract class CrossEntropySummedLossTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.CrossEntropy);

    private static bool IsFloat => typeof(T) == typeof(float);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_ManyRows_IsWithinTheBound(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 17))
        {
            // All rows alike is the worst case: all roundings go the same way.
            const int N = 30_011;
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum);
            var row = Enumerable.Range(0, classes).Select(k => T.CreateChecked(k * 0.3)).ToArray();
            foreach (var label in new[] { 0, classes - 1 })
            {
                foreach (var margin in new[] { 0, 0.7, 7.1, 17.3, 40 })
                {
                    row[classes - 1] = T.CreateChecked(margin);
                    var one = CrossEntropyReference.Of<T>(row, [label], options).Sum.Loss;
                    var z = Enumerable.Repeat(row, N).SelectMany(values => values).ToArray();
                    var actual = subject.Loss<int>(z, Enumerable.Repeat(label, N).ToArray(), options).Loss;

                    // The rounding of one row, which is the same for all, and that of the sum.
                    var bound = IsFloat ? NumericBounds.FloatSum : NumericBounds.DoubleSum;
                    Assert.True(
                        Math.Abs((actual / (N * one)) - 1) <= bound, $"{N} rows of {classes}, label {label}, margin {margin}: {actual:R} instead of {N * one:R}.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void LossAndGradient_TinyDivisor_LeavesNoNaN(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 7, 37, 300))
        {
            // Row 0 has probabilities of 0, whose product with an infinite scale would be NaN; row 1 has a finite gradient that saturates.
            var z = new T[2 * classes];
            z[0] = T.PositiveInfinity;
            var gradient = new T[z.Length];
            subject.LossAndGradient<int>(z, [0, 0], gradient, new(classes, Reduction.DivideBy(IsFloat ? 1e-39 : 1e-308)));
            Assert.All(gradient[..classes], g => Assert.Equal(T.Zero, g));
            Assert.All(gradient, g => Assert.False(T.IsNaN(g)));
            Assert.True(gradient[classes] < -T.One && gradient[^1] > T.One, $"{gradient[classes]} and {gradient[^1]} are not steep.");
        }
    }
}
