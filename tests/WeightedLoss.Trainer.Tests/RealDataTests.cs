using System.Globalization;
using WeightedLoss.Tests.Reference;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Tests.Commands;
using WeightedLoss.Trainer.Tests.Experiments;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Real data sets, where they are present: what weighting does, and how scikit-learn does on the same rows.</summary>
public sealed class RealDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, ulong> Files => new()
    {
        { "creditcard_sample.csv.gz", "", 1 },
        { "creditcard_sample.csv.gz", "", 2 },
        { "mammography.csv.gz", "none", 1 },
        { "mammography.csv.gz", "none", 2 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Train_Weighted_RaisesRecallAndLowersPrecision(string file, string header, ulong seed)
    {
        var path = SharedData.PathOf(file);
        foreach (var model in (string[])["linear", "mlp"])
        {
            string[] args = ["train", "--data", path, "--model", model, "--seed", $"{seed}"];
            var run = Cli.Run(header.Length == 0 ? args : [.. args, "--header", header]);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var recall = TrainAndPredictTests.Row(run.Console, "recall");
            var precision = TrainAndPredictTests.Row(run.Console, "precision");
            Assert.True(recall[1] > recall[0], run.Console);
            Assert.True(precision[1] < precision[0], run.Console);
        }
    }

    [Fact]
    public void Compare_CreditCards_WeightsMoveTheDecisionAndTheCorrectionCalibrates()
    {
        var run = Cli.Run(
            "compare", "--data", SharedData.PathOf("creditcard_sample.csv.gz"), "--methods", "unweighted,weighted,corrected", "--out", _folder.Path);

        // Precision, recall, F1, cost; average precision, log loss, Brier score, calibration error.
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var decisions = ReportTables.Table(run.Console, "Decisions, mean and standard deviation over the folds");
        var scores = ReportTables.Table(run.Console, "Scores and probabilities, mean and standard deviation over the folds");
        Assert.True(decisions["weighted"][0] < decisions["unweighted"][0], run.Console);
        Assert.True(decisions["weighted"][1] > decisions["unweighted"][1], run.Console);
        Assert.InRange(scores["weighted"][0], scores["unweighted"][0] - 0.01, scores["unweighted"][0] + 0.01);
        Assert.True(scores["weighted"][3] > 0.05 && scores["prior corrected"][3] < 0.01, run.Console);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Train_Linear_RanksAsWellAsScikitLearn(string file, string header, ulong seed)
    {
        var path = SharedData.PathOf(file);
        var table = CsvTable.ReadLabelled(path, new(HasHeader: header.Length == 0), label: null);
        var (labels, positive) = BinaryLabels.From(path, table.Labels, positive: null);
        var data = new LabelledData(
            path, table.FeatureNames, table.Values, labels, new(table.LabelName!, table.LabelIndex, positive, true), BestLogits: null);
        var parts = PreparedData.Create(data, seed);
        var weight = ClassWeights.PositiveWeight<float>(new ClassCounts(2).Add(parts.Labels));
        SplitFiles.Write(_folder, parts);

        var expected = await ScikitLearn.Run("logistic_regression.py", _folder.Path, weight.ToString("R", CultureInfo.InvariantCulture));

        string[] args = ["train", "--data", path, "--seed", $"{seed}", "--out", _folder.Path];
        Assert.Equal(0, Cli.Run(header.Length == 0 ? args : [.. args, "--header", header]).ExitCode);
        foreach (var name in (string[])["unweighted", "weighted"])
        {
            var model = ModelFile.Read(_folder[$"{name}.json"]).ToModel();
            var reached = RankingScores.Compute(model.Logits(parts.ValidationRows, 1), parts.ValidationLabels).AveragePrecision;
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{file}, seed {seed}, {name}: average precision {reached:F4}, scikit-learn {expected[name]:F4}");
            Assert.InRange(reached, expected[name] - 0.02, expected[name] + 0.02);
        }
    }
}
