using System.Numerics;
using FsCheck.Fluent;

namespace WeightedLoss.Tests.Properties;

public sealed class LabelFormsAgreeInFloat : LabelFormsAgree<float>;

public sealed class LabelFormsAgreeInDouble : LabelFormsAgree<double>;

/// <summary>The same labels and weights give the same results, in whatever form they come.</summary>
public abstract class LabelFormsAgree<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void HardLabels_OfEveryType_GiveTheSameBits(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, options) = (batch.Logits<T>(), batch.Labels, batch.Options<T>());
        foreach (var withLosses in new[] { false, true })
        {
            foreach (var weights in new[] { null, batch.Weights<T>() })
            {
                var bytes = Run(subject, z, y, options, weights, withLosses);
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => l == 1), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (sbyte)l), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (short)l), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (ushort)l), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (int)l), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (uint)l), options, weights, withLosses));
                AssertSame(bytes, Run(subject, z, Array.ConvertAll(y, l => (long)l), options, weights, withLosses));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoredLabels_WhoseLowerHalfIsZeroOrOne_AreIgnored(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        y.AsSpan(0, y.Length / 4).Fill(255);
        foreach (var withLosses in new[] { false, true })
        {
            foreach (var weights in new[] { null, batch.Weights<T>() })
            {
                var expected = Run(subject, z, y, batch.Options<T>(ignoreLabel: 255), weights, withLosses);
                foreach (var ignored in new[] { 1L << 32, (1L << 32) + 1, uint.MaxValue, long.MinValue, long.MinValue + 1 })
                {
                    var labels = Array.ConvertAll(y, label => label == 255 ? ignored : label);
                    AssertSame(expected, Run(subject, z, labels, batch.Options<T>(ignoreLabel: ignored), weights, withLosses));
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargetsZeroAndOne_AreHardLabels(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, options) = (batch.Logits<T>(), batch.Labels, batch.Options<T>());
        foreach (var withLosses in new[] { false, true })
        {
            var hard = Run(subject, z, y, options, withLosses: withLosses);
            var soft = Run(subject, z, AsTargets(y), options, withLosses: withLosses);
            AssertClose(hard.Sum.Loss, soft.Sum.Loss, 2 * SumTolerance, "loss");
            AssertClose(hard.Sum.Weight, soft.Sum.Weight, SumTolerance, "weight");
            if (options.Reduction != Reduction.MeanByWeight)
            {
                Bits.AssertSame<T>("gradient", hard.Gradient, soft.Gradient, signOfZero: false);
                Bits.AssertSame<T>("losses", hard.Losses, soft.Losses, signOfZero: false);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void LabelSmoothing_IsASoftTarget(string kernel) =>
        ForAll(kernel, Gen.Elements(0.125, 0.25, 0.5, 1.0), (subject, batch, smoothing) =>
    {
        // Of these ε, 1 less the smoothed target is exact, so that the target has all that smoothing knows.
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var epsilon = T.CreateChecked(smoothing);
        var half = epsilon * T.CreateChecked(0.5);
        var smoothed = Run(subject, z, y, batch.Options<T>(Reduction.Sum, smoothing));
        var soft = Run(
            subject,
            z,
            Array.ConvertAll(AsTargets(y), t => T.FusedMultiplyAdd(t, T.One - epsilon, half)),
            batch.Options<T>(Reduction.Sum, 0));
        Bits.AssertSame<T>("gradient", soft.Gradient, smoothed.Gradient);
        Bits.AssertSame<T>("losses", soft.Losses, smoothed.Losses);
        AssertClose(soft.Sum.Loss, smoothed.Sum.Loss, 0, "loss");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SampleWeightsOfOne_AreNone(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, options) = (batch.Logits<T>(), batch.Labels, batch.Options<T>(Reduction.DivideBy(3)));
        var ones = Enumerable.Repeat(T.One, z.Length).ToArray();
        var without = Run(subject, z, y, options);
        var with = Run(subject, z, y, options, ones);
        Bits.AssertSame<T>("gradient", without.Gradient, with.Gradient, signOfZero: false);
        Bits.AssertSame<T>("losses", without.Losses, with.Losses, signOfZero: false);
        AssertClose(without.Sum.Loss, with.Sum.Loss, SumTolerance, "loss");
        AssertClose(without.Sum.Weight, with.Sum.Weight, SumTolerance, "weight");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SampleWeightsPerRow_AreThoseOfItsLabels(string kernel) => ForAll(kernel, Gen.Choose(1, 9), (subject, batch, columns) =>
    {
        var rows = batch.Rows.Length / columns;
        var (z, y, w) = (batch.Logits<T>()[..(rows * columns)], batch.Labels[..(rows * columns)], batch.Weights<T>()[..rows]);
        var options = new BinaryCrossEntropyOptions<T>(batch.Reduction) { Columns = columns, PositiveWeight = T.CreateChecked(batch.Positive.Value) };
        var perRow = Run(subject, z, y, options, w);
        var perLabel = Run(subject, z, y, options, [.. w.SelectMany(weight => Enumerable.Repeat(weight, columns))]);
        AssertSame(perLabel, perRow);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Columns_AreCallsOfTheirOwn(string kernel) => ForAll(kernel, Gen.Choose(1, 9), (subject, batch, columns) =>
    {
        var rows = batch.Rows.Length / columns;
        var (z, y, w) = (batch.Logits<T>()[..(rows * columns)], batch.Labels[..(rows * columns)], batch.Weights<T>());
        var weights = Enumerable.Range(0, columns).Select(c => T.CreateChecked(c == 1 ? 0 : c + 0.3)).ToArray();
        var together = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(11))
        {
            PositiveWeights = weights,
            NegativeWeight = T.CreateChecked(batch.Negative.Value),
        };
        var byRow = w[..rows];
        foreach (var sampleWeights in new[] { null, byRow })
        {
            var all = Run(subject, z, y, together, sampleWeights);
            var sum = default(LossSum);
            for (var c = 0; c < columns; c++)
            {
                var places = Enumerable.Range(0, rows).Select(row => (row * columns) + c).ToArray();
                var options = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(11))
                {
                    PositiveWeight = weights[c],
                    NegativeWeight = together.NegativeWeight,
                };
                var own = Run(subject, Pick(z, places), Pick(y, places), options, sampleWeights);
                sum += own.Sum;
                Bits.AssertSame<T>("losses", own.Losses, Pick(all.Losses, places), signOfZero: false);

                // The weight is scaled by the reduction once per call here and in each lane there: the roundings differ.
                AssertClose(Array.ConvertAll(own.Gradient, double.CreateChecked), Pick(all.Gradient, places), 16 * HalfUlp, "gradient");
            }

            AssertClose(sum.Loss, all.Sum.Loss, SumTolerance, "loss");
            AssertClose(sum.Weight, all.Sum.Weight, SumTolerance, "weight");
            Assert.Equal(sum.Count, all.Sum.Count);
        }
    });

    private static void AssertSame(Output expected, Output actual)
    {
        Bits.AssertSame("sum", expected.Sum, actual.Sum);
        Bits.AssertSame<T>("gradient", expected.Gradient, actual.Gradient);
        Bits.AssertSame<T>("losses", expected.Losses, actual.Losses);
    }
}
