using System.Numerics;
using FsCheck.Fluent;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class FocalLawsInFloat : FocalLaws<float>;

public sealed class FocalLawsInDouble : FocalLaws<double>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_AnyGamma_IsTheSlopeOfTheLoss(string kernel) => ForAll(kernel, Gen.Choose(0, 800), (subject, batch, hundredths) =>
    {
        var gamma = hundredths / 100.0;
        var focal = subject.With(gamma)!;
        var (y, options) = (batch.Labels, batch.Options<double>(Reduction.Sum));
        var z = Array.ConvertAll(batch.Logits<double>(), value => Math.Clamp(value, -30, 30));
        const double Step = 1.0 / 4096;
        var gradient = Run(focal, z, y, options).Gradient;
        var right = Run(focal, Array.ConvertAll(z, value => value + Step), y, options).Losses;
        var left = Run(focal, Array.ConvertAll(z, value => value - Step), y, options).Losses;
        for (var i = 0; i < z.Length; i++)
        {
            var slope = (right[i] - left[i]) / (2 * Step);

            // The third derivative is below 0.13 for γ = 0, and grows with γ less than its square.
            var bound = (options.PositiveWeight + options.NegativeWeight) * 1e-8 * (1 + (gamma * gamma));
            Assert.True(Math.Abs(slope - gradient[i]) <= bound, $"γ {gamma}: gradient {gradient[i]:R}, slope {slope:R} at {z[i]:R}.");
        }
    });
}

