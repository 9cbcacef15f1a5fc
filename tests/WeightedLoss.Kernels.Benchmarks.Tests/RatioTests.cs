using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Tests;

public class RatioTests
{
    [Theory]
    [InlineData(1.9, 2.0, 2.1, true)]
    [InlineData(0.48, 0.5, 0.52, true)]
    [InlineData(0.9, 1.05, 1.2, false)]
    [InlineData(1.0, 1.3, 1.9, false)]
    [InlineData(1.0, 1.0, 1.0, true)]
    public void Ratio_SpreadAgainstEffect_Decides(double lower, double median, double upper, bool says) =>
        Assert.Equal(says, RoundTimes.Says(new Quartiles(lower, median, upper)));

    [Fact]
    public void Ratio_RoundsThatAreSlowForBoth_DoNotCount()
    {
        // Every other round the machine is three times as slow.
        var ours = new RoundTimes([10, 30, 10, 30, 10, 30, 10]);
        var other = new RoundTimes([20, 60, 20, 60, 20, 60, 20]);

        Assert.Equal(new Quartiles(2, 2, 2), other.RatioTo(ours));
    }

    [Fact]
    public void Table_RatioThatSaysNothing_IsNotPrinted()
    {
        var row = new CompareRow(
            "bce", "f32", "hard", 1, 64, 1, true, "scalar", "scalar", 1.25, null, 1, 2, 0.8, 1.6, 7.2, null, null, 25, 0.01, null);
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });

        console.Write(CompareReport.ToTable([row], TableBorder.Markdown));

        Assert.Contains("·", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0.80", writer.ToString(), StringComparison.Ordinal);
    }
}
