using System.Diagnostics;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Runs command lines in a process of their own, which can be killed.</summary>
internal static class ChildProcess
{
    /// <summary>Starts the trainer.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="switchedOff">A variable of the environment to set to 0; null for none.</param>
    /// <param name="input">Whether the standard input will be written to.</param>
    public static Process Start(IEnumerable<string> args, string? switchedOff = null, bool input = false)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = input,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        if (switchedOff is not null)
        {
            start.Environment[switchedOff] = "0";
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the end and checks that all went well.</summary>
    /// <returns>The standard output.</returns>
    public static async Task<string> Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error + await output);
        return await output;
    }
}
