using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

public sealed class PyTorchCasesTestsOfFloat : PyTorchCasesTests<float>;

public sealed class PyTorchCasesTestsOfDouble : PyTorchCasesTests<double>;

/// <summary>
/// The conventions of PyTorch's CrossEntropyLoss, worked by hand. The logits are logarithms, so that the probabilities are small fractions:
/// row 0 has p = (1/8, 2/8, 5/8), row 1 p = (6/8, 1/8, 1/8), row 2 p = (3/8, 3/8, 2/8).
/// </summary>
public abstract class PyTorchCasesTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] s_logits = [.. new double[] { 1, 2, 5, 6, 1, 1, 3, 3, 2 }.Select(x => T.CreateChecked(Math.Log(x)))];

    private static readonly double[] s_p = [1 / 8.0, 2 / 8.0, 5 / 8.0, 6 / 8.0, 1 / 8.0, 1 / 8.0, 3 / 8.0, 3 / 8.0, 2 / 8.0];

    private static readonly T[] s_weights = [T.CreateChecked(1), T.CreateChecked(3), T.CreateChecked(0.5)];

    public static TheoryData<string> Ids { get; } =
        [.. SoftmaxKernels.Of<T>(LossCases.CrossEntropy).Where(kernel => kernel.Classes is 0 or 3).Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void MeanWithWeights_DividesByTheWeightsOfTheLabels(string kernel)
    {
        // CrossEntropyLoss(weight=[1, 3, 0.5])(logits, [1, 0, 2]) = Σ w_y·(−log p_y) / Σ w_y
        var loss = ((3 * Cost(0, 1)) + (1 * Cost(1, 0)) + (0.5 * Cost(2, 2))) / (3 + 1 + 0.5);
        var options = new CrossEntropyOptions<T>(3, Reduction.MeanByWeight) { ClassWeights = s_weights };
        var gradient = Check<int>(kernel, [1, 0, 2], options, loss, 4.5, count: 3, correct: 1);

        // ∂/∂z of row 0 is w_1·(p − [0, 1, 0]) / Σ w_y.
        Close([3 / 8.0 / 4.5, -18 / 8.0 / 4.5, 15 / 8.0 / 4.5], gradient[..3]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SumAndMeanByCount_WithWeights_AreScaledBySumAndRows(string kernel)
    {
        // reduction="sum", and the sum over the 3 rows, for labels [0, 0, 1]: Σ w_y·(−log p_y)
        var sum = Cost(0, 0) + Cost(1, 0) + (3 * Cost(2, 1));
        Check<long>(kernel, [0, 0, 1], new(3, Reduction.Sum) { ClassWeights = s_weights }, sum, 5, count: 3, correct: 1);
        Check<long>(kernel, [0, 0, 1], new(3, Reduction.MeanByCount) { ClassWeights = s_weights }, sum / 3, 5, count: 3, correct: 1);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoreIndex_LeavesRowAndWeightOut(string kernel)
    {
        // CrossEntropyLoss(weight=…, ignore_index=-100)(logits, [2, -100, 1]) = (0.5·(−log 5/8) + 3·(−log 3/8)) / 3.5
        var loss = ((0.5 * Cost(0, 2)) + (3 * Cost(2, 1))) / 3.5;
        var options = new CrossEntropyOptions<T>(3, Reduction.MeanByWeight) { ClassWeights = s_weights, IgnoreLabel = -100 };

        // Row 2 has its largest logit twice, and class 0 is the first.
        var gradient = Check<long>(kernel, [2, -100, 1], options, loss, 3.5, count: 2, correct: 1, ignored: 1);
        Assert.Equal([T.Zero, T.Zero, T.Zero], gradient[3..6]);
        Close([0.5 / 8 / 3.5, 0.5 * 2 / 8 / 3.5, -0.5 * 3 / 8 / 3.5], gradient[..3]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void LabelSmoothingWithWeights_WeighsTheSmoothedClasses_AndDividesByTheLabels(string kernel)
    {
        // CrossEntropyLoss(weight=…, label_smoothing=0.25)(logits, [2, 0, 0]):
        // [Σ_i 3/4·w_y·(−log p_y) + 1/12·Σ_k w_k·(−log p_k)] / Σ w_y, and Σ w_y = 0.5 + 1 + 1
        double Smooth(int row) => (Cost(row, 0) + (3 * Cost(row, 1)) + (0.5 * Cost(row, 2))) / 12;
        var loss = ((0.75 * 0.5 * Cost(0, 2)) + Smooth(0) + (0.75 * Cost(1, 0)) + Smooth(1) + (0.75 * Cost(2, 0)) + Smooth(2)) / 2.5;
        var options = new CrossEntropyOptions<T>(3, Reduction.MeanByWeight) { ClassWeights = s_weights, LabelSmoothing = T.CreateChecked(0.25) };
        var gradient = Check<int>(kernel, [2, 0, 0], options, loss, 2.5, count: 3, correct: 3);

        // Row 0 shares out c = (1/12, 3/12, 0.5/12 + 3/8) = (2, 6, 10)/24: ∂_j = (p_j·18/24 − c_j) / 2.5
        Close([((1 / 8.0 * 18) - 2) / 24 / 2.5, ((2 / 8.0 * 18) - 6) / 24 / 2.5, ((5 / 8.0 * 18) - 10) / 24 / 2.5], gradient[..3]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargetsWithWeights_WeighEachClass_AndDivideByTheRows(string kernel)
    {
        // CrossEntropyLoss(weight=…)(logits, t) with t of floating point = Σ_i Σ_k w_k·t_k·(−log p_k) / n; Σ w is Σ_i Σ_k w_k·t_k.
        double[] t = [0.5, 0.25, 0.25, 0, 1, 0, 0.125, 0.125, 0.25];
        var loss = ((0.5 * Cost(0, 0)) + (0.75 * Cost(0, 1)) + (0.125 * Cost(0, 2)) + (3 * Cost(1, 1))
            + (0.125 * Cost(2, 0)) + (0.375 * Cost(2, 1)) + (0.125 * Cost(2, 2))) / 3;
        var targets = Array.ConvertAll(t, T.CreateChecked);
        var gradient = Check(kernel, targets, new(3, Reduction.MeanByCount) { ClassWeights = s_weights }, loss, 5, count: 3, correct: 0);

        // Row 0: (p_j·1.375 − w_j·t_j) / 3
        Close([((1.375 / 8) - 0.5) / 3, ((1.375 * 2 / 8) - 0.75) / 3, ((1.375 * 5 / 8) - 0.125) / 3], gradient[..3]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargetsWithSmoothing_AreMixedWithTheUniformOnes(string kernel)
    {
        // CrossEntropyLoss(label_smoothing=0.25)(logits, t): t' = 3/4·t + 1/12, for t = one-hot of (1, 0, 2)
        double Row(int row, int label) => (0.75 * Cost(row, label)) + ((Cost(row, 0) + Cost(row, 1) + Cost(row, 2)) / 12);
        var targets = Array.ConvertAll([0, 1, 0, 1, 0, 0, 0, 0, 1], T.CreateChecked);
        var options = new CrossEntropyOptions<T>(3, Reduction.MeanByCount) { LabelSmoothing = T.CreateChecked(0.25) };
        Check(kernel, targets, options, (Row(0, 1) + Row(1, 0) + Row(2, 2)) / 3, 3, count: 3, correct: 0);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SampleWeights_MultiplyClassWeights(string kernel)
    {
        // As (CrossEntropyLoss(weight=…, reduction="none")(logits, [1, 0, 2]) * s).sum() / (s * weight[y]).sum()
        T[] samples = [T.CreateChecked(2), T.Zero, T.CreateChecked(4)];
        var loss = ((2 * 3 * Cost(0, 1)) + (4 * 0.5 * Cost(2, 2))) / 8;
        var options = new CrossEntropyOptions<T>(3, Reduction.MeanByWeight) { ClassWeights = s_weights };
        var gradient = Check<byte>(kernel, [1, 0, 2], options, loss, 8, count: 3, correct: 1, samples: samples);
        Close([6 / 8.0 / 8, -6 * 6 / 8.0 / 8, 6 * 5 / 8.0 / 8, 0, 0, 0, 2 * 3 / 8.0 / 8, 2 * 3 / 8.0 / 8, -2 * 6 / 8.0 / 8], gradient);
    }

    private static double Cost(int row, int label) => -Math.Log(s_p[(row * 3) + label]);

    private static T[] Check<TLabel>(
        string kernel,
        TLabel[] labels,
        CrossEntropyOptions<T> options,
        double reduced,
        double weight,
        long count,
        long correct,
        long ignored = 0,
        T[]? samples = null)
        where TLabel : unmanaged
    {
        // A tie of logits that are rounded alike is one; −log of row 2 is the same for classes 0 and 1.
        var gradient = new T[9];
        var sum = SoftmaxKernels.Get<T>(kernel).LossAndGradient<TLabel>(s_logits, labels, gradient, options, samples);
        Close([reduced, weight], [T.CreateChecked(sum.Reduce(options.Reduction)), T.CreateChecked(sum.Weight)]);
        Assert.Equal((count, ignored, correct), (sum.Count, sum.Ignored, sum.Correct));
        return gradient;
    }

    private static void Close(double[] expected, T[] actual)
    {
        var tolerance = typeof(T) == typeof(float) ? 2e-6 : 1e-14;
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(
            double.CreateChecked(pair.Second), pair.First - tolerance, pair.First + tolerance));
    }
}
