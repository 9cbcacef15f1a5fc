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

    /// <summary>Writes a text to a file, whose folder is made; an older file is replaced at once or not at all.</summary>
    public static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
