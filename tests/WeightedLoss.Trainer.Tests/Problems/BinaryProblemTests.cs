using WeightedLoss.Trainer.Problems;

namespace WeightedLoss.Trainer.Tests.Problems;

public sealed class BinaryProblemTests
{
    [Fact]
    public void Evaluate_HandWorkedCase_HasAllFigures()
    {
        var problem = new BinaryProblem(new(1, 5), isWeighted: false);
        var rows = problem.Score("", [2, 0, -1, 3, -2, -3], new([1, 0, 1, 1, 0, 0], []));

        Assert.Equal(new BinaryConfusionMatrix(2, 1, 2, 1), rows.BinaryConfusion);
        Assert.Equal(["precision", "recall", "F1", "AP", "log loss"], problem.FinalFigures(rows).Select(figure => figure.Name));

        // The log loss is the mean softplus of −2, 0, 1, −3, −2, −3.
        double[] margins = [-2, 0, 1, -3, -2, -3];
        var logLoss = margins.Average(m => Math.Log(1 + Math.Exp(m)));
        var brier = margins.Average(m => Math.Pow(1 / (1 + Math.Exp(-m)), 2));
        double[] expected = [2, 1, 1, 2, 2.0 / 3, 2.0 / 3, 2.0 / 3, 6, 11.0 / 12, logLoss, brier];
        Assert.All(expected.Zip(problem.Evaluate(rows)), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.Equal(
            new(logLoss, 11.0 / 12),
            problem.Validate(rows),
            (a, b) => Math.Abs(a.LogLoss - b.LogLoss) < 1e-7 && Math.Abs(a.Score - b.Score) < 1e-15);
    }
}
