using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Properties;

public sealed class IgnoredRowsAreInertInFloat : IgnoredRowsAreInert<float>;

public sealed class IgnoredRowsAreInertInDouble : IgnoredRowsAreInert<double>;

/// <summary>A label that is ignored, or has weight 0, leaves no trace, whatever its logit.</summary>
public abstract class IgnoredRowsAreInert<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] s_anything =
        [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.CreateChecked(-100), T.CreateChecked(3e38), T.Epsilon, -T.NaN];

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoreLabel_BetweenOtherRows_ChangesNothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var (moreZ, moreY, moreW) = (
            Interleave(z, i => s_anything[i % s_anything.Length]), Interleave(y, _ => (byte)255), Interleave(w, i => T.CreateChecked(i)));

        // The sum of the weights may be rounded otherwise when rows are elsewhere.
        var reduction = batch.Reduction == Reduction.MeanByWeight ? Reduction.MeanByCount : batch.Reduction;
        var options = batch.Options<T>(reduction, ignoreLabel: 255);
        foreach (var withLosses in new[] { false, true })
        {
            foreach (var withWeights in new[] { false, true })
            {
                var plain = Run(subject, z, y, options, withWeights ? w : null, withLosses);
                var more = Run(subject, moreZ, moreY, options, withWeights ? moreW : null, withLosses);
                AssertInert(plain, more, withLosses);
                Assert.Equal(z.Length, more.Sum.Ignored);
                Assert.Equal(z.Length, more.Sum.Count);
                Bits.AssertSame("loss alone", more.Sum, WithoutGradient(moreY, withWeights));
                Bits.AssertSame(
                    "int",
                    more.Sum,
                    Run(subject, moreZ, Array.ConvertAll(moreY, l => (int)l), options, withWeights ? moreW : null, withLosses).Sum);

                LossSum WithoutGradient(byte[] labels, bool weighted) =>
                    subject.Loss<byte>(moreZ, labels, options, weighted ? moreW : null, withLosses ? new T[moreZ.Length] : null);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void WeightZero_BetweenOtherRows_ChangesNothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, t, w) = (batch.Logits<T>(), batch.Labels, batch.Targets<T>(), batch.Weights<T>());
        var (moreZ, moreW) = (Interleave(z, i => s_anything[i % s_anything.Length]), Interleave(w, _ => T.Zero));
        var options = batch.Options<T>(Reduction.DivideBy(5));
        AssertInert(
            Run(subject, z, y, options, w), Run(subject, moreZ, Interleave(y, i => (byte)(i % 2)), options, moreW), withLosses: true);
        AssertInert(
            Run(subject, z, t, options, w),
            Run(subject, moreZ, Interleave(t, i => T.CreateChecked(i % 2)), options, moreW),
            withLosses: true);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void AllIgnored_MeanAndGradient_AreZero(string kernel)
    {
        foreach (var length in new[] { 0, 1, 16, 100 })
        {
            foreach (var reduction in new[] { Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight })
            {
                var z = Enumerable.Range(0, length).Select(i => s_anything[i % s_anything.Length]).ToArray();
                var y = Enumerable.Repeat(-1, length).ToArray();
                var output = Run(BinaryKernels.Get<T>(kernel), z, y, new(reduction) { IgnoreLabel = -1 });
                Assert.Equal(new LossSum(0, 0, 0, length), output.Sum);
                Assert.Equal(0, output.Sum.Reduce(reduction));
                Bits.AssertSame<T>("gradient", new T[length], output.Gradient);
                Bits.AssertSame<T>("losses", new T[length], output.Losses);
            }
        }
    }

    private static TValue[] Interleave<TValue>(TValue[] values, Func<int, TValue> other) =>
        [.. values.SelectMany((value, i) => new[] { value, other(i) })];

    private static void AssertInert(Output plain, Output more, bool withLosses)
    {
        AssertClose(plain.Sum.Loss, more.Sum.Loss, SumTolerance, "loss");
        AssertClose(plain.Sum.Weight, more.Sum.Weight, SumTolerance, "weight");
        Bits.AssertSame<T>("gradient", Interleave(plain.Gradient, _ => T.Zero), more.Gradient);
        if (withLosses)
        {
            Bits.AssertSame<T>("losses", Interleave(plain.Losses, _ => T.Zero), more.Losses);
        }
    }
}
