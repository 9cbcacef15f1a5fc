using WeightedLoss.Trainer.Experiments;

namespace WeightedLoss.Trainer.Tests.Experiments;

public sealed class CompareTests : IDisposable
{
    private const string Decisions = "Decisions, mean and standard deviation over the folds";
    private const string Scores = "Scores and probabilities, mean and standard deviation over the folds";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_Payments_ShowsWhatEachMethodDoes()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 6000);

        var run = Compare("payments.csv", "--neighbors", "3");

        // Precision, recall, F1, cost; AP, log loss, Brier score, calibration error.
        var decisions = ReportTables.Table(run.Console, Decisions);
        var scores = ReportTables.Table(run.Console, Scores);
        Assert.Equal(Method.All.Select(method => method.Name), decisions.Keys);
        foreach (var method in (string[])["weighted", "over-sampling", "under-sampling", "SMOTE"])
        {
            Assert.True(decisions[method][1] > decisions["unweighted"][1], run.Console);
            Assert.True(decisions[method][3] < decisions["unweighted"][3], run.Console);
            Assert.True(scores[method][3] > scores["unweighted"][3], run.Console);
        }

        Assert.Equal(scores["unweighted"], scores["threshold moving"]);
        Assert.True(decisions["threshold moving"][3] < decisions["unweighted"][3], run.Console);
        Assert.True(scores["prior corrected"][3] < scores["weighted"][3] / 4, run.Console);
        var page = File.ReadAllText(_folder["out/report.html"]);
        Assert.Contains(File.ReadAllText(_folder["out/precision-recall.svg"]), page, StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText(_folder["out/reliability.svg"]), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_Classes_RaisesTheRecallOfTheRarest()
    {
        Classes.Write(_folder["classes.csv"]);

        var run = Compare("classes.csv", "--epochs", "40", "--folds", "4");

        var recalls = ReportTables.Table(run.Console, "Recall by class, mean over the folds");
        foreach (var method in (string[])["weighted", "over-sampling", "under-sampling", "SMOTE"])
        {
            Assert.True(recalls[method][2] > recalls["unweighted"][2] + 0.1, run.Console);
        }

        var decisions = ReportTables.Table(run.Console, Decisions);
        Assert.True(decisions["threshold moving"][1] >= decisions["unweighted"][1] - 0.02, run.Console);
        Assert.True(File.Exists(_folder["out/recall-by-class.svg"]));
    }

    [Fact]
    public void Compare_ClassCosts_TheCorrectedPriorDecidesByThem()
    {
        Classes.Write(_folder["classes.csv"]);
        var costs = _folder.Write("costs.csv", ",a,b,c\na,0,1,1\nb,1,0,1\nc,30,30,0\n");

        var run = Compare("classes.csv", "--epochs", "40", "--costs", costs, "--methods", "unweighted,threshold,corrected");

        // Balanced accuracy, macro F1, accuracy, cost.
        var decisions = ReportTables.Table(run.Console, Decisions);
        Assert.True(decisions["threshold moving"][3] < decisions["unweighted"][3], run.Console);
        Assert.True(decisions["prior corrected"][3] < decisions["unweighted"][3], run.Console);
    }

    [Fact]
    public void Compare_TwoMethods_TrainsOnlyWhatTheyNeed()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);

        Compare("payments.csv", "--methods", "threshold,unweighted", "--folds", "3");

        Assert.Equal(
            ["fold-1-unweighted.scores", "fold-2-unweighted.scores", "fold-3-unweighted.scores"],
            Directory.GetFiles(_folder["out/trainings"], "*.scores").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Compare_MoreThreads_GivesTheSameReport()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);

        Compare("payments.csv", "--neighbors", "2", "--threads", "1");
        var one = File.ReadAllBytes(_folder["out/trainings/fold-2-smote.scores"]);
        Directory.Delete(_folder["out"], recursive: true);
        Compare("payments.csv", "--neighbors", "2", "--threads", "3");

        Assert.Equal(one, File.ReadAllBytes(_folder["out/trainings/fold-2-smote.scores"]));
    }

    private CliResult Compare(string data, params string[] more)
    {
        var run = Cli.Run(["compare", "--data", _folder[data], "--out", _folder["out"], .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }
}
