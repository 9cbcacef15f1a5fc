using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Weights;

/// <summary>Counts of 2 to 12 classes, none empty.</summary>
public sealed record FilledCounts(long[] Values)
{
    public static Arbitrary<FilledCounts> Arbitrary() =>
        Gen.Choose(2, 12)
            .SelectMany(classes => Gen.Choose(1, 100_000).Select(n => (long)n).ArrayOf(classes))
            .Select(values => new FilledCounts(values))
            .ToArbitrary();

    public override string ToString() => $"[{string.Join(", ", Values)}]";
}

[Properties(Arbitrary = [typeof(FilledCounts)])]
public class ClassWeightsTests
{
    [Fact]
    public void PositiveWeight_OneOfFourPositive_IsThree()
    {
        var counts = new ClassCounts(2).Add([false, false, true, false]);
        Assert.Equal(3f, ClassWeights.PositiveWeight<float>(counts));
        Assert.Equal(3d, ClassWeights.PositiveWeight<double>(counts));
    }

    [Fact]
    public void Balanced_HandWorked_IsTotalOverClassesTimesCount()
    {
        // n = 12, K = 3.
        Assert.Equal([4, 2, 4 / 9d], ClassWeights.Balanced<double>(ClassCounts.FromCounts([1, 2, 9])));
        Assert.Equal([2f, 1f, 2 / 3f], ClassWeights.Balanced<float>(ClassCounts.FromCounts([2, 4, 6])));
    }

    [Fact]
    public void EffectiveNumber_HandWorked_FollowsThePaper()
    {
        // β = 1/2: E = 1, 3/2, 7/4, so 1/E = 1, 2/3, 4/7 with the sum 47/21.
        var counts = ClassCounts.FromCounts([1, 2, 3]);
        var paper = ClassWeights.EffectiveNumber<double>(counts, 0.5);
        AssertClose([63 / 47d, 42 / 47d, 36 / 47d], paper);

        // Over the samples: Σ n/E = 1 + 4/3 + 12/7 = 85/21, so the factor is 6·21/85.
        var samples = ClassWeights.EffectiveNumber<double>(counts, 0.5, WeightAverage.OverSamples);
        AssertClose([126 / 85d, 84 / 85d, 72 / 85d], samples);
    }

    [Fact]
    public void EffectiveNumber_HugeCounts_AreFinite()
    {
        var weights = ClassWeights.EffectiveNumber<float>(ClassCounts.FromCounts([1, 1L << 60]), 0.9999);
        AssertClose([2 / 1.0001, 2 * 0.0001 / 1.0001], Array.ConvertAll(weights, w => (double)w), 1e-6);
    }

    [Fact]
    public void InversePower_HandWorked_IsTheRootOfTheInverse()
    {
        // n_k^(−1/2) = 1, 1/2, 1/3; over the samples Σ n_k^(1/2) = 6 against n = 14.
        var counts = ClassCounts.FromCounts([1, 4, 9]);
        AssertClose([14 / 6d, 7 / 6d, 7 / 9d], ClassWeights.InversePower<double>(counts, 0.5));
        AssertClose([18 / 11d, 9 / 11d, 6 / 11d], ClassWeights.InversePower<double>(counts, 0.5, WeightAverage.OverClasses));
    }

    [Fact]
    public void InversePower_LargeExponent_DoesNotOverflow()
    {
        var weights = ClassWeights.InversePower<double>(ClassCounts.FromCounts([1, 1_000_000]), 300);
        AssertClose([1_000_001, 0], weights);
    }

    [Property]
    public bool BalancedWeights_AverageOneOverSamples(FilledCounts counts) =>
        Close(Samples(counts, ClassWeights.Balanced<double>(ClassCounts.FromCounts(counts.Values))), counts.Values.Sum());

    [Property]
    public bool BalancedClasses_WeighTheSame(FilledCounts counts)
    {
        var weights = ClassWeights.Balanced<double>(ClassCounts.FromCounts(counts.Values));
        return weights.Zip(counts.Values).All(p => Close(p.First * p.Second, weights[0] * counts.Values[0]));
    }

    [Property]
    public bool InversePowerOfOne_IsBalanced(FilledCounts counts)
    {
        var classes = ClassCounts.FromCounts(counts.Values);
        return Close(ClassWeights.InversePower<double>(classes, 1), ClassWeights.Balanced<double>(classes));
    }

    [Property]
    public bool InversePowerOfZeroAndBetaZero_WeighAllAlike(FilledCounts counts)
    {
        var classes = ClassCounts.FromCounts(counts.Values);
        return ClassWeights.InversePower<double>(classes, 0).All(w => w == 1) && ClassWeights.EffectiveNumber<float>(classes, 0).All(w => w == 1);
    }

    [Property]
    public bool EffectiveNumberWithBetaNearOne_IsNearBalanced(FilledCounts counts)
    {
        var classes = ClassCounts.FromCounts(counts.Values);
        var weights = ClassWeights.EffectiveNumber<double>(classes, 1 - 1e-9, WeightAverage.OverSamples);
        return Close(weights, ClassWeights.Balanced<double>(classes), 1e-3);
    }

