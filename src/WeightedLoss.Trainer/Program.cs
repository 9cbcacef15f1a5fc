using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer;

/// <summary>The command line: what can be given, and what it means.</summary>
internal static class Program
{
    private const int InputError = 1;
    private const int UsageError = 2;

    // Stands for auto, like an option that is not given.
    private const float AutoWeight = 0;

    // From the middle of those that the paper of the effective number tries, and as near to 1 as makes a difference.
    private const double UsualBeta = 0.999, LargestBeta = 0.999_999_999;

    private static int Main(string[] args) => Run(args, AnsiConsole.Console, Console.Out, Console.Error);

    /// <summary>Runs a command line; without arguments, a training on generated data.</summary>
    /// <returns>The exit code: 0, or 1 for wrong input, or 2 for a wrong command line.</returns>
    internal static int Run(string[] args, IAnsiConsole console, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Trains and applies models on data with rare classes, with weighted losses.")
        {
            Train(console),
            Predict(output),
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

    private static Command Train(IAnsiConsole console)
    {
        var data = Text("--data", "FILE", "A CSV file, plain or gzip. Without it, card payments are generated.");
        var label = Text("--label", "COLUMN", "The label column; its number if there is no header. [default: the last]");
        var header = Header("The file has no header line.");
        var positive = Text(
            "--positive", "VALUE", "The positive value; all others are negative. [default: of two values 1 or the rarer; more are classes]");
        var weight = new Option<float>("--positive-weight")
        {
            Description = "The weight of a positive in the weighted model; auto is negatives ÷ positives. [default: auto]",
            HelpName = "auto|NUMBER",
            CustomParser = result => result.Tokens[0].Value == "auto" ? AutoWeight : ParseNumber(result, 1e-6f, 1e6f, "auto or "),
        };
        var classWeights = Text(
            "--class-weights",
            "balanced|effective|none|FILE",
            "The weights of more than two classes; the file has a line label,weight for each. [default: balanced]");
        var beta = Number("--beta", UsualBeta, 0, LargestBeta, "β of the effective number of rows.");
        var loss = new Option<string?>("--loss")
        {
            Description = "Cross-entropy of two classes or of more, or the focal loss of either. [default: bce or ce, as the labels are]",
        };
        loss.AcceptOnlyFromAmong(LossOptions.Binary, LossOptions.Multiclass, LossOptions.Focal);
        var gamma = Number("--gamma", 2f, 0, 1000, "γ of the focal loss: 0 is cross-entropy, more turns to the hard rows.");
        var maxClasses = Number("--max-classes", ClassLabels.UsualMost, 3, ClassLabels.Most, "More different labels are an error.");
        var model = new Option<string>("--model")
        {
            Description = "Logistic regression, or a network with one hidden layer.",
            DefaultValueFactory = _ => "linear",
        };
        model.AcceptOnlyFromAmong("linear", "mlp");
        var hidden = Number("--hidden-units", 32, 1, 4096, "The hidden units of an mlp.");
        var epochs = Chosen(
            "--epochs",
            1,
            100_000,
            $"How often each training row is used. [default: {TrainingRequest.UsualEpochs}; linear and more than two classes: at least "
            + $"{TrainingRequest.SoftmaxSteps:N0} steps]");
        var batch = Number("--batch-size", 256, 1, 65_536, "Rows per step.");
        var rate = Chosen(
            "--learning-rate",
            1e-6f,
            10,
            "Adam's step size at first; it falls to 0 in a straight line. [default: "
            + $"{TrainingRequest.UsualLearningRate}; linear and more than two classes: {TrainingRequest.SoftmaxLearningRate}]");
        var seed = Number<ulong>("--seed", 1, 0, ulong.MaxValue, "All that is random follows from it: same seed, same model, to the bit.");
        var threads = Threads();
        var outFolder = Text("--out", "FOLDER", "The folder to save both models in.");

        var command = new Command("train", "Trains a model without and with weights and compares them.")
        {
            data, label, header, positive, weight, classWeights, beta, loss, gamma, maxClasses,
            model, hidden, epochs, batch, rate, seed, threads, outFolder,
        };
        command.Validators.Add(result =>
        {
            if (IsGiven(result, weight) && IsGiven(result, classWeights))
            {
                result.AddError("--positive-weight is for two classes and --class-weights for more; only one can be given.");
            }

            if (IsGiven(result, beta) && result.GetValue(classWeights) != LossOptions.Effective)
            {
                result.AddError("--beta needs --class-weights effective.");
            }

            if (IsGiven(result, gamma) && result.GetValue(loss) != LossOptions.Focal)
            {
                result.AddError("--gamma needs --loss focal.");
            }
        });
        command.SetAction(parsed => TrainCommand.Run(
            console,
            new(
                parsed.GetValue(data),
                parsed.GetValue(header) is null,
                parsed.GetValue(label),
                parsed.GetValue(positive),
                parsed.GetValue(maxClasses)),
            new(
                parsed.GetValue(model) == "mlp" ? ModelKind.Mlp : ModelKind.Linear,
                GivenOrNull(parsed.GetValue(epochs)),
                parsed.GetValue(batch),
                GivenOrNull(parsed.GetValue(rate)),
                parsed.GetValue(hidden),
                parsed.GetValue(seed),
                parsed.GetValue(threads)),
            new(
                GivenOrNull(parsed.GetValue(weight)),
                parsed.GetValue(classWeights),
                parsed.GetValue(beta),
                parsed.GetValue(loss),
                parsed.GetValue(gamma)),
            parsed.GetValue(outFolder)));
        return command;
    }

    private static Command Predict(TextWriter output)
    {
        var model = Text("--model", "FILE", "A model saved by train.");
        var data = Text("--data", "FILE", "A CSV file with the features of the model.");
        model.Required = data.Required = true;
        var header = Header("The file has no header line. [default: as in training]");
        var outFile = Text("--out", "FILE", "The file to write. [default: standard output]");
        var threads = Threads();

        var command = new Command("predict", "Writes for each row the probability to be positive, or that of each class and the likeliest.")
        {
            model, data, header, outFile, threads,
        };
        command.SetAction(parsed => PredictCommand.Run(
            output,
            parsed.GetRequiredValue(model)!,
            parsed.GetRequiredValue(data)!,
            parsed.GetValue(header) is null ? null : false,
            parsed.GetValue(outFile),
            parsed.GetValue(threads)));
        return command;
    }

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };

    private static Option<string?> Text(string name, string value, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} must not be empty.");
            }
        });
        return option;
    }

    private static Option<string?> Header(string description)
    {
        var option = Text("--header", "none", description);
        option.AcceptOnlyFromAmong("none");
        return option;
    }

    private static Option<int> Threads() => Number(
        "--threads", Environment.ProcessorCount, 1, 1024, "The most threads to use; the result does not depend on it.");

    private static Option<T> Number<T>(string name, T usual, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            HelpName = "NUMBER",
            CustomParser = result => ParseNumber(result, least, most),
        };

    // An option that is not given comes to 0, which none of these can be.
    private static Option<T> Chosen<T>(string name, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "NUMBER",
            CustomParser = result => ParseNumber(result, least, most),
        };

    private static T? GivenOrNull<T>(T value)
        where T : struct, INumber<T> => T.IsZero(value) ? null : value;

    private static T ParseNumber<T>(ArgumentResult result, T least, T most, string otherwise = "")
        where T : INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        var option = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{option} must be {otherwise}a number from {least} to {most}, but is '{text}'.");
        return least;
    }
}
