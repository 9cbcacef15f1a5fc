using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using WeightedLoss.Benchmarks.Tests;

namespace WeightedLoss.Trainer.Tests.Documentation;

/// <summary>The console blocks of README and docs: the commands print what the pages say.</summary>
public sealed partial class ConsoleBlockTests : IDisposable
{
    private const string Trainer = "dotnet run -c Release --project src/WeightedLoss.Trainer", Consumer = "tests/WeightedLoss.Kernels.Consumer/run.sh";

    private readonly TemporaryFolder _folder = new();

    /// <summary>A row for each block: the page, and the line of its first command.</summary>
    public static TheoryData<string, int> Blocks =>
        [.. from page in Pages() from block in In(page) select (page, block[0].Line.Number)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Page_Commands_PrintWhatItShows(string page, int line)
    {
        var block = In(page).Single(block => block[0].Line.Number == line);
        Assert.SkipWhen(block[0].Line.Text.StartsWith("dotnet pack", StringComparison.Ordinal), $"{Consumer} runs this block.");
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        foreach (var name in block.SelectMany(command => DataFile().Matches(command.Line.Text)).Select(match => match.Groups[1].Value))
        {
            ProvideData(name);
        }

        foreach (var command in block)
        {
            var (exitCode, output) = await Run(command.Line.Text);
            Assert.True(exitCode == 0, $"{page}, line {command.Line.Number}: the command ended with {exitCode}.\n{output}");
            var differences = ConsoleBlock.Differences(page, command.Output, output);
            Assert.True(differences.Length == 0, $"{differences}\n\n$ {command.Line.Text}\n{output}");
        }
    }

    [Fact]
    public void PackageBlock_TheReadmesProgram_IsRunByTheConsumer() =>
        Assert.Single(In("README.md"), block => block[0].Line.Text.StartsWith("dotnet pack", StringComparison.Ordinal));

    [Theory]
    [InlineData("b", "a\nb\nc", "")]
    [InlineData("a\nc", "a  \nb\nc", "")]
    [InlineData("a\na", "a\nb", "page, line 2\n  has:    a\n  prints: b")]
    [InlineData("b\na", "a\nb\na b", "page, line 2\n  has:    a\n  prints: a b")]
    [InlineData("│ x │ 1 │\n│ y │ 2 │", "│ x │ 3 │\n──\n│ y │ 2 │", "page, line 1\n  has:    │ x │ 1 │\n  prints: │ x │ 3 │")]
    [InlineData("a", "", "page, line 1\n  has:    a\n  prints: ")]
    public void Differences_LinesInOrder_OnlyTheMissingOnesAreNamed(string excerpt, string output, string expected) =>
        Assert.Equal(
            expected, ConsoleBlock.Differences("page", excerpt.Split('\n').Select((text, i) => new PageLine(i + 1, text)), output));

    [Fact]
    public void Blocks_MarkedConsole_AreReadWithWhatContinuesThem()
    {
        var blocks = ConsoleBlock.In(
            "page", "text\n```console\n$ a\n1\n$ b\n```\n```\nnot this\n```\n```console\n2\n```\n```console\n$ c\n```".Split('\n'));

        Assert.Equal(["a: 1", "b: 2", "c: "], blocks.SelectMany(block => block)
            .Select(command => $"{command.Line.Text}: {string.Join(' ', command.Output.Select(line => line.Text))}"));
        Assert.Equal([2, 1], blocks.Select(block => block.Count));
    }

    [Theory]
    [InlineData("```\n$ a\n```")]
    [InlineData("```console\na\n```")]
    public void Blocks_ThatCannotBeRun_AreAnError(string page) =>
        Assert.Throws<InvalidDataException>(() => ConsoleBlock.In("page", page.Split('\n')));

    [GeneratedRegex(@"--data (\S+)")]
    private static partial Regex DataFile();

    /// <summary>README and the pages of docs folders, as paths from the repository's root.</summary>
    private static IEnumerable<string> Pages() =>
    [
        "README.md",
        .. Directory.GetDirectories(Repository.PathOf("src"))
            .Select(project => Path.Combine(project, "docs")).Where(Directory.Exists)
            .SelectMany(docs => Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories))
            .Select(page => Path.GetRelativePath(Repository.PathOf(), page)).Order(StringComparer.Ordinal),
    ];

    private static IReadOnlyList<IReadOnlyList<ConsoleCommand>> In(string page) =>
        ConsoleBlock.In(page, File.ReadAllLines(Repository.PathOf(page)));

    /// <summary>Runs a command in the folder of the data, with the trainer that is built already.</summary>
    private async Task<(int ExitCode, string Output)> Run(string command)
    {
        var built = command.Replace($"{Trainer} --", Trainer, StringComparison.Ordinal)
            .Replace(Trainer, $"dotnet '{typeof(Program).Assembly.Location}'", StringComparison.Ordinal);
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"exec 2>&1; {built}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.Path,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    /// <summary>Puts a data set into the folder: as it is, or unpacked where only the packed file is there.</summary>
    private void ProvideData(string name)
    {
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            File.Copy(SharedData.PathOf(name), _folder[name], overwrite: true);
            return;
        }

        using var packed = new GZipStream(File.OpenRead(SharedData.PathOf($"{name}.gz")), CompressionMode.Decompress);
        using var plain = File.Create(_folder[name]);
        packed.CopyTo(plain);
    }
}
