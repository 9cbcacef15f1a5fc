using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class CrossEntropyGradientIsTheDerivativeInFloat : CrossEntropyGradientIsTheDerivative<float>;

public sealed class CrossEntropyGradientIsTheDerivativeInDouble : CrossEntropyGradientIsTheDerivative<double>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_IsTheSlopeOfTheLosses(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, w, classes) = (batch.Logits<double>(), batch.Weights<double>(), batch.K);
        var options = batch.Options<double>(Reduction.Sum);
        Check(batch.Labels, CrossEntropyReference.Of<double>(z, batch.LongLabels, options, w).RowWeights);
        Check(batch.Targets<double>(), CrossEntropyReference.Of<double>(z, batch.Targets<double>(), options, w).RowWeights);

        void Check<TLabel>(TLabel[] labels, double[] rowWeights)
            where TLabel : unmanaged
        {
            const double Step = 1.0 / 4096;
            var gradient = Run(subject, z, labels, options, w).Gradient;
            foreach (var column in new[] { 0, batch.Seed.Value % classes, classes - 1 })
            {
                var (right, left) = (Losses(Step), Losses(-Step));
                for (var i = 0; i < batch.N; i++)
                {
                    var slope = (right[i] - left[i]) / (2 * Step);
                    var at = (i * classes) + column;

                    // The third derivative is below 0.13, and the losses are below 2·10⁴ times their weight.
                    Assert.True(
                        Math.Abs(slope - gradient[at]) <= rowWeights[i] * 3e-8,
                        $"Gradient {gradient[at]:R}, slope {slope:R} in row {i}, column {column}.");
                }

                double[] Losses(double step)
                {
                    double[] moved = [.. z];
                    for (var at = column; at < z.Length; at += classes)
                    {
                        moved[at] += step;
                    }

                    return Run(subject, moved, labels, options, w).Losses;
                }
            }
        }
    });
}

