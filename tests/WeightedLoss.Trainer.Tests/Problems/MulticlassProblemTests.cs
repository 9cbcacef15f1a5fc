using WeightedLoss.Tests.Reference;
using WeightedLoss.Trainer.Problems;

namespace WeightedLoss.Trainer.Tests.Problems;

public sealed class MulticlassProblemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_HandWorkedCase_HasAllFigures()
    {
        // Actual 0 0 0 1 1 2, predicted 0 0 1 1 1 0.
        float[] logits = [3, 1, 0, 2, 0, 1, 0, 1, 0, -1, 2, 1, 0, 5, 0, 1, 0, 0];
        var problem = Problem(3);
        var rows = problem.Score("", logits, new([0, 0, 0, 1, 1, 2], []));

        var confusion = rows.Confusion;
        Assert.Equal([3, 2, 1], Each(confusion.Support));
        Assert.Equal([2.0 / 3, 2.0 / 3, 0], Each(confusion.Precision));
        Assert.Equal([2.0 / 3, 1, 0], Each(confusion.Recall));
        Assert.Equal([2.0 / 3, 4.0 / 5, 0], Each(confusion.F1));
        Assert.Equal(4.0 / 6, confusion.Accuracy, 1e-15);
        Assert.Equal(5.0 / 9, confusion.BalancedAccuracy, 1e-15);
        Assert.Equal(22.0 / 45, confusion.MacroF1, 1e-15);

        // Row by row log Σ exp z − z_y.
        var expected = new[]
        {
            Math.Log(Math.Exp(3) + Math.Exp(1) + 1) - 3,
            Math.Log(Math.Exp(2) + 1 + Math.Exp(1)) - 2,
            Math.Log(1 + Math.Exp(1) + 1) - 0,
            Math.Log(Math.Exp(-1) + Math.Exp(2) + Math.Exp(1)) - 2,
            Math.Log(1 + Math.Exp(5) + 1) - 5,
            Math.Log(Math.Exp(1) + 1 + 1) - 0,
        }.Average();
        var validation = problem.Validate(rows);
        Assert.Equal(expected, validation.LogLoss, 1e-6);
        Assert.Equal(confusion.BalancedAccuracy, validation.Score);
        Assert.Equal(
            [confusion.BalancedAccuracy, confusion.MacroF1, confusion.Accuracy, confusion.Recall(0), validation.LogLoss],
            problem.Evaluate(rows)[..5]);

        static T[] Each<T>(Func<int, T> figure) => [figure(0), figure(1), figure(2)];
    }

    [Fact]
    public void Score_ClassWithoutRows_IsLeftOutOfTheMeans()
    {
        // Class 2 has no rows and is never predicted; class 1 has none but is predicted once.
        var report = Problem(3).Score("", [1, 0, 0, 0, 1, 0], new([0, 0], [])).Confusion;

        Assert.Equal(0.5, report.BalancedAccuracy);
        Assert.Equal((2.0 / 3) / 2, report.MacroF1, 1e-15);
        Assert.Equal((0, 0), (report.Recall(2), report.Precision(2)));
    }

    [Fact]
    public async Task Score_RandomLogits_AgreesWithScikitLearnAndWithTheKernel()
    {
        const int Classes = 6;
        var random = new Random(4);

        // The last class is rare and the one before it has no rows.
        var labels = Enumerable.Range(0, 500).Select(i => (byte)(i % 50 == 0 ? 5 : random.Next(4))).ToArray();
        var logits = labels.SelectMany(y => Enumerable.Range(0, Classes).Select(k => random.NextSingle() + (k == y ? 0.4f : 0))).ToArray();
        var report = Problem(Classes).Score("", logits, new(labels, [])).Confusion;
        File.WriteAllLines(
            _folder["predicted.csv"],
            labels.Select((y, i) => $"{y},{ClassDecision.Largest<float>(logits.AsSpan(i * Classes, Classes))}"));

        var kernel = CrossEntropy.Loss(logits, labels, new CrossEntropyOptions<float>(Classes, Reduction.MeanByCount));
        Assert.Equal(kernel.Accuracy, report.Accuracy, 1e-15);

        var expected = await ScikitLearn.Run("multiclass_metrics.py", _folder.Path);
        Assert.Equal(expected["accuracy"], report.Accuracy, 1e-12);
        Assert.Equal(expected["balanced accuracy"], report.BalancedAccuracy, 1e-12);
        Assert.Equal(expected["macro F1"], report.MacroF1, 1e-12);
        for (var k = 0; k < Classes; k++)
        {
            Assert.Equal(expected[$"precision {k}"], report.Precision(k), 1e-12);
            Assert.Equal(expected[$"recall {k}"], report.Recall(k), 1e-12);
        }
    }

    private static MulticlassProblem Problem(int classes) => new(
        [.. Enumerable.Range(0, classes).Select(k => $"{k}")],
        new ClassCounts(classes).Add([.. Enumerable.Range(0, classes).Select(k => (byte)k)]),
        costs: null,
        isWeighted: false);
}
