using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Builds;

/// <summary>Times the first call of a loss in this process. <c>compare-builds</c> starts it.</summary>
internal static class FirstCallCommand
{
    public const string Name = "first-call";

    /// <summary>The time of a first call, in nanoseconds, by a process of its own.</summary>
    /// <param name="folder">What <see cref="BuildLibrary.Prepare"/> has made of a build.</param>
    /// <param name="index">Of the case in <see cref="BuildCase.First"/>.</param>
    /// <param name="instructionSet">The instruction set.</param>
    public static double Measure(string folder, int index, string instructionSet)
    {
        var start = InstructionSetProcess.Command(instructionSet, [Name, folder, index.ToString(CultureInfo.InvariantCulture)]);

        // As in a user's program: only methods that ask for it are optimised at once.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The process that times a first call ended with {process.ExitCode}.");
    }

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER");
        var index = new Argument<int>("CASE");
        var command = new Command(Name, "Times a first call; compare-builds starts this.") { folder, index };
        command.Hidden = true;
        command.SetAction(parsed =>
            Console.WriteLine(Run(parsed.GetRequiredValue(folder), BuildCase.First[parsed.GetRequiredValue(index)])
                .ToString("0", CultureInfo.InvariantCulture)));
        return command;
    }

    private static unsafe double Run(string folder, BuildCase @case)
    {
        // Zeros will do for all arrays: labels, logits, targets, weights.
        const int Longest = 1 << 20;
        var memory = NativeMemory.AllocZeroed(2 * Longest);
        var arrays = (nint)memory;
        var gradient = arrays + Longest;
        var library = BuildLibrary.Load(folder);
        var start = ThreadClock.Now;
        library.Call(@case, arrays, ignoreLabel: null, [arrays, arrays, arrays, gradient, gradient])();
        var time = ThreadClock.Now - start;
        NativeMemory.Free(memory);
        return time;
    }
}
