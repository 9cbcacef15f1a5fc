using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class PaymentGeneratorTests
{
    private static readonly LabelledData Payments = PaymentGenerator.Generate(seed: 11);

    [Fact]
    public void Generate_Default_HasTheStatedRowsAndShareOfFraud()
    {
        Assert.Equal(200_000, Payments.Rows);

        // Binomial, standard deviation 32; five of them.
        Assert.InRange(Payments.Labels.Count(label => label == 1), 840, 1160);
    }

    [Fact]
    public void BestLogits_AreCalibrated()
    {
        // Among rows of posterior p a share p is fraud; a wrong density would break this in some bin.
        var posteriors = Array.ConvertAll(Payments.BestLogits!, z => 1 / (1 + Math.Exp(-z)));
        double[] bounds = [0, 0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 1.0001];
        foreach (var (low, high) in bounds.Zip(bounds.Skip(1)))
        {
            var rows = Enumerable.Range(0, Payments.Rows).Where(i => posteriors[i] >= low && posteriors[i] < high).ToArray();
            var expected = rows.Sum(i => posteriors[i]);
            var deviation = Math.Sqrt(rows.Sum(i => posteriors[i] * (1 - posteriors[i])));
            var found = rows.Count(i => Payments.Labels[i] == 1);
            Assert.InRange(found, expected - (4 * deviation) - 1, expected + (4 * deviation) + 1);
        }
    }

    [Fact]
    public void BestLogits_RankBetterThanAnyFeature()
    {
        var best = RankingScores.Compute(Array.ConvertAll(Payments.BestLogits!, z => (float)z), Payments.Labels).AveragePrecision;

        Assert.InRange(best, 0.8, 0.95);
        for (var j = 0; j < Payments.FeatureNames.Length; j++)
        {
            var feature = Enumerable.Range(0, Payments.Rows).Select(i => (float)Payments.Values[(i * Payments.FeatureNames.Length) + j]).ToArray();
            Assert.True(RankingScores.Compute(feature, Payments.Labels).AveragePrecision < best / 3);
        }
    }

    [Fact]
    public void ReproducibleLog_OverManyMagnitudes_IsWithinTwoUlpOfTheLibrary()
    {
        var random = new Xoshiro256(2, RandomPurpose.Epochs);
        for (var i = 0; i < 1_000_000; i++)
        {
            var x = (random.NextDouble() + 1e-9) * Math.Pow(2, random.NextInt(200) - 150);
            var expected = Math.Log(x);

            // Near 1 the two summands are of opposite sign for x just below a power of two, so bound the absolute error by theirs.
            Assert.Equal(expected, ReproducibleLog.Of(x), 2 * Math.BitIncrement(Math.Max(Math.Abs(expected), 0.5)) * Math.Pow(2, -52));
        }

        Assert.Equal(0, ReproducibleLog.Of(1));
    }

    [Fact]
    public void Xoshiro256_Integers_AreUniformAndStreamsDiffer()
    {
        var random = new Xoshiro256(4, RandomPurpose.Split);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.NextInt(counts.Length)]++;
        }

        // Standard deviation 93; five of them.
        Assert.All(counts, count => Assert.InRange(count, 9_535, 10_465));
        Assert.NotEqual(
            new Xoshiro256(4, RandomPurpose.Split).NextDouble(), new Xoshiro256(4, RandomPurpose.Epochs).NextDouble());
    }
}
