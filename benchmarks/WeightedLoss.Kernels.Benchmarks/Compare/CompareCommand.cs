using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Runs all contenders interleaved, one process for each instruction set, and prints medians and ratios.</summary>
internal static class CompareCommand
{
    // At most the logits of a case in memory.
    private const int MostClasses = 16 << 20;

    // For all instruction sets together; the curve and a package that keeps its memory come on top.
    private const double QuickMinutes = 1.6, FullMinutes = 10;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "What tells most, in less than three minutes." };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the rows to a file.", HelpName = "FILE" };
        var results = new Option<string?>("--results")
        {
            Description = "Writes NAME-ISA.json and .md to benchmarks/results/<cpu>/ for each instruction set, for report to read. NAME is "
                + "compare, of one loss compare-LOSS, with --curve curve-ce, unless given.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var filter = new Option<string?>("--filter")
        {
            Description = "Only cases whose name has all these parts, for example f32-hard-n65536-t1-gradient, f64-loss or c7.",
            HelpName = "PARTS",
        };
        var rounds = new Option<int?>("--rounds") { Description = "The most rounds per case: 25, with --quick 15, unless given." };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("There must be at least one round.");
            }
        });

        var minutes = new Option<double?>("--minutes")
        {
            Description = $"The time for all cases and instruction sets, at the cost of rounds; a case has five at least. [default: {FullMinutes}, "
                + $"with --quick {QuickMinutes}]",
            HelpName = "NUMBER",
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or > 0 and < 10_000))
            {
                result.AddError("--minutes must be a number above 0 and below 10000.");
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
            Description = "bce: binary cross-entropy; ce: cross-entropy with class weights; focal: focal loss with γ = 2 of the sigmoid and the "
                + "softmax; all: these three and the curve; asymmetric: the asymmetric loss, beside a scalar loop.",
            DefaultValueFactory = _ => "all",
        };
        loss.AcceptOnlyFromAmong("all", "bce", "ce", "focal", "asymmetric");
        var classes = new Option<IReadOnlyList<int>>("--classes")
        {
            Description = $"The numbers of classes of ce. [default: {string.Join(',', CaseGrid.Classes)}]",
            HelpName = "NUMBERS",
            CustomParser = ParseClasses,
        };
        var curve = new Option<bool>("--curve")
        {
            Description = "Of ce, and nothing else: the time per logit for every number of classes from 2 to 64, beside libmvec's exp alone.",
        };
        var isa = new Option<string?>("--isa")
        {
            Description = "Only this instruction set; a vector one binds the peers, too. [default: each vector one that this machine has]",
        };
        isa.AcceptOnlyFromAmong("avx512", "avx2", "neon", "sse2", "scalar");

        var command = new Command(
            "compare", "Runs contenders interleaved, one process for each instruction set, and prints medians and ratios.")
        {
            loss, classes, curve, quick, json, results, filter, rounds, minutes, share, isa,
        };
        command.Validators.Add(result =>
        {
            // Defaults are not filled in yet.
            var (subject, others) = (result.GetResult(loss)?.Tokens.FirstOrDefault()?.Value ?? "all", IsGiven(curve)) switch
            {
                ("all", false) => ("all", Array.Empty<Option>()),
                ("bce", false) => ("bce", [classes]),
                ("focal", false) => ("focal", [classes]),
                ("asymmetric", false) => ("asymmetric", [classes]),
                ("ce", false) => ("ce", [share]),
                ("ce", true) => ("a curve", [share, classes, filter, quick, minutes, json]),
                var (other, _) => (other, [curve]),
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
            var isCurve = parsed.GetValue(curve);
            var isEverything = subject == "all" && !isQuick && parsed.GetValue(filter) is null;
            BenchmarkCase[] cases = isCurve
                ? []
                : [.. CaseGrid.Of(subject, isQuick, parsed.GetValue(classes) ?? CaseGrid.Classes)
                    .Where(@case => parsed.GetValue(filter) is not { } parts || @case.Matches(parts))
                    .Select(@case => @case with { PositiveShare = parsed.GetValue(share) })];
            if (cases.Length == 0 && !isCurve)
            {
                AnsiConsole.WriteLine("No case matches.");
                return 1;
            }

            var chosenIsa = parsed.GetValue(isa);
            if (chosenIsa is not (null or "scalar")
                && !(chosenIsa == "sse2" && InstructionSets.HasSse2)
                && !InstructionSetProcess.Available.Contains(chosenIsa))
            {
                AnsiConsole.WriteLine($"This machine has no {chosenIsa}, only {string.Join(" and ", InstructionSetProcess.Available)}.");
                return 1;
            }

            IReadOnlyList<string> sets = chosenIsa is null ? InstructionSetProcess.Available : [chosenIsa];
            var request = new MeasureRequest(
                cases,
                parsed.GetValue(rounds) ?? (isQuick ? 15 : 25),
                (parsed.GetValue(minutes) ?? (isQuick ? QuickMinutes : FullMinutes)) / sets.Count,
                isCurve || isEverything);
            var name = parsed.GetResult(results) is { } given
                ? given.GetValueOrDefault<string?>() ?? (subject == "all" ? "compare" : isCurve ? "curve-ce" : $"compare-{subject}")
                : null;
            return Run(request, sets, parsed.GetValue(json)?.FullName, name);
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

    private static int Run(MeasureRequest request, IReadOnlyList<string> instructionSets, string? jsonPath, string? resultsName)
    {
        var folder = resultsName is null ? null : Path.Combine(ResultsFolder.Find(), MachineEnvironment.CpuSlug);
        AnsiConsole.WriteLine(CompareReport.Legend);
        var runs = new List<RunResult>();
        var exitCode = 0;
        foreach (var instructionSet in instructionSets)
        {
            AnsiConsole.WriteLine();
            var (run, code) = InstructionSetProcess.Measure(request, instructionSet);
            exitCode = Math.Max(exitCode, code);
            if (run is null)
            {
                AnsiConsole.WriteLine($"There are no results on {instructionSet}: the process that measures ended with {code}.");
                exitCode = Math.Max(exitCode, 1);
                continue;
            }

            runs.Add(run);
            if (folder is not null)
            {
                var path = Path.Combine(folder, $"{resultsName}-{instructionSet}");
                ResultsFolder.Write($"{path}.json", run.ToJson());
                ResultsFolder.Write($"{path}.md", CompareReport.ToMarkdown(run));
                AnsiConsole.WriteLine($"Written: {path}.json and {path}.md");
            }
        }

        if (jsonPath is not null)
        {
            ResultsFolder.Write(jsonPath, RunResult.RowsToJson(runs));
        }

        return exitCode;
    }
}
