namespace WeightedLoss.Trainer.Tests.Experiments;

public sealed class SweepTests : IDisposable
{
    private const string Decisions = "Validation rows, decisions";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sweep_GrowingWeight_BuysRecallWithPrecision()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 6000);

        var run = Sweep("payments.csv");

        // TN, FP, FN, TP, precision, recall, F1, cost.
        var table = ReportTables.Table(run.Console, Decisions).Values.ToArray();
        Assert.True(table.Length >= 8);
        foreach (var (less, more) in table.Zip(table.Skip(1)))
        {
            Assert.True(more[0] <= less[0] + 5 && more[1] >= less[1] - 5, run.Console);
            Assert.True(more[2] <= less[2] + 1 && more[3] >= less[3] - 1, run.Console);
        }

        Assert.True(table[^1][1] > table[0][1] + 50, run.Console);
        Assert.True(table[^1][5] > table[0][5], run.Console);
    }

    [Theory]
    [InlineData("1", "1000")]
    [InlineData("1", "1")]
    [InlineData("50", "1")]
    public void Sweep_Costs_ChoosesTheLeastCostOfTheValidationRows(string falsePositive, string falseNegative)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 6000);

        var run = Sweep("payments.csv", "--cost-false-positive", falsePositive, "--cost-false-negative", falseNegative);

        var table = ReportTables.Table(run.Console, Decisions);
        foreach (var row in table.Values)
        {
            Assert.Equal((int.Parse(falsePositive) * row[1]) + (int.Parse(falseNegative) * row[2]), row[7]);
        }

        Assert.Equal(table.MinBy(row => row.Value[7]).Key, ReportTables.Chosen(run.Console, Decisions));
        Assert.Contains(ReportTables.Table(run.Console, "Test rows, decisions"), row =>
            row.Key == $"chosen: w⁺ = {ReportTables.Chosen(run.Console, Decisions)}");
    }

    [Fact]
    public void Sweep_Report_NeedsNoOtherFile()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);

        Sweep("payments.csv", "--positive-weights", "1,10");

        var page = File.ReadAllText(_folder["out/report.html"]);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, page, StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText(_folder["out/sweep.svg"]), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Sweep_Focal_ChangesTheScoresWithGamma()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);

        var run = Sweep("payments.csv", "--loss", "focal", "--gammas", "0,2", "--positive-weights", "1,10");

        Assert.Equal(4, Directory.GetFiles(_folder["out/trainings"], "*.scores").Length);
        Assert.Contains("unweighted: w⁺ = 1, γ = 0 ", run.Console, StringComparison.Ordinal);
        Assert.NotEqual(
            File.ReadAllBytes(_folder["out/trainings/weight-1-gamma-0.scores"])[32..],
            File.ReadAllBytes(_folder["out/trainings/weight-1-gamma-2.scores"])[32..]);
        Assert.True(File.Exists(_folder["out/sweep-gamma-0.svg"]) && File.Exists(_folder["out/sweep-gamma-2.svg"]));
    }

    [Fact]
    public void Sweep_Classes_RaisesTheRecallOfTheRarest()
    {
        Classes.Write(_folder["classes.csv"]);

        var run = Sweep("classes.csv", "--epochs", "40");

        // Balanced accuracy, macro F1, accuracy, recall of the rarest.
        var table = ReportTables.Table(run.Console, Decisions);
        Assert.Equal(["0", "0.25", "0.5", "0.75", "1", "1.25"], table.Keys);
        Assert.True(table["1"][3] > table["0"][3] + 0.1, run.Console);
        Assert.True(table["1"][0] > table["0"][0], run.Console);
        Assert.True(table["1"][2] < table["0"][2], run.Console);
        Assert.Equal(table.MaxBy(row => row.Value[1]).Key, ReportTables.Chosen(run.Console, Decisions));
    }

    [Fact]
    public void Sweep_ClassCosts_ChoosesByThem()
    {
        Classes.Write(_folder["classes.csv"]);
        var costs = _folder.Write("costs.csv", ",a,b,c\nc,900,900,0\na,0,1,1\nb,1,0,1\n");

        var run = Sweep("classes.csv", "--epochs", "40", "--costs", costs);

        // Balanced accuracy, macro F1, accuracy, cost.
        var table = ReportTables.Table(run.Console, Decisions);
        Assert.Equal(table.MinBy(row => row.Value[3]).Key, ReportTables.Chosen(run.Console, Decisions));
        Assert.NotEqual("0", ReportTables.Chosen(run.Console, Decisions));
    }

    private CliResult Sweep(string data, params string[] more)
    {
        var run = Cli.Run(["sweep", "--data", _folder[data], "--out", _folder["out"], .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }
}
