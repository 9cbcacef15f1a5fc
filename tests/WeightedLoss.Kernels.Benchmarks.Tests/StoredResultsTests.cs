using WeightedLoss.Benchmarks.Report;

namespace WeightedLoss.Benchmarks.Tests;

public class StoredResultsTests
{
    private static readonly MergedResults Results = MergedResults.Read(ReportCommand.FoldersIn(Repository.PathOf("benchmarks", "results")));

    [Fact]
    public void Readme_SpeedTables_AreThoseOfTheStoredResults() =>
        Assert.Equal(
            ReadmeTables.Of(Results), ReadmeTables.In(File.ReadAllText(Repository.PathOf("README.md"))), ignoreLineEndingDifferences: true);

    [Fact]
    public void ReportPage_Tables_AreThoseOfTheStoredResults()
    {
        var page = File.ReadAllText(Repository.PathOf("benchmarks", "results", "report.md"));
        TextTable[] tables =
        [
            SpeedTables.Binary(Results), SpeedTables.CrossEntropy(Results), SpeedTables.Focal(Results), SpeedTables.Threads(Results, _ => true),
            SpeedTables.Machines(Results),
        ];
        var filled = tables.Where(table => table.Rows.Count != 0).ToArray();
        Assert.NotEmpty(filled);
        Assert.All(filled, table => Assert.Contains(table.ToMarkdown(), page, StringComparison.Ordinal));
    }

    [Fact]
    public void StoredRatios_EveryOne_IsFarEnoughFromOne()
    {
        var rows = Results.Runs.SelectMany(run => run.Rows).Where(row => row is { RatioToOurs: not null, IsOurs: false }).ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(
            Math.Log(row.RatioUpperQuartile / row.RatioLowerQuartile) <= Math.Abs(Math.Log(row.RatioToOurs!.Value)) + 0.01,
            row.ToString()));
    }
}
