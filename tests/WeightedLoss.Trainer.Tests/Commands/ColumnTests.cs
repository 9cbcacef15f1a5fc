using System.Globalization;
using WeightedLoss.Trainer.Tests.Experiments;

namespace WeightedLoss.Trainer.Tests.Commands;

/// <summary>Which columns are features, and the rows' own weights.</summary>
public sealed class ColumnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_IdOfText_NamesTheOptionThatHelps()
    {
        var path = SharedData.PathOf("field/id.csv");

        var error = Cli.Run("train", "--data", path).Error;
        var ignored = Cli.Run("train", "--data", path, "--ignore", "id", "--epochs", "1");

        Assert.EndsWith(
            "line 2, column 'id': 'TX0000' is not a number. If the column is no feature, --ignore id leaves it out.\n",
            error.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.Equal((0, ""), (ignored.ExitCode, ignored.Error));
        Assert.Contains("Note: not used of", ignored.Console, StringComparison.Ordinal);
        Assert.Contains(" 1 features.", ignored.Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",a,y", "i", "column '' looks like an index that pandas wrote, but is used as a feature; --ignore 1 leaves it out.")]
    [InlineData("Unnamed: 0,a,y", "r", "column 'Unnamed: 0' looks like an index that pandas wrote, but is used as a feature; --ignore \"Unnamed: 0\" leaves")]
    [InlineData("row,a,y", "i", "column 'row' looks like an id, for its values are whole numbers in ascending order, but is used")]
    [InlineData("row,a,y", "r", null)]
    [InlineData("row,a,y", "h", null)]
    public void Train_ColumnThatLooksLikeAnIndex_GetsANote(string header, string kind, string? expected)
    {
        var data = _folder.Write("d.csv", string.Concat(Enumerable.Range(0, 60).Select(i =>
            $"{kind switch { "i" => $"{3 * i}", "h" => $"{i}.5", _ => $"{i * 31 % 60}" }},{i * 7 % 13},{(i % 5 == 0 ? 1 : 0)}\n").Prepend($"{header}\n")));

        var run = Cli.Run("train", "--data", data, "--epochs", "1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        if (expected is null)
        {
            Assert.DoesNotContain("Note:", run.Console, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"Note: {expected}", run.Console, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Train_ColumnsLeftOut_GivesTheModelOfAFileWithoutThem()
    {
        var (whole, less) = (
            Write("whole.csv", (i, row) => $"id{i},{row},{i % 7}", "id,a,b,y,row_id"), Write("less.csv", (_, row) => row, "a,b,y"));

        var expected = Model(less);

        Assert.Equal(expected, Model(whole, "--ignore", "id", "*_id"));
        Assert.Equal(expected, Model(whole, "--ignore", "*id"));
        Assert.Equal(expected, Model(whole, "--features", "a", "b", "--label", "y"));
        Assert.Equal(expected, Model(whole, "--features", "?", "--label", "y"));
    }

    [Fact]
    public void Predict_ModelOfSomeColumns_FindsThemByName()
    {
        var data = Write("d.csv", (i, row) => $"id{i},{row}", "id,a,b,y");
        var other = Write("e.csv", (i, row) => $"{string.Join(',', row.Split(',').Reverse())},id{i}", "y,b,a,id");
        Model(data, "--ignore", "id");

        var predicted = Cli.Run("predict", "--model", _folder["m/weighted.json"], "--data", data);

        Assert.Equal((0, ""), (predicted.ExitCode, predicted.Error));
        Assert.Equal(predicted, Cli.Run("predict", "--model", _folder["m/weighted.json"], "--data", other));
    }

    [Fact]
    public void Train_AllWeightsAlike_GivesTheModelWithoutWeights()
    {
        var plain = Write("plain.csv", (_, row) => row, "a,b,y");
        var (ones, twos) = (Write("ones.csv", (_, row) => $"1,{row}", "w,a,b,y"), Write("twos.csv", (_, row) => $"2,{row}", "w,a,b,y"));

        var expected = Model(plain);

        Assert.Equal(expected, Model(ones, "--weight-column", "w"));
        Assert.Equal(expected, Model(twos, "--weight-column", "w"));
        Assert.Contains("\"weightColumn\": \"w\"", File.ReadAllText(_folder["m/weighted.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_RowsOfWeightZero_CountForNothing()
    {
        var some = Write("some.csv", (i, row) => i % 4 == 0 ? null : $"1,{row}", "w,a,b,y");
        var all = Write("all.csv", (i, row) => $"{(i % 4 == 0 ? 0 : 1)},{row}", "w,a,b,y");

        Assert.Equal(Model(some, "--weight-column", "w"), Model(all, "--weight-column", "w"));
        Assert.Contains(
            "Note: 100 rows of", Cli.Run("train", "--data", all, "--weight-column", "w", "--epochs", "1").Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Weights_AreInTheLossAndInTheTables()
    {
        var plain = Write("plain.csv", (_, row) => row, "a,b,y");
        var weighted = Write("weighted.csv", (i, row) => $"{(row.EndsWith('1') ? "2.5" : "0.5")},{row}", "w,a,b,y");

        var without = Cli.Run("train", "--data", plain);
        var with = Cli.Run("train", "--data", weighted, "--weight-column", "w");

        Assert.Equal((0, ""), (with.ExitCode, with.Error));
        Assert.Contains("Sample weights: column 'w', from 0.5 to 2.5, in sum ", with.Console, StringComparison.Ordinal);
        Assert.Contains("Weight of the validation rows at threshold 0.5:", with.Console, StringComparison.Ordinal);

        // Heavier positives are found more often. The rows are split alike.
        Assert.True(TrainAndPredictTests.Row(with.Console, "recall")[0] > TrainAndPredictTests.Row(without.Console, "recall")[0]);
        Assert.Equal(0.5 * Cells(without, "negative").Sum(), Cells(with, "negative").Sum(), 1e-6);
        Assert.Equal(2.5 * Cells(without, "positive").Sum(), Cells(with, "positive").Sum(), 1e-6);
    }

    [Theory]
    [InlineData("sweep")]
    [InlineData("compare")]
    public void Experiment_AllWeightsTwo_HasTheFiguresWithoutWeightsAndTwiceTheCost(string command)
    {
        var plain = Write("plain.csv", (_, row) => row, "a,b,y");
        var twos = Write("twos.csv", (_, row) => $"2,{row}", "w,a,b,y");
        string[] options = [command, "--epochs", "2", "--folds", "3", "--cost-false-negative", "3"];
        var caption = command == "sweep" ? "Validation rows, decisions" : "Decisions, mean and standard deviation over the folds";

        var without = Cli.Run([.. options, "--data", plain, "--out", _folder["p"]]);
        var with = Cli.Run([.. options, "--data", twos, "--weight-column", "w", "--out", _folder["w"]]);

        Assert.Equal((0, ""), (with.ExitCode, with.Error));
        Assert.Contains("sample weights in", with.Console, StringComparison.Ordinal);
        var expected = ReportTables.Table(without.Console, caption);
        foreach (var (name, figures) in ReportTables.Table(with.Console, caption))
        {
            for (var i = 0; i < figures.Length; i++)
            {
                var isAmount = i == figures.Length - 1 || (command == "sweep" && i < 4);
                Assert.Equal((isAmount ? 2 : 1) * expected[name][i], figures[i], isAmount ? 1 : 1e-9);
            }
        }
    }

    [Fact]
    public void Compare_ClassesWithWeights_RunsAllMethodsAndKnowsOtherWeightsApart()
    {
        Classes.Write(_folder["classes.csv"]);
        string Weighted(string name, Func<int, int> weight)
        {
            var lines = File.ReadAllLines(_folder["classes.csv"]);
            return _folder.Write(name, string.Join('\n', lines.Select((line, i) => i == 0 ? $"w,{line}" : $"{weight(i)},{line}")));
        }

        string[] options = ["compare", "--epochs", "1", "--folds", "3", "--out", _folder["out"], "--weight-column", "w", "--data"];
        var first = Cli.Run([.. options, Weighted("d.csv", i => 1 + (i % 3))]);
        var second = Cli.Run([.. options, Weighted("d.csv", i => 1 + (i % 3))]);
        var third = Cli.Run([.. options, Weighted("d.csv", i => 1 + (i % 2))]);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("trainings are there from an earlier run", second.Console, StringComparison.Ordinal);
        Assert.Equal((0, ""), (third.ExitCode, third.Error));
        Assert.DoesNotContain("trainings are there from an earlier run", third.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ValueThatCannotBeStandardised_IsNamedByItsLine()
    {
        var data = _folder.Write("d.csv", string.Concat(Enumerable.Range(0, 41).Select(i =>
            i == 20 ? "\n0,5,1\n" : $"1,{(i == 30 ? "1e300" : $"{i % 5}")},{i % 2}\n").Prepend("w,a,y\n")));

        var error = Cli.Run("train", "--data", data, "--seed", "3", "--weight-column", "w").Error;

        Assert.Contains("d.csv", error, StringComparison.Ordinal);
        Assert.True(
            error.Contains("line 33, column 'a': 1E+300 lies too far", StringComparison.Ordinal)
            || error.Contains("column 'a': values from 0 to 1E+300 can't be standardised", StringComparison.Ordinal),
            error);
    }

    private static IEnumerable<double> Cells(CliResult run, string actual)
    {
        var lines = run.Console.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith($"│ {actual} ", StringComparison.Ordinal));
        return lines[first..(first + 2)].Select(line => double.Parse(line.Split('│')[3], CultureInfo.InvariantCulture));
    }

    // 400 rows a,b,y of which every fourth or so is positive.
    private string Write(string name, Func<int, string, string?> row, string header)
    {
        var random = new Xoshiro256(7);
        var lines = Enumerable.Range(0, 400).Select(i =>
        {
            var (a, b) = (random.NextDouble(), random.NextDouble());
            return row(i, FormattableString.Invariant($"{a},{b},{(a + (0.5 * b) + random.NextDouble() > 1.6 ? 1 : 0)}"));
        }).ToArray();
        return _folder.Write(name, string.Concat(lines.OfType<string>().Prepend(header).Select(line => $"{line}\n")));
    }

    // Both models, without what they say of the file.
    private string Model(string data, params string[] options)
    {
        var run = Cli.Run(["train", "--data", data, "--epochs", "2", "--out", _folder["m"], .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return string.Concat(((string[])["unweighted", "weighted"]).Select(name =>
        {
            var text = File.ReadAllText(_folder[$"m/{name}.json"]);
            return text[text.IndexOf("\"features\"", StringComparison.Ordinal)..text.IndexOf("\"training\"", StringComparison.Ordinal)];
        }));
    }
}
