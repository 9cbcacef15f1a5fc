using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Benchmarks.Audit;
using WeightedLoss.Benchmarks.Builds;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;
using WeightedLoss.Benchmarks.Emitted;
using WeightedLoss.Benchmarks.Generator;
using WeightedLoss.Benchmarks.Metrics;
using WeightedLoss.Benchmarks.Options;
using WeightedLoss.Benchmarks.Overhead;
using WeightedLoss.Benchmarks.Registry;
using WeightedLoss.Benchmarks.Report;

namespace WeightedLoss.Benchmarks;

/// <summary>The command line.</summary>
internal static class Program
{
    private static int Main(string[] args) => Run(args, packages: []);

    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="packages">Peers that this project doesn't know.</param>
    internal static int Run(string[] args, IReadOnlyList<PeerPackage> packages)
    {
#if DEBUG
        AnsiConsole.WriteLine("This is a debug build: its times say nothing. Use -c Release.");
#endif

        if (Console.IsOutputRedirected)
        {
            // Without a terminal there is no width to fit; 80 columns would wrap tables and sentences.
            AnsiConsole.Profile.Width = 1000;
        }

        Lineup.Packages = packages;
        var root = new RootCommand("Benchmarks of the loss kernels against their peers.")
        {
            CompareCommand.Create(),
            MeasureCommand.Create(),
            ReportCommand.Create(),
            CompareBuildsCommand.Create(),
            MeasureBuildsCommand.Create(),
            FirstCallCommand.Create(),
            MetricsCommand.Create(),
            OverheadCommand.Create(),
            OptionsCommand.Create(),
            GeneratorCommand.Create(),
            EmittedCommand.Create(),
            AuditCommand.Create(),
            RegistryCommand.Create(),
        };
        return root.Parse(args).Invoke();
    }
}
