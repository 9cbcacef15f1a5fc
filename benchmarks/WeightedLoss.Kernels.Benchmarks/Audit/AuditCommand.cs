using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>Counts instructions, vectors of the stack and calls in loops in the machine code of every emitted method.</summary>
internal static class AuditCommand
{
    private static readonly string[] Sets = ["avx512", "avx2", "neon", "sse2", "scalar"];

    public static Command Create()
    {
        var sets = new Argument<string[]>("SET")
        {
            Description = $"Instruction sets: {string.Join(", ", Sets)}. Without an Arm processor neon runs in an emulator (Linux, x64), "
                + "for some minutes. [default: all that this machine has]",
            DefaultValueFactory = _ => [.. ConformanceListing.Native],
        };
        sets.AcceptOnlyFromAmong(Sets);
        var listing = new Option<FileInfo>("--listing")
        {
            Description = "Reads the code of the one SET from a file that the JIT wrote, instead of running the kernels.",
            HelpName = "FILE",
        };
        listing.AcceptExistingOnly();
        var all = new Option<bool>("--all") { Description = "Prints every method." };
        var write = new Option<bool>("--write") { Description = $"Writes the tables to benchmarks/results/{CodeTable.Folder}." };
        var command = new Command(
            "audit",
            "Instructions, vectors of the stack and calls in loops of every emitted method, as the JIT compiles it. Fails if a method is "
            + "worse by more than a tenth than the stored table says. Needs a Release build of the conformance program.")
        {
            sets, listing, all, write,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(listing) is { Implicit: false } && result.GetResult(sets) is not { Implicit: false, Tokens.Count: 1 })
            {
                result.AddError("--listing is the code of one instruction set: name that one.");
            }
        });
        command.SetAction(parsed =>
        {
            try
            {
                return parsed.GetRequiredValue(sets).Max(set =>
                {
                    var methods = parsed.GetValue(listing) is { } file
                        ? CodeListing.Read(File.ReadLines(file.FullName), set)
                        : Run(Path.GetDirectoryName(Path.GetDirectoryName(ResultsFolder.Find()))!, set);
                    return Report(set, methods, parsed.GetValue(all), parsed.GetValue(write));
                });
            }
            catch (InvalidOperationException e)
            {
                AnsiConsole.WriteLine(e.Message);
                return 1;
            }
        });
        return command;
    }

    private static IReadOnlyList<MethodCode> Run(string repository, string set) =>
        ConformanceListing.Native.Contains(set) ? ConformanceListing.Run(repository, set)
        : set == "neon" ? ConformanceListing.RunEmulated(repository)
        : throw new InvalidOperationException($"This machine has no {set}, only {string.Join(" and ", ConformanceListing.Native)}.");

    private static int Report(string set, IReadOnlyList<MethodCode> methods, bool all, bool write)
    {
        AnsiConsole.WriteLine(CodeTable.Summary(set, methods));
        var path = CodeTable.PathIn(ResultsFolder.Find(), set);
        var shown = methods.Where(method => all || method.UsesStack || method.LoopCalls > 0).ToArray();
        if (shown.Length > 0)
        {
            var table = ResultTable.Of(
                ResultTable.ConsoleBorder, ["method"], ["instructions", "vectors", "of the stack", "calls in loops", "on every pass"]);
            foreach (var method in shown)
            {
                table.AddRow([.. method.ToString().Split(' ').Select(Markup.Escape)]);
            }

            AnsiConsole.Write(table);
        }

        if (write)
        {
            CodeTable.Write(path, methods);
            AnsiConsole.WriteLine($"Written: {path}");
            return 0;
        }

        var differences = File.Exists(path) ? CodeTable.Compare(CodeTable.Read(path), methods) : [$"There is no {path}: use --write."];
        foreach (var difference in differences)
        {
            AnsiConsole.WriteLine(difference);
        }

        AnsiConsole.WriteLine();
        return differences.Count == 0 ? 0 : 1;
    }
}
