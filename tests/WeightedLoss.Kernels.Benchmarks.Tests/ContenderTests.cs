using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Tests;

public class ContenderTests
{
    public static TheoryData<string, string, string, int, int, int, string> Cases => new()
    {
        { "bce", "f32", "hard", 1, 4096, 1, "bce-f32" },
        { "bce", "f64", "soft", 1, 4096, 2, "bce-f64" },
        { "ce", "f32", "hard", 3, 256, 2, "ce-f32-c3" },
        { "ce", "f64", "hard", 100, 64, 1, "ce-f64" },
        { "focal", "f32", "hard", 1, 1 << 20, 2, "focal-sigmoid-f32-g2" },
        { "focal", "f64", "hard", 7, 64, 1, "focal-softmax-f64-g2" },
        { "asymmetric", "f32", "hard", 1, 4096, 1, "asymmetric-f32" },
        { "asymmetric", "f64", "hard", 1, 4096, 2, "asymmetric-f64" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Measurement_EveryContender_AgreesWithOursAndHasARow(
        string loss, string type, string labels, int classes, int n, int threads, string kernel)
    {
        var failures = new List<string>();
        var rows = CaseMeasurement.Run(
            new(loss, type, labels, classes, n, threads, Gradient: true), rounds: 1, budget: TimeSpan.Zero, failures);

        Assert.Empty(failures);
        Assert.Equal("ours", rows[0].Contender);
        Assert.Equal(new(kernel, MeasuredKernel.Expected[kernel]), rows[0].Kernel);
        Assert.Contains("scalar", rows.Select(row => row.Contender));
        Assert.Equal(threads > 1 ? 2 : 0, rows.Count(row => row.Contender.EndsWith("-one-thread", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.True(row.NsPerElement > 0, row.ToString()));
    }

    [Theory]
    [InlineData("all", true)]
    [InlineData("all", false)]
    public void Grid_EveryLossAndType_IsThereWithoutRepetition(string loss, bool quick)
    {
        var cases = CaseGrid.Of(loss, quick, CaseGrid.Classes).ToArray();

        Assert.Distinct(cases);
        Assert.All(
            from name in new[] { "bce", "ce", "focal" }
            from type in new[] { "f32", "f64" }
            select (name, type),
            pair => Assert.Contains(cases, @case => @case.Loss == pair.name && @case.Type == pair.type));
        Assert.All(CaseGrid.Classes, k => Assert.Contains(cases, @case => @case.Loss == "ce" && @case.Classes == k));
    }
}
