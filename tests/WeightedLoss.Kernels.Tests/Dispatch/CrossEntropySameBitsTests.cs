using System.Collections.Concurrent;
using System.Numerics;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Dispatch;

public sealed class CrossEntropySameBitsTestsOfFloat : CrossEntropySameBitsTests<float>;

public sealed class CrossEntropySameBitsTestsOfDouble : CrossEntropySameBitsTests<double>;

/// <summary>Every kernel of cross-entropy and every number of threads returns the bits of the scalar kernel for any number of classes.</summary>
public abstract class CrossEntropySameBitsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly ConcurrentDictionary<(string Scalar, int Classes), CrossEntropyCorpus.Output<T>[]> s_scalar = [];

    public static TheoryData<string> Ids { get; } = CrossEntropyKernels.Ids<T>();

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Kernel_Corpus_GivesTheScalarBits(string kernel)
    {
        var subject = CrossEntropyKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(CrossEntropyCorpus.ClassCounts))
        {
            var scalar = CrossEntropyKernels.Scalar(subject, classes);
            var expectations = s_scalar.GetOrAdd((scalar.Id, classes), _ => [.. CrossEntropyCorpus.Run(scalar, classes)]);
            foreach (var (expected, actual) in expectations.Zip(CrossEntropyCorpus.Run(subject, classes)))
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
        var subject = CrossEntropyKernels.Get<T>(kernel);
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
        static int[] Lengths(int classes) => classes == 2 ? [8191, 8193, 16385, 33_000] : [(16384 / classes) + 1, 16384 * 3 / classes, (16384 * 9 / classes) + 5];
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rows_SplitIntoCalls_GiveTheSameBits(string kernel)
    {
        var subject = CrossEntropyKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 17, 31, 48, 63, 64, 65, 96, 129, 256, 300))
        {
            const int N = 71;
            var z = CrossEntropyCorpus.Logits<T>(classes, N);
            AddRareRows(z, classes);
            var y = Enumerable.Range(0, N).Select(i => i % 11 == 4 ? -100 : i * 7 % classes).ToArray();
            var w = Enumerable.Range(0, N).Select(i => T.CreateChecked(i % 6 == 5 ? 0 : 0.5 + (i % 4))).ToArray();
            var options = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(3))
            {
                ClassWeights = CrossEntropyCorpus.ClassWeights<T>(classes),
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
                    Assert.Equal(sum.Correct, subject.Loss<int>(z.AsSpan(logits), y.AsSpan(rows), options, own, alone.AsSpan(rows)).Correct);
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
}

/// <summary>Calls that reach every method of a kernel of cross-entropy: tails, forms of labels, weights and layouts, extremes, in that order.</summary>
internal static class CrossEntropyCorpus
{
    internal sealed record Output<T>(int Classes, string Name, ClassLossSum Sum, T[] Gradient, T[] Losses)
        where T : unmanaged;

    public static int[] ClassCounts => [2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 24, 31, 32, 33, 37, 63, 64, 65, 100, 127, 128, 129, 257, 1000];