    [Property]
    public bool Averages_AreWhatTheirNamesSay(FilledCounts counts, NormalFloat exponent)
    {
        var alpha = Math.Abs(exponent.Get) % 3;
        var classes = ClassCounts.FromCounts(counts.Values);
        return Close(Samples(counts, ClassWeights.InversePower<double>(classes, alpha)), counts.Values.Sum())
            && Close(ClassWeights.InversePower<double>(classes, alpha, WeightAverage.OverClasses).Sum(), counts.Values.Length)
            && Close(ClassWeights.EffectiveNumber<double>(classes, 0.999).Sum(), counts.Values.Length)
            && Close(Samples(counts, ClassWeights.EffectiveNumber<double>(classes, 0.999, WeightAverage.OverSamples)), counts.Values.Sum());
    }

    [Property]
    public bool SmallerClasses_WeighNoLess(FilledCounts counts)
    {
        var classes = ClassCounts.FromCounts(counts.Values);
        double[][] all =
        [
            ClassWeights.Balanced<double>(classes), ClassWeights.InversePower<double>(classes, 0.3),
            ClassWeights.EffectiveNumber<double>(classes, 0.99),
        ];
        var order = Enumerable.Range(0, counts.Values.Length).OrderBy(k => counts.Values[k]).ToArray();
        return all.All(weights => order.Zip(order.Skip(1)).All(p => weights[p.First] >= weights[p.Second]));
    }

    [Fact]
    public void EmptyClass_NoMinimum_IsNamed()
    {
        var counts = ClassCounts.FromCounts([5, 0, 3]);
        Func<object>[] builders =
        [
            () => ClassWeights.Balanced<float>(counts), () => ClassWeights.EffectiveNumber<float>(counts, 0.9),
            () => ClassWeights.InversePower<float>(counts, 0.5),
        ];
        foreach (var builder in builders)
        {
            var error = Assert.Throws<ArgumentException>("counts", builder);
            Assert.Contains("give a minimumCount, but counts[1] is 0", error.Message);
        }

        Assert.Contains(
            "counts[0] is 0",
            Assert.Throws<ArgumentException>("counts", () => ClassWeights.PositiveWeight<float>(ClassCounts.FromCounts([0, 3]))).Message);
    }

    [Fact]
    public void EmptyClass_WithMinimum_CountsAsTheMinimum()
    {
        var counts = ClassCounts.FromCounts([5, 0, 3]);
        var raised = ClassCounts.FromCounts([5, 4, 4]);
        Assert.Equal(ClassWeights.Balanced<float>(raised), ClassWeights.Balanced<float>(counts, minimumCount: 4));
        Assert.Equal(ClassWeights.EffectiveNumber<float>(raised, 0.9), ClassWeights.EffectiveNumber<float>(counts, 0.9, minimumCount: 4));
        Assert.Equal(ClassWeights.InversePower<float>(raised, 0.5), ClassWeights.InversePower<float>(counts, 0.5, minimumCount: 4));
        Assert.Equal(3, ClassWeights.PositiveWeight<double>(ClassCounts.FromCounts([3, 0]), minimumCount: 1));
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        var counts = ClassCounts.FromCounts([5, 1, 3]);
        Check("counts", "counts has 3", () => ClassWeights.PositiveWeight<float>(counts));
        Check("minimumCount", "minimumCount is -1", () => ClassWeights.Balanced<float>(counts, -1));
        Check("average", "no average 7", () => ClassWeights.InversePower<float>(counts, 1, (WeightAverage)7));
        foreach (var beta in new[] { -0.1, 1, double.NaN, double.PositiveInfinity })
        {
            Check("beta", $"beta is {beta}", () => ClassWeights.EffectiveNumber<float>(counts, beta));
        }

        foreach (var exponent in new[] { -0.1, double.NaN, double.PositiveInfinity })
        {
            Check("exponent", $"exponent is {exponent}", () => ClassWeights.InversePower<float>(counts, exponent));
        }

        Assert.Throws<ArgumentNullException>("counts", () => ClassWeights.Balanced<float>(null!));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }

    private static double Samples(FilledCounts counts, double[] weights) => counts.Values.Zip(weights, (n, w) => n * w).Sum();

    private static bool Close(double actual, double expected, double tolerance = 1e-12) =>
        Math.Abs(actual - expected) <= tolerance * Math.Abs(expected);

    private static bool Close(double[] actual, double[] expected, double tolerance = 1e-12) =>
        actual.Length == expected.Length && actual.Zip(expected).All(p => Close(p.First, p.Second, tolerance));

    private static void AssertClose(double[] expected, double[] actual, double tolerance = 1e-12) =>
        Assert.True(Close(actual, expected, tolerance), $"Expected [{string.Join(", ", expected)}], got [{string.Join(", ", actual)}].");
}
