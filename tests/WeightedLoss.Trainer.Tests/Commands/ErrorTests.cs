namespace WeightedLoss.Trainer.Tests.Commands;

/// <summary>What goes wrong is said in one line on standard error, and leaves nothing behind.</summary>
public sealed class ErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train --data none.csv", 1, "There is no file none.csv.")]
    [InlineData("train --data empty.csv", 1, "empty.csv is empty.")]
    [InlineData("train --data ragged.csv", 1, "ragged.csv, line 3 has 1 cells")]
    [InlineData("train --data text.csv", 1, "text.csv, line 2, column 'x': 'a' is not a number.")]
    [InlineData("train --data text.csv --label z", 1, "no column 'z'")]
    [InlineData("train --data one.csv", 1, "one class only")]
    [InlineData("train --data three.csv", 1, "three.csv, column 'y': 3 different values in 5 rows")]
    [InlineData("train --data three.csv --positive d", 1, "No label in three.csv is 'd'")]
    [InlineData("train --data three.csv --positive c", 1, "only 1 positive row")]
    [InlineData("train --data bad.csv.gz", 1, "not a whole gzip file")]
    [InlineData("train --data far.csv --learning-rate 10 --epochs 9 --positive-weight 1e6", 1, "column 'x'")]
    [InlineData("predict --model none.json --data good.csv", 1, "There is no file none.json.")]
    [InlineData("predict --model good.csv --data good.csv", 1, "good.csv is not a model")]
    [InlineData("train --data good.csv --out good.csv", 1, "can't be written")]
    [InlineData("train --epochs 0", 2, "--epochs must be a number from 1 to 100000, but is '0'.")]
    [InlineData("train --epochs many", 2, "--epochs must be a number from 1 to 100000, but is 'many'.")]
    [InlineData("train --seed -1", 2, "--seed must be a number from 0")]
    [InlineData("train --positive-weight -1", 2, "--positive-weight must be auto or a number from")]
    [InlineData("train --positive-weight nan", 2, "--positive-weight must be auto or a number from")]
    [InlineData("train --learning-rate 0", 2, "--learning-rate must be a number from")]
    [InlineData("train --model tree", 2, "'tree'")]
    [InlineData("train --ignore id", 2, "--ignore needs --data.")]
    [InlineData("sweep --weight-column w", 2, "--weight-column needs --data.")]
    [InlineData("compare --label y", 2, "--label needs --data.")]
    [InlineData("train --data good.csv --ignore", 2, "--ignore")]
    [InlineData("train --data good.csv --ignore z", 1, "good.csv has no column 'z', which --ignore names")]
    [InlineData("sweep --data good.csv --features y --label y", 1, "both --label and --features name it")]
    [InlineData("compare --data good.csv --weight-column z", 1, "good.csv has no column 'z', which --weight-column names")]
    [InlineData("train --hidden-units 8", 2, "--hidden-units needs --model mlp.")]
    [InlineData("sweep --hidden-units 8 --model linear", 2, "--hidden-units needs --model mlp.")]
    [InlineData("compare --hidden-units 8", 2, "--hidden-units needs --model mlp.")]
    [InlineData("train --header yes", 2, "'yes'")]
    [InlineData("train --data", 2, "--data")]
    [InlineData("train --colour red", 2, "--colour")]
    [InlineData("predict --data good.csv", 2, "--model")]
    [InlineData("walk", 2, "walk")]
    public void Run_WrongInput_SaysSoInOneLineAndWritesNothing(string command, int exitCode, string expected)
    {
        _folder.Write("good.csv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i % 2}\n").Prepend("x,y\n")));
        _folder.Write(
            "far.csv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{(i == 7 ? 1e300 : -1e300)},{i % 2}\n").Prepend("x,y\n")));
        _folder.Write("empty.csv", "");
        _folder.Write("ragged.csv", "x,y\n1,0\n1\n");
        _folder.Write("text.csv", "x,y\na,0\n");
        _folder.Write("one.csv", "x,y\n1,0\n2,0\n");
        _folder.Write("three.csv", "x,y\n1,a\n2,a\n3,b\n4,b\n5,c\n");
        _folder.Write("bad.csv.gz", "not a gzip file");
        var before = Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories);

        var args = command.Split(' ');
        var result = Cli.Run(Array.ConvertAll(args, arg => File.Exists(_folder[arg]) ? _folder[arg] : arg));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            expected,
            result.Error.Replace(_folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Equal("", result.Output);
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public void Run_EmptyFileName_IsAUsageError()
    {
        var result = Cli.Run("train", "--data", "");

        Assert.Equal((2, "error: --data must not be empty.\n"), (result.ExitCode, result.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void Predict_OtherColumns_SaysHowManyAreNeededAndKeepsTheOldFile()
    {
        var data = _folder.Write("a.csv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i % 5},{i % 2}\n").Prepend("x,z,y\n")));
        var other = _folder.Write("b.csv", "x\n1\n");
        var text = _folder.Write("c.csv", "x,z\n1,2\n1,?\n");
        Assert.Equal(0, Cli.Run("train", "--data", data, "--epochs", "1", "--out", _folder.Path).ExitCode);
        var old = _folder.Write("p.csv", "old");

        foreach (var (file, expected) in ((string, string)[])
        [
            (other, "needs 2 features"),
            (text, "line 3, column 'z': '?' is not a number"),
        ])
        {
            var result = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", file, "--out", old);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.Equal("old", File.ReadAllText(old));
        }
    }
}