    public static IEnumerable<Output<T>> Run<T>(CrossEntropyKernelEntry<T> kernel, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] lengths = classes <= 17 ? [0, 1, 7, 8, 15, 16, 17, 31, 33, 67] : classes <= 129 ? [1, 2, 9, 16, 17, 33] : [1, 3, 17];
        foreach (var n in lengths)
        {
            var random = new Random(n);
            var z = Logits<T>(classes, n);
            var y = Enumerable.Range(0, n).Select(_ => random.Next(classes)).ToArray();
            var partial = Array.ConvertAll(y, label => random.Next(5) == 0 ? -100L : label);
            var targets = Enumerable.Range(0, n * classes).Select(_ => T.CreateChecked(random.Next(4) == 0 ? random.NextDouble() : 0)).ToArray();
            var weights = Enumerable.Range(0, n).Select(_ => T.CreateChecked(random.Next(6) == 0 ? 0 : 3 * random.NextDouble())).ToArray();
            var classWeights = ClassWeights<T>(classes);
            var plain = new CrossEntropyOptions<T>(classes, Reduction.Sum);
            var weighted = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights };
            var ignoring = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount) { IgnoreLabel = -100, ClassWeights = classWeights };
            var smoothed = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(3)) { LabelSmoothing = T.CreateChecked(0.1) };
            var both = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { LabelSmoothing = T.CreateChecked(0.1), ClassWeights = classWeights, IgnoreLabel = -100 };
            var softBoth = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { LabelSmoothing = T.CreateChecked(0.1), ClassWeights = classWeights };
            foreach (var withLosses in new[] { false, true })
            {
                yield return Call("hard", kernel, z, y, plain, null, withLosses);
                yield return Call("hard, class weights", kernel, z, y, weighted, null, withLosses);
                yield return Call("hard, ignoring", kernel, z, partial, ignoring, null, withLosses);
                yield return Call("hard, ignoring, sample weights", kernel, z, partial, ignoring, weights, withLosses);
                yield return Call("hard, smoothed", kernel, z, y, smoothed, weights, withLosses);
                yield return Call("hard, smoothed, class weights", kernel, z, partial, both, null, withLosses);
                yield return Call("soft", kernel, z, targets, plain, null, withLosses);
                yield return Call("soft, smoothed, weights", kernel, z, targets, softBoth, weights, withLosses);
            }

            foreach (var layout in new[] { LogitLayout.Rows(classes + 3, classes + 1), LogitLayout.ClassMajor, LogitLayout.Spatial(Math.Max(1, n)) })
            {
                var arranged = Arrangement.Arrange(z, layout, layout.LogitsStride, classes, T.Zero);
                var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout, ClassWeights = classWeights };
                yield return Call($"hard, {layout.Kind}", kernel, arranged, y, options, weights, true);
                yield return Call($"soft, {layout.Kind}", kernel, arranged, Arrangement.Arrange(targets, Arrangement.OfTargets(layout), 0, classes, T.Zero), options, null, true);
            }

            var probabilities = new T[z.Length];
            kernel.Probabilities(z, probabilities, plain);
            yield return new(classes, $"{n} rows, probabilities", default, probabilities, []);
        }
    }

    /// <summary>A hash of all outputs for one class count of each layout; NaNs of every payload are the same.</summary>
    public static string Hash<T>(CrossEntropyKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var hash = new RunningHash();
        foreach (var output in new[] { 2, 5, 9, 37, 129, 257 }.SelectMany(classes => Run(kernel, classes)))
        {
            hash.Add(output.Sum);
            hash.Add<T>(output.Gradient);
            hash.Add<T>(output.Losses);
        }

        return hash.ToString();
    }

    public static T[] ClassWeights<T>(int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. Enumerable.Range(0, classes).Select(k => T.CreateChecked(k % 4 * 0.7))];

    /// <summary>Rows of models, wide rows, ties, and in some lengths extremes.</summary>
    public static T[] Logits<T>(int classes, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] extremes = [T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.NegativeZero, T.Epsilon, T.CreateChecked(1e30), T.CreateChecked(-1e30), T.CreateChecked(87.34), T.CreateChecked(-708.4)];
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

    private static Output<T> Call<T, TLabel>(
        string name, CrossEntropyKernelEntry<T> kernel, T[] z, TLabel[] labels, CrossEntropyOptions<T> options, T[]? weights, bool withLosses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var n = typeof(TLabel) == typeof(T) ? labels.Length / options.Classes : labels.Length;
        var layout = options.Layout;
        var gradient = new T[Arrangement.Size(layout, layout.GradientStride, options.Classes, n)];
        var losses = withLosses ? new T[n] : null;
        var sum = kernel.LossAndGradient<TLabel>(z, labels, gradient, options, weights, losses);
        name = $"{name}, {n} rows, losses {withLosses}";
        Bits.AssertSame($"{kernel.Id}, {name}, without gradient", sum, kernel.Loss<TLabel>(z, labels, options, weights, losses is null ? default : new T[n]));
        return new(options.Classes, name, sum, gradient, losses ?? []);
    }
}
