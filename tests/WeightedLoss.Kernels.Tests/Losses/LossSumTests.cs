using System.Reflection;

namespace WeightedLoss.Tests.Losses;

/// <summary>What a loss returns: sums that can be added, and a number of correct predictions only where there is one.</summary>
public sealed class LossSumTests
{
    private static readonly float[] s_logits = [2, 1, 0, 0, 3, 1, 0, 1, 4, 5, 0, 0];
    private static readonly int[] s_labels = [0, 1, 0, 0];

    [Fact]
    public void LossSum_HasNoNumberOfCorrectPredictions() => Assert.Equal(
        ["Count", "Ignored", "Loss", "MeanByCount", "MeanByWeight", "Weight"],
        typeof(LossSum).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(typeof(BinaryCrossEntropy), false)]
    [InlineData(typeof(SigmoidFocal), false)]
    [InlineData(typeof(CrossEntropy), true)]
    [InlineData(typeof(SoftmaxFocal), true)]
    public void Loss_OfClassLabels_CountsCorrectPredictions_AndNoOther(Type loss, bool hasClasses)
    {
        var methods = loss.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.Name is "Loss" or "LossAndGradient").ToArray();
        Assert.NotEmpty(methods);
        Assert.All(methods, method =>
        {
            var label = method.GetParameters()[1].ParameterType.GetGenericArguments().Single();
            var isHard = label != typeof(float) && label != typeof(double);
            Assert.Equal(hasClasses && isHard ? typeof(ClassLossSum) : typeof(LossSum), method.ReturnType);
        });
    }

    [Fact]
    public void ClassLossSum_AddedUpFromTheDefault_IsThatOfAllRows()
    {
        var options = new CrossEntropyOptions<float>(3, Reduction.Sum) { ClassWeights = [0.5f, 1, 2] };
        var whole = CrossEntropy.Loss(s_logits, s_labels, options);
        var (sum, same) = (default(ClassLossSum), default(ClassLossSum));
        for (var row = 0; row < s_labels.Length; row++)
        {
            var part = CrossEntropy.Loss(s_logits.AsSpan(3 * row, 3), s_labels.AsSpan(row, 1), options);
            sum += part;
            same = ClassLossSum.Add(same, part);
        }

        Assert.Equal(sum, same);
        Assert.Equal((4, 0, 3, 0.75), (sum.Count, sum.Ignored, sum.Correct, sum.Accuracy));
        Assert.Equal((whole.Weight, whole.Count, whole.Ignored, whole.Correct), (sum.Weight, sum.Count, sum.Ignored, sum.Correct));
        Assert.Equal(whole.Loss, sum.Loss, 1e-6 * whole.Loss);
    }

    [Fact]
    public void ClassLossSum_IsALossSum_WithTheSameMeans()
    {
        var sum = new ClassLossSum(6, 4, 3, 1, 2);
        LossSum converted = sum;
        Assert.Equal(new LossSum(6, 4, 3, 1), converted);
        Assert.Equal((2, 1.5, 2 / 3d), (sum.MeanByCount, sum.MeanByWeight, sum.Accuracy));
        (Reduction, double)[] cases =
            [(Reduction.Sum, 6), (Reduction.MeanByCount, 2), (Reduction.MeanByWeight, 1.5), (Reduction.DivideBy(8), 0.75)];
        foreach (var (reduction, expected) in cases)
        {
            Assert.Equal(expected, sum.Reduce(reduction));
            Assert.Equal(expected, converted.Reduce(reduction));
        }

        // Binary and multi-class losses of one model add up.
        Assert.Equal(new LossSum(7, 6, 6, 5), new LossSum(1, 2, 3, 4) + sum);
    }

    [Fact]
    public void Means_OfTheDefault_AreZero()
    {
        var (sum, plain) = (default(ClassLossSum), default(LossSum));
        Assert.Equal((0, 0, 0), (sum.Accuracy, sum.MeanByCount, sum.MeanByWeight));
        Assert.Equal((0, 0), (plain.MeanByCount, plain.MeanByWeight));
        Assert.All([Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight], reduction => Assert.Equal(0, sum.Reduce(reduction)));
    }
}
