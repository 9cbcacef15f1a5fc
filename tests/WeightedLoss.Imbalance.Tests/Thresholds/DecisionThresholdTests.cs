using FsCheck.Xunit;
using WeightedLoss.Tests.Metrics;

namespace WeightedLoss.Tests.Thresholds;

[Properties(Arbitrary = [typeof(ScoredSamples)])]
public class DecisionThresholdTests
{
    [Fact]
    public void HandWorkedCase_IsChosenByEachRule()
    {
        // Positives at 4, 2 and 0: precision 1, 1/2, 2/3, 1/2 (at 1) and 3/5 (at 0).
        var curve = ThresholdCurve.Create<float, byte>([4, 3, 2, 1, 0], [1, 0, 1, 0, 1]);
        Assert.Equal(0, DecisionThreshold.ByFScore(curve).Threshold);
        Assert.Equal(4, DecisionThreshold.ByFScore(curve, 0.25).Threshold);
        Assert.Equal(4, DecisionThreshold.ByPrecision(curve, 0.9)!.Value.Threshold);
        Assert.Equal(2, DecisionThreshold.ByPrecision(curve, 0.65)!.Value.Threshold);
        Assert.Equal(2, DecisionThreshold.ByRecall(curve, 0.5)!.Value.Threshold);
        Assert.Equal(new ChosenThreshold<float>(0, new(3, 2, 0, 0)), DecisionThreshold.ByCost(curve, new(1, 10)));
        Assert.Equal(new ChosenThreshold<float>(4, new(1, 0, 2, 2)), DecisionThreshold.ByCost(curve, new(10, 1)));
    }

    [Fact]
    public void NothingWorthAnAlarm_IsAboveAllScores()
    {
        var curve = ThresholdCurve.Create<float, byte>([2, 1], [0, 1]);
        var chosen = DecisionThreshold.ByCost(curve, new(falsePositive: 100, falseNegative: 1));
        Assert.Equal(new ChosenThreshold<float>(float.PositiveInfinity, new(0, 0, 1, 1)), chosen);

        // +∞ is at least +∞, so predicting no positives has no threshold.
        curve = ThresholdCurve.Create<float, byte>([float.PositiveInfinity, 1], [0, 1]);
        Assert.Equal(new ChosenThreshold<float>(1, new(1, 1, 0, 0)), DecisionThreshold.ByCost(curve, new(100, 1)));
    }

    [Fact]
    public void NoThresholdWillDo_IsNull()
    {
        var curve = ThresholdCurve.Create<float, byte>([2, 1], [0, 1]);
        Assert.Null(DecisionThreshold.ByPrecision(curve, 0.6));
        Assert.Null(DecisionThreshold.ByRecall(ThresholdCurve.Create<float, byte>([2, 1], [0, 0]), 0.6));
    }

    [Property]
    public bool Choice_IsTheBestOfAllThresholds(ScoredSamples samples)
    {
        var curve = ThresholdCurve.Create(samples.Scores, samples.Labels, samples.Weights);
        var all = ScoredSamples.Thresholds
            .Select(threshold => BinaryConfusionMatrix.Create(samples.Scores, samples.Labels, threshold, samples.Weights)).ToArray();
        var costs = new BinaryCosts(3, 7, 1);
        foreach (var beta in (double[])[0, 0.5, 1, 3])
        {
            if (DecisionThreshold.ByFScore(curve, beta).Confusion.FScore(beta) != all.Max(confusion => confusion.FScore(beta)))
            {
                return false;
            }
        }

        var precise = all.Where(confusion => confusion.Precision >= 0.4).Select(confusion => (double?)confusion.Recall).Max();
        var complete = all.Where(confusion => confusion.Recall >= 0.6).Select(confusion => (double?)confusion.Precision).Max();
        return DecisionThreshold.ByCost(curve, costs).Confusion.Cost(costs) == all.Min(confusion => confusion.Cost(costs))
            && DecisionThreshold.ByPrecision(curve, 0.4)?.Confusion.Recall == precise
            && DecisionThreshold.ByRecall(curve, 0.6)?.Confusion.Precision == complete;
    }

    [Property]
    public bool Choice_DoesWhatItsThresholdDoes(ScoredSamples samples)
    {
        var curve = ThresholdCurve.Create(samples.Scores, samples.Labels, samples.Weights);
        var chosen = DecisionThreshold.ByFScore(curve, 2);
        return BinaryConfusionMatrix.Create(samples.Scores, samples.Labels, chosen.Threshold, samples.Weights) == chosen.Confusion;
    }

    [Fact]
    public void BayesThreshold_HandWorked_IsThePartOfTheAlarm()
    {
        Assert.Equal(0.1, new BinaryCosts(1, 9).BayesThreshold, 1e-15);
        Assert.Equal(2 / 9d, new BinaryCosts(2, 9, truePositive: 2).BayesThreshold, 1e-15);
        Assert.Equal(0.5, new BinaryCosts(1e308, 1e308).BayesThreshold);
        Assert.Equal(0.25, new BinaryCosts(0.5e308, 1.5e308).BayesThreshold, 1e-15);
        Assert.Equal(0.5, new BinaryCosts(double.Epsilon, double.Epsilon).BayesThreshold);
        Assert.Equal(1 / 3d, new BinaryCosts(5, 9, truePositive: 1, trueNegative: 1).BayesThreshold, 1e-15);
    }

    [Theory]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-300, 1e300)]
    [InlineData(1e300, 1e-300)]
    [InlineData(1e300, 1e300)]
    public void ByCost_CostsAndWeightsOfAnyUnit_IsTheSameThreshold(double cost, double weight)
    {
        double[] scores = [4, 3, 2, 1, 0];
        byte[] labels = [1, 0, 1, 0, 1];
        var weights = Enumerable.Repeat(weight, 5).ToArray();
        var curve = ThresholdCurve.Create<double, byte>(scores, labels, weights);
        Assert.Equal(0, DecisionThreshold.ByCost(curve, new(cost, 10 * cost)).Threshold);
        Assert.Equal(4, DecisionThreshold.ByCost(curve, new(10 * cost, cost)).Threshold);
    }

    [Theory]
    [InlineData(1e155, 0)]
    [InlineData(1e200, 0)]
    [InlineData(double.MaxValue, 0)]
    [InlineData(1e-200, 4)]
    [InlineData(double.Epsilon, 4)]
    public void ByFScore_LargeOrSmallBeta_IsByRecallOrPrecision(double beta, float expected)
    {
        var curve = ThresholdCurve.Create<float, byte>([4, 3, 2, 1, 0], [1, 0, 1, 0, 1]);
        Assert.Equal(expected, DecisionThreshold.ByFScore(curve, beta).Threshold);
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        var curve = ThresholdCurve.Create<float, byte>([2, 1], [0, 1]);
        Check("beta", "beta is NaN", () => DecisionThreshold.ByFScore(curve, double.NaN));
        Check("minimum", "minimum is 0", () => DecisionThreshold.ByPrecision(curve, 0)!);
        Check("minimum", "minimum is 1.1", () => DecisionThreshold.ByRecall(curve, 1.1)!);
        Check("falsePositive", "falsePositive is -1", () => new BinaryCosts(-1, 1));
        Check("falseNegative", "falseNegative is Infinity", () => new BinaryCosts(1, double.PositiveInfinity));
        Check("truePositive", "truePositive is 3", () => new BinaryCosts(1, 2, truePositive: 3));
        Check("trueNegative", "trueNegative is 3", () => new BinaryCosts(1, 2, trueNegative: 3));
        Check("falsePositive", "make a difference", () => new BinaryCosts(0, 0));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }
}
