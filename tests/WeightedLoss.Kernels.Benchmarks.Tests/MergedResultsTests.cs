using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Report;

namespace WeightedLoss.Benchmarks.Tests;

public class MergedResultsTests
{
    private static readonly BenchmarkCase Case = new("bce", "f32", "hard", Classes: 1, N: 64, Threads: 1, Gradient: true);

    [Fact]
    public void Merge_ChecksumsDiffer_NamesBothFilesAndTheCase()
    {
        var error = Assert.Throws<InvalidDataException>(() => MergedResults.Merge(
            [("first.json", Run("avx2", checksum: "1234")), ("second.json", Run("avx512", checksum: "5678"))]));

        Assert.Contains("first.json and second.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(Case.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_DifferentDataOfTheSameName_IsNoContradiction()
    {
        var merged = MergedResults.Merge(
            [("first.json", Run("avx2", checksum: "1234")), ("second.json", Run("avx512", checksum: "5678", positiveShare: 0.5))]);

        Assert.Equal(2, merged.Runs.Count);
    }

    [Fact]
    public void Merge_CaseMeasuredTwice_KeepsTheNewer()
    {
        var older = Run("avx2", checksum: "1234", nanoseconds: 2);
        var newer = Run("avx2", checksum: "1234", nanoseconds: 3) with { Measured = older.Measured.AddDays(1) };

        var run = Assert.Single(MergedResults.Merge([("newer.json", newer), ("older.json", older)]).Runs);

        Assert.Equal(3, Assert.Single(run.Rows).NsPerElement);
    }

    [Fact]
    public void Merge_OtherCaseOnTheSameMachine_IsAdded()
    {
        var other = Run("avx2", checksum: "5678") with { Rows = [Row("avx2", "5678") with { N = 128 }] };

        var run = Assert.Single(MergedResults.Merge([("first.json", Run("avx2", checksum: "1234")), ("second.json", other)]).Runs);

        Assert.Equal([64, 128], run.Rows.Select(row => row.N).Order());
    }

    [Fact]
    public void ResultFile_WrittenAndRead_IsTheSame()
    {
        var run = Run("avx2", checksum: "1234");
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            File.WriteAllText(path, run.ToJson());
            var read = RunResult.Read(path);

            Assert.Equal(run.Rows, read.Rows);
            Assert.Equal(run.Checksum, read.Checksum);
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

    private static RunResult Run(string isa, string checksum, double nanoseconds = 1, double positiveShare = 0.01) => new(
        "a processor",
        isa,
        new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        new Dictionary<string, string> { ["cores"] = "2" },
        [new CacheLevel(1, 32 << 10)],
        [],
        [Row(isa, checksum) with { NsPerElement = nanoseconds, PositiveShare = positiveShare }],
        Curve: null,
        Epochs: null);

    private static CompareRow Row(string isa, string checksum) => new(
        Case.Loss, Case.Type, Case.Labels, Case.Classes, Case.N, Case.Threads, Case.Gradient,
        "ours", isa, 1, 1, 1, 1, 1, 1, 9, 0.3, 0.5, 25, 0.01, checksum);
}
