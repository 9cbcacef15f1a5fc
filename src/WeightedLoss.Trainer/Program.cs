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
    private const int Defect = 3;

    // Shows where an error comes from.
    private const string TraceVariable = "WEIGHTEDLOSS_TRACE";

    private static int Main(string[] args) => Run(args, AnsiConsole.Console, Console.Out, Console.Error);

    /// <summary>Runs a command line; without arguments, a training on generated data.</summary>
    /// <returns>
    /// The exit code: 0, or 1 for wrong input or files that can't be read or written, or 2 for a wrong command line, or 3 for a defect of
    /// the program.
    /// </returns>
    internal static int Run(string[] args, IAnsiConsole console, TextWriter output, TextWriter error)
    {
        try
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
                Write(error, string.Join(' ', parsed.Errors.Select(e => e.Message)));
                return UsageError;
            }

            if (parsed.Action == parsed.CommandResult.Command.Action)
            {
                CheckInstructionSet();
            }

            return parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception e)
        {
            var (exitCode, message) = Explain(e);
            Write(error, message, Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } ? e : null);
            return exitCode;
        }
    }

    private static void CheckInstructionSet()
    {
        try
        {
            _ = LossKernels.InstructionSet;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    private static (int ExitCode, string Message) Explain(Exception e) => e switch
    {
        InputException => (InputError, e.Message),
        IOException or UnauthorizedAccessException => (InputError, $"A file or the console can't be read or written: {e.Message}"),
        OutOfMemoryException => (InputError, $"There is not enough memory: {e.Message}"),
        AggregateException several => Explain(
            several.Flatten().InnerExceptions is var all && all.OfType<InputException>().FirstOrDefault() is { } wrong ? wrong : all[0]),
        TypeInitializationException { InnerException: { } inner } => Explain(inner),
        _ => (Defect, $"This is a defect of the program: {e.GetType()}: {e.Message} {TraceVariable}=1 in the environment shows where."),
    };

    private static void Write(TextWriter error, string message, Exception? trace = null)
    {
        try
        {
            error.WriteLine($"error: {message.ReplaceLineEndings(" ")}");
            if (trace is not null)
            {
                error.WriteLine(trace);
            }
        }
        catch (IOException)
        {
            // Nobody can be told; the exit code says it.
        }
    }
}
