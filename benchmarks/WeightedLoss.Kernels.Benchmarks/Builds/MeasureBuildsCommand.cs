using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>What a process is asked to measure of two builds.</summary>
/// <param name="Folders">What <see cref="BuildLibrary.Prepare"/> has made of A and of B.</param>
/// <param name="InstructionSet">What both must choose.</param>
/// <param name="Cases">The cases.</param>
/// <param name="Rounds">The most rounds of a case.</param>
/// <param name="Minutes">The time for all cases.</param>
/// <param name="BeginsWithB">Which library is loaded, called and timed first.</param>
internal sealed record BuildsRequest(
    string[] Folders, string InstructionSet, IReadOnlyList<BuildCase> Cases, int Rounds, double Minutes, bool BeginsWithB);

/// <summary>The times of one case, round by round.</summary>
/// <param name="Case">The case.</param>
/// <param name="A">Nanoseconds of a call of A.</param>
/// <param name="B">Nanoseconds of a call of B.</param>
/// <param name="IsSame">Whether both return and write the same bits.</param>
internal sealed record BuildTimes(BuildCase Case, double[] A, double[] B, bool IsSame);

/// <summary>Measures two builds in this process, or a first call. <c>compare-builds</c> starts it.</summary>
internal static class MeasureBuildsCommand
{
    public const string Name = "measure-builds";

    public static Command Create()
    {
        var request = new Argument<FileInfo>("REQUEST");
        var result = new Argument<FileInfo>("RESULT");
        var command = new Command(Name, "Measures two builds on one instruction set; compare-builds starts this.") { request, result };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var wanted = JsonSerializer.Deserialize<BuildsRequest>(File.ReadAllText(parsed.GetRequiredValue(request).FullName))!;
            File.WriteAllText(parsed.GetRequiredValue(result).FullName, JsonSerializer.Serialize(Run(wanted)));
        });
        return command;
    }

    private static List<BuildTimes> Run(BuildsRequest request)
    {
        var libraries = new BuildLibrary[2];
        int[] order = request.BeginsWithB ? [1, 0] : [0, 1];
        foreach (var i in order)
        {
            libraries[i] = BuildLibrary.Load(request.Folders[i]);
            if (libraries[i].InstructionSet != request.InstructionSet)
            {
                throw new InvalidOperationException(
                    $"{"AB"[i]} must run on {request.InstructionSet}, but runs on {libraries[i].InstructionSet}.");
            }
        }

        var results = new List<BuildTimes>();
        var watch = Stopwatch.StartNew();
        foreach (var group in request.Cases.GroupBy(@case => @case.Arrays))
        {
            using var arrays = BuildArrays.Of(group.Key);
            foreach (var @case in group)
            {
                // What a case leaves of its share is the others'.
                var budget = (TimeSpan.FromMinutes(request.Minutes) - watch.Elapsed) / (request.Cases.Count - results.Count);
                var calls = order.Select(i => arrays.Call(libraries[i], @case)).ToArray();
                var isSame = arrays.AreSame(calls[0], calls[1]);
                var times = InterleavedTimer.Time([.. calls.Select(call => new BuildCall(call))], threads: 1, request.Rounds, budget);
                results.Add(new(@case, times[order[0]].Nanoseconds, times[order[1]].Nanoseconds, isSame));
            }
        }

        return results;
    }

    private sealed class BuildCall(Func<double> call) : Contender("build", "")
    {
        public override bool KeepsVectorsOnStack => true;

        public override double Run() => call();

        public override string? FindError(double result) => null;
    }
}
