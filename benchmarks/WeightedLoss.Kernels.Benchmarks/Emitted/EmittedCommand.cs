using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Emitted;

/// <summary>How much text the generator emits, and what it costs to compile it.</summary>
internal static class EmittedCommand
{
    /// <summary>A user's project with one attribute.</summary>
    private const string Attribute = "[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 1.5)]", Class = "internal static partial class Kernels;";

    private static readonly string Library = typeof(LossSum).Assembly.Location;

    public static Command Create()
    {
        var time = new Option<bool>("--time")
        {
            Description = "Compiles the library, and a user's project with and without the attribute, which takes minutes, and prints the times.",
        };
        var command = new Command(
            "emitted", $"The text that the generator emits for the library's own kernels and for {Attribute} in a user's project.") { time };
        command.SetAction(parsed =>
        {
            Print("the library", EmittedText.In(Path.ChangeExtension(Library, "pdb")));
            Print(Attribute, EmittedText.For($"{Attribute}\n{Class}"));
            AnsiConsole.WriteLine($"{Path.GetFileName(Library)}: {Format(new FileInfo(Library).Length)} bytes");
            if (parsed.GetValue(time))
            {
                AnsiConsole.WriteLine();
                BuildTime.Print(Library, $"{Attribute}\n{Class}", Class);
            }
        });
        return command;
    }

    private static void Print(string name, EmittedText text)
    {
        AnsiConsole.WriteLine($"Emitted for {name}:");
        var table = ResultTable.Of(ResultTable.ConsoleBorder, ["part"], ["files", "characters", "lines"]);
        (string, TextSize)[] rows = [("in all", text.Total), .. text.ByFamily, .. text.ByInstructionSet.Where(
            part => part.Name != EmittedText.Shared)];
        foreach (var (part, size) in rows)
        {
            table.AddRow(part, Format(size.Files), Format(size.Characters), Format(size.Lines));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    private static string Format(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
