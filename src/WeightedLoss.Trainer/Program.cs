using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer;

/// <summary>The command line: what can be given, and what it means.</summary>
internal static class Program
{
    private const int InputError = 1;
    private const int UsageError = 2;

    private static int Main(string[] args) => Run(args, AnsiConsole.Console, Console.Out, Console.Error);

    /// <summary>Runs a command line; without arguments, a training on generated data.</summary>
    /// <returns>The exit code: 0, or 1 for wrong input, or 2 for a wrong command line.</returns>
    internal static int Run(string[] args, IAnsiConsole console, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Trains and applies models on data with few positives, with weighted binary cross-entropy.")
        {
            Train(console),
            Predict(output),
        };
        var parsed = root.Parse(args.Length == 0 ? ["train"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            error.WriteLine($"error: {parsed.Errors[0].Message.ReplaceLineEndings(" ")}");
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

    private static Command Train(IAnsiConsole console)
    {
        var data = new Option<string?>("--data") { Description = "A CSV file, plain or gzip. Without it, card payments are generated.", HelpName = "FILE" };
        var label = new Option<string?>("--label") { Description = "The label column; its number if there is no header. [default: the last]", HelpName = "COLUMN" };
        var header = Header("The file has no header line.");
        var positive = new Option<string?>("--positive") { Description = "The positive value of the label; all others are negative. [default: 1, or the rarer of two]", HelpName = "VALUE" };
        var weight = new Option<float?>("--positive-weight") { Description = "The weight of a positive in the weighted model: auto (negatives ÷ positives) or a number. [default: auto]", HelpName = "auto|NUMBER", CustomParser = ParseWeight };
        var model = new Option<string>("--model") { Description = "Logistic regression, or a network with one hidden layer.", DefaultValueFactory = _ => "linear" };
        model.AcceptOnlyFromAmong("linear", "mlp");
        var hidden = Count("--hidden-units", 32, 4096, "The hidden units of an mlp.");
        var epochs = Count("--epochs", 20, 100_000, "How often each training row is used.");
        var batch = Count("--batch-size", 256, 1 << 20, "Rows per step.");
        var rate = new Option<float>("--learning-rate") { Description = "Adam's step size at the start; it falls to 0 in a straight line.", DefaultValueFactory = _ => 0.03f };
        rate.Validators.Add(result => Require(result, result.GetValueOrDefault<float>() is > 0 and < float.PositiveInfinity, "must be greater than 0"));
        var seed = new Option<ulong>("--seed") { Description = "All that is random follows from it: same seed, same model, to the bit.", DefaultValueFactory = _ => 1 };
        var threads = Threads();
        var outFolder = new Option<string?>("--out") { Description = "The folder to save both models in.", HelpName = "FOLDER" };

        var command = new Command("train", "Trains a model without and with weights and compares them.")
        {
            data, label, header, positive, weight, model, hidden, epochs, batch, rate, seed, threads, outFolder,
        };
        command.SetAction(parsed => TrainCommand.Run(
            console,
            new(parsed.GetValue(data), parsed.GetValue(header) is null, parsed.GetValue(label), parsed.GetValue(positive)),
            new(
                parsed.GetValue(model) == "mlp" ? ModelKind.Mlp : ModelKind.Linear,
                parsed.GetValue(epochs),
                parsed.GetValue(batch),
                parsed.GetValue(rate),
                parsed.GetValue(hidden),
                parsed.GetValue(seed),
                parsed.GetValue(threads)),
            parsed.GetValue(weight),
            parsed.GetValue(outFolder)));
        return command;
    }

    private static Command Predict(TextWriter output)
    {
        var model = new Option<string>("--model") { Description = "A model saved by train.", Required = true, HelpName = "FILE" };
        var data = new Option<string>("--data") { Description = "A CSV file with the features of the model.", Required = true, HelpName = "FILE" };
        var header = Header("The file has no header line. [default: as in training]");
        var outFile = new Option<string?>("--out") { Description = "The file to write. [default: standard output]", HelpName = "FILE" };
        var threads = Threads();

        var command = new Command("predict", "Writes the probability of each row to be positive.") { model, data, header, outFile, threads };
        command.SetAction(parsed => PredictCommand.Run(
            output,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(data),
            parsed.GetValue(header) is null ? null : false,
            parsed.GetValue(outFile),
            parsed.GetValue(threads)));
        return command;
    }

    private static Option<string?> Header(string description)
    {
        var option = new Option<string?>("--header") { Description = description, HelpName = "none" };
        option.AcceptOnlyFromAmong("none");
        return option;
    }

    private static Option<int> Threads() => Count("--threads", Environment.ProcessorCount, 1024, "The most threads to use; the result does not depend on it.");

    private static Option<int> Count(string name, int usual, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "NUMBER" };
        option.Validators.Add(result => Require(
            result, result.GetValueOrDefault<int>() is var count && count >= 1 && count <= most, $"must lie between 1 and {most}"));
        return option;
    }

    private static float? ParseWeight(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "auto")
        {
            return null;
        }

        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight > 0 && float.IsFinite(weight))
        {
            return weight;
        }

        result.AddError($"--positive-weight must be 'auto' or a number greater than 0, but is '{text}'.");
        return null;
    }

    private static void Require(OptionResult result, bool holds, string rule)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name} {rule}, but is {result.Tokens[0].Value}.");
        }
    }
}
