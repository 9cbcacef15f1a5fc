using System.CommandLine;
using BenchmarkDotNet.Running;

namespace WeightedLoss.Benchmarks.Registry;

/// <summary>BenchmarkDotNet over the kernels of the registry.</summary>
internal static class RegistryCommand
{
    public static Command Create()
    {
        var command = new Command("bdn", "BenchmarkDotNet over every kernel of the registry; takes BenchmarkDotNet's own arguments.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed =>
        {
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(RegistryCommand).Assembly).Run([.. parsed.UnmatchedTokens]);
            return summaries.Any() && summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
        });
        return command;
    }
}
