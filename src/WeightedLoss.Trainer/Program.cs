using System.CommandLine;
using System.CommandLine.Invocation;
using Spectre.Console;
using WeightedLoss.Trainer.Commands;

namespace WeightedLoss.Trainer;

/// <summary>The program: its commands, and how it ends.</summary>
internal static class Program
{
    private const int InputError = 1;
    private const int UsageError = 2;

    private static int Main(string[] args) => Run(args, AnsiConsole.Console, Console.Out, Console.Error);

    /// <summary>Runs a command line; without arguments, a training on generated data.</summary>
    /// <returns>The exit code: 0, or 1 for wrong input, or 2 for a wrong command line.</returns>
    internal static int Run(string[] args, IAnsiConsole console, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Trains and applies models on data with rare classes, with weighted losses.")
        {
            TrainCommand.Create(console),
            PredictCommand.Create(output),
            SweepCommand.Create(console),
            CompareCommand.Create(console),
        };
        var parsed = root.Parse(args.Length == 0 ? ["train"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            error.WriteLine($"error: {string.Join(' ', parsed.Errors.Select(e => e.Message)).ReplaceLineEndings(" ")}");
            return UsageError;
        }

        try
        {
            return parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InputException e)
        {
            error.WriteLine($"error: {e.Message.ReplaceLineEndings(" ")}");
            return InputError;
        }
    }
}
