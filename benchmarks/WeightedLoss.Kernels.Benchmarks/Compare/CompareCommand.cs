using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Spectre.Console;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Runs all contenders interleaved in one process and prints medians and ratios.</summary>
internal static class CompareCommand
{
    // At most the logits of a case in memory.
    private const int MostClasses = 16 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Few cases, in about a minute." };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the rows to a file.", HelpName = "FILE" };
        var results = new Option<string?>("--results")
        {
            Description = "Writes NAME.json and NAME.md to benchmarks/results/<cpu>/, with --curve NAME.svg instead of the latter. NAME is "
                + "compare, with another loss compare-LOSS, with --curve curve-ce, unless given.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only cases whose name has all these parts, for example f32-hard-n65536-t1-gradient, f64-loss or c7.",
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
            Description = "The share of positive labels of bce and focal, above 0 and below 1.",
            DefaultValueFactory = _ => 0.01,
        };
        share.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("The share of positive labels must lie between 0 and 1.");
            }
        });

        var loss = new Option<string>("--loss")
        {
            Description = "bce: binary cross-entropy; ce: cross-entropy with class weights; focal: focal loss with γ = 2 of the sigmoid and the softmax.",
            DefaultValueFactory = _ => "bce",
        };
        loss.AcceptOnlyFromAmong("bce", "ce", "focal");
        var classes = new Option<IReadOnlyList<int>>("--classes")
        {
            Description = $"The numbers of classes of ce. [default: {string.Join(',', CaseGrid.Classes)}]",
            HelpName = "NUMBERS",
            CustomParser = ParseClasses,
        };
        var curve = new Option<bool>("--curve")
        {
            Description = "Of ce: the time per logit for every number of classes from 2 to 64, beside that of libmvec's exp alone.",
        };

        var command = new Command(
            "compare",
            "Runs contenders interleaved in one process, and prints medians and ratios. To compare as on a machine with AVX2 only, set "
            + "DOTNET_EnableAVX512=0: it binds the peers, too.")
        {
            loss, classes, curve, quick, json, results, filter, rounds, share,
        };
        command.Validators.Add(result =>
        {
            // Defaults are not filled in yet.
            var (subject, others) = (result.GetResult(loss)?.Tokens.FirstOrDefault()?.Value ?? "bce", IsGiven(curve)) switch
            {
                ("bce", _) => ("bce", new Option[] { classes, curve }),
                ("focal", _) => ("focal", [classes, curve]),
                ("ce", false) => ("ce", [share]),
                ("ce", true) => ("a curve", [share, classes, filter]),
                _ => ("", []),
            };
            foreach (var other in others.Where(IsGiven))
            {
                result.AddError($"{other.Name} says nothing about {subject}.");
            }

            bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
        });
        command.SetAction(parsed =>
        {
            var isQuick = parsed.GetValue(quick);
            var subject = parsed.GetValue(loss)!;
            var isBinary = subject == "bce";
            var isCurve = parsed.GetValue(curve);
            var roundCount = parsed.GetValue(rounds) ?? (isQuick ? 15 : 25);
            var jsonPath = parsed.GetValue(json)?.FullName;
            var defaultName = isBinary ? "compare" : isCurve ? "curve-ce" : "compare-" + subject;
            var resultsPath = parsed.GetResult(results) is { } given
                ? Path.Combine(ResultsFolder(), given.GetValueOrDefault<string?>() ?? defaultName)
                : null;
            if (isCurve)
            {
                return ClassCurve.Run(roundCount, jsonPath, resultsPath);
            }

            var chosen = parsed.GetValue(classes) ?? CaseGrid.Classes;
            var grid = (subject, isQuick) switch
            {
                ("bce", false) => CaseGrid.Binary,
                ("bce", true) => CaseGrid.QuickBinary,
                ("focal", false) => CaseGrid.Focal,
                ("focal", true) => CaseGrid.QuickFocal,
                (_, false) => CaseGrid.CrossEntropy(chosen),
                (_, true) => CaseGrid.QuickCrossEntropy(chosen),
            };
            var cases = grid
                .Where(@case => parsed.GetValue(filter) is not { } parts || @case.Matches(parts))
                .Select(@case => @case with { PositiveShare = parsed.GetValue(share) })
                .ToArray();
            if (cases.Length == 0)
            {
                AnsiConsole.WriteLine("No case matches.");
                return 1;
            }

            return Run(cases, roundCount, jsonPath, resultsPath);
        });
        return command;
    }

    private static IReadOnlyList<int> ParseClasses(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (var part in result.Tokens.Single().Value.Split(','))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 2 and <= MostClasses)
            {
                numbers.Add(number);
            }
            else
            {
                result.AddError($"'{part}' is no number of classes: give some from 2 to {MostClasses}, with commas between.");
            }
        }

        return numbers;
    }

    private static int Run(BenchmarkCase[] cases, int rounds, string? jsonPath, string? resultsPath)
    {
        var loss = cases[0].Loss;
        IReadOnlyList<(string Name, string Value)> environment =
        [
            .. MachineEnvironment.Describe(),
            .. loss != "ce" ? [("positive labels", $"{cases[0].PositiveShare:P1}")] : ((string, string)[])[],
        ];
        foreach (var (name, value) in environment)
        {
            AnsiConsole.WriteLine($"{name + ':',-18}{value}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(CompareReport.Legend);
        var messages = Lineup.Messages(loss).ToList();
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
            var title = loss == "bce" ? "compare" : $"compare --loss {loss}";
            File.WriteAllText($"{resultsPath}.md", CompareReport.ToMarkdown(title, environment, [.. messages, .. failures], results));
            AnsiConsole.WriteLine($"Written: {resultsPath}.json and {resultsPath}.md");
        }

        return failures.Count == 0 ? 0 : 1;
    }

    private static List<CompareRow> Measure<T>(BenchmarkCase @case, int rounds, List<string> failures)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Workload<T> workload = @case.Classes == 1 ? new BinaryWorkload<T>(@case) : new CrossEntropyWorkload<T>(@case);
        if (workload.FindReferenceError() is { } wrong)
        {
            failures.Add($"{@case} is left out, because the result of ours, which all others are compared with, is wrong: {wrong}.");
            AnsiConsole.WriteLine(failures[^1]);
            return [];
        }

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
            @case.Loss != "ce" ? @case.PositiveShare : null))];
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
