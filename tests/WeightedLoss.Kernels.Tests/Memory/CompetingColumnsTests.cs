using System.Numerics;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Memory;

public sealed class CompetingColumnsTestsOfFloat : CompetingColumnsTests<float>;

public sealed class CompetingColumnsTestsOfDouble : CompetingColumnsTests<double>;

/// <summary>
/// Columns that lie a power of two apart compete for the places of a cache, and their gradient goes by way of a copy: it has the bits of a
/// gradient of rows.
/// </summary>
public abstract class CompetingColumnsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements in 4,096 bytes, the distance at which all columns compete.</summary>
    private static readonly unsafe int s_period = 4096 / sizeof(T);

    /// <summary>The kernels that give rows and columns the same layout in registers.</summary>
    public static TheoryData<string> Ids { get; } =
        [.. CrossEntropyKernels.Ids<T>().Select(id => id.Data).Where(id => CrossEntropyKernels.Get<T>(id).Classes <= AnyClasses.MostClassesInLanes)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_OfPositionsInNumberAPowerOfTwo_IsThatOfRows(string kernel)
    {
        var subject = CrossEntropyKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(9, 10, 13, 16, 21, 48, 49))
        {
            // All columns in the same place; the same with a second sample; and every second column.
            Check(subject, classes, LogitLayout.ClassMajor, s_period, classes is >= 10 and <= 48);
            Check(subject, classes, LogitLayout.Spatial(s_period), 2 * s_period, classes is >= 10 and <= 48);
            Check(subject, classes, LogitLayout.Spatial(s_period / 2), s_period, classes is >= 19 and <= 48);
        }
    }

    private static void Check(CrossEntropyKernelEntry<T> kernel, int classes, LogitLayout layout, int n, bool compete)
    {
        Assert.Equal(compete, new ClassAddress<T>(new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = layout }, n, stride: 0).Compete(classes));
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
            kernel.LossAndGradient<TLabel>(logits, rowLabels, expected, Options(LogitLayout.RowMajor), weights, losses);

            var (actual, actualLosses) = ((T[])arranged.Clone(), new T[n]);
            kernel.LossAndGradient<TLabel>(actual, layoutLabels, actual, Options(layout), weights, actualLosses);
            Bits.AssertSame<T>($"{what}: gradient in place", expected, Arrangement.Restore<T>(actual, layout, 0, classes, n));
            Bits.AssertSame<T>($"{what}: losses", losses, actualLosses);

            var apart = new T[logits.Length];
            kernel.LossAndGradient<TLabel>(arranged, layoutLabels, apart, Options(layout), weights, default);
            Bits.AssertSame<T>($"{what}: gradient apart", actual, apart);
        }
    }

    private static TValue[] Make<TValue>(int length, Func<TValue> next) => [.. Enumerable.Range(0, length).Select(_ => next())];
}
