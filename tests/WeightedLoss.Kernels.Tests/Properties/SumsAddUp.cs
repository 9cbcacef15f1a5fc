using System.Numerics;
using FsCheck.Fluent;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class SumsAddUpInFloat : SumsAddUp<float>;

public sealed class SumsAddUpInDouble : SumsAddUp<double>;

/// <summary>Sums of parts make the sum of the whole, and a weight counts like repetition.</summary>
public abstract class SumsAddUp<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_OfTheParts_AddsUpToTheWhole(string kernel) => ForAll(kernel, Gen.Choose(0, 1000), (subject, batch, cut) =>
    {
        var at = cut % (batch.Rows.Length + 1);
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        y[..(y.Length / 3)].AsSpan().Replace((byte)1, (byte)9);
        var options = batch.Options<T>(ignoreLabel: 9);
        foreach (var weights in new[] { null, w })
        {
            var whole = subject.Loss<byte>(z, y, options, weights);
            var parts = subject.Loss<byte>(z[..at], y[..at], options, weights?[..at]) + subject.Loss<byte>(
                z[at..], y[at..], options, weights?[at..]);
            AssertClose(whole.Loss, parts.Loss, SumTolerance, "loss");
            AssertClose(whole.Weight, parts.Weight, SumTolerance, "weight");
            Assert.Equal(whole.Count, parts.Count);
            Assert.Equal(whole.Ignored, parts.Ignored);
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_RowsOfWeightTwo_CountLikeRowsTwice(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, once) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var twice = Array.ConvertAll(once, w => w + w);
        var doubled = Run(subject, z, y, batch.Options<T>(Reduction.Sum), twice);
        var single = Run(subject, z, y, batch.Options<T>(Reduction.Sum), once);
        var repeated = subject.Loss<byte>([.. z, .. z], [.. y, .. y], batch.Options<T>(Reduction.Sum), [.. once, .. once]);
        AssertClose(repeated.Loss, doubled.Sum.Loss, SumTolerance, "loss");
        AssertClose(repeated.Weight, doubled.Sum.Weight, SumTolerance, "weight");
        AssertClose(Array.ConvertAll(single.Gradient, g => 2 * double.CreateChecked(g)), doubled.Gradient, 0, "gradient");
        AssertClose(Array.ConvertAll(single.Losses, l => 2 * double.CreateChecked(l)), doubled.Losses, 0, "losses");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Loss_WithoutTheGradient_IsTheSame(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>();
        Bits.AssertSame("no sample weights", Run(subject, z, y, options, withLosses: false).Sum, subject.Loss<byte>(z, y, options));
        Bits.AssertSame("sample weights", Run(subject, z, y, options, w, withLosses: false).Sum, subject.Loss<byte>(z, y, options, w));
        Bits.AssertSame("soft targets", Run(subject, z, batch.Targets<T>(), options, withLosses: false).Sum, subject.Loss<T>(
            z, batch.Targets<T>(), options));
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Losses_OneByOne_AddUpToTheLoss(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var with = Run(subject, z, y, batch.Options<T>());
        var without = subject.Loss<byte>(z, y, batch.Options<T>());
        var sum = new CompensatedSum();
        Array.ForEach(with.Losses, loss => sum.Add(double.CreateChecked(loss)));
        AssertClose(sum.Value, with.Sum.Loss, SumTolerance, "loss");
        AssertClose(with.Sum.Loss, without.Loss, 2 * SumTolerance, "loss without losses");
    });
}
