using WeightedLoss.Benchmarks.Tests;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Real data sets beside the repository, which not every checkout has.</summary>
internal static class SharedData
{
    /// <summary>The path of a file; the test is skipped where it is absent.</summary>
    public static string PathOf(string name)
    {
        var path = Repository.PathOf("..", "shared", "data", name);
        if (!File.Exists(path))
        {
            Assert.Skip($"The data set {name} is not here.");
        }

        return path;
    }
}
