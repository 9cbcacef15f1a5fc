using System.Reflection;
using WeightedLoss.Benchmarks.Tests;

namespace WeightedLoss.Trainer.Tests.Documentation;

/// <summary>The numerics version is the same wherever it stands.</summary>
public class NumericsVersionTests
{
    [Fact]
    public void Assembly_Metadata_NamesTheNumericsVersion() =>
        Assert.Equal(
            $"{LossKernels.NumericsVersion}",
            typeof(LossKernels).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "NumericsVersion").Value);

    [Fact]
    public void ChangeLog_BeginsWithTheNumericsVersion()
    {
        var page = File.ReadAllLines(Repository.PathOf("src", "WeightedLoss.Kernels", "docs", "change-log.md"));

        Assert.Equal(
            $"## Numerics version {LossKernels.NumericsVersion}", page.First(line => line.StartsWith("## ", StringComparison.Ordinal)));
    }
}
