using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class CrossEntropySymmetriesHoldInFloat : CrossEntropySymmetriesHold<float>;

public sealed class CrossEntropySymmetriesHoldInDouble : CrossEntropySymmetriesHold<double>;

/// <summary>Neither the place of a sample, nor the name of a class, nor a constant added to a row matters.</summary>
public abstract class CrossEntropySymmetriesHold<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> TwoClassIds { get; } =
        [.. SoftmaxKernels.Of<T>(LossCases.CrossEntropy).Where(kernel => kernel.Classes is 0 or 2).Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_PermutedSamples_IsPermuted(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var order = Shuffled(batch.N, batch.Seed.Value);
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var options = batch.Options<T>(Reduction.DivideBy(3));
        var straight = Run(subject, z, y, options, w);
        var permuted = Run(subject, PickRows(z, order, batch.K), Pick(y, order), options, Pick(w, order));
        Bits.AssertSame<T>("gradient", PickRows(straight.Gradient, order, batch.K), permuted.Gradient);
        Bits.AssertSame<T>("losses", Pick(straight.Losses, order), permuted.Losses);
        AssertSums(straight.Sum, permuted.Sum);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_PermutedClasses_IsPermuted(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var order = Shuffled(batch.K, batch.Seed.Value);
        var (z, t, w) = (batch.Logits<T>(), batch.Targets<T>(), batch.Weights<T>());
        var options = batch.Options<T>();
        var permuted = batch.Options<T>(classWeights: batch.HasClassWeights ? Pick(batch.ClassWeights<T>(), order) : []);
        var y = Array.ConvertAll(batch.Labels, label => Array.IndexOf(order, label));
        Check(CrossEntropyReference.Of<T>(z, batch.LongLabels, options, w), Run(subject, Columns(z), y, permuted, w));
        Check(CrossEntropyReference.Of<T>(z, t, options, w), Run(subject, Columns(z), Columns(t), permuted, w));

        void Check(CrossEntropyResult exact, Output output)
        {
            // Which of two equal logits is the prediction depends on their order.
            exact = exact with
            {
                Sum = exact.Sum with { Correct = output.Sum.Correct },
                Gradient = Columns(exact.Gradient),
                GradientTerms = Columns(exact.GradientTerms),
            };
            AssertTextbook(exact, output, batch.K);
        }

        TValue[] Columns<TValue>(TValue[] rows) =>
            [.. Enumerable.Range(0, rows.Length).Select(at => rows[(at / batch.K * batch.K) + order[at % batch.K]])];
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_ShiftedRows_IsTheSame(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        // These sums are exact, so that nothing but the differences within a row is left to differ, and the last bits: e is taken
        // relative to a power of two, which a shift moves.
        var (z, w) = (batch.RoundLogits<T>(), batch.Weights<T>());
        var shifted = z.Select((value, at) => value + T.CreateChecked((at / batch.K % 101) - 50)).ToArray();
        var options = batch.Options<T>();
        AssertTextbook(
            CrossEntropyReference.Of<T>(z, batch.LongLabels, options, w), Run(subject, shifted, batch.Labels, options, w), batch.K);
        AssertTextbook(
            CrossEntropyReference.Of<T>(z, batch.Targets<T>(), options, w), Run(subject, shifted, batch.Targets<T>(), options, w), batch.K);
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_OfARow_AddUpToOne(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var z = batch.Logits<T>();
        var p = new T[z.Length];
        subject.Probabilities(z, p, batch.Options<T>());
        for (var i = 0; i < batch.N; i++)
        {
            Assert.InRange(
                ToDouble(p[(i * batch.K)..((i + 1) * batch.K)]).Sum(), 1 - ((batch.K + 8) * HalfUlp), 1 + ((batch.K + 8) * HalfUlp));
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradient_InPlace_IsTheSame(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, w) = (batch.Logits<T>(), batch.Weights<T>());
        var options = batch.Options<T>();
        Check(batch.Labels);
        Check(batch.Targets<T>());
        var p = new T[z.Length];
        subject.Probabilities(z, p, options);
        subject.Probabilities(z, z, options);
        Bits.AssertSame<T>("probabilities", p, z);

        void Check<TLabel>(TLabel[] labels)
            where TLabel : unmanaged
        {
            foreach (var weights in new[] { null, w })
            {
                var apart = Run(subject, z, labels, options, weights, withLosses: false);
                T[] inPlace = [.. z];
                Bits.AssertSame("sum", apart.Sum, subject.LossAndGradient<TLabel>(inPlace, labels, inPlace, options, weights));
                Bits.AssertSame<T>("gradient", apart.Gradient, inPlace);
            }
        }
    });

    [Theory]
    [MemberData(nameof(TwoClassIds))]
    public void TwoClasses_AreBinaryCrossEntropyOfTheDifference(string kernel) => ForAll(kernel, (subject, any) =>
    {
        var batch = any with { Classes = new(2) };
        var (z, w, classWeights) = (batch.RoundLogits<T>(), batch.Weights<T>(), batch.ClassWeights<T>());
        var difference = Enumerable.Range(0, batch.N).Select(i => z[(2 * i) + 1] - z[2 * i]).ToArray();
        var binary = new BinaryCrossEntropyOptions<T>(batch.Reduction)
        {
            NegativeWeight = classWeights.Length == 0 ? T.One : classWeights[0],
            PositiveWeight = classWeights.Length == 0 ? T.One : classWeights[1],
        };
        var gradient = new T[batch.N];
        var losses = new T[batch.N];
        var sum = BinaryKernels.PublicCrossEntropy<T>().LossAndGradient<int>(difference, batch.Labels, gradient, binary, w, losses);
        var output = Run(subject, z, batch.Labels, batch.Options<T>(smoothing: 0), w);
        AssertSums(sum, output.Sum);
        AssertClose(ToDouble(losses), output.Losses, Tolerance(2), "losses");
        var ofBoth = ToDouble(gradient).SelectMany(g => new[] { -g, g }).ToArray();
        AssertClose(ofBoth, output.Gradient, Tolerance(2), "gradient");
    });

    private static int[] Shuffled(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }
}
