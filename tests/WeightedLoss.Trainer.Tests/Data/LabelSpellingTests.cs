using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Data;

public sealed class LabelSpellingTests
{
    [Theory]
    [InlineData("1 1.0 2", "1=1.0")]
    [InlineData("01 +1 1e0 10e-1 .1e1 1. 2", "01=+1=1e0=10e-1=.1e1=1.")]
    [InlineData("0 -0 0.00 0e99999999999 1", "0=-0=0.00=0e99999999999")]
    [InlineData("1e3 1000 -1000", "1e3=1000")]
    [InlineData("1577134800018226901 1577134800018226902", "")] // equal as doubles
    [InlineData("1e-400 2e-400 -1e-400", "")]
    [InlineData("0.1 0.10 0.01 10 100", "0.1=0.10")]
    [InlineData("Yes yes no", "Yes=yes")]
    [InlineData("pos pos\u200B neg", "pos=pos\u200B")]
    [InlineData("inf nan 1e999", "")]
    public void Alike_Labels_AreGroupedByWhatTheySpell(string labels, string expected) =>
        Assert.Equal(expected, string.Join(' ', LabelSpelling.Alike(labels.Split(' ')).Select(group => string.Join('=', group))));
}
