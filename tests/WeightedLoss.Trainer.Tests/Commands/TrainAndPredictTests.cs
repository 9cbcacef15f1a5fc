using System.Globalization;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests.Commands;

public sealed class TrainAndPredictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_NoArguments_TrainsOnGeneratedPaymentsAndShowsTheBestPossible()
    {
        var run = Cli.Run();

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("150,000 training rows", run.Console, StringComparison.Ordinal);
        Assert.Contains("best possible", run.Console, StringComparison.Ordinal);
        Assert.All(run.Console.Split('\n'), line => Assert.True(line.Length <= 90, line));
        foreach (var row in (string[])
        [
            "precision",
            "recall",
            "F1",
            "average precision",
            "log loss",
            "in the loss kernel",
            "kernel, ns per sample",
        ])
        {
            Assert.Contains($" {row} ", run.Console, StringComparison.Ordinal);
        }

        // Weighting finds more and errs more, and nobody beats the truth.
        Assert.True(Row(run.Console, "recall")[1] > Row(run.Console, "recall")[0]);
        Assert.True(Row(run.Console, "precision")[1] < Row(run.Console, "precision")[0]);
        var average = Row(run.Console, "average precision");
        Assert.True(average[2] > average[0] && average[2] > average[1] && average[0] > 0.4);
    }

    [Fact]
    public void Train_Mlp_ComesNearerToTheBestPossibleThanLinear()
    {
        var linear = Row(Cli.Run("train", "--epochs", "3").Console, "average precision");
        var mlp = Row(Cli.Run("train", "--epochs", "3", "--model", "mlp").Console, "average precision");

        Assert.True(mlp[0] > linear[0] + 0.1);
        Assert.True(mlp[0] < mlp[2]);
    }

    [Theory]
    [InlineData("", "")] // a file from before there was one
    [InlineData(",\n  \"numericsVersion\": 2147483647", "trained with numerics version 2147483647")]
    public void Predict_ModelOfAnotherNumericsVersion_IsUsedAndNoted(string written, string note)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 500);
        Assert.Equal(0, Cli.Run("train", "--data", _folder["payments.csv"], "--epochs", "1", "--out", _folder.Path).ExitCode);
        var model = File.ReadAllText(_folder["weighted.json"]);
        var own = $",\n  \"numericsVersion\": {LossKernels.NumericsVersion}";
        Assert.Contains(own, model, StringComparison.Ordinal);
        var other = _folder.Write("other.json", model.Replace(own, written, StringComparison.Ordinal));

        var run = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", _folder["payments.csv"]);
        var otherRun = Cli.Run("predict", "--model", other, "--data", _folder["payments.csv"]);

        Assert.Equal((0, run.Output), (otherRun.ExitCode, otherRun.Output));
        Assert.Equal("", run.Error);
        Assert.Contains(note, otherRun.Error, StringComparison.Ordinal);
        Assert.Equal(note.Length == 0, otherRun.Error.Length == 0);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("mlp")]
    public void Predict_SavedModel_RanksAsItDidInTraining(string model)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 4000);
        var train = Cli.Run("train", "--data", _folder["payments.csv"], "--model", model, "--out", _folder["models"]);
        Assert.Equal((0, ""), (train.ExitCode, train.Error));
        Assert.Contains("label column 'fraud', positive value '1' (chosen", train.Console, StringComparison.Ordinal);

        var predict = Cli.Run("predict", "--model", _folder["models/weighted.json"], "--data", _folder["payments.csv"]);

        Assert.Equal((0, ""), (predict.ExitCode, predict.Error));
        var lines = predict.Output.Split('\n');
        Assert.Equal("probability", lines[0]);
        Assert.Equal("", lines[^1]);
        var probabilities = lines[1..^1].Select(line => float.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4000, probabilities.Length);

        // The figures of the training's own validation rows come out again.
        var data = PaymentGenerator.Generate(seed: 5, rows: 4000);
        var held = StratifiedSplit.Create(data, seed: 1).Validation;
        var labels = Array.ConvertAll(held, i => data.Labels[i]);
        var expected = Row(train.Console, "average precision")[1];
        Assert.Equal(expected, RankingScores.Compute(Array.ConvertAll(held, i => probabilities[i]), labels).AveragePrecision, 1e-3);

        var toFile = Cli.Run(
            "predict", "--model", _folder["models/weighted.json"], "--data", _folder["payments.csv"], "--out", _folder["new/p.csv"]);
        Assert.Equal((0, ""), (toFile.ExitCode, toFile.Output));
        Assert.Equal(predict.Output, File.ReadAllText(_folder["new/p.csv"]));
        Assert.Equal(["p.csv"], Directory.GetFiles(_folder["new"]).Select(Path.GetFileName));
        Assert.Equal(
            ["unweighted.json", "weighted.json"], Directory.GetFiles(_folder["models"], "*.json").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Predict_WithoutHeader_IsReadAsInTraining()
    {
        var rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 17},{i * 31 % 40},{(i % 17 > 12 ? 1 : -1)}\n"));
        var data = _folder.Write("rows.csv", rows);
        var withoutLabel = _folder.Write("new.csv", "16,3\n0,3\n");
        Assert.Equal(0, Cli.Run("train", "--data", data, "--header", "none", "--out", _folder.Path).ExitCode);

        var labelled = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data, "--features", "1", "2");
        var unlabelled = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", withoutLabel);

        Assert.Equal(202, labelled.Output.Split('\n').Length);
        Assert.Equal(labelled, Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data, "--ignore", "3"));
        Assert.Contains(
            "in training the features were columns 1 2.",
            Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data).Error,
            StringComparison.Ordinal);
        var probabilities = unlabelled.Output.Split('\n')[1..3].Select(line => float.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(probabilities[0] > 0.5 && probabilities[1] < 0.5);
    }

    [Fact]
    public void Train_PositiveWeightAuto_IsWhatNoneIs()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 2000);
        string[] args = ["train", "--data", _folder["payments.csv"], "--epochs", "1", "--out"];

        var given = Cli.Run([.. args, _folder["given"], "--positive-weight", "auto"]);
        var none = Cli.Run([.. args, _folder["none"]]);

        Assert.Equal(0, given.ExitCode);
        Assert.Contains("negatives ÷ positives.", given.Console, StringComparison.Ordinal);
        Assert.Equal(0, none.ExitCode);
        Assert.Equal(
            File.ReadAllText(Path.Combine(_folder["none"], "weighted.json")), File.ReadAllText(Path.Combine(_folder["given"], "weighted.json")));
    }

    [Fact]
    public void Train_PositiveWeightGiven_IsUsedAndSaved()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 2000);

        var run = Cli.Run("train", "--data", _folder["payments.csv"], "--positive-weight", "7.5", "--epochs", "1", "--out", _folder.Path);

        Assert.Contains("Positive weight 7.5.", run.Console, StringComparison.Ordinal);
        Assert.Contains("\"positiveWeight\": 7.5", File.ReadAllText(_folder["weighted.json"]), StringComparison.Ordinal);
        Assert.Contains("\"positiveWeight\": 1\n", File.ReadAllText(_folder["unweighted.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_FocalLoss_TrainsOtherModels()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 2000);
        string Trained(params string[] loss)
        {
            var run = Cli.Run(["train", "--data", _folder["payments.csv"], "--epochs", "1", "--out", _folder.Path, .. loss]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return File.ReadAllText(_folder["weighted.json"]);
        }

        var usual = Trained();
        Assert.Equal(usual, Trained("--loss", "bce"));
        Assert.Equal(usual, Trained("--loss", "focal", "--gamma", "0"));
        Assert.Contains("\"gamma\": 2\n", Trained("--loss", "focal"), StringComparison.Ordinal);
        Assert.Contains(
            "--loss ce is for more than two classes",
            Cli.Run("train", "--data", _folder["payments.csv"], "--loss", "ce").Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_HeaderOfNumbers_IsPointedOut()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i % 2}\n"));

        Assert.Contains(
            "give --header none", Cli.Run("train", "--data", _folder.Write("a.csv", $"5,0\n{rows}")).Console, StringComparison.Ordinal);
        Assert.Contains("give --header none", Cli.Run("train", "--data", _folder.Write("a.csv", rows)).Error, StringComparison.Ordinal);
    }

    /// <summary>The numbers in a row of the table of figures.</summary>
    internal static double[] Row(string console, string name) =>
        [.. console.Split('\n')
            .Single(line => line.Contains($"│ {name} ", StringComparison.Ordinal) || line.Contains($"| {name} ", StringComparison.Ordinal))
            .Split('│', '|')[2..^1]
            .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
}
