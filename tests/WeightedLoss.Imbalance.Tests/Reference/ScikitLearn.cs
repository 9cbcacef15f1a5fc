using System.Diagnostics;
using System.Text.Json;

namespace WeightedLoss.Tests.Reference;

/// <summary>Scripts beside the tests that use scikit-learn, where Python has it.</summary>
internal static class ScikitLearn
{
    private const string Python = "/usr/bin/python3";

    /// <summary>The numbers that a script prints; the test is skipped where scikit-learn is absent.</summary>
    public static Task<Dictionary<string, double>> Run(string script, params string[] args) =>
        Run<Dictionary<string, double>>(script, null, args);

    /// <summary>What a script prints as JSON; the test is skipped where scikit-learn is absent.</summary>
    /// <param name="script">Its path beside the tests.</param>
    /// <param name="input">What it reads as JSON; null for nothing.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<TResult> Run<TResult>(string script, object? input, params string[] args)
    {
        if (!File.Exists(Python) || (await RunPython("", "-c", "import sklearn")).ExitCode != 0)
        {
            Assert.Skip("Python with scikit-learn is not here.");
        }

        var text = input is null ? "" : JsonSerializer.Serialize(input);
        var (exitCode, output, error) = await RunPython(text, [Path.Combine(AppContext.BaseDirectory, script), .. args]);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<TResult>(output)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunPython(string input, params string[] args)
    {
        var start = new ProcessStartInfo(Python, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
