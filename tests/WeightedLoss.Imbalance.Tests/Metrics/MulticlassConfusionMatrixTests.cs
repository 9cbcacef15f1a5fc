using FsCheck;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Metrics;

public class MulticlassConfusionMatrixTests
{
    [Fact]
    public void HandWorkedCase_HasAllFigures()
    {
        // Recalls 2/3, 1 and 0.
        var matrix = new MulticlassConfusionMatrix(3).Add<int>([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]);
        Assert.Equal((2, 1, 1, 6), (matrix[0, 0], matrix[0, 1], matrix[2, 0], matrix.Total));
        Assert.Equal(5 / 9d, matrix.BalancedAccuracy, 1e-15);
        Assert.Equal(22 / 45d, matrix.MacroF1, 1e-15);
        Assert.Equal(4 / 6d, matrix.MicroF1, 1e-15);
        Assert.Equal(0, matrix.GeometricMean);
        Assert.Equal(new BinaryConfusionMatrix(2, 1, 2, 1), matrix.OneVsRest(0));
        Assert.Equal(5 + 7, matrix.Cost(new(3, [0, 5, 0, 0, 0, 0, 7, 0, 0])));

        matrix.Add<byte, float>([2], [2], [3]);
        Assert.Equal(0.75, matrix.Recall(2));
        Assert.Equal(Math.Cbrt(2 / 3d * 3 / 4d), matrix.GeometricMean, 1e-15);
    }

    [Fact]
    public void NoSamples_HasNoNaN()
    {
        var matrix = new MulticlassConfusionMatrix(2);
        double[] figures =
        [
            matrix.Accuracy, matrix.BalancedAccuracy, matrix.MacroF1, matrix.MicroF1, matrix.GeometricMean, matrix.MatthewsCorrelation,
            matrix.Precision(0), matrix.Recall(0), matrix.F1(0),
        ];
        Assert.All(figures, figure => Assert.Equal(0, figure));
        Assert.Equal(0, matrix.Add<int, double>([1, 1, 1], [1, 1, 1], [0.1, 0.2, 0.7]).MatthewsCorrelation);
    }

    [Property]
    public bool PartsAdded_AreTheWhole(NonEmptyArray<byte> values)
    {
        var labels = Array.ConvertAll(values.Get, value => value % 4);
        var predicted = Array.ConvertAll(values.Get, value => value / 4 % 4);
        var half = labels.Length / 2;
        var whole = new MulticlassConfusionMatrix(4).Add(labels, predicted);
        var part = new MulticlassConfusionMatrix(4).Add<int>(labels[..half], predicted[..half]);
        var parts = new MulticlassConfusionMatrix(4).Add<int>(labels[half..], predicted[half..]).Add(part);
        return Cells(whole).SequenceEqual(Cells(parts)) && whole.Total == labels.Length;

        static IEnumerable<double> Cells(MulticlassConfusionMatrix matrix) => Enumerable.Range(0, 16).Select(i => matrix[i / 4, i % 4]);
    }

    [Property]
    public bool TwoClasses_AreTheBinaryConfusion(NonEmptyArray<byte> values)
    {
        var labels = Array.ConvertAll(values.Get, value => value % 2);
        var predicted = Array.ConvertAll(values.Get, value => value / 2 % 2);
        var matrix = new MulticlassConfusionMatrix(2).Add(labels, predicted);
        var binary = BinaryConfusionMatrix.Create(Array.ConvertAll(predicted, k => (double)k), labels, 1);
        return matrix.OneVsRest(1) == binary && Math.Abs(matrix.MatthewsCorrelation - binary.MatthewsCorrelation) < 1e-14
            && Math.Abs(matrix.BalancedAccuracy - binary.BalancedAccuracy) < 1e-14;
    }

    [Fact]
    public void WrongArguments_AreNamedAndNothingIsAdded()
    {
        var matrix = new MulticlassConfusionMatrix(3);
        Check("classes", "classes is 1", () => new MulticlassConfusionMatrix(1));
        Check("labels", "labels[1] is 3", () => matrix.Add<int>([0, 3], [0, 0]));
        Check("labels", "labels[0] is 18446744073709551617", () => matrix.Add<UInt128>([((UInt128)1 << 64) + 1], [0]));
        Check("predicted", "predicted[0] is -18446744073709551616", () => matrix.Add<Int128>([0], [-((Int128)1 << 64)]));
        Check("labels", "labels[0] is 18446744073709551616", () => matrix.AddLogits<float, UInt128>([1, 2, 3], [(UInt128)1 << 64]));
        Check("sampleWeights", "sampleWeights[1]", () => matrix.Add<int, double>([0, 1], [0, 1], [1e308, 1e308]));
        var full = new MulticlassConfusionMatrix(3).Add<int, double>([0], [0], [1e308]);
        Check("sampleWeights", "sum of 1E+308", () => full.Add<int, double>([1], [1], [1e308]));
        Check("other", "sum of 1E+308", () => full.Add(full));
        Check("predicted", "predicted[1] is -1", () => matrix.Add<int>([0, 2], [0, -1]));
        Check("predicted", "predicted has 1 and labels has 2", () => matrix.Add<int>([0, 2], [0]));
        Check("sampleWeights", "sampleWeights[0] is NaN", () => matrix.Add<int, double>([0], [0], [double.NaN]));
        Check("logits", "logits has 4", () => matrix.AddLogits<float, int>([1, 2, 3, 4], [1]));
        Check("logits", "logits[2] is NaN", () => matrix.AddLogits<float, int>([1, 2, float.NaN], [1]));
        Check("other", "other has 2", () => matrix.Add(new MulticlassConfusionMatrix(2)));
        Check("label", "label is 3", () => matrix.Recall(3));
        Check("costs", "costs has 2", () => matrix.Cost(new(2, [0, 1, 1, 0])));
        Assert.Equal(0, matrix.Total);

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }
}
