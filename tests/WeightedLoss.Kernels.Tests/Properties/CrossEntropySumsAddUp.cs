using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class CrossEntropySumsAddUpInFloat : CrossEntropySumsAddUp<float>;

public sealed class CrossEntropySumsAddUpInDouble : CrossEntropySumsAddUp<double>;

/// <summary>Sums of parts make the sum of the whole, a weight counts like repetition, and what is ignored counts for nothing.</summary>
public abstract class CrossEntropySumsAddUp<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] s_anything =
        [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.CreateChecked(-100), T.CreateChecked(3e38), T.Epsilon, -T.NaN];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_OfTheParts_AddsUpToTheWhole(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var at = batch.Seed.Value % (batch.N + 1);
        var (z, y, t, w) = (batch.Logits<T>(), batch.Labels, batch.Targets<T>(), batch.Weights<T>());
        y.AsSpan(0, y.Length / 3).Fill(-1);
        var options = batch.Options<T>(ignoreLabel: -1);
        var (cut, soft) = (at * batch.K, batch.Options<T>());
        foreach (var weights in new[] { null, w })
        {
            AssertSums(
                subject.Loss<int>(z, y, options, weights),
                subject.Loss<int>(z[..cut], y[..at], options, weights?[..at]) + subject.Loss<int>(
                    z[cut..], y[at..], options, weights?[at..]));
            AssertSums(
                subject.Loss<T>(z, t, soft, weights),
                subject.Loss<T>(z[..cut], t[..cut], soft, weights?[..at]) + subject.Loss<T>(z[cut..], t[cut..], soft, weights?[at..]));
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_RowsOfWeightTwo_CountLikeRowsTwice(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, once) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>(Reduction.Sum);
        var twice = Array.ConvertAll(once, w => w + w);
        var (single, doubled) = (Run(subject, z, y, options, once), Run(subject, z, y, options, twice));
        var repeated = subject.Loss<int>([.. z, .. z], [.. y, .. y], options, [.. once, .. once]);
        AssertSums(repeated with { Count = batch.N, Correct = repeated.Correct / 2 }, doubled.Sum);
        AssertClose(Array.ConvertAll(single.Gradient, g => 2 * double.CreateChecked(g)), doubled.Gradient, 0, "gradient");
        AssertClose(Array.ConvertAll(single.Losses, l => 2 * double.CreateChecked(l)), doubled.Losses, 0, "losses");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_WithoutTheGradient_IsTheSame(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, w) = (batch.Logits<T>(), batch.Weights<T>());
        var options = batch.Options<T>();
        Check(batch.Labels);
        Check(batch.Targets<T>());

        void Check<TLabel>(TLabel[] labels)
            where TLabel : unmanaged
        {
            foreach (var weights in new[] { null, w })
            {
                var losses = new T[batch.N];
                var with = Run(subject, z, labels, options, weights);
                Bits.AssertSame("sum with losses", with.Sum, subject.Loss<TLabel>(z, labels, options, weights, losses));
                Bits.AssertSame<T>("losses", with.Losses, losses);
                Bits.AssertSame("sum", Run(subject, z, labels, options, weights, withLosses: false).Sum, subject.Loss<TLabel>(
                    z, labels, options, weights));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Losses_OneByOne_AddUpToTheLoss(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var with = Run(subject, z, y, batch.Options<T>());
        var sum = new CompensatedSum();
        Array.ForEach(with.Losses, loss => sum.Add(double.CreateChecked(loss)));
        AssertSums(with.Sum with { Loss = sum.Value }, with.Sum);
        AssertSums(with.Sum, subject.Loss<int>(z, y, batch.Options<T>()), Tolerance(batch.K));
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoreLabel_BetweenOtherRows_ChangesNothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var (moreZ, moreY, moreW) = (WithRows(z, batch.K), Interleave(y, _ => -100), Interleave(w, i => T.CreateChecked(i)));

        // The sum of the weights may be rounded otherwise when rows are elsewhere.
        var reduction = batch.Reduction == Reduction.MeanByWeight ? Reduction.MeanByCount : batch.Reduction;
        var options = batch.Options<T>(reduction, ignoreLabel: -100);
        foreach (var withLosses in new[] { false, true })
        {
            foreach (var withWeights in new[] { false, true })
            {
                var plain = Run(subject, z, y, options, withWeights ? w : null, withLosses);
                var more = Run(subject, moreZ, moreY, options, withWeights ? moreW : null, withLosses);
                AssertSums(plain.Sum with { Ignored = batch.N }, more.Sum);
                AssertInert(plain, more, batch.K, withLosses);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void WeightZero_BetweenOtherRows_ChangesNothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, t, w) = (batch.Logits<T>(), batch.Labels, batch.Targets<T>(), batch.Weights<T>());
        var (moreZ, moreW) = (WithRows(z, batch.K), Interleave(w, _ => T.Zero));
        var options = batch.Options<T>(Reduction.DivideBy(5));
        var (plain, more) = (Run(subject, z, y, options, w), Run(subject, moreZ, Interleave(y, i => i % batch.K), options, moreW));
        AssertSums(plain.Sum with { Count = 2 * batch.N, Correct = more.Sum.Correct }, more.Sum);
        AssertInert(plain, more, batch.K, withLosses: true);

        var moreT = Enumerable.Range(0, batch.N).SelectMany(i => new[] { t[(i * batch.K)..((i + 1) * batch.K)], new T[batch.K] }).SelectMany(row => row).ToArray();
        (plain, more) = (Run(subject, z, t, options, w), Run(subject, moreZ, moreT, options, moreW));
        AssertSums(plain.Sum with { Count = 2 * batch.N }, more.Sum);
        AssertInert(plain, more, batch.K, withLosses: true);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void ClassOfWeightZero_AnyLogits_CostsNothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var weights = batch.ClassWeights<T>();
        weights = weights.Length == 0 ? [.. Enumerable.Repeat(T.One, batch.K)] : weights;
        weights[0] = T.Zero;
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var options = batch.Options<T>(Reduction.DivideBy(3), smoothing: 0, classWeights: weights);
        var (plain, more) = (Run(subject, z, y, options), Run(subject, WithRows(z, batch.K), Interleave(y, _ => 0), options));
        AssertSums(plain.Sum with { Count = 2 * batch.N, Correct = more.Sum.Correct }, more.Sum);
        AssertInert(plain, more, batch.K, withLosses: true);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void NothingCounts_MeanAndGradient_AreZero(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 16, 17, 100, 300))
        {
            foreach (var n in new[] { 0, 1, 16, 40 })
            {
                foreach (var reduction in new[] { Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight })
                {
                    var z = Enumerable.Range(0, n * classes).Select(i => s_anything[i % s_anything.Length]).ToArray();
                    var ignored = Run(subject, z, Enumerable.Repeat(-1, n).ToArray(), new(classes, reduction) { IgnoreLabel = -1 });
                    Check(new ClassLossSum(0, 0, 0, n, 0), ignored);

                    var weightless = Run(subject, z, new T[n * classes], new(classes, reduction), new T[n]);
                    Check(new ClassLossSum(0, 0, n, 0, 0), weightless);

                    void Check(ClassLossSum expected, Output output)
                    {
                        Assert.Equal(expected, output.Sum);
                        Assert.Equal(0, output.Sum.Reduce(reduction));
                        Bits.AssertSame<T>("gradient", new T[n * classes], output.Gradient, signOfZero: false);
                        Bits.AssertSame<T>("losses", new T[n], output.Losses, signOfZero: false);
                    }
                }
            }
        }
    }

    /// <summary>Behind each row another one of anything.</summary>
    private static T[] WithRows(T[] logits, int classes) =>
        [.. Enumerable.Range(0, logits.Length / classes).SelectMany(i => logits[(i * classes)..((i + 1) * classes)]
            .Concat(Enumerable.Range(0, classes).Select(k => s_anything[(i + (k % (1 + (i % 5)))) % s_anything.Length])))];

    private static TValue[] Interleave<TValue>(TValue[] values, Func<int, TValue> other) =>
        [.. values.SelectMany((value, i) => new[] { value, other(i) })];

    private static void AssertInert(Output plain, Output more, int classes, bool withLosses)
    {
        var expected = Enumerable.Range(0, plain.Gradient.Length / classes)
            .SelectMany(i => plain.Gradient[(i * classes)..((i + 1) * classes)].Concat(new T[classes])).ToArray();
        Bits.AssertSame<T>("gradient", expected, more.Gradient, signOfZero: false);
        if (withLosses)
        {
            Bits.AssertSame<T>("losses", Interleave(plain.Losses, _ => T.Zero), more.Losses, signOfZero: false);
        }
    }
}
