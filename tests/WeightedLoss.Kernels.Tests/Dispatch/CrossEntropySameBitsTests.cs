using System.Collections.Concurrent;
using System.Numerics;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Dispatch;

public sealed class CrossEntropySameBitsTestsOfFloat : CrossEntropySameBitsTests<float>;

public sealed class CrossEntropySameBitsTestsOfDouble : CrossEntropySameBitsTests<double>;

/// <summary>
/// Every kernel of a loss of the softmax with every form of labels, weights and layouts, and every number of threads, returns the bits of
/// the scalar kernel for any class count.
/// </summary>
public abstract class CrossEntropySameBitsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly ConcurrentDictionary<(string Scalar, int Classes), Output[]> s_scalar = [];

    private static readonly int[] s_classCounts = [2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 31, 37, 64, 65, 128, 129, 257, 1000];

    public static TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.CrossEntropy);

    /// <summary>The kernels of every loss but those that others are compared with.</summary>
    public static TheoryData<string> OtherIds { get; } =
        [.. SoftmaxKernels.Of<T>().Where(kernel => SoftmaxKernels.Scalar(kernel, 2).Id != kernel.Id).Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(OtherIds))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Kernel_EveryCombinationOfOptions_GivesTheScalarBits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(s_classCounts))
        {
            var scalar = SoftmaxKernels.Scalar(subject, classes);
            var expectations = s_scalar.GetOrAdd(($"{scalar.Id} {scalar.Gamma}", classes), _ => [.. Run(scalar, classes)]);
            var actuals = Run(subject, classes).ToArray();
            Assert.Equal(expectations.Length, actuals.Length);
            foreach (var (expected, actual) in expectations.Zip(actuals))
            {
                var what = $"{kernel}, {classes} classes, {expected.Name}";
                Assert.Equal(expected.Name, actual.Name);
                Bits.AssertSame(what, expected.Sum, actual.Sum);
                Bits.AssertSame<T>($"{what}, gradient", expected.Gradient, actual.Gradient);
                Bits.AssertSame<T>($"{what}, losses", expected.Losses, actual.Losses);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Kernel_OneToEightThreads_GivesTheSameBits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var (classes, n) in subject.ClassCounts(2, 7, 100).SelectMany(classes => Lengths(classes).Select(n => (classes, n))))
        {
            // Each chunk is more confident than the one before: sums of such different size are rounded in any other order.
            var random = new Random(n);
            var y = Enumerable.Range(0, n).Select(_ => random.Next(classes)).ToArray();
            var z = Enumerable.Range(0, n * classes).Select(i =>
                T.CreateChecked(random.NextDouble() + (y[i / classes] == i % classes ? 20.0 * (i / classes) / n : 0))).ToArray();
            var w = Enumerable.Range(0, n).Select(_ => T.CreateChecked(random.NextDouble())).ToArray();
            foreach (var weights in new[] { null, w })
            {
                var expected = Run(1, weights);
                foreach (var threads in new[] { 2, 3, 8 })
                {
                    var what = $"{kernel}, {n} rows of {classes} classes, {threads} threads, weights {weights is not null}";
                    var actual = Run(threads, weights);
                    Bits.AssertSame(what, expected.Sum, actual.Sum);
                    Bits.AssertSame<T>(what, expected.Gradient, actual.Gradient);
                    Bits.AssertSame<T>(what, expected.Losses, actual.Losses);
                }
            }

            (ClassLossSum Sum, T[] Gradient, T[] Losses) Run(int threads, T[]? weights)
            {
                var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
                {
                    ClassWeights = Enumerable.Range(0, classes).Select(k => T.CreateChecked(0.3 + (k % 3))).ToArray(),
                    MaxDegreeOfParallelism = threads,
                };
                var gradient = new T[z.Length];
                var losses = weights is null ? null : new T[n];
                return (subject.LossAndGradient<int>(z, y, gradient, options, weights, losses), gradient, losses ?? []);
            }
        }

        // Around the ends of chunks of 16384 rows and of 16384 logits, and a few chunks.
        static int[] Lengths(int classes) =>
            classes == 2 ? [8191, 8193, 16385, 33_000] : [(16384 / classes) + 1, 16384 * 3 / classes, (16384 * 9 / classes) + 5];
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rows_SplitIntoCalls_GiveTheSameBits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 17, 31, 48, 63, 64, 65, 96, 129, 256, 300))
        {
            const int N = 71;
            var z = Logits(classes, N);
            AddRareRows(z, classes);
            var y = Enumerable.Range(0, N).Select(i => i % 11 == 4 ? -100 : i * 7 % classes).ToArray();
            var w = Enumerable.Range(0, N).Select(i => T.CreateChecked(i % 6 == 5 ? 0 : 0.5 + (i % 4))).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(3))
            {
                ClassWeights = ClassWeights(classes),
                IgnoreLabel = -100,
            };
            foreach (var weights in new[] { null, w })
            {
                var whole = Run(N, weights);
                foreach (var step in new[] { 1, 2, 3, 4, 5, 6, 16, 17, 32, 48, 64 })
                {
                    var what = $"{kernel}, {classes} classes, {step} rows a call, weights {weights is not null}";
                    var parts = Run(step, weights);
                    Bits.AssertSame<T>($"{what}, gradient", whole.Gradient, parts.Gradient);
                    Bits.AssertSame<T>($"{what}, losses", whole.Losses, parts.Losses);
                    Bits.AssertSame<T>($"{what}, losses without a gradient", whole.Losses, parts.LossesAlone);
                    Bits.AssertSame<T>($"{what}, probabilities", whole.Probabilities, parts.Probabilities);
                    Assert.Equal(whole.Correct, parts.Correct);
                }
            }

            (T[] Gradient, T[] Losses, T[] LossesAlone, T[] Probabilities, long Correct) Run(int step, T[]? weights)
            {
                var (gradient, losses, alone, probabilities, correct) = (new T[z.Length], new T[N], new T[N], new T[z.Length], 0L);
                for (var start = 0; start < N; start += step)
                {
                    var rows = start..Math.Min(N, start + step);
                    var logits = (rows.Start.Value * classes)..(rows.End.Value * classes);
                    var own = weights.AsSpan(weights is null ? default : rows);
                    var sum = subject.LossAndGradient<int>(
                        z.AsSpan(logits), y.AsSpan(rows), gradient.AsSpan(logits), options, own, losses.AsSpan(rows));
                    Assert.Equal(
                        sum.Correct, subject.Loss<int>(z.AsSpan(logits), y.AsSpan(rows), options, own, alone.AsSpan(rows)).Correct);
                    correct += sum.Correct;
                    subject.Probabilities(z.AsSpan(logits), probabilities.AsSpan(logits), options);
                }

                return (gradient, losses, alone, probabilities, correct);
            }
        }

        // Rows that kernels treat apart: a label's logit that others have, too, infinities, NaN, and logits beyond what exp is given.
        static void AddRareRows(T[] z, int classes)
        {
            T[] rare = [T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.CreateChecked(1e5), T.CreateChecked(-1e5), T.CreateChecked(80)];
            for (var i = 0; i < rare.Length; i++)
            {
                z[(((3 * i) + 1) * classes) + (i % classes)] = rare[i];
                z.AsSpan(((3 * i) + 20) * classes, classes).Fill(rare[i]);
                z[(((3 * i) + 21) * classes) + ((i + 1) % classes)] = rare[i];
                z[(((3 * i) + 21) * classes) + classes - 1] = rare[i];
            }
        }
    }

    /// <summary>Calls with all that options are made of: forms of labels, weights and layouts, and what is wanted.</summary>
    private static IEnumerable<Output> Run(SoftmaxSubject<T> kernel, int classes)
    {
        int[] lengths = classes <= 17 ? [1, 7, 16, 17, 33, 67] : classes <= 129 ? [1, 2, 9, 17, 33] : [1, 3, 17];
        foreach (var n in lengths)
        {
            var random = new Random(n);
            var z = Logits(classes, n);
            var y = Make(n, _ => random.Next(classes));
            var partial = Array.ConvertAll(y, label => random.Next(5) == 0 ? -100L : label);
            var targets = Make(n * classes, _ => T.CreateChecked(random.Next(4) == 0 ? random.NextDouble() : 0));
            var weights = Make(n, _ => T.CreateChecked(random.Next(6) == 0 ? 0 : 3 * random.NextDouble()));
            var classWeights = ClassWeights(classes);
            foreach (var withLosses in new[] { false, true })
            {
                yield return Call("hard", kernel, z, y, Options(), null, withLosses);
                yield return Call("hard, class weights", kernel, z, y, Options(weights: classWeights), null, withLosses);
                yield return Call("hard, ignoring", kernel, z, partial, Options(ignored: -100, weights: classWeights), weights, withLosses);
                foreach (var layout in new[] { LogitLayout.Rows(classes + 3, classes + 1), LogitLayout.ClassMajor, LogitLayout.Spatial(n) })
                {
                    var arranged = Arrangement.Arrange(z, layout, layout.LogitsStride, classes, T.Zero);
                    yield return Call("hard", kernel, arranged, y, Options(weights: classWeights, layout: layout), weights, withLosses);
                    if (kernel.Case.HasSoftTargets)
                    {
                        var laidOut = Arrangement.Arrange(targets, Arrangement.OfTargets(layout), 0, classes, T.Zero);
                        yield return Call("soft", kernel, arranged, laidOut, Options(layout: layout), null, withLosses);
                        yield return Call("smoothed", kernel, arranged, y, Options(smoothing: 0.1, layout: layout), weights, withLosses);
                    }
                }

                if (kernel.Case.HasSoftTargets)
                {
                    yield return Call("smoothed", kernel, z, y, Options(smoothing: 0.1), weights, withLosses);
                    yield return Call("smoothed, ignoring", kernel, z, partial, Options(0.1, -100, classWeights), null, withLosses);
                    yield return Call("soft", kernel, z, targets, Options(), null, withLosses);
                    yield return Call("soft, smoothed", kernel, z, targets, Options(0.1, weights: classWeights), weights, withLosses);
                }
            }

            if (kernel.Case.HasSoftTargets)
            {
                var probabilities = new T[z.Length];
                kernel.Probabilities(z, probabilities, Options());
                yield return new($"{n} rows, probabilities", default, probabilities, []);
            }

            CrossEntropyOptions<T> Options(double smoothing = 0, long? ignored = null, T[]? weights = null, LogitLayout layout = default) =>
                new(classes, Reduction.MeanByWeight)
                {
                    ClassWeights = weights ?? [],
                    LabelSmoothing = T.CreateChecked(smoothing),
                    IgnoreLabel = ignored,
                    Layout = layout,
                };
        }
    }

    private static Output Call<TLabel>(
        string name, SoftmaxSubject<T> kernel, T[] z, TLabel[] labels, CrossEntropyOptions<T> options, T[]? weights, bool withLosses)
        where TLabel : unmanaged
    {
        var n = typeof(TLabel) == typeof(T) ? labels.Length / options.Classes : labels.Length;
        var layout = options.Layout;
        var gradient = new T[Arrangement.Size(layout, layout.GradientStride, options.Classes, n)];
        var (losses, alone) = (withLosses ? new T[n] : [], withLosses ? new T[n] : []);
        var sum = kernel.LossAndGradient<TLabel>(z, labels, gradient, options, weights, losses);
        name = $"{name}, {n} rows, {layout.Kind}, sample weights {weights is not null}, losses {withLosses}";
        var without = $"{kernel}, {options.Classes} classes, {name}, without gradient";
        Bits.AssertSame(without, sum, kernel.Loss<TLabel>(z, labels, options, weights, alone));
        Bits.AssertSame<T>(without, losses, alone);
        return new(name, sum, gradient, losses);
    }

    private static T[] ClassWeights(int classes) => Make(classes, k => T.CreateChecked(k % 4 * 0.7));

    /// <summary>Rows of models, wide rows, ties, and in some lengths extremes.</summary>
    private static T[] Logits(int classes, int n)
    {
        T[] extremes =
        [
            T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.NegativeZero, T.Epsilon, T.CreateChecked(1e30), T.CreateChecked(-1e30),
            T.CreateChecked(87.34), T.CreateChecked(-708.4),
        ];
        var random = new Random((1000 * n) + classes);
        var logits = new T[n * classes];
        for (var i = 0; i < n; i++)
        {
            var kind = random.Next(6);
            for (var k = 0; k < classes; k++)
            {
                var spread = kind switch { 0 => 100.0, 1 => 0.001, _ => 8 };
                var extreme = kind == 2 && n % 2 == 1 && random.Next(classes) == 0;
                logits[(i * classes) + k] = extreme ? extremes[random.Next(extremes.Length)]
                    : kind == 3 ? T.CreateChecked(random.Next(3))
                    : T.CreateChecked(spread * (random.NextDouble() - 0.5));
            }
        }

        return logits;
    }

    private static TValue[] Make<TValue>(int length, Func<int, TValue> value) => [.. Enumerable.Range(0, length).Select(value)];

    private sealed record Output(string Name, ClassLossSum Sum, T[] Gradient, T[] Losses);
}
