using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests;

[Trait(TestProgram.StartsProcesses, "yes")]
public class DiscoveryTests
{
    // A little below what there is.
    private const int FewestTests = 150;

    [Fact]
    public Task Discovery_AllTests_AreFound() => TestProgram.AssertDiscoversAsync(FewestTests);
}
