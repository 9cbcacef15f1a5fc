using Spectre.Console;

namespace WeightedLoss.Trainer.Output;

/// <summary>Plain lines on a console.</summary>
internal static class ConsoleLines
{
    /// <summary>Not through the console's own writer, which wraps lines and reads brackets as markup.</summary>
    public static void WritePlain(this IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
