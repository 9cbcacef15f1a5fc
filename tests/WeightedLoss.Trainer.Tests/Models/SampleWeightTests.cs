using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Experiments;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Problems;

namespace WeightedLoss.Trainer.Tests.Models;

/// <summary>A row of weight 3 counts as three rows do.</summary>
public sealed class SampleWeightTests
{
    private const int Rows = 60;

    private static readonly float[] Weights = [.. Enumerable.Range(0, Rows).Select(i => 1f + (i % 3))];
    private static readonly int[] Repeated = [.. Enumerable.Range(0, Rows).SelectMany(i => Enumerable.Repeat(i, (int)Weights[i]))];
    private static readonly byte[] Binary = [.. Enumerable.Range(0, Rows).Select(i => (byte)(i % 5 == 0 ? 1 : 0))];
    private static readonly byte[] Classes = [.. Enumerable.Range(0, Rows).Select(i => (byte)(i % 5 % 3))];
    private static readonly float[] Logits = [.. Random(Rows * 3)];

    [Fact]
    public void FirstBiases_WholeWeights_AreThoseOfRepeatedRows()
    {
        var binary = new BinaryTrainingLoss(4);
        var several = new MulticlassTrainingLoss([1, 2, 3]);

        Assert.Equal(binary.FirstBiases(Repeat(Binary)), binary.FirstBiases(Binary, Weights));
        Assert.Equal(several.FirstBiases(Repeat(Classes)), several.FirstBiases(Classes, Weights));
    }

    [Fact]
    public void Loss_WholeWeights_IsThatOfRepeatedRows()
    {
        AssertSame(new BinaryTrainingLoss(4, gamma: 2), Binary);
        AssertSame(new BinaryTrainingLoss(4), Binary);
        AssertSame(new MulticlassTrainingLoss([1, 2, 3]), Classes);
        AssertSame(new MulticlassTrainingLoss([1, 2, 3], gamma: 2), Classes);

        void AssertSame(TrainingLoss loss, byte[] labels)
        {
            var k = loss.Outputs;
            var once = Logits[..(Rows * k)];
            float[] repeated = [.. Repeated.SelectMany(i => once[(i * k)..((i + 1) * k)])];
            var expected = loss.LossAndGradient(repeated, Repeat(labels));
            var sum = loss.LossAndGradient(once, labels, Weights);

            Assert.Equal(expected.Loss, sum.Loss, 1e-5 * expected.Loss);
            Assert.Equal(
                repeated.Sum(g => (double)Math.Abs(g)) * Repeated.Length, once.Sum(g => (double)Math.Abs(g)) * Rows, 1e-3);
        }
    }

    [Fact]
    public void Figures_WholeWeights_AreThoseOfRepeatedRows()
    {
        float[] repeated = [.. Repeated.SelectMany(i => Logits[(3 * i)..((3 * i) + 3)])];
        AssertSame(new BinaryProblem(new(1, 5), isWeighted: true), Logits[..Rows], Repeat(Logits[..Rows]), Binary);
        AssertSame(
            new MulticlassProblem(["a", "b", "c"], new ClassCounts(3).Add(Classes), null, isWeighted: true), Logits, repeated, Classes);

        static void AssertSame(Problem problem, float[] logits, float[] repeated, byte[] labels)
        {
            var (rows, repeatedRows) = (new TrueRows(labels, Weights), new TrueRows(Repeat(labels), []));
            var decision = problem.Move(logits, rows);
            var expectedDecision = problem.Move(repeated, repeatedRows);
            Assert.Equal(expectedDecision.Decide(logits), decision.Decide(logits));

            Assert.All(((byte[]? Once, byte[]? Repeated)[])[(null, null), (decision.Decide(logits), decision.Decide(repeated))], predicted =>
            {
                var figures = problem.Evaluate(problem.Score("", logits, rows, predicted.Once));
                var expected = problem.Evaluate(problem.Score("", repeated, repeatedRows, predicted.Repeated));
                Assert.Equal(expected.Length, figures.Length);
                Assert.All(expected.Zip(figures), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            });
        }
    }

    [Fact]
    public void Train_WholeWeights_ComesToTheModelOfRepeatedRows()
    {
        var rows = Rows2(Enumerable.Range(0, Rows));
        var options = new TrainingOptions(ModelKind.Linear, Epochs: 300, BatchSize: 1000, 0.1f, HiddenUnits: 1, Seed: 1, Threads: 1);
        Model Train(Matrix rows, byte[] labels, float[] weights) =>
            TrainingRun.Train(rows, labels, new BinaryTrainingLoss(3), options, _ => new(0, 0), _ => { }, weights).Model;

        var expected = Train(Rows2(Repeated), Repeat(Binary), []).Parameters;
        var weighted = Train(rows, Binary, Weights).Parameters;
        var plain = Train(rows, Binary, []).Parameters;

        Assert.All(expected.Zip(weighted), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Contains(expected.Zip(plain), pair => Math.Abs(pair.First - pair.Second) > 1e-2);

        static Matrix Rows2(IEnumerable<int> rows)
        {
            var matrix = new Matrix(rows.Count(), 2);
            foreach (var (at, i) in rows.Index())
            {
                matrix.Row(at)[0] = Logits[i];
                matrix.Row(at)[1] = Logits[Rows + i];
                matrix.Row(at)[2] = 1;
            }

            return matrix;
        }
    }

    [Theory]
    [InlineData(SamplingKind.Over)]
    [InlineData(SamplingKind.Under)]
    [InlineData(SamplingKind.Smote)]
    public void Sampling_Weights_FollowTheirRows(object kind)
    {
        var matrix = new Matrix(Rows, 1);
        for (var i = 0; i < Rows; i++)
        {
            (matrix.Row(i)[0], matrix.Row(i)[1]) = (i, 1);
        }

        var sampled = new Sampling((SamplingKind)kind, Neighbors: 3).Apply(new(matrix, Binary, Weights), classes: 2, seed: 1);

        Assert.Equal(sampled.Rows.Rows, sampled.Weights.Length);
        var mean = Enumerable.Range(0, Rows).Where(i => Binary[i] == 1).Average(i => Weights[i]);
        for (var i = 0; i < sampled.Rows.Rows; i++)
        {
            var isMade = (SamplingKind)kind == SamplingKind.Smote && i >= Rows;
            Assert.Equal(isMade ? mean : Weights[(int)sampled.Rows.Row(i)[0]], sampled.Weights[i]);
        }
    }

    [Theory]
    [InlineData(12, "12")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(1234.5678, "1,234.568")]
    [InlineData(0.000123456, "0.000123")]
    public void Text_SumOfWeights_IsShort(double sum, string expected) => Assert.Equal(expected, SampleWeights.Text(sum));

    private static T[] Repeat<T>(T[] values) => Array.ConvertAll(Repeated, i => values[i]);

    private static IEnumerable<float> Random(int count)
    {
        var random = new Xoshiro256(3);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((4 * random.NextDouble()) - 2))];
    }
}
