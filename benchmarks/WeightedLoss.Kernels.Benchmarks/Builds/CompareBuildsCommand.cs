using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>
/// Compares the speed of two builds of the library: both are loaded into one process, which calls them in turns, and each round gives a
/// ratio. Several processes do so, because the places where code and stack lie differ from one to the next.
/// </summary>
internal static class CompareBuildsCommand
{
    private const double DefaultMinutes = 6, Slower = 1.05, LooksSlower = 1.03;
    private const int Rounds = 15, RoundsAgain = 31, Processes = 2, ProcessesAgain = 3, Starts = 15;

    // Of the time: for the first round of all cases. What looks slower is measured again in the rest.
    private const double ShareOfFirst = 0.75;

    public static Command Create()
    {
        Argument<string> a = new("A") { Description = "A build: a folder with WeightedLoss.Kernels.dll, or a checkout that was built with -c Release." };
        Argument<string> b = new("B") { Description = "Another one." };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only cases whose name has all these parts, for example ce-f32-c7, focal-sigmoid-g2 or bce-n64.",
            HelpName = "PARTS",
        };
        var isa = new Option<string?>("--isa") { Description = "Only this instruction set. [default: each vector one that this machine has]" };
        isa.AcceptOnlyFromAmong("avx512", "avx2", "neon", "sse2", "scalar");
        var minutes = new Option<double>("--minutes")
        {
            Description = "The time for all cases and instruction sets; a case has five rounds at least.",
            DefaultValueFactory = _ => DefaultMinutes,
        };
        var first = new Option<bool>("--first-call") { Description = $"The first call in a process instead, by {Starts} processes of each build." };
        var command = new Command("compare-builds", "Compares the speed of two builds of the library, case by case.") { a, b, filter, isa, minutes, first };
        command.SetAction(parsed =>
        {
            var chosen = parsed.GetValue(isa);
            IReadOnlyList<string> sets = chosen is null ? InstructionSetProcess.Available : [chosen];
            var parts = parsed.GetValue(filter);
            var all = parsed.GetValue(first) ? BuildCase.First : BuildCase.All;
            BuildCase[] cases = [.. all.Where(@case => parts is null || @case.Matches(parts))];
            if (cases.Length == 0)
            {
                AnsiConsole.WriteLine("No case matches.");
                return 1;
            }

            var root = Directory.CreateTempSubdirectory("weighted-loss-");
            try
            {
                string[] folders = [root.CreateSubdirectory("A").FullName, root.CreateSubdirectory("B").FullName];
                BuildLibrary.Prepare(parsed.GetRequiredValue(a), folders[0]);
                BuildLibrary.Prepare(parsed.GetRequiredValue(b), folders[1]);
                return parsed.GetValue(first)
                    ? FirstCalls(folders, sets, cases)
                    : sets.Max(set => Compare(folders, set, cases, parsed.GetValue(minutes) / sets.Count));
            }
            catch (InvalidOperationException e)
            {
                AnsiConsole.WriteLine(e.Message);
                return 1;
            }
            finally
            {
                root.Delete(recursive: true);
            }
        });
        return command;
    }

    private static int Compare(string[] folders, string set, BuildCase[] cases, double minutes)
    {
        var request = new BuildsRequest(folders, set, cases, Rounds, minutes * ShareOfFirst / Processes, BeginsWithB: false);
        var rows = Measure(request, Processes);
        AnsiConsole.WriteLine($"{set}: nanoseconds of a call of A and of B, and B ÷ A (median, quartiles)");
        rows.ForEach(row => AnsiConsole.WriteLine(row.ToString()));

        BuildCase[] doubtful = [.. rows.Where(row => row.Ratio.Median > LooksSlower).Select(row => row.Case)];
        var again = doubtful.Length == 0
            ? []
            : Measure(
                request with { Cases = doubtful, Rounds = RoundsAgain, Minutes = minutes * (1 - ShareOfFirst) / ProcessesAgain }, ProcessesAgain);
        BuildRow[] slower = [.. again.Where(row => row.Ratio.Median > Slower)];
        BuildRow[] different = [.. rows.Where(row => !row.IsSame)];
        AnsiConsole.WriteLine();
        foreach (var group in rows.GroupBy(row => $"{row.Case.Loss}-{row.Case.Type}").Append<IEnumerable<BuildRow>>(rows))
        {
            var name = group is IGrouping<string, BuildRow> { Key: var key } ? key : "all";
            var mean = Math.Exp(group.Average(row => Math.Log(row.Ratio.Median)));
            AnsiConsole.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{set} geometric mean of {name}: {mean:0.000} ({group.Count()} cases)"));
        }

        AnsiConsole.WriteLine(
            $"{set}: {slower.Length} of {rows.Count} cases above {Slower.ToString(CultureInfo.InvariantCulture)}, measured again");
        slower.OrderByDescending(row => row.Ratio.Median).ToList().ForEach(row => AnsiConsole.WriteLine(row.ToString()));
        if (different.Length > 0)
        {
            AnsiConsole.WriteLine($"{set}: {different.Length} cases return or write other bits");
            different.ToList().ForEach(row => AnsiConsole.WriteLine(row.Case.ToString()));
        }

        AnsiConsole.WriteLine();
        return different.Length > 0 ? 1 : 0;
    }

    private static List<BuildRow> Measure(BuildsRequest request, int processes)
    {
        BuildTimes[] times =
        [
            .. Enumerable.Range(0, processes).SelectMany(process => Start(request with { BeginsWithB = process % 2 == 1 })),
        ];
        return [.. times.GroupBy(time => time.Case, (@case, same) => BuildRow.Of(@case, [.. same]))];
    }

    private static List<BuildTimes> Start(BuildsRequest request)
    {
        var folder = Directory.CreateTempSubdirectory("weighted-loss-");
        try
        {
            var (requestPath, resultPath) = (Path.Combine(folder.FullName, "request.json"), Path.Combine(folder.FullName, "result.json"));
            File.WriteAllText(requestPath, JsonSerializer.Serialize(request));
            using var process = Process.Start(
                InstructionSetProcess.Command(request.InstructionSet, [MeasureBuildsCommand.Name, requestPath, resultPath]))!;
            process.WaitForExit();
            return File.Exists(resultPath)
                ? JsonSerializer.Deserialize<List<BuildTimes>>(File.ReadAllText(resultPath))!
                : throw new InvalidOperationException(
                    $"There are no results on {request.InstructionSet}: the process that measures ended with {process.ExitCode}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int FirstCalls(string[] folders, IReadOnlyList<string> sets, BuildCase[] cases)
    {
        foreach (var set in sets)
        {
            AnsiConsole.WriteLine($"{set}: milliseconds of the first call in a process by A and by B, and B ÷ A (median, quartiles)");
            foreach (var @case in cases)
            {
                var index = BuildCase.First.ToList().IndexOf(@case);
                var times = Enumerable.Range(0, Starts)
                    .Select(_ => folders.Select(folder => FirstCallCommand.Measure(folder, index, set) / 1e6).ToArray())
                    .ToArray();
                var row = BuildRow.Of(
                    @case, [new(@case, [.. times.Select(pair => pair[0])], [.. times.Select(pair => pair[1])], IsSame: true)]);
                AnsiConsole.WriteLine(row.ToString());
            }

            AnsiConsole.WriteLine();
        }

        return 0;
    }

    /// <summary>A line of the table.</summary>
    private sealed record BuildRow(BuildCase Case, double A, double B, Quartiles Ratio, bool IsSame)
    {
        public static BuildRow Of(BuildCase @case, IReadOnlyList<BuildTimes> processes)
        {
            double[] a = [.. processes.SelectMany(process => process.A)], b = [.. processes.SelectMany(process => process.B)];
            return new(
                @case,
                Quartiles.Of(a).Median,
                Quartiles.Of(b).Median,
                Quartiles.Of(b.Zip(a, (one, other) => one / other)),
                processes.All(process => process.IsSame));
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Case,-44}{A,12:0.0}{B,12:0.0}{Ratio.Median,8:0.000}  [{Ratio.Lower:0.000} {Ratio.Upper:0.000}]");
    }
}
