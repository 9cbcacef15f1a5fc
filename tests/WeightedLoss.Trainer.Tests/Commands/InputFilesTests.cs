using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace WeightedLoss.Trainer.Tests.Commands;

/// <summary>What files may look like, in every command that reads one.</summary>
public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands => ["train", "sweep", "compare --methods unweighted", "predict"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Run_StandardInput_IsReadLikeAFile(string command)
    {
        var text = Rows("a", "b", "c");
        Train(_folder.Write("rows.csv", text));
        foreach (var bytes in (byte[][])[Encoding.UTF8.GetBytes(text), Gzip(text)])
        {
            foreach (var name in (string[])["-", "/dev/stdin"])
            {
                Assert.SkipUnless(name == "-" || OperatingSystem.IsLinux(), "There is no /dev/stdin here.");
                Assert.Contains(
                    command == "predict" ? "a,b,c,predicted" : "60 rows",
                    await Piped(bytes, ArgsOf(command, name)),
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Run_NamedPipe_IsReadLikeAFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no mkfifo here.");
        var pipe = _folder["pipe"];
        await Process.Start("mkfifo", pipe).WaitForExitAsync(TestContext.Current.CancellationToken);
        Train(_folder.Write("rows.csv", Rows("a", "b", "c")));
        foreach (var command in Commands.Select(row => row.Data))
        {
            // To open a pipe waits for its other end.
            var write = Task.Run(() => File.WriteAllBytes(pipe, Gzip(Rows("a", "b", "c"))), TestContext.Current.CancellationToken);
            var run = Cli.Run(ArgsOf(command, pipe));
            await write;
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
        }
    }

    [Fact]
    public async Task Run_OtherFilesFromStandardInput_AreRead()
    {
        var data = _folder.Write("rows.csv", Rows("a", "b", "c"));
        Train(data);

        await Piped("a,1\nb,2\nc,3\n"u8.ToArray(), ["train", "--data", data, "--epochs", "1", "--class-weights", "-"]);
        await Piped(",a,b,c\na,0,1,1\nb,1,0,1\nc,1,1,0\n"u8.ToArray(), [.. ArgsOf("sweep", data), "--costs", "-"]);
        await Piped(File.ReadAllBytes(_folder["weighted.json"]), ["predict", "--model", "-", "--data", data]);
    }

    [Fact]
    public void Run_HashInEveryFile_IsNoComment()
    {
        var data = _folder.Write("rows.csv", "#" + Rows("#a", "#b", "c"));
        var costs = _folder.Write("costs.csv", "#,#a,#b,c\n#a,0,1,1\n#b,1,0,1\nc,1,1,0\n");
        var weights = _folder.Write("weights.csv", "#a,1\n#b,2\nc,3\n");

        var train = Cli.Run("train", "--data", data, "--epochs", "1", "--class-weights", weights, "--out", _folder.Path);
        var sweep = Cli.Run("sweep", "--data", data, "--epochs", "1", "--costs", costs, "--out", _folder["sweep"]);
        var predict = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data);

        Assert.Equal(("", "", ""), (train.Error, sweep.Error, predict.Error));
        Assert.Contains("60 rows, label column 'y', 3 classes: '#a', '#b', 'c'.", train.Console, StringComparison.Ordinal);
        Assert.StartsWith("#a,#b,c,predicted\n", predict.Output, StringComparison.Ordinal);
        Assert.Equal(62, predict.Output.Split('\n').Length);
    }

    [Theory]
    [InlineData("1", "1.0", "01")]
    [InlineData("1.1", "1.10", "2")]
    [InlineData("1577134800018226901", "1577134800018226902", "7")]
    [InlineData("a", "A", "b")]
    public void Run_LabelsThatAreAlike_StayApart(string first, string second, string third)
    {
        var data = _folder.Write("rows.csv", Rows(first, second, third));
        var weights = _folder.Write("weights.csv", $"{first},1\n{third},2\n{second},3\n");

        var train = Cli.Run("train", "--data", data, "--epochs", "1", "--class-weights", weights, "--out", _folder.Path);
        var positive = Cli.Run("train", "--data", data, "--epochs", "1", "--positive", $" {second} ");
        var predict = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data);

        Assert.Equal(("", "", ""), (train.Error, positive.Error, predict.Error));
        Assert.Contains("3 classes", train.Console, StringComparison.Ordinal);
        Assert.Contains($"positive value '{second}'.", positive.Console, StringComparison.Ordinal);
        Assert.Equal(
            ((string[])[first, second, third, "predicted"]).Order(), predict.Output.Split('\n')[0].Split(',').Order());
        Assert.Equal(
            !first.StartsWith("157", StringComparison.Ordinal),
            train.Console.Contains("Note: labels that differ in spelling only", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Options_AreForEveryFileOfTheCommand()
    {
        var text = Rows("né", "nè", "oui").Replace(',', ';').Replace('.', ',');
        File.WriteAllBytes(_folder["rows.csv"], Encoding.Latin1.GetBytes(text));
        File.WriteAllBytes(_folder["weights.csv"], Encoding.Latin1.GetBytes("né;0,5\nnè;1\noui;2,5\n"));
        File.WriteAllBytes(_folder["costs.csv"], Encoding.Latin1.GetBytes(";né;nè;oui\nné;0;1,5;1\nnè;1;0;1\noui;1;1;0\n"));
        string[] format = ["--data", _folder["rows.csv"], "--encoding", "latin1", "--decimal-comma"];
        foreach (var separator in (string[][])[[], ["--separator", ";"]])
        {
            string[] options = [.. format, .. separator];
            var train = Cli.Run(["train", "--epochs", "1", "--class-weights", _folder["weights.csv"], "--out", _folder.Path, .. options]);
            var sweep = Cli.Run(["sweep", "--epochs", "1", "--costs", _folder["costs.csv"], "--out", _folder["sweep"], .. options]);
            var compare = Cli.Run(["compare", "--epochs", "1", "--methods", "unweighted", "--out", _folder["compare"], .. options]);
            var predict = Cli.Run(["predict", "--model", _folder["weighted.json"], .. options]);

            Assert.Equal(("", "", "", ""), (train.Error, sweep.Error, compare.Error, predict.Error));
            Assert.Contains("60 rows, label column 'y', 3 classes: 'nè', 'né', 'oui'.", train.Console, StringComparison.Ordinal);
            Assert.StartsWith("nè,né,oui,predicted\n", predict.Output, StringComparison.Ordinal);
            Assert.Equal(62, predict.Output.Split('\n').Length);
            Assert.Equal(4, predict.Output.Split('\n')[1].Split(',').Length);
        }
    }

    [Fact]
    public void Train_MissingLabels_AreDroppedOrAClass()
    {
        var data = _folder.Write("rows.csv", Rows("0", "1", "").Replace("0,\n", "x,\n", StringComparison.Ordinal));

        var refused = Cli.Run("train", "--data", data);
        var positive = Cli.Run("train", "--data", data, "--positive", "1");
        var dropped = Cli.Run("train", "--data", data, "--epochs", "1", "--missing-label", "drop");

        Assert.All(
            [refused, positive],
            run => Assert.Contains("line 4, column 'y': the label is missing; --missing-label", run.Error, StringComparison.Ordinal));
        Assert.Contains("Note: rows of", dropped.Console, StringComparison.Ordinal);
        Assert.Contains("that are left out because their label is missing: 20.", dropped.Console, StringComparison.Ordinal);
        Assert.Contains("40 rows, label column 'y', positive value '1'", dropped.Console, StringComparison.Ordinal);

        data = _folder.Write("rows.csv", Rows("0", "1", ""));
        var kept = Cli.Run("train", "--data", data, "--epochs", "1", "--missing-label", "class", "--out", _folder.Path);
        Assert.Equal("", kept.Error);
        Assert.Contains("│ (empty)", kept.Console, StringComparison.Ordinal);
        Assert.StartsWith(
            "0,1,,predicted\n", Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("n/a")]
    [InlineData("NULL")]
    [InlineData("?")]
    [InlineData("NaN")]
    [InlineData("None")]
    public void Train_SpellingOfAMissingValue_IsAnError(string label)
    {
        var run = Cli.Run("train", "--data", _folder.Write("rows.csv", Rows("0", "1", label)));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"line 4, column 'y': the label '{label}' is a usual spelling of a missing value", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LabelColumnAndHeader_AreTrimmed()
    {
        var data = _folder.Write("rows.csv", Rows("a", "b", "c").Replace("x,z,y", "x , z,y ", StringComparison.Ordinal));

        Assert.Contains(
            "label column 'y'", Cli.Run("train", "--data", data, "--epochs", "1", "--label", "y ").Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_LabelsWithQuotesCommasAndLineBreaks_AreQuoted()
    {
        var data = _folder.Write("rows.csv", Rows("\"a,1\"", "\"b\n2\"", "\"c \"\"3\"\"\""));
        Train(data);

        var run = Cli.Run("predict", "--model", _folder["weighted.json"], "--data", data);

        Assert.StartsWith("\"a,1\",\"b\n2\",\"c \"\"3\"\"\",predicted\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--separator ab", "--separator must be tab or one character such as ;")]
    [InlineData("--separator 1", "--separator must be tab or one character such as ;")]
    [InlineData("--separator .", "--separator must be tab or one character such as ;")]
    [InlineData(
        "--encoding klingon", "--encoding must be the name of an encoding such as latin1, windows-1252 or utf-16, but is 'klingon'.")]
    [InlineData("--missing-label keep", "--missing-label must be drop or class, but is 'keep'.")]
    [InlineData("--header yes", "--header must be none, but is 'yes'.")]
    public void Run_WrongValue_NamesTheOption(string option, string expected)
    {
        var run = Cli.Run(["train", .. option.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("sweep")]
    [InlineData("compare")]
    [InlineData("predict")]
    public void Help_Command_ListsTheOptionsOfFiles(string command)
    {
        var help = Cli.Run(command, "--help").Output;

        Assert.All(["--separator <CHAR|tab>", "--decimal-comma", "--encoding <NAME>"], option => Assert.Contains(
            option, help, StringComparison.Ordinal));
        Assert.Equal(command != "predict", help.Contains("--missing-label <drop|class>", StringComparison.Ordinal));
    }

    private void Train(string data) => Assert.Equal("", Cli.Run("train", "--data", data, "--epochs", "1", "--out", _folder.Path).Error);

    private string[] ArgsOf(string command, string data) => command == "predict"
        ? ["predict", "--data", data, "--model", _folder["weighted.json"]]
        : [.. command.Split(' '), "--data", data, "--epochs", "1", "--out", _folder[$"{Guid.NewGuid():N}"]];

    private static async Task<string> Piped(byte[] input, string[] args)
    {
        using var process = ChildProcess.Start(args, input: true);
        await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        return await ChildProcess.Finish(process);
    }

    private static string Rows(params string[] labels) =>
        string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7}.5,{i % 11},{labels[i % labels.Length]}\n").Prepend("x,z,y\n"));

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
