using System.Diagnostics;
using WeightedLoss.Trainer.Tests.Experiments;

namespace WeightedLoss.Trainer.Tests.Commands;

/// <summary>What fails around a command is one line on standard error too; what was computed is shown before.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public FailureTests()
    {
        _data = _folder["d.csv"];
        Cli.WritePayments(_data, rows: 2000);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train --data none.csv --out d.csv", "d.csv is a file, not a folder")]
    [InlineData("train --data none.csv --out d.csv/models", "d.csv is a file, not a folder")]
    [InlineData("train --data none.csv --out taken", "weighted.json can't be written: it is a folder")]
    [InlineData("sweep --data none.csv --out d.csv", "d.csv is a file, not a folder")]
    [InlineData("compare --data none.csv --out d.csv", "d.csv is a file, not a folder")]
    [InlineData("compare --data none.csv --out taken", "report.html can't be written: it is a folder")]
    [InlineData("predict --model none.json --data none.csv --out taken", "taken can't be written: it is a folder")]
    [InlineData("predict --model none.json --data none.csv --out d.csv/p.csv", "d.csv is a file, not a folder")]
    public void Run_OutThatCannotBeWritten_IsFoundBeforeAnythingIsRead(string command, string expected)
    {
        Directory.CreateDirectory(_folder["taken/weighted.json"]);
        Directory.CreateDirectory(_folder["taken/report.html"]);

        var result = Cli.Run(Array.ConvertAll(command.Split(' '), arg =>
            arg.StartsWith("d.csv", StringComparison.Ordinal) || arg == "taken" ? _folder[arg] : arg));

        Assert.Equal((1, "", 1), (result.ExitCode, result.Console, result.Error.Count(c => c == '\n')));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d.csv", "--data")]
    [InlineData("./sub/../d.csv", "--data")]
    [InlineData("m.json", "--model")]
    public void Predict_OutIsAnInput_IsRefusedBeforeWork(string output, string option)
    {
        File.WriteAllText(_folder["m.json"], "{}");
        Directory.CreateDirectory(_folder["sub"]);
        var before = File.ReadAllText(_data);

        var result = Cli.Run("predict", "--model", _folder["m.json"], "--data", _data, "--out", _folder[output]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"is the file of {option}, which it would replace", result.Error, StringComparison.Ordinal);
        Assert.Equal((before, "{}"), (File.ReadAllText(_data), File.ReadAllText(_folder["m.json"])));
    }

    [Fact]
    public void Train_LongLabels_KeepTheEndsThatTellThemApart()
    {
        var lines = Enumerable.Range(0, 60).Select(i => $"{i % 7},{i % 5},{1577134800018226901 + (i % 3)}");
        File.WriteAllText(_folder["long.csv"], "a,b,y\n" + string.Join('\n', lines) + "\n");

        var result = Cli.Run("train", "--data", _folder["long.csv"], "--epochs", "1");

        Assert.Contains("1577…26901", result.Console, StringComparison.Ordinal);
        Assert.Contains("1577…26903", result.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_SavingFails_TablesAreShown()
    {
        // In the place of the lock.
        Directory.CreateDirectory(_folder["models/.lock"]);

        var result = Cli.Run("train", "--data", _data, "--epochs", "1", "--out", _folder["models"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("can't be written", result.Error, StringComparison.Ordinal);
        Assert.Contains("average precision", result.Console, StringComparison.Ordinal);
        Assert.DoesNotContain("Saved", result.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Sweep_ScoresCannotBeKept_TablesAndReportAreWritten()
    {
        Directory.CreateDirectory(_folder["s/trainings/weight-1-gamma-0.scores"]);

        var result = Cli.Run(
            "sweep", "--data", _data, "--epochs", "1", "--folds", "3", "--positive-weights", "1,2", "--out", _folder["s"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("weight-1-gamma-0.scores can't be written", result.Error, StringComparison.Ordinal);
        Assert.Contains("Test rows, decisions", result.Console, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["s/report.html"]));
        Assert.True(File.Exists(_folder["s/trainings/weight-2-gamma-0.scores"]));
    }

    [Fact]
    public void Train_WithoutWeightedModel_RemovesTheOneOfAnEarlierTraining()
    {
        Classes.Write(_folder["classes.csv"]);
        string[] train = ["train", "--data", _folder["classes.csv"], "--epochs", "1", "--out", _folder["models"]];
        Assert.Equal(0, Cli.Run(train).ExitCode);

        var result = Cli.Run([.. train, "--class-weights", "none"]);

        Assert.Contains("Removed weighted.json of an earlier training.", result.Console, StringComparison.Ordinal);
        Assert.Equal(["unweighted.json"], Directory.GetFiles(_folder["models"], "*.json").Select(Path.GetFileName));
    }

    [Fact]
    public void Run_DefectOfTheProgram_SaysSoInOneLine()
    {
        var error = new StringWriter();

        // No console to write to.
        var exitCode = Program.Run(["train", "--data", _data], null!, new StringWriter(), error);

        Assert.Equal(3, exitCode);
        Assert.StartsWith(
            "error: This is a defect of the program: System.NullReferenceException: ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("train --data d.csv --epochs 1 > /dev/full", 1, "No space left on device")]
    [InlineData("sweep --data d.csv --epochs 1 --out out > /dev/full", 1, "No space left on device")]
    [InlineData("predict --model weighted.json --data d.csv > /dev/full", 1, "No space left on device")]
    [InlineData("predict --model weighted.json --data d.csv --out /dev/full", 1, "/dev/full can't be written: No space left on device")]
    [InlineData("predict --model weighted.json --data d.csv > /dev/full 2> /dev/full", 1, "")]
    [InlineData("train --help > /dev/full", 1, "No space left on device")]
    [InlineData("predict --model weighted.json --data d.csv | head -1", 0, "")]
    public async Task Run_OutputThatTakesNothing_IsOneLine(string command, int exitCode, string expected)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        Assert.Equal(0, Cli.Run("train", "--data", _data, "--epochs", "1", "--out", _folder.Path).ExitCode);

        var (code, error) = await Shell(command);

        AssertOneLine(exitCode, expected, code, error);
    }

    [Theory]
    [InlineData("train --data d.csv", "WEIGHTEDLOSS_INSTRUCTION_SET is abacus")]
    [InlineData("sweep --data d.csv", "WEIGHTEDLOSS_INSTRUCTION_SET is abacus")]
    [InlineData("predict --model none.json --data d.csv", "WEIGHTEDLOSS_INSTRUCTION_SET is abacus")]
    public async Task Run_InstructionSetThatIsNotThere_IsOneLine(string command, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh here.");

        var (code, error) = await Shell(command, "WEIGHTEDLOSS_INSTRUCTION_SET=abacus");

        AssertOneLine(1, expected, code, error);
    }

    private static void AssertOneLine(int exitCode, string expected, int code, string error)
    {
        Assert.Equal(exitCode, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0 ? 0 : 1, error.Count(c => c == '\n'));
    }

    private async Task<(int ExitCode, string Error)> Shell(string command, string environment = "")
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = _folder.Path };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{environment} dotnet '{typeof(Program).Assembly.Location}' {command}");
        using var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}
