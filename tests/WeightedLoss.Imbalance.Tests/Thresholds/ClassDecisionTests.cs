using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Thresholds;

/// <summary>Rows of two or three logits, many of them equal, and their classes.</summary>
public sealed record LogitRows(int Classes, double[] Logits, int[] Labels)
{
    public static Arbitrary<LogitRows> Arbitrary() =>
        (from classes in Gen.Choose(2, 3)
         from rows in Gen.Choose(1, 15)
         from logits in Gen.Choose(-8, 8).Select(n => n / 4.0).ArrayOf(rows * classes)
         from labels in Gen.Choose(0, classes - 1).ArrayOf(rows)
         select new LogitRows(classes, logits, labels)).ToArbitrary();

    /// <summary>The confusion of the decisions with offsets.</summary>
    public MulticlassConfusionMatrix With(double[] offsets)
    {
        var predicted = new int[Labels.Length];
        ClassDecision.Largest(Logits, offsets, predicted);
        return new MulticlassConfusionMatrix(Classes).Add(Labels, predicted);
    }

    public override string ToString() => $"{Classes} classes, labels {string.Join(' ', Labels)}, logits {string.Join(' ', Logits)}";
}

[Properties(Arbitrary = [typeof(LogitRows)])]
public class ClassDecisionTests
{
    // Between all differences of logits, which are multiples of 1/4, and beyond them.
    private static readonly double[] s_grid = [.. Enumerable.Range(-18, 37).Select(n => (n / 4.0) + 0.125)];

    private static readonly CostMatrix s_two = new(2, [0, 1, 6, 2]);
    private static readonly CostMatrix s_three = new(3, [0, 1, 2, 9, 0, 1, 4, 4, 1]);

