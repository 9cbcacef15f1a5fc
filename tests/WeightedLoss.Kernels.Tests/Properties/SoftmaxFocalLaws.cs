using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Numerics;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class SoftmaxFocalLawsOfFloat : SoftmaxFocalLaws<float>;

public sealed class SoftmaxFocalLawsOfDouble : SoftmaxFocalLaws<double>
{
    /// <summary>In double only: differences of losses in float have too few digits.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_IsTheDerivative(string kernel) => Each(kernel, (subject, batch, _) =>
    {
        var (z, y) = (batch.RoundLogits<double>(), batch.Labels);
        var options = batch.Options<double>(Reduction.Sum, smoothing: 0, classWeights: []);
        var output = Run(subject, z, y, options);
        var random = new Random(batch.Seed.Value);
        for (var trial = 0; trial < 8 && z.Length > 0; trial++)
        {
            var at = random.Next(z.Length);
            var row = at / batch.K;
            const double Step = 1.0 / 4096;
            var difference = (LossOf(Step) - LossOf(-Step)) / (2 * Step);
            AssertClose(difference, output.Gradient[at], 2e-6 * (1 + Math.Abs(difference)), $"gradient[{at}]");

            double LossOf(double change)
            {
                var moved = z.AsSpan(row * batch.K, batch.K).ToArray();
                moved[at % batch.K] += change;
                return subject.Loss<int>(moved, [y[row]], options).Loss;
            }
        }
    });
}

