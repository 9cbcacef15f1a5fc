using FsCheck.Xunit;

namespace WeightedLoss.Tests.Thresholds;

[Properties(Arbitrary = [typeof(LogitRows)])]
public class WeightedOffsetsTests
{
    private static readonly CostMatrix s_two = new(2, [0, 1, 6, 2]);
    private static readonly CostMatrix s_three = new(3, [0, 1, 2, 9, 0, 1, 4, 4, 1]);

    [Property]
    public void OffsetsWithWholeWeights_AreThoseOfRepeatedRows(LogitRows rows)
    {
        int[] weights = [.. Enumerable.Range(0, rows.Labels.Length).Select(i => 1 + (i % 3))];
        int[] order = [.. Enumerable.Range(0, weights.Length).SelectMany(i => Enumerable.Repeat(i, weights[i]))];
        var repeated = new LogitRows(
            rows.Classes,
            [.. order.SelectMany(i => rows.Logits[(i * rows.Classes)..((i + 1) * rows.Classes)])],
            [.. order.Select(i => rows.Labels[i])]);
        double[] sampleWeights = [.. weights.Select(weight => (double)weight)];
        var costs = rows.Classes == 2 ? s_two : s_three;

        Assert.Equal(
            ClassOffsets.ForMacroF1(repeated.Logits, repeated.Labels, rows.Classes),
            ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, rows.Classes, sampleWeights: sampleWeights));
        Assert.Equal(
            ClassOffsets.ForCost(repeated.Logits, repeated.Labels, costs),
            ClassOffsets.ForCost(rows.Logits, rows.Labels, costs, sampleWeights: sampleWeights));
    }

    // Sums of 0.1 and 0.2 that rows are taken off again do not return to 0.
    [Fact]
    public void OffsetsWithFractions_CountAClassOnlyWhileItHasRows()
    {
        double[] logits = [2, 0, -1, 0, 2, -1, 1, 0, -1, 0, 1, -1];
        int[] labels = [0, 1, 0, 1];
        double[] weights = [0.1, 0.2, 0.7, 0.3];

        var offsets = ClassOffsets.ForMacroF1(logits, labels, 3, sampleWeights: weights);

        var predicted = new int[labels.Length];
        ClassDecision.Largest(logits, offsets, predicted);
        Assert.Equal(labels, predicted);
    }

    // In a unit of 1e300 as in one of 1.
    [Property]
    public void OffsetsWithHugeWeights_AreThoseOfTheSameProportions(LogitRows rows)
    {
        double[] weights = [.. Enumerable.Range(0, rows.Labels.Length).Select(i => 1.0 + (i % 3))];
        var huge = Array.ConvertAll(weights, weight => Math.ScaleB(weight, 990));

        Assert.Equal(
            ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, rows.Classes, sampleWeights: weights),
            ClassOffsets.ForMacroF1(rows.Logits, rows.Labels, rows.Classes, sampleWeights: huge));
    }

    [Fact]
    public void Offsets_WrongSampleWeights_AreNamed()
    {
        Assert.Equal("sampleWeights", Assert.Throws<ArgumentException>(
            () => ClassOffsets.ForMacroF1<double, int>([1, 0, 0, 1], [0, 1], 2, sampleWeights: [1])).ParamName);
        Assert.Equal("sampleWeights", Assert.Throws<ArgumentException>(
            () => ClassOffsets.ForCost<double, int>([1, 0, 0, 1], [0, 1], s_two, sampleWeights: [1, double.NaN])).ParamName);
    }
}
