using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// A label or a row whose weights are 0, be it that of its class, of all its targets' classes or its own, is inert, even with a NaN.
/// </summary>
public class ZeroWeightTests
{
    private const int N = 45;

    [Fact]
    public void Float_NaNOfWeightZero_IsInert() => Check<float>();

    [Fact]
    public void Double_NaNOfWeightZero_IsInert() => Check<double>();

    private static void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var two = T.CreateChecked(2);
        foreach (var kernel in BinaryKernels.Of<T>())
        {
            // Every third label is positive, every seventh logit is NaN or infinite where the label has no weight.
            byte[] labels = [.. Enumerable.Range(0, N).Select(i => (byte)(i % 3 == 0 ? 1 : 0))];
            T[] targets = [.. labels.Select(label => T.CreateChecked(label))];
            foreach (var (options, isInert) in new (BinaryCrossEntropyOptions<T> Options, Func<int, bool> IsInert)[]
            {
                (new(Reduction.MeanByCount) { PositiveWeight = T.Zero, NegativeWeight = two }, i => labels[i] == 1),
                (new(Reduction.MeanByWeight) { PositiveWeight = two, NegativeWeight = T.Zero }, i => labels[i] == 0),
                (new(Reduction.Sum) { PositiveWeights = [two, T.One, T.Zero, two, T.Zero] }, i => labels[i] == 1 && i % 5 is 2 or 4),
                (new(Reduction.Sum) { PositiveWeight = T.Zero, NegativeWeight = T.Zero, LabelSmoothing = T.CreateChecked(0.1) }, _ => true),
            })
            {
                Compare<T>(kernel.ToString(), 1, isInert, options.Reduction, (z, gradient, losses) => kernel.LossAndGradient<byte>(
                    z, labels, gradient, options, default, losses));
                Compare<T>(kernel + ", targets", 1, isInert, options.Reduction, (z, gradient, losses) => kernel.LossAndGradient<T>(
                    z, targets, gradient, options, default, losses));
            }
        }

        foreach (var kernel in SoftmaxKernels.Of<T>())
        {
            foreach (var k in kernel.ClassCounts(2, 3, 20, 128))
            {
                int[] labels = [.. Enumerable.Range(0, N).Select(i => i % k)];
                var options = new CrossEntropyOptions<T>(k, Reduction.MeanByWeight) { ClassWeights = [.. Enumerable.Range(0, k).Select(j => j == 1 ? T.Zero : two)] };
                Compare<T>(
                    kernel.ToString(),
                    k,
                    i => labels[i] == 1,
                    options.Reduction,
                    (z, gradient, losses) => kernel.LossAndGradient<int>(z, labels, gradient, options, default, losses));
                if (!kernel.Case.HasSoftTargets)
                {
                    continue;
                }

                // All of class 1, whose weight is 0, or of no class at all.
                var targets = new T[N * k];
                for (var i = 0; i < N; i++)
                {
                    targets[(i * k) + labels[i]] = i == 5 ? T.Zero : T.One;
                }

                Compare<T>(
                    kernel + ", targets",
                    k,
                    i => labels[i] == 1 || i == 5,
                    options.Reduction,
                    (z, gradient, losses) => kernel.LossAndGradient<T>(z, targets, gradient, options, default, losses));
                var none = new CrossEntropyOptions<T>(k, Reduction.Sum) { ClassWeights = new T[k], LabelSmoothing = T.CreateChecked(0.1) };
                Compare<T>(kernel + ", smoothed", k, _ => true, none.Reduction, (z, gradient, losses) => kernel.LossAndGradient<int>(
                    z, labels, gradient, none, default, losses));
            }
        }
    }

    private static void Compare<T>(string what, int perRow, Func<int, bool> isInert, Reduction reduction, Func<T[], T[], T[], LossSum> run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(3);
        T[] logits = [.. Enumerable.Range(0, N * perRow).Select(_ => T.CreateChecked((random.NextDouble() * 6) - 3))];
        var poisoned = (T[])logits.Clone();
        T[] poisons = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];
        for (var i = 0; i < N; i++)
        {
            poisoned[(i * perRow) + (i % perRow)] = isInert(i) ? poisons[i % poisons.Length] : logits[(i * perRow) + (i % perRow)];
        }

        var (expectedGradient, expectedLosses, gradient, losses) = (new T[N * perRow], new T[N], new T[N * perRow], new T[N]);
        var expected = run(logits, expectedGradient, expectedLosses);
        var actual = run(poisoned, gradient, losses);
        Assert.True(
            expected.Loss.Equals(actual.Loss) && expected.Count == N && actual.Count == N,
            $"{what}, {reduction.Kind}: {actual} instead of {expected}");
        for (var i = 0; i < N; i++)
        {
            Assert.True(!isInert(i) || losses[i] == T.Zero, $"{what}, {reduction.Kind}: loss {i} is {losses[i]}");
            Assert.True(
                expectedLosses[i].Equals(losses[i]), $"{what}, {reduction.Kind}: loss {i} is {losses[i]} instead of {expectedLosses[i]}");
            for (var j = i * perRow; j < (i + 1) * perRow; j++)
            {
                Assert.True(!isInert(i) || gradient[j] == T.Zero, $"{what}, {reduction.Kind}: gradient {j} is {gradient[j]}");
                Assert.True(
                    expectedGradient[j].Equals(gradient[j]),
                    $"{what}, {reduction.Kind}: gradient {j} is {gradient[j]} instead of {expectedGradient[j]}");
            }
        }
    }
}
