using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Emitted;

/// <summary>The time of compiling, by <c>dotnet build</c> in a new process without the compiler's server.</summary>
internal static partial class BuildTime
{
    // The library takes so long that whatever else the machine does hardly matters.
    private const int BuildsOfLibrary = 1, BuildsOfUser = 3;

    private const int Children = -1;

    private const string Generator = "WeightedLoss.Kernels.Generators.dll";

    /// <summary>Prints the times of compiling the library and of a user's project with and without an attribute.</summary>
    /// <param name="library">The library that the project references, with the generator beside it.</param>
    /// <param name="with">The source of the project.</param>
    /// <param name="without">The same without the attribute.</param>
    public static void Print(string library, string with, string without)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InvalidOperationException("The CPU time of other processes is read on Linux only.");
        }

        var table = ResultTable.Of(ResultTable.ConsoleBorder, ["build"], ["builds", "CPU seconds", "seconds"]);
        var repository = ResultsFolder.Repository
            ?? throw new InvalidOperationException("The library's project is in the repository: run this inside it.");

        // Only the library itself: what it depends on is built before.
        var project = Path.Combine(repository, "src", "WeightedLoss.Kernels");
        Build(project);
        Add(table, "the library", BuildsOfLibrary, project, "--no-dependencies");
        var folder = Directory.CreateTempSubdirectory("weighted-loss-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "User.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="{library}" />
                    <Analyzer Include="{Path.Combine(Path.GetDirectoryName(library)!, Generator)}" />
                  </ItemGroup>
                </Project>
                """);
            foreach (var (name, source) in new[] { ("a user's project with the attribute", with), ("without it", without) })
            {
                File.WriteAllText(Path.Combine(folder.FullName, "Kernels.cs"), source);
                Build(folder.FullName);
                Add(table, name, BuildsOfUser, folder.FullName);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        AnsiConsole.WriteLine($"{MachineEnvironment.CpuModel}; medians");
        AnsiConsole.Write(table);
    }

    private static void Add(Table table, string name, int builds, string project, params string[] options)
    {
        var times = Enumerable.Range(0, builds).Select(_ => Build(project, ["--no-restore", "--no-incremental", .. options])).ToArray();
        table.AddRow(
            name,
            builds.ToString(CultureInfo.InvariantCulture),
            Quartiles.Of(times.Select(time => time.Cpu)).Median.ToString("0.0", CultureInfo.InvariantCulture),
            Quartiles.Of(times.Select(time => time.Elapsed)).Median.ToString("0.0", CultureInfo.InvariantCulture));
    }

    private static (double Cpu, double Elapsed) Build(string project, params string[] options)
    {
        string[] arguments =
            ["build", project, "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, WorkingDirectory = project };
        var (before, watch) = (CpuOfChildren, Stopwatch.StartNew());
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? (CpuOfChildren - before, watch.Elapsed.TotalSeconds)
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
    }

    /// <summary>Seconds that processes have run which this one started, and those that they started, after they ended.</summary>
    private static double CpuOfChildren
    {
        get
        {
            Span<long> usage = stackalloc long[32];
            return getrusage(Children, usage) == 0
                ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6)
                : throw new InvalidOperationException("The system does not tell the CPU time of other processes.");
        }
    }

    /// <summary>User and system time come first, each in seconds and microseconds.</summary>
    [LibraryImport("libc")]
    private static partial int getrusage(int who, Span<long> usage);
}
