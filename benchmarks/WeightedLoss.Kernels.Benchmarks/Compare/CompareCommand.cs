using System.CommandLine;
using System.Numerics;
using System.Text.Json;
using Spectre.Console;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Runs all contenders interleaved in one process and prints medians and ratios.</summary>
internal static class CompareCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Few cases, in about a minute." };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the rows to a file.", HelpName = "FILE" };
        var results = new Option<string?>("--results")
        {
            Description = "Writes NAME.json and NAME.md (compare, unless given) to benchmarks/results/<cpu>/.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only cases whose name has all these parts, for example f32-hard-n65536-t1-gradient or f64-loss.",
            HelpName = "PARTS",
        };
        var rounds = new Option<int?>("--rounds") { Description = "Rounds per case: 25, with --quick 15, unless given." };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("There must be at least one round.");
            }
        });

        var share = new Option<double>("--positives")
        {
            Description = "The share of positive labels, above 0 and below 1. [default: 0.01]",
            DefaultValueFactory = _ => 0.01,
        };
        share.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("The share of positive labels must lie between 0 and 1.");
            }
        });

        var command = new Command(
            "compare",
            "Runs contenders interleaved in one process, and prints medians and ratios. To compare as on a machine with AVX2 only, set "
            + "DOTNET_EnableAVX512=0: it binds the peers, too.")
        {
            quick, json, results, filter, rounds, share,
        };
        command.SetAction(parsed =>
        {
            var isQuick = parsed.GetValue(quick);
            var cases = (isQuick ? CaseGrid.Quick : CaseGrid.Full)
                .Where(@case => parsed.GetValue(filter) is not { } parts || @case.Matches(parts))
                .Select(@case => @case with { PositiveShare = parsed.GetValue(share) })
                .ToArray();
            if (cases.Length == 0)
            {
                AnsiConsole.WriteLine("No case matches.");
                return 1;
            }

            var resultsPath = parsed.GetResult(results) is { } given
                ? Path.Combine(ResultsFolder(), given.GetValueOrDefault<string?>() ?? "compare")
                : null;
            return Run(cases, parsed.GetValue(rounds) ?? (isQuick ? 15 : 25), parsed.GetValue(json)?.FullName, resultsPath);
        });
        return command;
    }

    private static int Run(BenchmarkCase[] cases, int rounds, string? jsonPath, string? resultsPath)
    {
        var environment = MachineEnvironment.Describe();
        foreach (var (name, value) in environment)
        {
            AnsiConsole.WriteLine($"{name + ':',-18}{value}");
        }

        AnsiConsole.WriteLine($"{"positive labels:",-18}{cases[0].PositiveShare:P1}");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(CompareReport.Legend);
        var messages = Lineup.Messages.ToList();
        messages.ForEach(AnsiConsole.WriteLine);

        var failures = new List<string>();
        var results = new List<(BenchmarkCase Case, IReadOnlyList<CompareRow> Rows)>();
        foreach (var @case in cases)
        {
            var rows = @case.Type == "f32" ? Measure<float>(@case, rounds, failures) : Measure<double>(@case, rounds, failures);
            results.Add((@case, rows));
            AnsiConsole.WriteLine();
            AnsiConsole.WriteLine(@case.ToString());
            AnsiConsole.Write(CompareReport.ToTable(rows, Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded));
        }

        failures.ForEach(AnsiConsole.WriteLine);
        var rowsJson = JsonSerializer.Serialize(results.SelectMany(result => result.Rows), Json) + "\n";
        if (jsonPath is not null)
        {
            File.WriteAllText(jsonPath, rowsJson);
        }

        if (resultsPath is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(resultsPath)!);
            File.WriteAllText($"{resultsPath}.json", rowsJson);
            File.WriteAllText($"{resultsPath}.md", CompareReport.ToMarkdown([.. environment, ("positive labels", $"{cases[0].PositiveShare:P1}")], [.. messages, .. failures], results));
            AnsiConsole.WriteLine($"Written: {resultsPath}.json and {resultsPath}.md");
        }

        return failures.Count == 0 ? 0 : 1;
    }

    private static List<CompareRow> Measure<T>(BenchmarkCase @case, int rounds, List<string> failures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var workload = new BinaryWorkload<T>(@case);
        var contenders = new List<Contender>();
        foreach (var contender in Lineup.For(workload))
        {
            workload.GradientSpan.Fill(T.NaN);
            if (contender.FindError(contender.Run()) is { } error)
            {
                failures.Add($"{contender.Name} on {contender.Isa} is left out of {@case}, because its result is wrong: {error}.");
                AnsiConsole.WriteLine(failures[^1]);
            }
            else
            {
                contenders.Add(contender);
            }
        }

        var timings = InterleavedTimer.Time(contenders, @case.Threads, rounds);
        return [.. contenders.Zip(timings, (contender, timing) => new CompareRow(
            @case.Loss,
            @case.Type,
            @case.Labels,
            @case.Classes,
            @case.N,
            @case.Threads,
            @case.Gradient,
            contender.Name,
            contender.Isa,
            Math.Round(timing.Median / @case.Logits, 5),
            Math.Round(timing.Median / timings[0].Median, 3),
            Math.Round(timing.LowerQuartile / @case.Logits, 5),
            Math.Round(timing.UpperQuartile / @case.Logits, 5),
            rounds,
            @case.PositiveShare))];
    }

    private static string ResultsFolder()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WeightedLoss.Kernels.sln")))
            {
                return Path.Combine(folder.FullName, "benchmarks", "results", MachineEnvironment.CpuSlug);
            }
        }

        throw new InvalidOperationException("Results are kept in the repository: run this inside it.");
    }
}
