using System.Numerics;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Memory;

public sealed class CopiedColumnsTestsOfFloat : CopiedColumnsTests<float>;

public sealed class CopiedColumnsTestsOfDouble : CopiedColumnsTests<double>;

/// <summary>
/// Columns that go by way of a copy: their gradient, where columns that lie a power of two apart compete for the places of a cache, and
/// everything, where so few samples lie side by side that a tile is made of several runs of them. The gradient has the bits of that of
/// rows.
/// </summary>
public abstract class CopiedColumnsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements in 4,096 bytes, the distance at which all columns compete.</summary>
    private static readonly unsafe int s_period = 4096 / sizeof(T);

    /// <summary>The kernels that give rows and columns the same layout in registers.</summary>
    public static TheoryData<string> Ids { get; } =
    [
        .. SoftmaxKernels.Of<T>(LossCases.CrossEntropy)
            .Where(kernel => kernel.Classes <= KernelFacts.MostClassesInLanes)
            .Select(kernel => kernel.Id),
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_OfPositionsInNumberAPowerOfTwo_IsThatOfRows(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(9, 10, 13, 16, 21, 48, 49))
        {
            // All columns in the same place; the same with a second sample; and every second column.
            Check(subject, classes, LogitLayout.ClassMajor, s_period, classes is >= 10 and <= 48);
            Check(subject, classes, LogitLayout.Spatial(s_period), 2 * s_period, classes is >= 10 and <= 48);
            Check(subject, classes, LogitLayout.Spatial(s_period / 2), s_period, classes is >= 19 and <= 48);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public unsafe void Gradient_OfFewPositions_IsThatOfRows(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        var lanes = 64 / sizeof(T);
        foreach (var classes in subject.ClassCounts(2, 3, 10, 21, 100))
        {
            foreach (var positions in new[] { 1, 2, 3, (lanes / 2) - 1, lanes - 1, lanes, lanes + 1, (3 * lanes) + 1, (6 * lanes) + 5 })
            {
                // More than a tile has, and no multiple of a block.
                var images = ((classes == 2 ? 520 : 300) / positions) + 2;
                var most = positions % lanes == 0 ? 1024 : 2048;
                Check(
                    subject,
                    classes,
                    LogitLayout.Spatial(positions),
                    images * positions,
                    compete: false,
                    positions < lanes || classes * positions * sizeof(T) <= most);
            }

            Check(
                subject, classes, LogitLayout.ClassMajor, (2 * lanes) + 1, compete: false, classes * ((2 * lanes) + 1) * sizeof(T) <= 2048);
        }
    }

    private static void Check(SoftmaxSubject<T> kernel, int classes, LogitLayout layout, int n, bool compete, bool isShort = false)
    {
        var address = new ClassAddress<T>(new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout }, n);
        Assert.Equal((compete, isShort), (address.Compete(classes), address.IsShort(classes)));
        var random = new Random(classes);
        var logits = Make(n * classes, () => random.Next(500) switch
        {
            0 => T.PositiveInfinity,
            1 => T.NegativeInfinity,
            2 => T.NaN,
            _ => T.CreateTruncating((random.NextDouble() * 12) - 6),
        });
        var labels = Make(n, () => random.Next(10) == 0 ? -1 : random.Next(classes));
        var weights = Make(n, () => T.CreateTruncating(random.NextDouble()));
        var arranged = Arrangement.Arrange(logits, layout, 0, classes, T.NaN);
        foreach (var smoothing in new[] { T.Zero, T.CreateTruncating(0.125) })
        {
            var what = $"{layout.Kind}, {layout.Positions} positions, {classes} classes, smoothing {smoothing}";
            Compare(what, labels, labels, smoothing, ignoreLabel: -1);
        }

        var targets = Make(n * classes, () => T.CreateTruncating(random.NextDouble() / classes));
        Compare($"{layout.Kind}, {classes} classes, soft", targets, Arrangement.Arrange(targets, layout, 0, classes, T.NaN), T.Zero, null);

        void Compare<TLabel>(string what, TLabel[] rowLabels, TLabel[] layoutLabels, T smoothing, long? ignoreLabel)
            where TLabel : unmanaged
        {
            CrossEntropyOptions<T> Options(LogitLayout chosen) =>
                new(classes, Reduction.MeanByCount) { Layout = chosen, LabelSmoothing = smoothing, IgnoreLabel = ignoreLabel };

            var (expected, losses) = (new T[logits.Length], new T[n]);
            var correct = kernel.LossAndGradient<TLabel>(logits, rowLabels, expected, Options(LogitLayout.RowMajor), weights, losses).Correct;

            var (actual, actualLosses) = ((T[])arranged.Clone(), new T[n]);
            Assert.Equal(
                correct, kernel.LossAndGradient<TLabel>(actual, layoutLabels, actual, Options(layout), weights, actualLosses).Correct);
            Bits.AssertSame<T>($"{what}: gradient in place", expected, Arrangement.Restore<T>(actual, layout, 0, classes, n));
            Bits.AssertSame<T>($"{what}: losses", losses, actualLosses);

            var apart = new T[logits.Length];
            kernel.LossAndGradient<TLabel>(arranged, layoutLabels, apart, Options(layout), weights, default);
            Bits.AssertSame<T>($"{what}: gradient apart", actual, apart);
        }
    }

    private static TValue[] Make<TValue>(int length, Func<TValue> next) => [.. Enumerable.Range(0, length).Select(_ => next())];
}