/// <summary>What holds for the focal loss of the softmax, checked on each of its kernels.</summary>
public abstract class SoftmaxFocalLaws<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double[] s_gammas = [0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 8];

    public static new TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.SoftmaxFocal);

    public static TheoryData<string> AnyGammaIds { get; } =
        [.. SoftmaxKernels.Of<T>(LossCases.SoftmaxFocal).Where(kernel => kernel.TakesParameters).Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void RandomBatches_AreTheTextbooks(string kernel) => Each(kernel, (subject, batch, gamma) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.LongLabels, batch.Weights<T>());
        var options = batch.Options<T>(smoothing: 0);
        var exact = Textbook(z, y, options, w, gamma);
        var output = Run(subject, z, y, options, w);

        // An error of q counts γ times in its power.
        var tolerance = (1 + gamma) * Tolerance(batch.K);
        AssertSums(exact.Sum, output.Sum, tolerance);
        AssertClose(exact.Losses, output.Losses, tolerance, "losses");
        AssertClose(exact.Gradient, output.Gradient, tolerance, "gradient");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void EachClassCount_FromTwoTo300_IsTheTextbooks(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        var gamma = double.CreateChecked(subject.Gamma);
        foreach (var classes in subject.ClassCounts([.. Enumerable.Range(2, 299)]))
        {
            var random = new Random(classes);
            var n = 1 + (classes % 19);
            var z = Enumerable.Range(0, n * classes).Select(_ => T.CreateChecked(12 * (random.NextDouble() - 0.5))).ToArray();
            var y = Enumerable.Range(0, n).Select(_ => (long)random.Next(classes)).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
            {
                ClassWeights = Enumerable.Range(0, classes).Select(k => T.CreateChecked(0.25 + (k % 5))).ToArray(),
            };
            var exact = Textbook(z, y, options, null, gamma);
            var output = Run(subject, z, y, options);
            AssertClose(exact.Losses, output.Losses, (1 + gamma) * Tolerance(classes), $"{classes} classes: losses");
            AssertClose(exact.Gradient, output.Gradient, (1 + gamma) * Tolerance(classes), $"{classes} classes: gradient");
        }
    }

    [Theory]
    [MemberData(nameof(AnyGammaIds))]
    public void GammaOfZero_IsCrossEntropyToTheLastBit(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel).With(T.Zero)!;
        ForAllBatches(subject.Classes, batch =>
        {
            var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
            var options = batch.Options<T>(smoothing: 0);
            var (expected, actual) = (Run(SoftmaxKernels.PublicCrossEntropy<T>(), z, y, options, w), Run(subject, z, y, options, w));
            Bits.AssertSame("sums", expected.Sum, actual.Sum);
            Bits.AssertSame<T>("gradient", expected.Gradient, actual.Gradient);
            Bits.AssertSame<T>("losses", expected.Losses, actual.Losses);
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void EveryForm_GivesTheScalarBits(string kernel) => Each(kernel, (subject, batch, _) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>(smoothing: 0, ignoreLabel: -1);
        y.AsSpan(0, y.Length / 5).Fill(-1);
        var expected = Run(SoftmaxKernels.Scalar(subject, batch.K), z, y, options, w);
        AssertSame(expected, Run(subject, z, y, options, w));
        AssertSame(expected, Run(subject, z, Array.ConvertAll(y, label => (long)label), options, w));
        AssertSame(expected, Run(subject, z, y, batch.Options<T>(smoothing: 0, ignoreLabel: -1, threads: 3), w));

        // Without gradient, and in place.
        var losses = new T[y.Length];
        Bits.AssertSame("sums", expected.Sum, subject.Loss<int>(z, y, options, w, losses));
        Bits.AssertSame<T>("losses", expected.Losses, losses);
        var inPlace = z.ToArray();
        subject.LossAndGradient<int>(inPlace, y, inPlace, options, w);
        Bits.AssertSame<T>("gradient", expected.Gradient, inPlace);

        // Class-major.
        var columns = new T[z.Length];
        for (var i = 0; i < z.Length; i++)
        {
            columns[(i % batch.K * batch.N) + (i / batch.K)] = z[i];
        }

        var major = Run(subject, columns, y, batch.Options<T>(smoothing: 0, ignoreLabel: -1, layout: LogitLayout.ClassMajor), w);
        if (batch.K <= 256)
        {
            Bits.AssertSame<T>("losses", expected.Losses, major.Losses);
        }

        for (var i = 0; i < z.Length && batch.K <= 256; i++)
        {
            Assert.Equal(expected.Gradient[i], major.Gradient[(i % batch.K * batch.N) + (i / batch.K)]);
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rows_OneToFourACall_HaveTheBitsOfAll(string kernel) => Each(kernel, (subject, batch, _) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>(Reduction.DivideBy(3), smoothing: 0);
        var whole = Run(subject, z, y, options, w);
        foreach (var step in new[] { 1, 2, 3, 4 })
        {
            for (var start = 0; start < batch.N; start += step)
            {
                var rows = start..Math.Min(batch.N, start + step);
                var logits = (rows.Start.Value * batch.K)..(rows.End.Value * batch.K);
                var part = Run(subject, z[logits], y[rows], options, w[rows]);
                Bits.AssertSame<T>($"gradient, {step} rows a call", whole.Gradient[logits], part.Gradient);
                Bits.AssertSame<T>($"losses, {step} rows a call", whole.Losses[rows], part.Losses);
            }
        }
    });

    /// <summary>Weights whose product with the factor of the reduction, and with the slope, is beyond every number.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_OfWeightsBeyondTheLargestNumber_IsNoNaN(string kernel)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        foreach (var subject in entry.WithEach(new[] { 0.25, 2, 100 }.Select(gamma => new[] { gamma })))
        {
            foreach (var classes in subject.ClassCounts(2, 3, 5, 8, 16, 17, 300))
            {
                // Of every p, those with the steepest slope among them.
                const int N = 97;
                var z = Enumerable.Range(0, N * classes).Select(i => T.CreateChecked(i % classes == 0 ? (i / classes / 8.0) - 6 : i % 3)).ToArray();
                var weights = Enumerable.Repeat(Narrowing.Largest<T>(), N).ToArray();
                var gradient = new T[z.Length];
                foreach (var divisor in new[] { 1, 1e-3 })
                {
                    subject.LossAndGradient<int>(z, new int[N], gradient, new(classes, Reduction.DivideBy(divisor)), weights);
                    Assert.All(gradient, (g, i) => Assert.True(
                        i % classes == 0 ? g <= T.Zero : g >= T.Zero, $"{kernel}, γ {subject.Gamma}, {classes} classes, [{i}]: {g}"));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SaturatedRows_AnyGamma_GiveTheLimit(string kernel)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        var (least, largest) = IsFloat ? (float.Epsilon, float.MaxValue) : (double.Epsilon, double.MaxValue);
        double[] gammas = [least, 1e-30, 0.25, 0.5, 1, 2, 7.5, 100, 1e10, largest / 2, largest];
        foreach (var subject in entry.WithEach(gammas.Select(gamma => new[] { gamma })))
        {
            var gamma = double.CreateChecked(subject.Gamma);
            foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 17, 40, 300))
            {
                foreach (var extreme in new[] { 90, 200, 800, 1e4, 1e30, double.PositiveInfinity })
                {
                    // The label's logit is the only large one; another is; and the label is masked.
                    var z = new T[3 * classes];
                    z[1] = T.CreateSaturating(extreme);
                    z[classes] = T.CreateSaturating(extreme);
                    z[(2 * classes) + 1] = T.NegativeInfinity;
                    var output = Run(subject, z, [1, 1, 1], new(classes, Reduction.Sum));
                    var what = $"{kernel}, γ {gamma}, {classes} classes, z {extreme}";
                    Assert.All(output.Gradient, g => Assert.False(T.IsNaN(g), what));
                    Assert.All(output.Gradient[..classes], g => Assert.True(double.CreateChecked(T.Abs(g)) <= 1e-36, what));
                    Assert.True(double.CreateChecked(output.Losses[0]) is >= 0 and <= 1e-36, what);
                    Assert.Equal(T.PositiveInfinity, output.Losses[2]);
                    if (extreme >= 200 && gamma < 1e10)
                    {
                        AssertClose(extreme, double.CreateChecked(output.Losses[1]), 1e-5 * extreme, what);
                        AssertClose(1, double.CreateChecked(output.Gradient[classes]), 1e-5, what);
                        AssertClose(-1, double.CreateChecked(output.Gradient[classes + 1]), 1e-5, what);
                    }
                }

                // Between the extremes, and a NaN.
                for (var i = -400; i <= 400; i++)
                {
                    var z = new T[classes];
                    z[0] = T.CreateChecked(i / 4.0);
                    var output = Run(subject, z, [0], new(classes, Reduction.Sum));
                    Assert.True(
                        T.IsFinite(output.Losses[0]) && output.Losses[0] >= T.Zero,
                        $"{kernel}, γ {gamma}, {classes} classes, z {z[0]}: {output.Losses[0]}");
                    Assert.All(output.Gradient, g => Assert.True(T.IsFinite(g), $"{kernel}, γ {gamma}, {classes} classes, z {z[0]}"));
                    z[^1] = T.NaN;
                    output = Run(subject, z, [0], new(classes, Reduction.Sum));
                    Assert.All([.. output.Gradient, output.Losses[0]], g => Assert.True(T.IsNaN(g)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ConfidentRows_AnyMargin_AreTheTextbooks(string kernel)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        foreach (var subject in entry.WithEach(new[] { 0.1, 0.25, 0.5, 1, 1.7, 2, 3.5 }.Select(gamma => new[] { gamma })))
        {
            foreach (var classes in subject.ClassCounts(2, 3, 9, 300))
            {
                // Up to where q itself is no normal number any more.
                var margins = Enumerable.Range(0, IsFloat ? 340 : 2800).Select(i => i / 4.0).ToArray();
                var z = new T[margins.Length * classes];
                for (var i = 0; i < margins.Length; i++)
                {
                    z[i * classes] = T.CreateChecked(margins[i]);
                    z.AsSpan((i * classes) + 2, classes - 2).Fill(T.CreateChecked(-1e4));
                }

                var output = Run(subject, z, new int[margins.Length], new(classes, Reduction.Sum));
                var exactGamma = double.CreateChecked(subject.Gamma);
                for (var i = 0; i < margins.Length; i++)
                {
                    var e = Math.Exp(-margins[i]);
                    var (q, p) = (e / (1 + e), 1 / (1 + e));
                    var cost = DoubleDouble.Log1p(e).High;
                    var what = $"{kernel}, γ {exactGamma}, {classes} classes, margin {margins[i]}";
                    var tolerance = (IsFloat ? 1e-5 : 1e-12) * (1 + exactGamma);
                    AssertClose(
                        Math.Pow(q, exactGamma) * cost,
                        double.CreateChecked(output.Losses[i]),
                        tolerance * Math.Pow(q, exactGamma) * cost,
                        what);
                    var slope = Math.Pow(q, exactGamma) * ((exactGamma * p * cost) + q);
                    AssertClose(-slope, double.CreateChecked(output.Gradient[i * classes]), tolerance * slope, what);
                }
            }
        }
    }

    [Fact]
    public void PublicMethods_HaveNoSoftTargets() => Assert.DoesNotContain(
        typeof(SoftmaxFocal).GetMethods().SelectMany(method => method.GetParameters()), parameter => parameter.Name == "targets");

    private static void AssertSame(Output expected, Output actual)
    {
        Bits.AssertSame("sums", expected.Sum, actual.Sum);
        Bits.AssertSame<T>("gradient", expected.Gradient, actual.Gradient);
        Bits.AssertSame<T>("losses", expected.Losses, actual.Losses);
    }

    /// <summary>Random batches, with each γ that the kernel can have.</summary>
    private protected static void Each(string kernel, Action<SoftmaxSubject<T>, CrossEntropyBatch, double> law)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        var subjects = entry.WithEach(s_gammas.Select(gamma => new[] { gamma })).ToArray();
        var next = 0;
        ForAllBatches(entry.Classes, batch =>
        {
            var subject = subjects[next++ % subjects.Length];
            law(subject, batch, double.CreateChecked(subject.Gamma));
        });
    }

    private static void ForAllBatches(int classes, Action<CrossEntropyBatch> law) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(FloatSweepTests.IsExhaustive ? 1000 : 40), Prop.ForAll(
            CrossEntropyBatch.Arbitrary(classes), law));

    /// <summary>
    /// w·(1 − p)^γ·(−log p), and its derivative through that of p: ∂p/∂z_j = p·([j = y] − p_j). 1 − p is the sum of the other
    /// probabilities, here and in the references of cross-entropy.
    /// </summary>
    private static CrossEntropyResult Textbook(T[] z, long[] y, CrossEntropyOptions<T> options, T[]? w, double gamma)
    {
        var plain = new CrossEntropyOptions<T>(options.Classes, Reduction.Sum);
        var cost = CrossEntropyReference.Of<T>(z, y, plain);
        var p = CrossEntropyReference.Probabilities<T>(z, options.Classes);
        var weights = CrossEntropyReference.Of<T>(z, y, options, w);
        var divisor = options.Reduction.Kind switch
        {
            ReductionKind.MeanByCount => weights.Sum.Count,
            ReductionKind.MeanByWeight => weights.Sum.Weight,
            ReductionKind.DivideBy => options.Reduction.Divisor,
            _ => 1,
        };
        var (losses, gradient, sum) = (new double[y.Length], new double[z.Length], 0.0);
        for (var i = 0; i < y.Length; i++)
        {
            var (start, label) = (i * options.Classes, (int)y[i]);
            var weight = weights.RowWeights[i];
            var ofLabel = p[start + label];
            var others = -cost.Gradient[start + label];
            losses[i] = weight == 0 ? 0 : weight * Math.Pow(others, gamma) * cost.Losses[i];
            sum += losses[i];
            if (weight == 0 || divisor == 0)
            {
                continue;
            }

            // p·dℓ/dp, negated, with q^(γ − 1)·p·L written as a power of q times a quotient that is finite as q nears 0, where L nears q.
            var slope = others == 0
                ? 0
                : weight * Math.Pow(others, gamma) * ((gamma * ofLabel * (ofLabel == 0 ? 0 : cost.Losses[i] / others)) + 1);
            for (var j = 0; j < options.Classes; j++)
            {
                gradient[start + j] = slope * (j == label ? -others : p[start + j]) / divisor;
            }
        }

        return new(weights.Sum with { Loss = sum }, gradient, gradient, losses, weights.RowWeights);
    }
}