/// <summary>Loss, gradient and probabilities of cross-entropy are those of the textbook.</summary>
public abstract class CrossEntropyGradientIsTheDerivative<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void HardLabels_LossAndGradient_AreTheTextbooks(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var plain = batch.Options<T>(smoothing: 0, classWeights: []);
        AssertTextbook(CrossEntropyReference.Of<T>(z, batch.LongLabels, plain), Run(subject, z, y, plain), batch.K);
        foreach (var withLosses in new[] { false, true })
        {
            var options = batch.Options<T>();
            AssertTextbook(
                CrossEntropyReference.Of<T>(z, batch.LongLabels, options), Run(subject, z, y, options, withLosses: withLosses), batch.K);
            AssertTextbook(
                CrossEntropyReference.Of<T>(z, batch.LongLabels, options, w), Run(subject, z, y, options, w, withLosses), batch.K);
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargets_LossAndGradient_AreTheTextbooks(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, t, w) = (batch.Logits<T>(), batch.Targets<T>(), batch.Weights<T>());
        foreach (var withLosses in new[] { false, true })
        {
            var options = batch.Options<T>();
            AssertTextbook(CrossEntropyReference.Of<T>(z, t, options), Run(subject, z, t, options, withLosses: withLosses), batch.K);
            AssertTextbook(CrossEntropyReference.Of<T>(z, t, options, w), Run(subject, z, t, options, w, withLosses), batch.K);
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_AreTheTextbooks(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var z = batch.Logits<T>();
        var p = new T[z.Length];
        subject.Probabilities(z, p, batch.Options<T>());
        AssertClose(CrossEntropyReference.Probabilities<T>(z, batch.K), p, Tolerance(batch.K), "probabilities");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_OfARow_AddsUpToZero(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var z = batch.Logits<T>();
        var gradient = Run(subject, z, batch.Labels, batch.Options<T>(smoothing: 0), batch.Weights<T>()).Gradient;
        for (var i = 0; i < batch.N; i++)
        {
            // The kernel's own roundings come close to the bound, so the sum must have none.
            var row = ToDouble(gradient[(i * batch.K)..((i + 1) * batch.K)]);
            var sum = new CompensatedSum();
            Array.ForEach(row, value => sum.Add(value));
            var largest = row.Max(Math.Abs);
            Assert.True(
                Math.Abs(sum.Value) <= (batch.K * HalfUlp * largest) + (batch.K * SmallestNormal), $"Row {i} adds up to {sum.Value:R}, its largest is {largest:R}.");
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Reductions_DivideTheGradientOnly(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        y.AsSpan(0, y.Length / 4).Fill(-100);
        foreach (var weights in new[] { null, w })
        {
            var plain = Run(subject, z, y, batch.Options<T>(Reduction.Sum, ignoreLabel: -100), weights);
            foreach (var (reduction, divisor) in new[]
            {
                (Reduction.MeanByCount, plain.Sum.Count), (Reduction.MeanByWeight, plain.Sum.Weight), (Reduction.DivideBy(12.5), 12.5),
            })
            {
                var reduced = Run(subject, z, y, batch.Options<T>(reduction, ignoreLabel: -100), weights);
                AssertSums(plain.Sum, reduced.Sum);
                Bits.AssertSame<T>("losses", plain.Losses, reduced.Losses);
                var mean = divisor == 0 ? 0 : plain.Sum.Loss / divisor;
                AssertClose(mean, reduced.Sum.Reduce(reduction), 2 * SumTolerance * mean, "mean");
                var gradient = CrossEntropyReference.Of<T>(
                    z, Array.ConvertAll(y, l => (long)l), batch.Options<T>(reduction, ignoreLabel: -100), weights);
                AssertClose(
                    Array.ConvertAll(plain.Gradient, g => divisor == 0 ? 0 : double.CreateChecked(g) / divisor),
                    reduced.Gradient, gradient.GradientTerms, Tolerance(batch.K), "gradient");
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void InfiniteLogits_GiveTheLimit(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 37, 130, 300))
        {
            // One row each: a certain class that is right, one that is wrong, and impossible classes that are not meant or meant.
            var z = new T[4 * classes];
            z[1] = z[classes + 1] = T.PositiveInfinity;
            z[2 * classes] = z[(3 * classes) + 1] = T.NegativeInfinity;
            int[] y = [1, 0, 1, 1];
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum);
            var exact = CrossEntropyReference.Of<T>(z, Array.ConvertAll(y, l => (long)l), options);
            foreach (var withLosses in new[] { false, true })
            {
                var output = Run(subject, z, y, options, withLosses: withLosses);
                AssertTextbook(exact, output, classes);
                AssertClose([1, -1], [output.Gradient[classes + 1], output.Gradient[classes]], Tolerance(classes), "certain and wrong");
                AssertClose([0, -1], [output.Gradient[2 * classes], output.Gradient[(3 * classes) + 1]], Tolerance(classes), "impossible");
            }

            Assert.Equal([T.Zero, T.PositiveInfinity, T.PositiveInfinity], Pick(Run(subject, z, y, options).Losses, [0, 1, 3]));
            var p = new T[z.Length];
            subject.Probabilities(z, p, options);
            AssertClose(CrossEntropyReference.Probabilities<T>(z, classes), p, Tolerance(classes), "probabilities");

            // A class that weighs nothing costs nothing, not 0·∞.
            var weights = Enumerable.Repeat(T.One, classes).ToArray();
            weights[0] = T.Zero;
            var free = Run(subject, z, [1, 0, 1, 0], new(classes, Reduction.Sum) { ClassWeights = weights });
            Assert.True(double.IsFinite(free.Sum.Loss), $"{free.Sum}");
            Assert.Equal(T.Zero, free.Losses[1]);
            Assert.All(free.Gradient[classes..(2 * classes)], g => Assert.Equal(T.Zero, g));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void UndefinedRow_PoisonsItselfAndTheSumOnly(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        // A batch without weights of 0, which would make the row inert.
        batch = batch with { HasClassWeights = false };
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var (at, classes) = (batch.N / 2, batch.K);
        var options = batch.Options<T>();
        var clean = Run(subject, z, y, options);
        clean.Gradient.AsSpan(at * classes, classes).Fill(T.NaN);
        clean.Losses[at] = T.NaN;
        foreach (var form in new Action<T[]>[]
        {
            logits => logits[(at * classes) + (batch.Seed.Value % classes)] = T.NaN,
            logits => logits.AsSpan(at * classes, classes).Fill(T.NegativeInfinity),
            logits => logits[at * classes] = logits[((at + 1) * classes) - 1] = T.PositiveInfinity,
        })
        {
            T[] poisoned = [.. z];
            form(poisoned);
            foreach (var withLosses in new[] { false, true })
            {
                var output = Run(subject, poisoned, y, options, withLosses: withLosses);
                Bits.AssertSame<T>("gradient", clean.Gradient, output.Gradient, signOfZero: false);
                Assert.True(double.IsNaN(output.Sum.Loss), "The sum hides the NaN.");
                Assert.Equal(clean.Sum.Weight, output.Sum.Weight);
                Assert.Equal(clean.Sum.Count, output.Sum.Count);
                if (withLosses)
                {
                    Bits.AssertSame<T>("losses", clean.Losses, output.Losses);
                }
            }

            var exact = CrossEntropyReference.Of<T>(poisoned, batch.LongLabels, options).Sum;
            if (poisoned.Any(T.IsNaN))
            {
                Assert.Equal(exact.Correct, subject.Loss<int>(poisoned, y, options).Correct);
            }
        }
    }, mayBeEmpty: false);
}
