using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Report;

namespace WeightedLoss.Benchmarks.Tests;

public class MergedResultsTests
{
    private static readonly BenchmarkCase Case = new("bce", "f32", "hard", Classes: 1, N: 64, Threads: 1, Gradient: true);

    private static readonly MeasuredKernel Binary = new("bce-f32", "1234"), SevenClasses = new("ce-f32-c7", "5678");

    private static readonly Dictionary<string, string> Checksums = new() { [Binary.Name] = Binary.Checksum, [SevenClasses.Name] = SevenClasses.Checksum };

    [Theory]
    [InlineData("bce-f32", "and this version has 1234.")]
    [InlineData("bce-f128", "and this version has no such kernel.")]
    public void Merge_KernelOfOtherBits_OnlyWhatWasMeasuredOfItIsLeftOut(string kernel, string reason)
    {
        var other = new MeasuredKernel(kernel, "9abc");
        var run = Run("avx2") with
        {
            Rows = [Row("avx2", other), Row("avx2", kernel: null) with { Contender = "scalar" }, SevenClassesRow("avx2")],
            Curve = [new(2, 64, 1, 1, 1, null, null, 1, other), new(7, 64, 1, 1, 1, null, null, 1, SevenClasses)],
        };

        var merged = Merge(("cpu/first.json", run), ("cpu/second.json", Run("avx512")));

        Assert.Equal(
            $"cpu/first.json: what was measured of {kernel} is left out, because its checksum is 9abc {reason}",
            Assert.Single(merged.Messages));
        Assert.Equal(SevenClasses, Assert.Single(merged.Runs[0].Rows).Kernel);
        Assert.Equal(7, Assert.Single(merged.Runs[0].Curve!).Classes);
        Assert.Single(merged.Runs[1].Rows);
    }

    [Fact]
    public void Merge_LaterVersionWithTheSameKernels_IsMerged()
    {
        var earlier = Run("avx2") with { Environment = new Dictionary<string, string> { ["library"] = "0.1.0" } };
        var later = earlier with
        {
            Measured = earlier.Measured.AddDays(1),
            NumericsVersion = 2,
            Environment = new Dictionary<string, string> { ["library"] = "0.2.0" },
            Rows = [SevenClassesRow("avx2")],
        };

        var merged = Merge(("first.json", earlier), ("second.json", later));

        var run = Assert.Single(merged.Runs);
        Assert.Equal([Binary, SevenClasses], run.Rows.Select(row => row.Kernel));
        Assert.Equal("0.1.0, 0.2.0", run.Environment["library"]);
        Assert.Empty(merged.Messages);
    }

    [Fact]
    public void Merge_ResultsFromBeforeTheNumericsVersion_StandBesideOthersAndAreMarked()
    {
        var older = Older(Run("avx2")) with { Cpu = "another processor" };

        var merged = Merge(("first.json", older), ("second.json", Run("avx2")));

        Assert.Equal(
            ["a processor, AVX2", "another processor, AVX2, older version"], merged.Runs.Select(merged.NameOf));
        Assert.Empty(merged.Messages);
    }

    [Fact]
    public void Merge_ResultsFromBeforeTheNumericsVersion_GiveWayToOthersOfTheMachine()
    {
        var older = Older(Run("avx2")) with { Measured = DateTime.MaxValue };

        var merged = Merge(("first.json", older), ("second.json", Run("avx2")));

        Assert.False(Assert.Single(merged.Runs).IsOlder);
        Assert.StartsWith("first.json is left out: ", Assert.Single(merged.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_CaseMeasuredTwice_KeepsTheNewer()
    {
        var older = Run("avx2", nanoseconds: 2);
        var newer = Run("avx2", nanoseconds: 3) with { Measured = older.Measured.AddDays(1) };

        var run = Assert.Single(Merge(("newer.json", newer), ("older.json", older)).Runs);

        Assert.Equal(3, Assert.Single(run.Rows).NsPerElement);
    }

    [Fact]
    public void Merge_OtherCaseOnTheSameMachine_IsAdded()
    {
        var other = Run("avx2") with { Rows = [Row("avx2", Binary) with { N = 128 }] };

        var run = Assert.Single(Merge(("first.json", Run("avx2")), ("second.json", other)).Runs);

        Assert.Equal([64, 128], run.Rows.Select(row => row.N).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ResultFile_WrittenAndRead_IsTheSame(bool isOlder)
    {
        var run = isOlder ? Older(Run("avx2")) : Run("avx2");
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            File.WriteAllText(path, run.ToJson());
            var read = RunResult.Read(path);

            Assert.Equal(run.Rows, read.Rows);
            Assert.Equal((run.NumericsVersion, isOlder, true), (read.NumericsVersion, read.IsOlder, read.Rows[0].IsOurs));
            Assert.Equal(run.ToJson(), read.ToJson());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no JSON")]
    public void ResultFile_SomethingElse_IsNamed(string content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            File.WriteAllText(path, content);

            var error = Assert.Throws<InvalidDataException>(() => RunResult.Read(path));

            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static MergedResults Merge(params (string Name, RunResult Run)[] results) => MergedResults.Merge(results, Checksums);

    private static RunResult Run(string isa, double nanoseconds = 1) => new(
        "a processor",
        isa,
        new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        NumericsVersion: 1,
        new Dictionary<string, string> { ["cores"] = "2" },
        [new CacheLevel(1, 32 << 10)],
        [],
        [Row(isa, Binary) with { NsPerElement = nanoseconds }],
        Curve: null);

    private static RunResult Older(RunResult run) => run with
    {
        NumericsVersion = null,
        Rows = [.. run.Rows.Select(row => row with { Kernel = null, Checksum = "44512ea10996cd38" })],
    };

    private static CompareRow Row(string isa, MeasuredKernel? kernel) => new(
        Case.Loss, Case.Type, Case.Labels, Case.Classes, Case.N, Case.Threads, Case.Gradient,
        "ours", isa, 1, 1, 1, 1, 1, 1, 9, 0.3, 0.5, 25, 0.01, kernel);

    private static CompareRow SevenClassesRow(string isa) => Row(isa, SevenClasses) with { Loss = "ce", Classes = 7, PositiveShare = null };
}