    [Property]
    public bool OffsetsOfTwoClasses_AreTheBestOfAll(LogitRows rows)
    {
        if (rows.Classes != 2)
        {
            return true;
        }

        var f1 = rows.With(ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, 2)).MacroF1;
        var cost = rows.With(ClassOffsets.ForCost(rows.Logits, rows.Labels, s_two)).Cost(s_two);
        return s_grid.All(offset => rows.With([0, offset]).MacroF1 <= f1 + 1e-12)
            && s_grid.All(offset => rows.With([0, offset]).Cost(s_two) >= cost);
    }

    [Property]
    public bool Offsets_AreNoWorseThanAnyAlongOneClass(LogitRows rows)
    {
        var costs = rows.Classes == 2 ? s_two : s_three;
        var byF1 = ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, rows.Classes, 100);
        var byCost = ClassOffsets.ForCost(rows.Logits, rows.Labels, costs, 100);
        for (var k = 0; k < rows.Classes; k++)
        {
            // Finer than the logits, and never on a tie: there the order of the classes decides, which is none of the search's decisions.
            for (var step = -160; step <= 160; step++)
            {
                if (rows.With(Moved(byF1, k, step)).MacroF1 > rows.With(byF1).MacroF1 + 1e-11
                    || rows.With(Moved(byCost, k, step)).Cost(costs) < rows.With(byCost).Cost(costs) - 1e-9)
                {
                    return false;
                }
            }
        }

        return true;

        static double[] Moved(double[] offsets, int k, int step) =>
            [.. offsets.Select((offset, j) => j == k ? offset + (step / 16.0) + (1 / 37.0) : offset)];
    }

    [Property]
    public bool Offsets_AreNoWorseThanNone(LogitRows rows) =>
        rows.With(ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, rows.Classes)).MacroF1 >= rows.With(new double[rows.Classes]).MacroF1;

    [Property]
    public bool LeastCost_IsTheLeastExpectedCost(LogitRows rows)
    {
        var costs = rows.Classes == 2 ? s_two : s_three;
        var probabilities = new double[rows.Logits.Length];
        CrossEntropy.Probabilities(rows.Logits, probabilities, new CrossEntropyOptions<double>(rows.Classes, Reduction.Sum));
        var predicted = new int[rows.Labels.Length];
        ClassDecision.LeastCost(probabilities, costs, predicted);
        return Enumerable.Range(0, predicted.Length)
            .All(i => Enumerable.Range(0, rows.Classes).All(j => Expected(i, predicted[i]) <= Expected(i, j)));

        double Expected(int row, int j) =>
            Enumerable.Range(0, rows.Classes).Sum(k => probabilities[(row * rows.Classes) + k] * costs[k, j]);
    }

    [Fact]
    public void LeastCost_TwoClasses_IsTheBayesThreshold()
    {
        var costs = new BinaryCosts(1, 9);
        var predicted = new int[4];
        ClassDecision.LeastCost<double>([0.95, 0.05, 0.91, 0.09, 0.89, 0.11, 0.2, 0.8], new(2, [0, 1, 9, 0]), predicted);
        Assert.Equal([0, 0, 1, 1], predicted);
        Assert.Equal(0.1, costs.BayesThreshold, 1e-15);
    }

    [Theory]
    [InlineData(1e-320)]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    [InlineData(1e308)]
    public void LeastCost_CostsOfAnyUnit_IsTheLeast(double unit)
    {
        // Sums of costs and probabilities overflow; what stood in the result is never left there.
        var predicted = new int[] { 7, 7, 7 };
        ClassDecision.LeastCost<double>([1, 1, 1, 0.2, 1, 1, 0.5, 0, 0], new(3, [0, unit, unit, unit, 0, unit, unit, unit, 0]), predicted);
        Assert.Equal([0, 1, 0], predicted);

        ClassDecision.LeastCost<double>(
            [1, 1, 1, 1e-300, 1e-310, 0, 1e-310, 1e-300, 0], new(3, [unit, 0, unit, 0, unit, unit, 0, 0, unit]), predicted);
        Assert.Equal([0, 1, 0], predicted);
    }

    [Theory]
    [InlineData(1e-320)]
    [InlineData(1e308)]
    public void OffsetsForCost_CostsOfAnyUnit_AreThose(double unit)
    {
        double[] logits = [0, 1, 0, 2, 0, 3, 0, 4, 0, 5];
        byte[] labels = [0, 0, 1, 0, 1];
        var expected = ClassOffsets.ForCost<double, byte>(logits, labels, new(2, [0, 1, 1, 0]));
        Assert.NotEqual([0, 0], expected);
        Assert.Equal(expected, ClassOffsets.ForCost<double, byte>(logits, labels, new(2, [0, unit, unit, 0])));
    }

    [Fact]
    public void Offsets_LogitsOfTheLargestNumbers_AreFinite()
    {
        var offsets = ClassOffsets.ForMacroF1<double, byte>([1.7e308, -1.7e308, -1.7e308, 1.7e308, 0, 1], [1, 1, 0], 2);
        Assert.All(offsets, offset => Assert.True(double.IsFinite(offset)));
    }

    [Fact]
    public void Largest_EqualLogits_IsTheFirst()
    {
        Assert.Equal(1, ClassDecision.Largest<float>([0, 2, 1, 2]));
        var predicted = new int[2];
        ClassDecision.Largest<float>([0, 1, 2, 3, 2, 1], [2, 1, 0], predicted);
        Assert.Equal([0, 0], predicted);
    }

    [Fact]
    public void NoRows_HasOffsetsOfZero() => Assert.Equal([0, 0, 0], ClassOffsets.ForMacroF1<float, int>([], [], 3));

    [Fact]
    public void WrongArguments_AreNamed()
    {
        Check("costs", "costs[2] is -1", () => new CostMatrix(2, [0, 1, -1, 0]));
        Check("costs", "4 costs, but costs has 3", () => new CostMatrix(2, [0, 1, 1]));
        Check("costs", "make a difference", () => new CostMatrix(2, [0, 0, 0, 0]));
        Check("costs", "make a difference", () => new CostMatrix(3, [1, 1, 1, 2, 2, 2, 0, 0, 0]));
        Check("classes", "classes is 1", () => new CostMatrix(1, [0]));
        Check("classes", "classes is 2147483647", () => ClassOffsets.ForMacroF1<double, int>([], [], int.MaxValue));
        Check("labels", "labels[0] is 18446744073709551616", () => ClassOffsets.ForMacroF1<double, UInt128>([0, 1], [(UInt128)1 << 64], 2));
        Check("logits", "logits[1] is -Infinity", () => ClassOffsets.ForMacroF1<double, int>([0, double.NegativeInfinity], [1], 2));
        Check("labels", "labels[0] is 2", () => ClassOffsets.ForMacroF1<double, int>([0, 1], [2], 2));
        Check("labels", "labels has 2 and logits has 1 rows", () => ClassOffsets.ForCost<double, int>([0, 1], [1, 1], s_two));
        Check("maxPasses", "maxPasses is 0", () => ClassOffsets.ForMacroF1<double, int>([0, 1], [1], 2, 0));
        Check("offsets", "offsets[0] is NaN", () => { ClassDecision.Largest<double>([0, 1], [double.NaN, 1], new int[1]); return 0; });
        Check("predicted", "predicted has 2 and logits has 1 rows", () =>
        {
            ClassDecision.Largest<double>([0, 1], [1, 1], new int[2]);
            return 0;
        });
        Check("probabilities", "probabilities[1] is -1", () => { ClassDecision.LeastCost<double>([0, -1], s_two, new int[1]); return 0; });
        Check("row", "row has 0", () => ClassDecision.Largest<double>([]));

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }
}
