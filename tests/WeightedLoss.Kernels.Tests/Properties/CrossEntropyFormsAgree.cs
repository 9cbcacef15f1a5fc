using System.Numerics;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

public sealed class CrossEntropyFormsAgreeInFloat : CrossEntropyFormsAgree<float>;

public sealed class CrossEntropyFormsAgreeInDouble : CrossEntropyFormsAgree<double>;

/// <summary>The same batch in another form, of labels or of memory, is the same batch.</summary>
public abstract class CrossEntropyFormsAgree<T> : CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ids))]
    public void Labels_OfEveryType_GiveTheSameBits(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        y.AsSpan(0, y.Length / 4).Fill(batch.K <= 255 ? 255 : -7);
        var options = batch.Options<T>(ignoreLabel: batch.K <= 255 ? 255 : -7);
        foreach (var weights in new[] { null, w })
        {
            var expected = Run(subject, z, y, options, weights);
            AssertSame("long", expected, Run(subject, z, Array.ConvertAll(y, label => (long)label), options, weights));
            AssertSame("short", expected, Run(subject, z, Array.ConvertAll(y, label => (short)label), options, weights));
            if (batch.K <= 255)
            {
                AssertSame("ushort", expected, Run(subject, z, Array.ConvertAll(y, label => (ushort)label), options, weights));
                AssertSame("uint", expected, Run(subject, z, Array.ConvertAll(y, label => (uint)label), options, weights));
                AssertSame("byte", expected, Run(subject, z, Array.ConvertAll(y, label => (byte)label), options, weights));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoredLabels_WhoseLowerHalfIsAClass_AreIgnored(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        y.AsSpan(0, y.Length / 4).Fill(-7);
        foreach (var weights in new[] { null, w })
        {
            var expected = Run(subject, z, y, batch.Options<T>(ignoreLabel: -7), weights);
            foreach (var ignored in new[] { 1L << 32, (1L << 32) + 1, uint.MaxValue, long.MinValue, long.MinValue + 1 })
            {
                var labels = Array.ConvertAll(y, label => label == -7 ? ignored : label);
                AssertSame($"{ignored}", expected, Run(subject, z, labels, batch.Options<T>(ignoreLabel: ignored), weights));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void OneHotTargets_AreHardLabels(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var targets = new T[z.Length];
        for (var i = 0; i < batch.N; i++)
        {
            targets[(i * batch.K) + y[i]] = T.One;
        }

        var options = batch.Options<T>();
        foreach (var weights in new[] { null, w })
        {
            // Only hard labels have correct predictions, and the terms p_j·w_y − w_j·t_j of a soft target may cancel.
            var exact = CrossEntropyReference.Of<T>(z, targets, options, weights);
            var (hard, soft) = (Run(subject, z, y, options, weights), Run(subject, z, targets, options, weights));
            AssertSums(hard.Sum with { Correct = 0 }, soft.Sum, 2 * Tolerance(batch.K));
            AssertClose(ToDouble(hard.Losses), soft.Losses, 2 * Tolerance(batch.K), "losses");
            AssertClose(ToDouble(hard.Gradient), soft.Gradient, exact.GradientTerms, 2 * Tolerance(batch.K), "gradient");
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SmoothingOfZero_IsNoSmoothing(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (z, y, w) = (batch.Logits<T>(), batch.Labels, batch.Weights<T>());
        var unset = new CrossEntropyOptions<T>(batch.K, batch.Reduction) { ClassWeights = batch.ClassWeights<T>() };
        AssertSame("smoothing 0", Run(subject, z, y, unset, w), Run(subject, z, y, batch.Options<T>(smoothing: 0), w));

        // A smoothing that is lost in the rounding of 1 − ε takes the way of smoothed labels all the same.
        var lost = batch.Options<T>(smoothing: IsFloat ? 1e-30 : 1e-200);
        AssertTextbook(CrossEntropyReference.Of<T>(z, batch.LongLabels, lost, w), Run(subject, z, y, lost, w), batch.K);

        // With ε of 1 the label has no say.
        var one = batch.Options<T>(Reduction.Sum, smoothing: 1, classWeights: []);
        var other = Array.ConvertAll(y, label => batch.K - 1 - label);
        AssertClose(ToDouble(Run(subject, z, y, one, w).Losses), Run(subject, z, other, one, w).Losses, 2 * Tolerance(batch.K), "losses");
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Layouts_OfHardLabels_AgreeWithRowMajor(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var logits = batch.Logits<T>();
        foreach (var weights in new[] { null, batch.Weights<T>() })
        {
            var y = batch.Labels;
            y.AsSpan(0, y.Length / 4).Fill(-100);
            var exact = CrossEntropyReference.Of<T>(
                logits, Array.ConvertAll(y, l => (long)l), batch.Options<T>(ignoreLabel: -100), weights);
            foreach (var layout in Layouts(batch))
            {
                AssertTextbook(
                    exact, RunArranged(subject, batch, logits, y, batch.Options<T>(ignoreLabel: -100, layout: layout), weights), batch.K);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Layouts_OfSoftTargets_AgreeWithRowMajor(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var (logits, soft) = (batch.Logits<T>(), batch.Targets<T>());
        foreach (var weights in new[] { null, batch.Weights<T>() })
        {
            var exact = CrossEntropyReference.Of<T>(logits, soft, batch.Options<T>(), weights);
            foreach (var layout in Layouts(batch))
            {
                var targets = Arrangement.Arrange(soft, Arrangement.OfTargets(layout), 0, batch.K, T.NaN);
                AssertTextbook(exact, RunArranged(subject, batch, logits, targets, batch.Options<T>(layout: layout), weights), batch.K);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Layouts_OfProbabilities_AgreeWithRowMajor(string kernel) => ForAll(kernel, (subject, batch) =>
    {
        var exact = CrossEntropyReference.Probabilities<T>(batch.Logits<T>(), batch.K);
        foreach (var layout in Layouts(batch))
        {
            var z = Arrangement.Arrange(batch.Logits<T>(), layout, layout.LogitsStride, batch.K, T.NaN);
            var mark = T.CreateChecked(-42);
            var p = Arrangement.Arrange(new T[exact.Length], layout, layout.GradientStride, batch.K, mark);
            subject.Probabilities(z, p, batch.Options<T>(layout: layout));
            var inOrder = Arrangement.Restore<T>(p, layout, layout.GradientStride, batch.K, batch.N);
            AssertClose(exact, inOrder, Tolerance(batch.K), $"{layout} probabilities");
            Bits.AssertSame<T>($"{layout} gaps", Arrangement.Arrange(inOrder, layout, layout.GradientStride, batch.K, mark), p);
        }
    });

    /// <summary>Every layout that the rows of a batch can have.</summary>
    private static IEnumerable<LogitLayout> Layouts(CrossEntropyBatch batch)
    {
        yield return LogitLayout.Rows(batch.K, batch.K);
        yield return LogitLayout.Rows(batch.K + 3, batch.K);
        yield return LogitLayout.Rows(batch.K, batch.K + 16);
        yield return LogitLayout.Rows(batch.K + 5, batch.K + 1);
        yield return LogitLayout.ClassMajor;
        yield return LogitLayout.Spatial(1);
        foreach (var positions in new[] { 2, 3, 16, 17 }.Where(d => batch.N % d == 0).Append(Math.Max(1, batch.N)))
        {
            yield return LogitLayout.Spatial(positions);
        }
    }

    /// <summary>
    /// A call in a layout, with NaN in the gaps of the logits and marks in those of the gradient; the gradient in row-major order.
    /// </summary>
    private static Output RunArranged<TLabel>(
        SoftmaxSubject<T> kernel, CrossEntropyBatch batch, T[] logits, TLabel[] labels, CrossEntropyOptions<T> options, T[]? weights)
        where TLabel : unmanaged
    {
        var layout = options.Layout;
        var z = Arrangement.Arrange(logits, layout, layout.LogitsStride, batch.K, T.NaN);
        var mark = T.CreateChecked(42);
        var gradient = Arrangement.Arrange(new T[batch.N * batch.K], layout, layout.GradientStride, batch.K, mark);
        var losses = new T[batch.N];
        var sum = kernel.LossAndGradient<TLabel>(z, labels, gradient, options, weights, losses);
        Bits.AssertSame("loss alone", sum, kernel.Loss<TLabel>(z, labels, options, weights, new T[batch.N]));
        var inOrder = Arrangement.Restore<T>(gradient, layout, layout.GradientStride, batch.K, batch.N);
        Bits.AssertSame<T>($"{layout} gaps", Arrangement.Arrange(inOrder, layout, layout.GradientStride, batch.K, mark), gradient);
        return new(sum, inOrder, losses);
    }

    private static void AssertSame(string what, Output expected, Output actual)
    {
        Bits.AssertSame(what, expected.Sum, actual.Sum);
        Bits.AssertSame<T>(what, expected.Gradient, actual.Gradient);
        Bits.AssertSame<T>(what, expected.Losses, actual.Losses);
    }
}
