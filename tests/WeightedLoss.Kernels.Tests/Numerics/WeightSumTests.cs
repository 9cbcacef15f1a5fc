using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

public sealed class WeightSumTestsOfFloat : WeightSumTests<float>;

public sealed class WeightSumTestsOfDouble : WeightSumTests<double>;

/// <summary>
/// Σ w of a mean by weight is the same number on every machine: eight sums in double that take turns, label by label or row by row, in a
/// fixed order at the end. The weight of a target y is w⁺·y + w⁻·(1 − y), that of a row of targets Σ w_k·t_k from the first class on.
/// </summary>
public abstract class WeightSumTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Less than eight labels, several tiles, and numbers that are no multiple of eight.</summary>
    private static readonly int[] s_lengths = [0, 4, 12, 20, 1020, 1024, 1028, 3076];

    [Fact]
    public void Binary_EveryFormOfLabels_IsTheSumOfItsDefinition()
    {
        var random = new Random(1);
        foreach (var columns in new[] { 1, 2, 4, 3, 17, 1500 })
        {
            // Rows of some begin within a tile of labels.
            foreach (var n in s_lengths.Select(length => length / columns * columns))
            {
                var logits = new T[n];

                // Those of the longest are negative almost without exception.
                var hard = Make(n, _ => n > 3000 && random.Next(30) != 0 ? 0L : random.Next(10) is 9 ? 7L : random.Next(2));
                var soft = Make(n, _ => Number(random));
                var (own, perRow) = (Make(n, _ => Number(random)), Make(n / columns, _ => Number(random)));
                var columnWeights = columns == 1 ? [] : Make(columns, _ => Number(random));
                var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
                {
                    PositiveWeight = columns == 1 ? T.CreateChecked(3.7) : T.One,
                    NegativeWeight = T.CreateChecked(0.3),
                    PositiveWeights = columnWeights,
                };
                var ignoring = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
                {
                    PositiveWeight = options.PositiveWeight,
                    NegativeWeight = options.NegativeWeight,
                    PositiveWeights = columnWeights,
                    IgnoreLabel = 7,
                };
                foreach (var weights in columns == 1 ? [own] : new[] { null, own, perRow })
                {
                    var what = $"{n} labels in {columns} columns, {weights?.Length} weights";
                    var (targets, numbers) = (Array.ConvertAll(soft, double.CreateChecked), Array.ConvertAll(hard, y => y == 7 ? -1.0 : y));
                    Check(what, soft, options, Expected(targets, weights, options));
                    Check(what, hard, ignoring, Expected(numbers, weights, options));
                    Check(what, Array.ConvertAll(hard, y => (int)y), ignoring, Expected(numbers, weights, options));
                    Check(what, Array.ConvertAll(hard, y => (byte)y), ignoring, Expected(numbers, weights, options));

                    void Check<TLabel>(string label, TLabel[] labels, BinaryCrossEntropyOptions<T> chosen, double expected)
                        where TLabel : unmanaged
                    {
                        foreach (var kernel in BinaryKernels.Public<T>())
                        {
                            var actual = kernel.Loss<TLabel>(logits, labels, chosen, weights).Weight;
                            Assert.True(
                                actual.Equals(expected), $"{kernel}, {label}, {typeof(TLabel).Name}: {actual:R} instead of {expected:R}.");
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void CrossEntropy_EveryFormOfLabels_IsTheSumOfItsDefinition()
    {
        var random = new Random(2);
        foreach (var n in s_lengths.Append(3).Append(8))
        {
            foreach (var classes in new[] { 2, 3, 4, 5, 7, 10, 17, 40 })
            {
                var logits = new T[n * classes];
                var classWeights = Make(classes, _ => Number(random));
                var labels = Make(n, _ => random.Next(10) == 9 ? (1L << 32) + 1 : random.Next(classes));
                var targets = Make(n * classes, _ => Number(random));
                var own = Make(n, _ => Number(random));
                foreach (var weights in new[] { null, own })
                {
                    foreach (var layout in new[]
                    {
                        LogitLayout.RowMajor,
                        LogitLayout.ClassMajor,
                        LogitLayout.Spatial(n % 4 == 0 ? Math.Max(1, n / 4) : 1),
                    })
                    {
                        var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights, Layout = layout };
                        var rows = Make(n, row => Enumerable.Range(0, classes).Aggregate(0d, (sum, k) =>
                            sum + (double.CreateChecked(classWeights[k]) * double.CreateChecked(targets[Index(row, k)]))));
                        Check(targets, options, Fold(n, i => rows[i] * Own(i)));
                        var plain = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { Layout = layout };
                        var plainRows = Make(n, row => Enumerable.Range(0, classes).Aggregate(
                            0d, (sum, k) => sum + double.CreateChecked(targets[Index(row, k)])));
                        Check(targets, plain, Fold(n, i => plainRows[i] * Own(i)));

                        int Index(int row, int k) => layout.Kind switch
                        {
                            LogitLayoutKind.RowMajor => (row * classes) + k,
                            LogitLayoutKind.ClassMajor => (k * n) + row,
                            _ => (((row / layout.Positions * classes) + k) * layout.Positions) + (row % layout.Positions),
                        };
                    }

                    // The labels of few classes without weights of their own are counted.
                    if (weights is not null || classes > 16)
                    {
                        var ignoring = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights, IgnoreLabel = (1L << 32) + 1 };
                        var sum = Fold(n, i => labels[i] >= classes ? 0 : double.CreateChecked(classWeights[labels[i]]) * Own(i));
                        Check(labels, ignoring, sum);
                        var narrow = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights, IgnoreLabel = 255 };
                        Check(Array.ConvertAll(labels, y => (int)Math.Min(y, 255)), narrow, sum);
                        Check(Array.ConvertAll(labels, y => (byte)Math.Min(y, 255)), narrow, sum);
                    }

                    if (weights is not null)
                    {
                        var equal = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { IgnoreLabel = (1L << 32) + 1 };
                        Check(labels, equal, Fold(n, i => labels[i] >= classes ? 0 : Own(i)));
                    }

                    double Own(int i) => weights is null ? 1 : double.CreateChecked(weights[i]);

                    void Check<TLabel>(TLabel[] given, CrossEntropyOptions<T> chosen, double expected)
                        where TLabel : unmanaged
                    {
                        var actual = SoftmaxKernels.PublicCrossEntropy<T>().Loss<TLabel>(logits, given, chosen, weights).Weight;
                        Assert.True(
                            actual.Equals(expected),
                            $"{n} rows of {classes}, {chosen.Layout.Kind}, {weights?.Length} weights, {typeof(TLabel).Name}: {actual:R} instead of {expected:R}.");
                    }
                }
            }
        }
    }

    /// <summary>
    /// The labels of few classes without weights of their own are counted, in pairs of vectors and what is left of them, by blocks of
    /// 2,048.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(16)]
    public void CrossEntropy_LabelsOfFewClasses_AreCounted(int classes)
    {
        var random = new Random(classes);
        var classWeights = Make(classes, _ => Number(random));
        foreach (var n in Enumerable.Range(0, 131).Concat(Enumerable.Range(2040, 80)))
        {
            var logits = new T[n * classes];
            var labels = Make(n, _ => random.Next(10) == 9 ? -1 : random.Next(classes));
            var expected = Enumerable.Range(0, classes).Aggregate(
                0d, (sum, k) => sum + (labels.Count(label => label == k) * double.CreateChecked(classWeights[k])));
            Check(Array.ConvertAll(labels, y => (byte)(y < 0 ? 255 : y)), 255);
            Check(Array.ConvertAll(labels, y => (byte)(y < 0 ? 128 : y)), 128);
            Check(Array.ConvertAll(labels, y => (byte)(y < 0 ? classes : y)), classes);
            Check(labels, -1);
            Check(Array.ConvertAll(labels, y => y < 0 ? 256 : y), 256);
            Check(Array.ConvertAll(labels, y => y < 0 ? (1L << 32) + 1 : y), (1L << 32) + 1);

            // The same with a class for those that were to be ignored: then there are none.
            labels = Array.ConvertAll(labels, y => Math.Max(y, 0));
            expected = Enumerable.Range(0, classes).Aggregate(
                0d, (sum, k) => sum + (labels.Count(label => label == k) * double.CreateChecked(classWeights[k])));
            Check(Array.ConvertAll(labels, y => (byte)y), 255);
            Check(labels, -1);
            Check(Array.ConvertAll(labels, y => (long)y), (1L << 32) + 1);
            Check(labels, null);

            void Check<TLabel>(TLabel[] given, long? ignored)
                where TLabel : unmanaged, INumberBase<TLabel>
            {
                var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights, IgnoreLabel = ignored };
                var actual = SoftmaxKernels.PublicCrossEntropy<T>().Loss<TLabel>(logits, given, options);
                Assert.True(
                    actual.Weight.Equals(expected), $"{n} labels of {typeof(TLabel).Name}, {ignored} ignored: {actual.Weight:R} instead of {expected:R}.");
                var absent = given.LongCount(label => long.CreateChecked(label) == ignored);
                Assert.Equal((n - absent, absent), (actual.Count, actual.Ignored));
            }
        }
    }

    private static double Expected(double[] targets, T[]? weights, BinaryCrossEntropyOptions<T> options) => Fold(targets.Length, i =>
    {
        if (targets[i] < 0)
        {
            return 0;
        }

        var positive = double.CreateChecked(
            options.PositiveWeights.IsEmpty ? options.PositiveWeight : options.PositiveWeights[i % options.Columns]);
        var weight = (positive * targets[i]) + (double.CreateChecked(options.NegativeWeight) * (1 - targets[i]));
        return weights is null
            ? weight
            : weight * double.CreateChecked(weights[weights.Length == targets.Length ? i : i / options.Columns]);
    });

    private static double Fold(int n, Func<int, double> weight)
    {
        var sums = new double[8];
        for (var i = 0; i < n; i++)
        {
            sums[i % 8] += weight(i);
        }

        return (sums[0] + sums[4] + (sums[2] + sums[6])) + (sums[1] + sums[5] + (sums[3] + sums[7]));
    }

    private static T Number(Random random) => T.CreateChecked(random.NextDouble());

    private static TValue[] Make<TValue>(int n, Func<int, TValue> value) => [.. Enumerable.Range(0, n).Select(value)];
}
