using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>What a process is asked to measure.</summary>
/// <param name="Cases">The cases.</param>
/// <param name="Rounds">The most rounds of a case.</param>
/// <param name="Minutes">The time for all cases; null for all rounds in whatever time.</param>
/// <param name="Curve">Whether the curve over the numbers of classes is wanted.</param>
/// <param name="RetainsMemory">Whether the C library keeps freed memory, and only ours and the packages are timed.</param>
internal sealed record MeasureRequest(
    IReadOnlyList<BenchmarkCase> Cases, int Rounds, double? Minutes, bool Curve, bool RetainsMemory = false);

/// <summary>Measures in this process, on the instruction set that its environment allows. <c>compare</c> starts it.</summary>
internal static class MeasureCommand
{
    public const string Name = "measure";

    public static Command Create()
    {
        var request = new Argument<FileInfo>("REQUEST");
        var result = new Argument<FileInfo>("RESULT");
        var command = new Command(Name, "Measures on one instruction set; compare starts this.") { request, result };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var wanted = JsonSerializer.Deserialize<MeasureRequest>(File.ReadAllText(parsed.GetRequiredValue(request).FullName))!;
            var (run, isRight) = Run(wanted);
            ResultsFolder.Write(parsed.GetRequiredValue(result).FullName, run.ToJson());
            return isRight ? 0 : 1;
        });
        return command;
    }

    private static (RunResult Run, bool IsRight) Run(MeasureRequest request)
    {
        Lineup.RetainsMemory = request.RetainsMemory;
        var environment = MachineEnvironment.Describe();
        var messages = Lineup.Messages.ToList();
        if (!request.RetainsMemory)
        {
            foreach (var (name, value) in environment)
            {
                AnsiConsole.WriteLine($"{name + ':',-18}{value}");
            }

            AnsiConsole.WriteLine();
            messages.ForEach(AnsiConsole.WriteLine);
        }

        var failures = new List<string>();
        var rows = new List<CompareRow>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < request.Cases.Count; i++)
        {
            // What a case leaves of its share is the others'.
            var budget = request.Minutes is { } minutes
                ? (TimeSpan.FromMinutes(minutes) - watch.Elapsed) / (request.Cases.Count - i)
                : (TimeSpan?)null;
            var known = failures.Count;
            IReadOnlyList<CompareRow> found = [];
            try
            {
                found = CaseMeasurement.Run(request.Cases[i], request.Rounds, budget, failures);
            }
            catch (Exception e)
            {
                // Whatever a peer may throw: the other cases are too dear to be lost.
                failures.Add($"{request.Cases[i]} is left out: {e.GetType().Name}, {e.Message}");
            }

            failures.Skip(known).ToList().ForEach(AnsiConsole.WriteLine);
            rows.AddRange(found);
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine(request.Cases[i].ToString());
            AnsiConsole.Write(CompareReport.ToTable(found, ResultTable.ConsoleBorder));
        }

        var curve = request.Curve ? ClassCurve.Measure(request.Rounds, failures) : null;
        failures.ForEach(AnsiConsole.WriteLine);
        return (
            new(
                MachineEnvironment.CpuModel,
                InstructionSetName.OfOurs,
                DateTime.UtcNow,
                LossKernels.NumericsVersion,
                environment.ToDictionary(entry => entry.Name, entry => entry.Value),
                MachineEnvironment.Caches,
                [.. messages, .. failures],
                rows,
                curve),
            failures.Count == 0);
    }
}
