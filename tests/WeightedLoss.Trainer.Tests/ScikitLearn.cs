using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Tests;

/// <summary>Scripts beside the tests that use scikit-learn, where Python has it.</summary>
internal static class ScikitLearn
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Writes the split rows as training.csv and validation.csv, label last.</summary>
    public static void Write(TemporaryFolder folder, PreparedData parts)
    {
        Write(folder["training.csv"], parts.Rows, parts.Labels);
        Write(folder["validation.csv"], parts.ValidationRows, parts.ValidationLabels);
    }

    /// <summary>The numbers that a script prints; the test is skipped where scikit-learn is absent.</summary>
    public static async Task<Dictionary<string, double>> Run(string script, params string[] args)
    {
        if (!File.Exists(Python) || (await RunPython("-c", "import sklearn")).ExitCode != 0)
        {
            Assert.Skip("Python with scikit-learn is not here.");
        }

        var (exitCode, output, error) = await RunPython([Path.Combine(AppContext.BaseDirectory, script), .. args]);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(output)!;
    }

    private static void Write(string path, Matrix rows, byte[] labels)
    {
        var text = new StringBuilder();
        for (var i = 0; i < rows.Rows; i++)
        {
            foreach (var value in rows.Row(i)[..rows.Features])
            {
                text.Append(CultureInfo.InvariantCulture, $"{value:R},");
            }

            text.Append(labels[i]).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunPython(params string[] args)
    {
        var start = new ProcessStartInfo(Python, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}
