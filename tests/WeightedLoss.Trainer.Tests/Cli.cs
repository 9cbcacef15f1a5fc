using System.Text;
using Spectre.Console;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Runs command lines in this process, as a pipe would see them.</summary>
internal static class Cli
{
    public static CliResult Run(params string[] args)
    {
        var text = new StringWriter();
        var output = new StringWriter();
        var error = new StringWriter();
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        var exitCode = Program.Run(args, console, output, error);
        return new(exitCode, text.ToString(), output.ToString(), error.ToString());
    }

    /// <summary>Writes rows of generated payments, label last, with a header.</summary>
    public static void WritePayments(string path, int rows, ulong seed = 5)
    {
        var data = PaymentGenerator.Generate(seed, rows);
        var text = new StringBuilder(string.Join(',', data.FeatureNames)).Append(",fraud\n");
        var features = data.FeatureNames.Length;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < features; j++)
            {
                text.Append(FormattableString.Invariant($"{data.Values[(i * features) + j]:R},"));
            }

            text.Append(data.Labels[i]).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }
}

/// <param name="ExitCode">0 if all went well.</param>
/// <param name="Console">The text of the train command.</param>
/// <param name="Output">The standard output of the other commands.</param>
/// <param name="Error">The standard error.</param>
internal sealed record CliResult(int ExitCode, string Console, string Output, string Error);
