using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Generator;
using WeightedLoss.Benchmarks.Overhead;
using WeightedLoss.Benchmarks.Registry;

#if DEBUG
AnsiConsole.WriteLine("This is a debug build: its times say nothing. Use -c Release.");
#endif

if (Console.IsOutputRedirected)
{
    // Without a terminal there is no width to fit; 80 columns would wrap tables and sentences.
    AnsiConsole.Profile.Width = 1000;
}

var root = new RootCommand("Benchmarks of the loss kernels against their peers.")
{
    CompareCommand.Create(),
    OverheadCommand.Create(),
    GeneratorCommand.Create(),
    RegistryCommand.Create(),
};
return root.Parse(args).Invoke();
