namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Where results are kept.</summary>
internal static class ResultsFolder
{
    /// <summary>The folder with the solution, above the current one.</summary>
    public static string? Repository
    {
        get
        {
            var folder = new DirectoryInfo(Environment.CurrentDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WeightedLoss.Kernels.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName;
        }
    }

    /// <summary>The folder of all results.</summary>
    /// <exception cref="InvalidOperationException">The current folder is outside of the repository.</exception>
    public static string Find() =>
        Repository is { } repository
            ? Path.Combine(repository, "benchmarks", "results")
            : throw new InvalidOperationException("Results are kept in the repository: run this inside it.");
}
