using System.Numerics;
using FsCheck.Fluent;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class SymmetriesHoldInFloat : SymmetriesHold<float>;

public sealed class SymmetriesHoldInDouble : SymmetriesHold<double>;

/// <summary>Neither the place of a sample nor the name of a class matters.</summary>
public abstract class SymmetriesHold<T> : Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Those of losses in which a positive label at z is a negative one at −z.</summary>
    public static TheoryData<string> SymmetricIds { get; } = BinaryKernels.Ids<T>(BinaryFormulas.IsSymmetric);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_PermutedSamples_IsPermuted(string kernel) => ForAll(kernel, Gen.Choose(0, int.MaxValue), (subject, batch, seed) =>
    {
        var order = Enumerable.Range(0, batch.Rows.Length).ToArray();
        new Random(seed).Shuffle(order);
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>(Reduction.DivideBy(3));
        foreach (var withLosses in new[] { false, true })
        {
            var straight = Run(subject, z, y, options, withLosses: withLosses);
            var permuted = Run(subject, Pick(z, order), Pick(y, order), options, withLosses: withLosses);
            Bits.AssertSame<T>("gradient", Pick(straight.Gradient, order), permuted.Gradient);
            AssertClose(straight.Sum.Loss, permuted.Sum.Loss, SumTolerance, "loss");
        }

        var weighted = Run(subject, z, y, options, w);
        var permutedWeighted = Run(subject, Pick(z, order), Pick(y, order), options, Pick(w, order));
        Bits.AssertSame<T>("weighted gradient", Pick(weighted.Gradient, order), permutedWeighted.Gradient);
        Bits.AssertSame<T>("losses", Pick(weighted.Losses, order), permutedWeighted.Losses);
    });

    [Theory]
    [MemberData(nameof(SymmetricIds))]
    public void Gradient_ClassesSwapped_ChangesItsSign(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y) = (batch.Logits<T>(), batch.Labels);
        var minusZ = Array.ConvertAll(z, value => -value);
        var notY = Array.ConvertAll(y, value => (byte)(1 - value));
        var swapped = batch with { Positive = batch.Negative, Negative = batch.Positive };
        foreach (var withLosses in new[] { false, true })
        {
            var one = Run(subject, z, y, batch.Options<T>(smoothing: 0), withLosses: withLosses);
            var other = Run(subject, minusZ, notY, swapped.Options<T>(smoothing: 0), withLosses: withLosses);
            Bits.AssertSame<T>("gradient", one.Gradient, Array.ConvertAll(other.Gradient, g => -g), signOfZero: false);
            Bits.AssertSame<T>("losses", one.Losses, other.Losses, signOfZero: false);
            AssertClose(one.Sum.Loss, other.Sum.Loss, SumTolerance, "loss");
            AssertClose(one.Sum.Weight, other.Sum.Weight, SumTolerance, "weight");
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_OfBothSigns_AddUpToOne(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var z = batch.Logits<T>();
        var p = new T[z.Length];
        var q = new T[z.Length];
        subject.Probabilities(z, p);
        subject.Probabilities(Array.ConvertAll(z, value => -value), q);
        for (var i = 0; i < z.Length; i++)
        {
            Assert.InRange(double.CreateChecked(p[i]) + double.CreateChecked(q[i]), 1 - (4 * HalfUlp), 1 + (4 * HalfUlp));
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_InPlace_IsTheSame(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>();
        foreach (var weights in new[] { null, w })
        {
            var apart = Run(subject, z, y, options, weights, withLosses: false);
            T[] inPlace = [.. z];
            Bits.AssertSame("sum", apart.Sum, subject.LossAndGradient<byte>(inPlace, y, inPlace, options, weights));
            Bits.AssertSame<T>("gradient", apart.Gradient, inPlace);
        }

        var p = new T[z.Length];
        subject.Probabilities(z, p);
        subject.Probabilities(z, z);
        Bits.AssertSame<T>("probabilities", p, z);
    });
}
