using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Memory;

public sealed class CrossEntropyGuardPageTestsOfFloat : CrossEntropyGuardPageTests<float>;

public sealed class CrossEntropyGuardPageTestsOfDouble : CrossEntropyGuardPageTests<double>;

/// <summary>
/// No kernel of a loss of the softmax touches memory outside its spans, for any number of rows from 0 to four blocks and three and at any
/// alignment of the elements, and its results do not depend on either.
/// </summary>
public abstract class CrossEntropyGuardPageTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly unsafe int s_block = 64 / sizeof(T);

    public static TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.CrossEntropy);

    /// <summary>Those of every loss of the softmax.</summary>
    public static TheoryData<string> AllIds { get; } = [.. SoftmaxKernels.Of<T>().Select(kernel => kernel.Id)];

    // At the end, and at every distance from the start that makes another alignment.
    private static IEnumerable<int> AllPlaces => Enumerable.Range(-1, s_block + 1);

    /// <summary>At the end, at the start, and two alignments of which every one has its turn as the number of rows goes up.</summary>
    private static IEnumerable<int> SomePlaces(int n) => [-1, 0, (n + 1) % s_block, ((7 * n) + s_block - 1) % s_block];

    [Theory]
    [MemberData(nameof(AllIds))]
    public void HardLabels_EveryRowCount_StayInside(string kernel) => EachShape(kernel, (guards, subject, classes, n) =>
    {
        var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount) { ClassWeights = ClassWeights(classes) };
        switch (n % 3)
        {
            case 0: Compare(guards, subject, options, n, Labels(n, k => k % classes), n % 2 == 0, n % 4 < 2, everywhere: true); break;
            case 1: Compare(guards, subject, options, n, Labels(n, k => (long)(k % classes)), n % 2 == 0, n % 4 < 2, everywhere: true); break;
            default: Compare(guards, subject, options, n, Labels(n, k => (byte)(k % Math.Min(256, classes))), n % 2 == 0, n % 4 < 2, everywhere: true); break;
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargets_EveryRowCount_StayInside(string kernel) => EachShape(kernel, (guards, subject, classes, n) =>
        Compare(
            guards,
            subject,
            new(classes, Reduction.Sum),
            n,
            Labels(n * classes, i => T.CreateChecked(i % 5 / 4.0)),
            n % 2 == 0,
            n % 4 < 2));

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoredAndSmoothedLabels_EveryRowCount_StayInside(string kernel) => EachShape(kernel, (guards, subject, classes, n) =>
    {
        var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount)
        {
            ClassWeights = ClassWeights(classes),
            LabelSmoothing = n % 2 == 0 ? T.Zero : T.CreateChecked(0.1),
            IgnoreLabel = -1,
        };
        Compare(guards, subject, options, n, Labels(n, k => k % 4 == 0 ? -1 : k % classes), n % 4 < 2, n % 3 == 0);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Layouts_EveryRowCount_StayInside(string kernel) => EachShape(kernel, (guards, subject, classes, n) =>
    {
        foreach (var layout in new[]
        {
            LogitLayout.Rows(classes + 2, classes + 1), LogitLayout.ClassMajor, LogitLayout.Spatial(Math.Max(1, n)), LogitLayout.Spatial(n % 3 == 0 ? 3 : 1),
        })
        {
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout };
            Compare(guards, subject, options, n, Labels(n, k => k % classes), n % 2 == 0, n % 4 < 2);
            if (n % 4 == 1)
            {
                Compare(guards, subject, options, n, Labels(n * classes, i => T.CreateChecked(i % 5 / 4.0)), n % 2 == 0, withLosses: true);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_EveryRowCount_StayInside(string kernel) => EachShape(kernel, (guards, subject, classes, n) =>
    {
        foreach (var layout in new[]
        {
            LogitLayout.RowMajor,
            LogitLayout.Rows(classes + 2, classes + 1),
            LogitLayout.ClassMajor,
            LogitLayout.Spatial(Math.Max(1, n)),
        })
        {
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout };
            var logits = Arrangement.Arrange(Logits(n * classes), layout, layout.LogitsStride, classes, T.Zero);
            var expected = new T[Arrangement.Size(layout, layout.GradientStride, classes, n)];
            subject.Probabilities(logits, expected, options);
            foreach (var place in SomePlaces(n))
            {
                guards.Gradient.Fill();
                var z = Place<T>(guards.Logits, logits.Length, place);
                logits.CopyTo(z);
                var p = Place<T>(guards.Gradient, expected.Length, place);
                p.Clear();
                subject.Probabilities(z, p, options);
                var what = $"{kernel}, {n} rows of {classes}, {layout.Kind}, place {place}";
                Bits.AssertSame<T>(what, expected, p);
                guards.Gradient.AssertUntouched(what, p);
            }
        }
    });

    /// <summary>
    /// A call with more logits than a cache holds asks for memory ahead of its turn, at the end also for what lies behind its arrays.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public unsafe void ManyRows_WithNothingBehindThem_AreTheSameAsInParts(string kernel)
    {
        if (!GuardedMemory.IsSupported)
        {
            Assert.Skip("How to protect a page is not known for this operating system.");
        }

        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(3, 100, 300))
        {
            var n = (1 << 20) / sizeof(T) / classes + s_block + 1;
            var labels = Labels(n, k => k % classes);
            Check(classes, LogitLayout.RowMajor, T.Zero, labels, inPlace: false, threads: 1);
            Check(classes, LogitLayout.RowMajor, T.Zero, labels, inPlace: true, threads: 4);
            Check(classes, LogitLayout.Rows(classes + 1, classes + 2), T.Zero, labels, inPlace: false, threads: 1);
            Check(classes, LogitLayout.RowMajor, T.CreateChecked(0.1), labels, inPlace: true, threads: 1);
            Check(
                classes, LogitLayout.RowMajor, T.Zero, Labels(n * classes, i => T.CreateChecked(i % 5 / 4.0)), inPlace: false, threads: 2);
        }

        void Check<TLabel>(int classes, LogitLayout layout, T smoothing, TLabel[] labels, bool inPlace, int threads)
            where TLabel : unmanaged
        {
            var perRow = typeof(TLabel) == typeof(T) ? classes : 1;
            var n = labels.Length / perRow;
            var strides = (In: Math.Max(classes, layout.LogitsStride), Out: Math.Max(classes, layout.GradientStride));
            var options = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout, LabelSmoothing = smoothing, MaxDegreeOfParallelism = threads };
            using GuardedMemory logits = new(n * strides.In * sizeof(T)), gradient = new(n * strides.Out * sizeof(T)), targets = new(
                labels.Length * sizeof(TLabel));
            var z = logits.AtEnd<T>(n * strides.In);
            var given = Logits(n * strides.In);
            given.CopyTo(z);
            var y = targets.AtEnd<TLabel>(labels.Length);
            labels.CopyTo(y);
            var g = inPlace ? z : gradient.AtEnd<T>(n * strides.Out);
            g = g[..(n * strides.Out)];
            if (!inPlace)
            {
                g.Clear();
            }

            subject.LossAndGradient<TLabel>(z, y, g, options);

            var expected = new T[n * strides.Out];
            for (var (start, part) = (0, n / 3); start < n; start += part)
            {
                var end = Math.Min(n, start + part);
                subject.LossAndGradient<TLabel>(
                    given.AsSpan((start * strides.In)..(end * strides.In)),
                    labels.AsSpan((start * perRow)..(end * perRow)),
                    expected.AsSpan((start * strides.Out)..(end * strides.Out)),
                    options);
            }

            Bits.AssertSame<T>(
                $"{kernel}, {n} rows of {classes}, {layout.Kind}, smoothing {smoothing}, {typeof(TLabel).Name}", expected, g);
            given.CopyTo(z);
            subject.Loss<TLabel>(z, y, options);
            subject.Probabilities(z, g, options);
        }
    }

    /// <summary>A number of logits without period.</summary>
    private static T[] Logits(int length) => [.. Enumerable.Range(0, length).Select(i => T.CreateChecked(5 * Math.Sin(i * (i % 1009))))];

    private static T[] ClassWeights(int classes) => [.. Enumerable.Range(0, classes).Select(k => T.CreateChecked(0.5 + (k % 3)))];

    private static TLabel[] Labels<TLabel>(int length, Func<int, TLabel> label) =>
        [.. Enumerable.Range(0, length).Select(i => label((i * 31) + (i / 7)))];

    /// <summary>At the end, or with a number of elements between the page before and the span.</summary>
    private static Span<TElement> Place<TElement>(GuardedMemory memory, int length, int place)
        where TElement : unmanaged => place < 0 ? memory.AtEnd<TElement>(length) : memory.AtStart<TElement>(length, place);

    private static void EachShape(string kernel, Action<Guards, SoftmaxSubject<T>, int, int> check)
    {
        if (!GuardedMemory.IsSupported)
        {
            Assert.Skip("How to protect a page is not known for this operating system.");
        }

        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 5, 7, 8, 9, 16, 17, 37, 100, 130, 300))
        {
            using var guards = new Guards(classes * ((4 * s_block) + 4));

            // In long rows the ends of a row matter, not the number of rows.
            var most = classes <= 17 ? (4 * s_block) + 3 : classes <= 37 ? s_block + 3 : 5;
            for (var n = 0; n <= most; n++)
            {
                check(guards, subject, classes, n);
            }
        }
    }

    private static void Compare<TLabel>(
        Guards guards,
        SoftmaxSubject<T> kernel,
        CrossEntropyOptions<T> options,
        int n,
        TLabel[] labels,
        bool withWeights,
        bool withLosses,
        bool everywhere = false)
        where TLabel : unmanaged
    {
        var layout = options.Layout;
        var logits = Arrangement.Arrange(Logits(n * options.Classes), layout, layout.LogitsStride, options.Classes, T.Zero);
        var weights = withWeights ? Array.ConvertAll(Logits(n), T.Abs) : null;
        var expectedGradient = new T[Arrangement.Size(layout, layout.GradientStride, options.Classes, n)];
        var expectedLosses = withLosses ? new T[n] : null;
        var expected = kernel.LossAndGradient<TLabel>(logits, labels, expectedGradient, options, weights, expectedLosses);
        foreach (var place in everywhere ? AllPlaces : SomePlaces(n))
        {
            var what = $"{kernel.Id}, {n} rows of {options.Classes}, {layout.Kind}, place {place}, weights {withWeights}, losses {withLosses}";
            guards.Gradient.Fill();
            guards.Losses.Fill();
            var z = Place<T>(guards.Logits, logits.Length, place);
            var y = Place<TLabel>(guards.Labels, labels.Length, place);
            var w = weights is null ? default : Place<T>(guards.Weights, n, place);
            logits.CopyTo(z);
            labels.CopyTo(y);
            weights?.CopyTo(w);
            var gradient = Place<T>(guards.Gradient, expectedGradient.Length, place);
            gradient.Clear();
            var losses = withLosses ? Place<T>(guards.Losses, n, place) : default;

            Bits.AssertSame(what, expected, kernel.LossAndGradient<TLabel>(z, y, gradient, options, w, losses));
            Bits.AssertSame<T>(what, expectedGradient, gradient);
            Bits.AssertSame<T>(what, expectedLosses, losses);
            guards.Gradient.AssertUntouched(what, gradient);
            guards.Losses.AssertUntouched(what, withLosses ? losses : guards.Losses.AtStart<T>(0));

            guards.Losses.Fill();
            Bits.AssertSame(what, expected, kernel.Loss<TLabel>(z, y, options, w, losses));
            Bits.AssertSame<T>(what, expectedLosses, losses);
            guards.Losses.AssertUntouched(what, withLosses ? losses : guards.Losses.AtStart<T>(0));

            // The inputs were only read; in place, the logits become the gradient.
            Assert.True(y.SequenceEqual(labels) && z.SequenceEqual(logits) && w.SequenceEqual(weights), what);
            if (layout.LogitsStride == layout.GradientStride)
            {
                kernel.LossAndGradient<TLabel>(z, y, z, options, w);
                Bits.AssertSame<T>(what, expectedGradient, z, signOfZero: false);
            }
        }
    }

    /// <summary>The largest label or target has 8 bytes.</summary>
    private sealed class Guards(int elements) : IDisposable
    {
        public GuardedMemory Logits { get; } = new(8 * elements * 3);

        public GuardedMemory Labels { get; } = new(8 * elements);

        public GuardedMemory Weights { get; } = new(4096);

        public GuardedMemory Gradient { get; } = new(8 * elements * 3);

        public GuardedMemory Losses { get; } = new(4096);

        public void Dispose()
        {
            Logits.Dispose();
            Labels.Dispose();
            Weights.Dispose();
            Gradient.Dispose();
            Losses.Dispose();
        }
    }
}
