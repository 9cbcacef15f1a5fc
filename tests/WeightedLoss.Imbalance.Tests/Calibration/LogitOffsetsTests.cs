using FsCheck;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Calibration;

public class LogitOffsetsTests
{
    [Fact]
    public void PositiveWeight_Undone_GivesTheRateBack()
    {
        // With weights 9 and 2 a rate of 1/4 is learnt as 9·(1/4)/(9·(1/4) + 2·(3/4)) = 3/5.
        Assert.Equal(Math.Log(1 / 3d), Math.Log(3 / 2d) + LogitOffsets.UndoPositiveWeight(9, 2), 1e-15);
        Assert.Equal(-Math.Log(7), LogitOffsets.UndoPositiveWeight(7), 1e-15);
        Assert.Equal(-600 * Math.Log(10), LogitOffsets.UndoPositiveWeight(1e300, 1e-300), 1e-10);
    }

    [Property]
    public bool ClassWeights_Undone_GiveTheProbabilitiesBack(NonEmptyArray<PositiveInt> parts)
    {
        var p = Array.ConvertAll(parts.Get, part => (double)part.Get);
        var weights = p.Select((_, k) => 0.5 + (k % 3)).ToArray();
        var logits = p.Zip(weights, (part, weight) => Math.Log(part * weight)).ToArray();
        LogitOffsets.Add(logits, LogitOffsets.UndoClassWeights<double>(weights), logits);
        return logits.Zip(p).All(pair => Math.Abs(Math.Exp(pair.First) - pair.Second) < 1e-12 * pair.Second);
    }

    [Fact]
    public void Sampling_HandWorked_IsTheDifferenceOfLogOdds()
    {
        // Half of the sample, one in a hundred of the population.
        Assert.Equal(-Math.Log(99), LogitOffsets.ForSampling(0.01, 0.5), 1e-14);
        Assert.Equal(0, LogitOffsets.ForSampling(0.3, 0.3));
    }

    [Fact]
    public void Adjustment_HandWorked_IsTheLogarithmOfTheInversePart()
    {
        var counts = ClassCounts.FromCounts([1, 3, 4]);
        Assert.Equal([Math.Log(8), Math.Log(8 / 3d), Math.Log(2)], LogitOffsets.Adjustment<double>(counts));
        float[] twice = [(float)(2 * Math.Log(8)), (float)(2 * Math.Log(8 / 3d)), (float)(2 * Math.Log(2))];
        Assert.Equal(twice, LogitOffsets.Adjustment<float>(counts, 2));
        Assert.Equal([0, 0, 0], LogitOffsets.Adjustment<double>(counts, 0));
    }

    [Fact]
    public void Add_Rows_GoesOverTheClasses()
    {
        var result = new float[4];
        LogitOffsets.Add<float>([1, 2, 3, 4], [10, 20], result);
        Assert.Equal([11, 22, 13, 24], result);
        LogitOffsets.Add(result, -1f, result);
        Assert.Equal([10, 21, 12, 23], result);
    }

    [Fact]
    public void WrongArguments_AreNamedAndNothingIsWritten()
    {
        var result = new float[4];
        Check("positiveWeight", "positiveWeight is 0", () => LogitOffsets.UndoPositiveWeight(0));
        Check("negativeWeight", "negativeWeight is Infinity", () => LogitOffsets.UndoPositiveWeight(1, double.PositiveInfinity));
        Check("classWeights", "classWeights[1] is 0", () => LogitOffsets.UndoClassWeights<float>([1, 0]));
        Check("populationRate", "populationRate is 0", () => LogitOffsets.ForSampling(0, 0.5));
        Check("sampleRate", "sampleRate is 1", () => LogitOffsets.ForSampling(0.1, 1));
        Check("counts", "counts[1] is 0", () => LogitOffsets.Adjustment<float>(ClassCounts.FromCounts([1, 0])));
        Check("tau", "tau is -1", () => LogitOffsets.Adjustment<float>(ClassCounts.FromCounts([1, 1]), -1));
        Check("offsets", "offsets[1] is NaN", () => { LogitOffsets.Add<float>([1, 2, 3, 4], [1, float.NaN], result); return 0; });
        Check("offsets", "offsets has 0", () => { LogitOffsets.Add<float>([1, 2, 3, 4], [], result); return 0; });
        Check("logits", "rows of 3", () => { LogitOffsets.Add<float>([1, 2, 3, 4], [1, 2, 3], result); return 0; });
        Check("result", "result has 4", () => { LogitOffsets.Add<float>([1, 2], [1, 2], result); return 0; });
        Check("result", "apart and overlap", () => { LogitOffsets.Add<float>(result.AsSpan(0, 3), [1], result.AsSpan(1, 3)); return 0; });
        Assert.Equal(new float[4], result);

        static void Check(string name, string text, Func<object> action) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(name, action).Message);
    }
}