/// <summary>What holds for the focal loss of every batch, beside the laws of all binary losses.</summary>
public abstract class FocalLaws<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static new TheoryData<string> Ids { get; } = BinaryKernels.AnyGammaIds<T>();

    [Theory]
    [MemberData(nameof(Ids))]
    public void GammaZero_IsCrossEntropyToTheLastBit(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (focal, crossEntropy) = (subject.With(T.Zero)!, BinaryKernels.PublicCrossEntropy<T>());
        var (z, y, t, w) = (batch.Logits<T>(), batch.Labels, batch.Targets<T>(), batch.Weights<T>());
        var options = batch.Options<T>();
        foreach (var withLosses in new[] { false, true })
        {
            foreach (var weights in new[] { null, w })
            {
                AssertSame(Run(crossEntropy, z, y, options, weights, withLosses), Run(focal, z, y, options, weights, withLosses));
                AssertSame(Run(crossEntropy, z, t, options, weights, withLosses), Run(focal, z, t, options, weights, withLosses));
                Bits.AssertSame("loss", crossEntropy.Loss<byte>(z, y, options, weights), focal.Loss<byte>(z, y, options, weights));
            }
        }

        static void AssertSame(Output expected, Output actual)
        {
            Bits.AssertSame("sums", expected.Sum, actual.Sum);
            Bits.AssertSame<T>("gradient", expected.Gradient, actual.Gradient);
            Bits.AssertSame<T>("losses", expected.Losses, actual.Losses);
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SeveralGammas_AreTheTextbooks(string kernel) =>
        ForAll(kernel, Gen.Elements(0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0), (subject, batch, gamma) =>
    {
        var focal = subject.With(T.CreateChecked(gamma))!;
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var options = batch.Options<T>(smoothing: 0);
        var exact = BinaryReference.Of<T>(BinaryFormulas.Of(focal), z, batch.HardTargets, options);
        var output = Run(focal, z, y, options);
        AssertClose(exact.Losses, output.Losses, 32 * HalfUlp, "losses");
        AssertClose(exact.Gradient, output.Gradient, 32 * HalfUlp, "gradient");
        AssertClose(exact.Sum.Loss, output.Sum.Loss, 2 * SumTolerance, "loss");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SaturatedLogits_AnyGamma_GiveTheLimit(string kernel)
    {
        var subject = BinaryKernels.Get<T>(kernel);
        var extremes = new[] { 90, 200, 800, 1e4, 1e30, double.PositiveInfinity };
        var largest = IsFloat ? float.MaxValue : double.MaxValue;
        var least = IsFloat ? float.Epsilon : double.Epsilon;
        foreach (var gamma in new[] { least, 1e-30, 0.25, 0.5, 1, 2, 7.5, 100, 1e10, largest / 2, largest })
        {
            var focal = subject.With(T.CreateTruncating(gamma))!;
            foreach (var extreme in extremes)
            {
                var z = T.CreateSaturating(extreme);
                T[] logits = [z, -z, z, -z];
                byte[] labels = [0, 0, 1, 1];
                var zeroOne = Array.ConvertAll(labels, T.CreateChecked);
                foreach (var output in new[]
                {
                    Run(focal, logits, labels, new(Reduction.Sum)), Run(focal, logits, zeroOne, new(Reduction.Sum)),
                })
                {
                    // Certain and wrong costs |z| at slope 1, certain and right nothing, or what is left of e^−|z|.
                    var what = $"{kernel}, γ {gamma}, z {z}";
                    if (gamma < 1e10)
                    {
                        Bits.AssertSame<T>(what, [z, z], [output.Losses[0], output.Losses[3]]);
                        Bits.AssertSame<T>(what, [T.One, -T.One], [output.Gradient[0], output.Gradient[3]]);
                    }

                    foreach (var small in new[]
                    {
                        output.Losses[1],
                        output.Losses[2],
                        T.Abs(output.Gradient[1]),
                        T.Abs(output.Gradient[2]),
                    })
                    {
                        Assert.True(small >= T.Zero && small <= T.CreateTruncating(1e-37), $"{what}: {small} is not near 0.");
                    }
                }
            }

            // No weight, no cost: not 0·∞.
            var free = Run(
                focal,
                [T.PositiveInfinity, T.NegativeInfinity],
                [(byte)0, (byte)1],
                new(Reduction.Sum) { PositiveWeight = T.Zero, NegativeWeight = T.Zero });
            Bits.AssertSame<T>("losses", [T.Zero, T.Zero], free.Losses, signOfZero: false);
            Bits.AssertSame<T>("gradient", [T.Zero, T.Zero], free.Gradient, signOfZero: false);

            // Nor where all labels are negative, for which kernels have a way of their own.
            T[] infinities = [.. Enumerable.Repeat(T.PositiveInfinity, 67), T.NegativeInfinity];
            var cheap = Run(focal, infinities, new byte[infinities.Length], new(Reduction.Sum) { NegativeWeight = T.Zero });
            Assert.All(cheap.Losses.Concat(cheap.Gradient), value => Assert.True(
                value == T.Zero, $"{kernel}, γ {gamma}: {value} without a weight."));

            // What has no weight is inert, even if it is no number.
            var inert = Run(
                focal,
                [T.NaN, T.NaN, T.NaN],
                [(byte)0, (byte)0, (byte)1],
                new(Reduction.Sum) { PositiveWeight = T.Zero, NegativeWeight = T.Zero });
            Assert.All(inert.Losses.Concat(inert.Gradient), value => Assert.True(
                value == T.Zero, $"{kernel}, γ {gamma}: {value} of a NaN without a weight."));

            // But what is no number is not hidden beside it.
            var negatives = Run(focal, [T.NaN, T.NaN], [(byte)0, (byte)1], new(Reduction.Sum) { NegativeWeight = T.Zero });
            Assert.True(
                negatives.Losses[0] == T.Zero && T.IsNaN(negatives.Losses[1]),
                $"{kernel}, γ {gamma} hides a NaN of a positive beside one without a weight.");

            // Between the extremes, whatever γ is.
            var sweep = Enumerable.Range(-2000, 4001).Select(i => T.CreateChecked(i / 16.0)).Append(T.NaN).ToArray();
            var all = Run(focal, sweep, new byte[sweep.Length], new(Reduction.Sum));
            Assert.All(all.Losses[..^1].Concat(all.Gradient[..^1]), value => Assert.True(
                value >= T.Zero && T.IsFinite(value), $"{kernel}, γ {gamma}: {value}"));
            Assert.True(T.IsNaN(all.Losses[^1]) && T.IsNaN(all.Gradient[^1]), $"{kernel}, γ {gamma} hides a NaN.");
        }
    }
}
