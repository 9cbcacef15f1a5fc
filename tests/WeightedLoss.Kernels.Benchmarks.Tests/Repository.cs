namespace WeightedLoss.Benchmarks.Tests;

/// <summary>Files of the repository that this is built in.</summary>
internal static class Repository
{
    public static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WeightedLoss.Kernels.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder?.FullName ?? throw new InvalidOperationException("These tests run inside the repository."), .. parts]);
    }
}
