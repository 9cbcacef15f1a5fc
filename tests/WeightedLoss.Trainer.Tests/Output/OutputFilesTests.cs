using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Tests.Output;

public sealed class OutputFilesTests : IDisposable
{
    private static readonly string[] Names = ["a.json", "b.json"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CheckFolder_FolderThatCanBeMade_LeavesNothing()
    {
        OutputFiles.CheckFolder(_folder["new/deep"], Names);
        OutputFiles.CheckFile(_folder["new/deep/p.csv"]);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Check_PlaceThatTakesNoFile_IsNamed()
    {
        var file = _folder.Write("file", "x");
        Directory.CreateDirectory(_folder["models/b.json"]);

        AssertFails(() => OutputFiles.CheckFolder(file, Names), $"{file} can't be written: {file} is a file, not a folder.");
        AssertFails(() => OutputFiles.CheckFolder(_folder["file/models"], Names), $"{file} is a file, not a folder.");
        AssertFails(() => OutputFiles.CheckFile(_folder["file/p.csv"]), $"{file} is a file, not a folder.");
        AssertFails(() => OutputFiles.CheckFile(_folder.Path), $"{_folder.Path} can't be written: it is a folder, not a file.");
        AssertFails(() => OutputFiles.CheckFolder(_folder["models"], Names), "b.json can't be written: it is a folder, not a file.");
        if (OperatingSystem.IsLinux())
        {
            // Nobody can make a file there.
            AssertFails(() => OutputFiles.CheckFolder("/proc/models", Names), "/proc/models can't be written");
        }
    }

    [Fact]
    public void Write_Device_GetsTheBytesAndStays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Devices are files on Linux only.");

        OutputFiles.Write("/dev/null", [1, 2]);
        File.CreateSymbolicLink(_folder["link"], "/dev/full");
        AssertFails(() => OutputFiles.Write(_folder["link"], [1, 2]), "can't be written: No space left on device");

        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.Equal("/dev/full", new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal(["link"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void WriteTogether_SecondFileFails_KeepsTheOldPair()
    {
        _folder.Write("a.json", "old");
        Directory.CreateDirectory(_folder["b.json"]);

        AssertFails(() => Write("new", "new"), "can't be written");

        Assert.Equal("old", File.ReadAllText(_folder["a.json"]));
        Assert.Equal(["a.json"], Files());
    }

    [Fact]
    public void WriteTogether_NothingThereAndSecondFileFails_LeavesNone()
    {
        Directory.CreateDirectory(_folder["b.json"]);

        AssertFails(() => Write("new", "new"), "can't be written");

        Assert.Empty(Files());
    }

    [Fact]
    public void WriteTogether_SmallerSet_RemovesTheOlderTwinAndWhatACrashLeft()
    {
        Write("first", "first");
        _folder.Write("b.json.0123.tmp", "left behind");

        Write("second", null);

        Assert.Equal(["a.json"], Files());
        Assert.Equal("second", File.ReadAllText(_folder["a.json"]));
    }

    [Fact]
    public void WriteTogether_WhileAnotherDoes_EndsWithAPairOfOneRun()
    {
        for (var round = 0; round < 20; round++)
        {
            Parallel.For(0, 3, run => Write($"{round} {run}", $"{round} {run}"));

            Assert.Equal(File.ReadAllText(_folder["a.json"]), File.ReadAllText(_folder["b.json"]));
            Assert.Equal(Names, Files());
        }
    }

    [Fact]
    public void WriteTogether_FolderInUse_SaysSo()
    {
        using var exclusive = FolderLock.Take(_folder.Path);

        AssertFails(() => Write("new", "new"), $"{_folder.Path} can't be written");

        Assert.Empty(Files());
    }

    private static void AssertFails(Action action, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);

    private void Write(string a, string? b)
    {
        var contents = new Dictionary<string, byte[]> { [Names[0]] = Bytes(a) };
        if (b is not null)
        {
            contents.Add(Names[1], Bytes(b));
        }

        OutputFiles.WriteTogether(_folder.Path, Names, contents);

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }

    private IEnumerable<string?> Files() =>
        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Where(name => name != ".lock").Order();
}
