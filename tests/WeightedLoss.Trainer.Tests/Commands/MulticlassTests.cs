using System.Globalization;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Tests.Commands;

public sealed class MulticlassTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("linear")]
    [InlineData("mlp")]
    public void TrainAndPredict_Yeast_GivesAProbabilityForEachClass(string model)
    {
        var path = SharedData.PathOf("yeast.csv.gz");
        var train = Cli.Run("train", "--data", path, "--header", "none", "--model", model, "--epochs", "30", "--out", _folder.Path);
        Assert.Equal((0, ""), (train.ExitCode, train.Error));
        Assert.Contains("label column '9', 10 classes: 'CYT', 'ERL', 'EXC',", train.Console, StringComparison.Ordinal);
        Assert.Contains("│ ERL (rarest) │    1 │", train.Console, StringComparison.Ordinal);
        Assert.All(train.Console.Split('\n')[5..^2], line => Assert.True(line.Length <= 80, line));

        var predict = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", path, "--ignore", "9");

        Assert.Equal((0, ""), (predict.ExitCode, predict.Error));
        var lines = predict.Output.Split('\n');
        Assert.Equal("CYT,ERL,EXC,ME1,ME2,ME3,MIT,NUC,POX,VAC,predicted", lines[0]);
        Assert.Equal((1484 + 2, ""), (lines.Length, lines[^1]));
        var classes = lines[0].Split(',')[..^1];
        var predicted = new string[1484];
        for (var i = 0; i < predicted.Length; i++)
        {
            var cells = lines[i + 1].Split(',');
            var probabilities = Array.ConvertAll(cells[..^1], cell => float.Parse(cell, CultureInfo.InvariantCulture));
            predicted[i] = cells[^1];
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(probabilities.Max(), probabilities[Array.IndexOf(classes, predicted[i])]);
        }

        // The accuracy of the training's own validation rows comes out again.
        var table = CsvTable.ReadLabelled(path, new(HasHeader: false), label: null);
        var (labels, _) = ClassLabels.From(path, "9", table.Labels, ClassLabels.UsualMost);
        var data = new LabelledData(path, table.FeatureNames, table.Values, labels, new("9", 8, null, false, classes), BestLogits: null);
        var held = StratifiedSplit.Create(data, seed: 1).Validation;
        var accuracy = held.Average(i => predicted[i] == table.Labels[i] ? 1.0 : 0);
        Assert.Equal(TrainAndPredictTests.Row(train.Console, "accuracy")[1], accuracy, 1e-4);

        // Files without the label column, and with the probabilities in a file.
        var unlabelled = _folder.Write("new.csv", "0.58,0.61,0.47,0.13,0.50,0.00,0.48,0.22\n");
        Assert.Equal(0, Cli.Run("predict", "--model", _folder["weighted.json"], "--data", unlabelled, "--out", _folder["p.csv"]).ExitCode);
        Assert.Equal(3, File.ReadAllText(_folder["p.csv"]).Split('\n').Length);
    }

    [Fact]
    public void Predict_ClassesNamedAsTheAddedColumn_LeaveItAnotherName()
    {
        string[] classes = ["predicted", "predicted_2", "c"];
        var rows = string.Concat(Enumerable.Range(0, 90).Select(i => $"{i % 3},{classes[i % 3]}\n"));
        var data = _folder.Write("rows.csv", $"x,y\n{rows}");
        Assert.Equal(0, Cli.Run("train", "--data", data, "--epochs", "1", "--out", _folder.Path).ExitCode);

        var predict = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data);

        Assert.Equal("c,predicted,predicted_2,predicted_3", predict.Output.Split('\n')[0]);
    }

    [Fact]
    public void Train_ThreeClasses_ShowsFiguresForBothModels()
    {
        var run = Cli.Run("train", "--data", Write("rows.csv"), "--epochs", "40", "--out", _folder["models"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var row in (string[])["recall of the rarest", "balanced accuracy", "macro F1", "accuracy", "log loss"])
        {
            Assert.Equal(2, TrainAndPredictTests.Row(run.Console, row).Length);
        }

        Assert.Contains("Saved unweighted.json and weighted.json", run.Console, StringComparison.Ordinal);
        Assert.Equal(
            ["unweighted.json", "weighted.json"], Directory.GetFiles(_folder["models"], "*.json").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Train_ClassWeights_AreUsedAndSaved()
    {
        var data = Write("rows.csv");
        var file = _folder.Write("w.csv", "rare,8\ncommon,0.5\nsome, \"x\",2\n");

        Assert.Equal([0.5f, 8, 2], WeightsOf(file));
        Assert.Equal([0.5f, 5, 1.25f], WeightsOf("balanced")); // 300/(3·200), 300/(3·20), 300/(3·80)
        var effective = WeightsOf("effective");
        Assert.True(effective[0] < effective[2] && effective[2] < effective[1]);
        Assert.Equal([1, 1, 1], WeightsOf("effective", "--beta", "0"));

        float[] WeightsOf(string weights, params string[] more)
        {
            var run = Cli.Run(["train", "--data", data, "--epochs", "1", "--class-weights", weights, "--out", _folder.Path, .. more]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return ModelFile.Read(_folder["weighted.json"]).Training.ClassWeights!;
        }
    }

    [Fact]
    public void Train_FocalLoss_TrainsOtherModels()
    {
        var data = Write("rows.csv");
        string[] Trained(params string[] loss)
        {
            var run = Cli.Run(["train", "--data", data, "--epochs", "3", "--out", _folder["models"], .. loss]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(loss.Contains("2.5"), run.Console.Contains("Focal loss, γ = 2.5.", StringComparison.Ordinal));
            return [File.ReadAllText(_folder["models/unweighted.json"]), File.ReadAllText(_folder["models/weighted.json"])];
        }

        var usual = Trained();
        Assert.Equal(usual, Trained("--loss", "ce"));
        Assert.Equal(usual, Trained("--loss", "focal", "--gamma", "0"));
        var focal = Trained("--loss", "focal", "--gamma", "2.5");
        Assert.All(usual.Zip(focal), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.All(focal, file => Assert.Contains("\"gamma\": 2.5", file, StringComparison.Ordinal));
    }

    [Fact]
    public void Train_ClassWeightsNone_TrainsOneModel()
    {
        var run = Cli.Run("train", "--data", Write("rows.csv"), "--epochs", "1", "--class-weights", "none", "--out", _folder["models"]);

        Assert.Contains("Class weights: none.", run.Console, StringComparison.Ordinal);
        Assert.Single(TrainAndPredictTests.Row(run.Console, "accuracy"));
        Assert.Equal(["unweighted.json"], Directory.GetFiles(_folder["models"], "*.json").Select(Path.GetFileName));
    }

    [Fact]
    public void Train_ClassOfOneRow_IsTrainedOnAndHasNoRecall()
    {
        var data = Write("rows.csv");
        File.AppendAllText(data, "9,9,lonely\n");

        var run = Cli.Run("train", "--data", data, "--epochs", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            "a class of one row is trained on but not validated, so it has no recall: 'lonely'.", run.Console, StringComparison.Ordinal);
        Assert.Matches(@"│ lonely \(rarest\) +│ +0 │ .*– │ +– │", run.Console);
        Assert.DoesNotContain("recall of the rarest", run.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_PositiveNamed_IsOneVsRest()
    {
        var run = Cli.Run("train", "--data", Write("rows.csv"), "--positive", "rare", "--epochs", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("positive value 'rare'.", run.Console, StringComparison.Ordinal);
        Assert.Contains("average precision", run.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ManyClasses_ListsConfusionsInsteadOfAMatrix()
    {
        var rows = string.Concat(Enumerable.Range(0, 600).Select(i => $"{i * 7 % 13},class {i % 30}\n").Prepend("x,y\n"));

        var run = Cli.Run("train", "--data", _folder.Write("rows.csv", rows), "--epochs", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("the most frequent confusions of 30 classes:", run.Console, StringComparison.Ordinal);
        Assert.All(run.Console.Split('\n')[5..^2], line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Predict_LabelsThatNeedQuotes_AreQuoted()
    {
        Assert.Equal(0, Cli.Run("train", "--data", Write("rows.csv"), "--epochs", "1", "--out", _folder.Path).ExitCode);

        var run = Cli.Run("predict", "--model", _folder["unweighted.json"], "--data", _folder.Write("new.csv", "x,z\n1,2\n"));

        Assert.StartsWith("common,rare,\"some, \"\"x\"\"\",predicted\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--positive-weight 2", 1, "--positive-weight is for two classes, but column 'y' of")]
    [InlineData("--positive-weight 2 --class-weights balanced", 2, "only one can be given")]
    [InlineData("--positive rare --class-weights balanced", 1, "--class-weights is for more than two classes")]
    [InlineData("--beta 0.9", 2, "--beta needs --class-weights effective.")]
    [InlineData("--gamma 1", 2, "--gamma needs --loss focal.")]
    [InlineData("--loss focal --gamma -1", 2, "--gamma must be a number from 0 to")]
    [InlineData("--loss bce", 1, "--loss bce is for two classes")]
    [InlineData("--class-weights effective --beta 1", 2, "--beta must be a number from 0 to")]
    [InlineData("--class-weights missing.csv", 1, "There is no file missing.csv")]
    [InlineData("--max-classes 257", 2, "--max-classes must be a number from 3 to 256")]
    public void Train_OptionsThatDoNotFit_SayWhy(string options, int exitCode, string expected)
    {
        var data = Write("rows.csv");

        var run = Cli.Run(["train", "--data", data, "--epochs", "1", "--out", _folder["models"], .. options.Split(' ')]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(_folder["models"]));
    }

    [Fact]
    public void Train_LabelThatIsAQuantity_NamesTheColumn()
    {
        var rows = Enumerable.Range(0, 900).Select(i => $"{i % 7},{i % 300}.5").Prepend("x,price");
        var data = _folder.Write("prices.csv", string.Join('\n', rows));

        var run = Cli.Run("train", "--data", data);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("column 'price': 300 different values in 900 rows", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Writes a table x,z,y.</summary>
    /// <returns>Its path.</returns>
    private string Write(string name) => _folder.Write(name, string.Join('\n', Rows().Prepend("x,z,y")) + "\n");

    // A quarter of each class is held, so that 200 common rows, 20 rare ones and 80 others are trained on.
    private static IEnumerable<string> Rows() => Enumerable.Range(0, 401).Select(i => i switch
    {
        < 267 => $"{i % 7},{i % 11},common",
        < 374 => $"{(i % 7) + 3},{i % 5},\"some, \"\"x\"\"\"",
        _ => $"{i % 3},{(i % 11) + 6},rare",
    });
}
