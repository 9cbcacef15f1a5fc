namespace WeightedLoss.Trainer.Tests;

/// <summary>Real data sets beside the repository, which not every checkout has.</summary>
internal static class SharedData
{
    /// <summary>The path of a file; the test is skipped where it is absent.</summary>
    public static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WeightedLoss.Kernels.sln")))
        {
            folder = folder.Parent;
        }

        var path = Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", "..", "shared", "data", name));
        if (!File.Exists(path))
        {
            Assert.Skip($"The data set {name} is not here.");
        }

        return path;
    }
}
