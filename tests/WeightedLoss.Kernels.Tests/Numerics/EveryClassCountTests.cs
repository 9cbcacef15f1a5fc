using System.Numerics;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Properties;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

public sealed class EveryClassCountTestsOfFloat : EveryClassCountTests<float>;

public sealed class EveryClassCountTestsOfDouble : EveryClassCountTests<double>;

/// <summary>
/// No number of classes falls between the layouts of a kernel: loss, gradient, correct predictions and probabilities for each of them.
/// </summary>
public abstract class EveryClassCountTests<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> FocalIds { get; } = SoftmaxKernels.Ids<T>(LossCases.SoftmaxFocal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void AllResults_EachClassCountFrom2To300_AreTheTextbooks(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var (classes, smoothing) in subject.ClassCounts([.. Enumerable.Range(2, 299)]).SelectMany(
            count => new[] { (count, 0), (count, 0.1) }))
        {
            var random = new Random(classes);
            var n = 1 + (classes % 19);
            var z = Enumerable.Range(0, n * classes).Select(i => T.CreateChecked(i % 7 == 0 ? random.Next(-6, 7) : 12 * (random.NextDouble() - 0.5))).ToArray();
            var labels = Enumerable.Range(0, n).Select(i => i % 2 == 0
                ? random.Next(classes)
                : CrossEntropyReference.FirstLargest<T>(z.AsSpan(i * classes, classes))).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
            {
                ClassWeights = Enumerable.Range(0, classes).Select(k => T.CreateChecked(0.25 + (k % 5))).ToArray(),
                LabelSmoothing = T.CreateTruncating(smoothing),
            };
            try
            {
                var exact = CrossEntropyReference.Of<T>(z, Array.ConvertAll(labels, label => (long)label), options);
                Assert.True(exact.Sum.Correct >= n / 2, "Every other row is correct.");
                AssertTextbook(exact, Run(subject, z, labels, options), classes);
                var p = new T[z.Length];
                subject.Probabilities(z, p, new(classes, Reduction.Sum));
                AssertClose(CrossEntropyReference.Probabilities<T>(z, classes), p, Tolerance(classes), "probabilities");
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                Assert.Fail($"{n} rows of {classes} classes, smoothing {smoothing}: {exception.Message}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SmoothedLabels_AMaskedClass_CostsNothingOnlyIfItsWeightIs0(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(3, 8, 16, 17, 40, 100, 300))
        {
            foreach (var masked in new[] { 0, 1, classes - 1 })
            {
                var random = new Random(classes);
                var z = Enumerable.Range(0, 11 * classes)
                    .Select(i => i % classes == masked ? T.NegativeInfinity : T.CreateChecked(8 * (random.NextDouble() - 0.5))).ToArray();
                var labels = Enumerable.Range(0, 11).Select(i => (masked + 1 + (i % (classes - 1))) % classes).ToArray();
                CrossEntropyOptions<T> Options(double weight) => new(classes, Reduction.Sum)
                {
                    ClassWeights = Enumerable.Range(0, classes).Select(k => T.CreateChecked(k == masked ? weight : 0.5 + (k % 3))).ToArray(),
                    LabelSmoothing = T.CreateTruncating(0.1),
                };
                var output = Run(subject, z, labels, Options(0));
                Assert.All(output.Losses, loss => Assert.True(T.IsFinite(loss)));
                AssertTextbook(CrossEntropyReference.Of<T>(z, Array.ConvertAll(labels, label => (long)label), Options(0)), output, classes);
                Assert.All(Run(subject, z, labels, Options(1)).Losses, loss => Assert.Equal(T.PositiveInfinity, loss));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SmoothedLabels_AWeightThatDwarfsTheOthers_LeavesThemTheirDigits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(3, 8, 16, 17, 40, 100, 300))
        {
            // The model is so sure of the heavy class that its gradient is that of the other classes.
            var heavy = classes / 2;
            var z = Enumerable.Range(0, 11 * classes).Select(i => i % classes == heavy ? T.CreateChecked(60) : T.Zero).ToArray();
            var labels = Enumerable.Repeat(heavy, 11).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum)
            {
                ClassWeights = Enumerable.Range(0, classes).Select(k => T.CreateChecked(k == heavy ? 1L << 40 : 1)).ToArray(),
                LabelSmoothing = T.CreateTruncating(0.1),
            };
            var exact = CrossEntropyReference.Of<T>(z, Array.ConvertAll(labels, label => (long)label), options);
            AssertClose(exact.Gradient, Run(subject, z, labels, options).Gradient, Tolerance(classes), "gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SmoothedLabels_ManyEqualWeights_AddUpWithoutLosingDigits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(16, 17, 250, 4096))
        {
            // The model is so sure that the gradient of the label's class is the sum of all others, to the last digit.
            var z = Enumerable.Range(0, 3 * classes).Select(i => i % classes == 1 ? T.CreateChecked(60) : T.Zero).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { LabelSmoothing = T.CreateTruncating(0.1) };
            var others = (classes - 1) * double.CreateChecked(options.LabelSmoothing / T.CreateChecked(classes));
            var gradient = Run(subject, z, [1, 1, 1], options).Gradient;
            Assert.All([1, classes + 1, (2 * classes) + 1], i =>
                AssertClose(others, double.CreateChecked(gradient[i]), 8 * HalfUlp * others, $"{classes} classes: gradient[{i}]"));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Correct_LargestLogitAnywhere_AreTheFirstLargest(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 5, 8, 9, 16, 17, 31, 33, 64, 65, 129, 300))
        {
            // Row i has its largest logit at i; then all rows once more with an equal one behind, and with one before.
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum);
            var labels = Enumerable.Range(0, classes).ToArray();
            var z = new T[classes * classes];
            for (var i = 0; i < classes; i++)
            {
                z[(i * classes) + i] = T.One;
            }

            Assert.Equal(classes, subject.Loss<int>(z, labels, options).Correct);
            Assert.Equal(0, subject.Loss<int>(z, [.. labels[1..], 0], options).Correct);
            for (var i = 0; i < classes; i++)
            {
                z[(i * classes) + classes - 1] = T.One;
            }

            Assert.Equal(classes, subject.Loss<int>(z, labels, options).Correct);
            for (var i = 0; i < classes; i++)
            {
                z[i * classes] = T.One;
            }

            // Only the first row's label is the first of its largest logits.
            Assert.Equal(1, subject.LossAndGradient<int>(z, labels, new T[z.Length], options).Correct);
            Assert.Equal(classes, subject.Loss<int>(new T[z.Length], new int[classes], options).Correct);
            z.AsSpan(0, classes).Fill(T.NaN);
            Assert.Equal(0, subject.Loss<int>(z, labels, options).Correct);
        }
    }

    /// <summary>Logits that are as near to each other as two numbers can be, equal, infinite, or as far as can be.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Correct_OfTwoClassesThatMatter_AreTheFirstLargest(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        var (largest, infinity) = (Narrowing.Largest<T>(), T.PositiveInfinity);
        var next = T.BitIncrement(T.One);
        (T First, T Second, int Best)[] rows =
        [
            (T.Zero, T.Epsilon, 1), (T.Epsilon, T.Zero, 0), (-T.Epsilon, T.Zero, 1), (T.Zero, -T.Epsilon, 0), (T.Zero, T.NegativeZero, 0),
            (T.NegativeZero, T.Zero, 0), (T.One, next, 1), (next, T.One, 0), (next, next, 0), (largest, -largest, 0), (-largest, largest, 1),
            (infinity, largest, 0), (largest, infinity, 1), (-infinity, -largest, 1), (-largest, -infinity, 0), (T.NaN, T.One, -1), (T.One, T.NaN, -1),
        ];
        foreach (var classes in subject.ClassCounts(2, 3, 17, 300))
        {
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { IgnoreLabel = -1 };
            var others = Enumerable.Repeat(-infinity, classes - 2);
            foreach (var (first, second, best) in rows)
            {
                foreach (var n in new[] { 1, 9, 33 })
                {
                    var z = Enumerable.Repeat<T[]>([first, second, .. others], n).SelectMany(row => row).ToArray();
                    for (var label = -1; label <= 1; label++)
                    {
                        var labels = Enumerable.Repeat(label, n).ToArray();
                        var expected = label >= 0 && label == best ? n : 0;
                        Assert.True(
                            subject.LossAndGradient<int>(z, labels, new T[z.Length], options).Correct == expected,
                            $"{kernel}, {classes} classes: {n} rows of {first:R} and {second:R}, label {label}: not {expected} correct.");
                    }
                }
            }
        }
    }

    /// <summary>Rows that fill no block, behind calls and tiles with more rows, all of which were correct.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Correct_OfFewRows_AreTheirsAlone(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 4, 5, 8, 9, 16, 17, 100, 256, 300, 1000))
        {
            foreach (var n in new[] { 70, 1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 33, 50 })
            {
                var labels = Enumerable.Range(0, n).Select(row => row % classes).ToArray();
                var z = new T[n * classes];
                for (var row = 0; row < n; row++)
                {
                    z[(row * classes) + labels[row]] = T.One;
                }

                foreach (var layout in new[] { LogitLayout.RowMajor, LogitLayout.ClassMajor, LogitLayout.Spatial(n % 3 == 0 ? 3 : 1) })
                {
                    var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout, IgnoreLabel = -1 };
                    var arranged = Arrangement.Arrange(z, layout, 0, classes, T.NaN);
                    Assert.Equal(n, subject.LossAndGradient<int>(arranged, labels, new T[z.Length], options).Correct);
                    Assert.Equal(n, subject.Loss<int>(arranged, labels, options).Correct);
                    Assert.Equal(n - 1, subject.Loss<int>(arranged, [-1, .. labels[1..]], options).Correct);
                }
            }
        }
    }

    /// <summary>Weights whose product with the factor of the reduction is beyond every number.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_OfWeightsBeyondTheLargestNumber_IsNoNaN(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 5, 8, 16, 17, 300))
        {
            var z = Enumerable.Range(0, 33 * classes).Select(i => T.CreateChecked(i * 7 % 200)).ToArray();
            var labels = Enumerable.Range(0, 33).Select(row => row * 5 % classes).ToArray();
            var weights = Enumerable.Repeat(Narrowing.Largest<T>(), 33).ToArray();
            var gradient = new T[z.Length];
            subject.LossAndGradient<int>(z, labels, gradient, new(classes, Reduction.DivideBy(1e-3)), weights);
            Assert.All(gradient, (g, i) => Assert.True(
                i % classes == labels[i / classes] ? g <= T.Zero : g >= T.Zero, $"{kernel}, {classes} classes, [{i}]: {g}"));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Correct_RowsWithoutALimit_AreNot_WhateverTheirWeight(string kernel) =>
        AssertCorrect(SoftmaxKernels.Get<T>(kernel), [T.Zero, T.CreateTruncating(0.1)]);

    [Theory]
    [MemberData(nameof(FocalIds))]
    public void Correct_RowsWithoutALimitOfTheFocalLoss_AreNot_WhateverTheirWeight(string kernel) =>
        AssertCorrect(SoftmaxKernels.Get<T>(kernel), [T.Zero]);

    private static void AssertCorrect(SoftmaxSubject<T> subject, T[] smoothings)
    {
        var (peak, low) = (T.PositiveInfinity, T.NegativeInfinity);
        foreach (var classes in subject.ClassCounts(2, 3, 8, 9, 16, 17, 64, 300))
        {
            // The first class, which is the label, the last one, and those between them.
            foreach (var (first, last, between, correct) in new[]
            {
                (T.One, T.Zero, T.Zero, 1), (peak, T.One, T.Zero, 1), (T.One, low, low, 1), (peak, low, low, 1),
                (T.NaN, T.Zero, T.Zero, 0), (T.NaN, T.One, T.Zero, 0), (T.One, T.NaN, T.Zero, 0), (peak, T.NaN, T.Zero, 0), (peak, peak, T.Zero, 0), (low, low, low, 0),
            })
            {
                // Rows side by side with others, one of weight 0 among them, and as many as fill no register.
                var z = Enumerable.Range(0, 37 * classes).Select(i => i % classes == 0 ? T.One : T.Zero).ToArray();
                foreach (var row in new[] { 3, 36 })
                {
                    z.AsSpan(row * classes, classes).Fill(between);
                    (z[row * classes], z[((row + 1) * classes) - 1]) = (first, last);
                }

                foreach (var weight in new[] { T.One, T.Zero })
                {
                    var weights = Enumerable.Range(0, 37).Select(row => row is 3 or 36 ? weight : row == 5 ? T.Zero : T.One).ToArray();
                    foreach (var smoothing in smoothings)
                    {
                        var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { LabelSmoothing = smoothing };
                        var message = $"{classes} classes, {first} {between} {last}, weight {weight}, smoothing {smoothing}";
                        Assert.True(
                            35 + (2 * correct) == subject.Loss<int>(z, new int[37], options, sampleWeights: weights).Correct, message);
                        var (gradient, losses) = (new T[z.Length], new T[37]);
                        Assert.True(
                            35 + (2 * correct) == subject.LossAndGradient<int>(z, new int[37], gradient, options, weights, losses).Correct,
                            message);
                        foreach (var row in new[] { 3, 36 })
                        {
                            Assert.True((weight == T.One && correct == 0) == T.IsNaN(losses[row]), message);
                            Assert.True(
                                (weight == T.One && correct == 0) == gradient.AsSpan(row * classes, classes).ToArray().All(T.IsNaN),
                                message);
                        }
                    }

                    // The class of the label has no weight, or all have one.
                    foreach (var classWeights in new T[][] { [T.Zero, .. Enumerable.Repeat(T.One, classes - 1)], [] })
                    {
                        foreach (var layout in new[] { LogitLayout.RowMajor, LogitLayout.ClassMajor, LogitLayout.Spatial(37) })
                        {
                            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { ClassWeights = classWeights, Layout = layout };
                            var message = $"{classes} classes, {first} {between} {last}, weight {weight}, {classWeights.Length} class weights, {layout.Kind}";
                            var arranged = Arrangement.Arrange(z, layout, 0, classes, T.Zero);
                            Assert.True(
                                35 + (2 * correct) == subject.Loss<int>(arranged, new int[37], options, sampleWeights: weights).Correct,
                                message);
                            Assert.True(
                                35 + (2 * correct) == subject.LossAndGradient<int>(arranged, new int[37], arranged, options, weights).Correct,
                                message);
                        }
                    }
                }
            }
        }
    }
}
