using System.Diagnostics;

namespace WeightedLoss.Trainer.Tests.Experiments;

/// <summary>A run that was killed goes on, and the report doesn't tell; nothing of other data or options gets into it.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sweep", "--loss focal --positive-weights auto --gammas 0,1", 18)]
    [InlineData("compare", "--methods unweighted,weighted,over,under,smote,corrected", 25)]
    public async Task Run_KilledInBetweenAndStartedAgain_GivesTheSameFiles(string command, string options, int trainings)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 8000);
        string[] args = [command, "--data", _folder["payments.csv"], "--epochs", "30", .. options.Split(' '), "--out"];
        using (var whole = ChildProcess.Start([.. args, _folder["whole"]]))
        {
            await ChildProcess.Finish(whole);
        }

        Assert.True(DoneIn("whole") >= trainings);
        var done = KillInBetween([.. args, _folder["killed"], "--threads", "1"], DoneIn("whole"));
        Assert.False(File.Exists(_folder["killed/report.html"]));
        _folder.Write("killed/trainings/half-written.scores.123.tmp", "0");

        using var again = ChildProcess.Start([.. args, _folder["killed"]]);
        var output = await ChildProcess.Finish(again);

        Assert.Contains($"{done} of {DoneIn("whole")} trainings are there from an earlier run.", output, StringComparison.Ordinal);
        Assert.Equal(FilesIn("whole"), FilesIn("killed"));
        foreach (var file in FilesIn("whole"))
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(_folder[$"whole/{file}"], TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(_folder[$"killed/{file}"], TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("--seed", "2")]
    [InlineData("--epochs", "3")]
    [InlineData("--learning-rate", "0.01")]
    [InlineData("--batch-size", "100")]
    [InlineData("--model", "mlp")]
    [InlineData("--folds", "4")]
    [InlineData("--data", "other.csv")]
    public void Run_OtherOptionsInTheSameFolder_UsesNothingOfTheEarlierRun(string option, string value)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);
        Cli.WritePayments(_folder["other.csv"], rows: 3000, seed: 6);
        Sweep("same");
        string[] other = [option, File.Exists(_folder[value]) ? _folder[value] : value];

        var mixed = Sweep("same", other);

        Assert.DoesNotContain("earlier run", mixed.Console, StringComparison.Ordinal);
        Sweep("fresh", other);
        Assert.Equal(File.ReadAllBytes(_folder["fresh/report.html"]), File.ReadAllBytes(_folder["same/report.html"]));
    }

    [Fact]
    public void Run_OtherCosts_UsesTheTrainingsOfTheEarlierRun()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);
        Sweep("same");

        var again = Sweep("same", "--cost-false-negative", "7");

        Assert.Contains("2 of 2 trainings are there", again.Console, StringComparison.Ordinal);
        Sweep("fresh", "--cost-false-negative", "7");
        Assert.Equal(File.ReadAllBytes(_folder["fresh/report.html"]), File.ReadAllBytes(_folder["same/report.html"]));
    }

    [Fact]
    public void Run_DamagedResult_IsComputedAgain()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);
        Sweep("out");
        var path = _folder["out/trainings/weight-10-gamma-0.scores"];
        var good = File.ReadAllBytes(path);
        foreach (var bad in (byte[][])[[.. good[..^1], (byte)(good[^1] ^ 1)], good[..^4], []])
        {
            File.WriteAllBytes(path, bad);

            Assert.Contains("1 of 2 trainings are there", Sweep("out").Console, StringComparison.Ordinal);
            Assert.Equal(good, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void Run_FolderInUse_IsAnError()
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);
        Directory.CreateDirectory(_folder["out/trainings"]);
        using var other = new FileStream(
            _folder["out/trainings/.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var run = Cli.Run("sweep", "--data", _folder["payments.csv"], "--out", _folder["out"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("another run", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Starts a run whose folder is "killed" and kills it after a few of its trainings.</summary>
    /// <returns>How many trainings the folder has then.</returns>
    private int KillInBetween(string[] args, int trainings)
    {
        for (var attempts = 0; attempts < 5; attempts++)
        {
            using var run = ChildProcess.Start(args);

            // On this thread: what follows an await may queue behind other tests, and the run may be over by then.
            var clock = Stopwatch.StartNew();
            while (DoneIn("killed") < 3 && !run.HasExited && clock.Elapsed < TimeSpan.FromMinutes(5))
            {
                Thread.Sleep(1);
            }

            // SIGKILL where there is such a thing.
            run.Kill();
            run.WaitForExit();
            var done = DoneIn("killed");
            Assert.True(done >= 3, $"The run ended with exit code {run.ExitCode} after {done} trainings.");
            if (done < trainings)
            {
                return done;
            }

            Directory.Delete(_folder["killed"], recursive: true);
        }

        throw new InvalidOperationException("The run was over before it could be killed, five times.");
    }

    private CliResult Sweep(string folder, params string[] more)
    {
        string[] usual = more.Contains("--data") ? [] : ["--data", _folder["payments.csv"]];
        var run = Cli.Run(["sweep", "--positive-weights", "10,1", "--out", _folder[folder], .. usual, .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private int DoneIn(string folder) =>
        Directory.Exists(_folder[$"{folder}/trainings"]) ? Directory.GetFiles(_folder[$"{folder}/trainings"], "*.scores").Length : 0;

    private string[] FilesIn(string folder) =>
    [
        .. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder[folder], path))
            .Order(StringComparer.Ordinal),
    ];
}
