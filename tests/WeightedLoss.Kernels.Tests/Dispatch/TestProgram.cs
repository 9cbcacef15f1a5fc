using System.Diagnostics;
using System.Reflection;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The program that these tests are, in a process of its own.</summary>
internal static class TestProgram
{
    /// <summary>The trait of the tests that start it, which an emulator of programs can't do.</summary>
    public const string StartsProcesses = "StartsProcesses";

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Text)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var assembly = typeof(TestProgram).Assembly.Location;
        var program = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? "exe" : null);
        var start = File.Exists(program)
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", [assembly, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        text += await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text);
    }

    /// <summary>The runner finds so many tests, and every property: runners have lost some before.</summary>
    public static async Task AssertDiscoversAsync(int fewest)
    {
        var (exitCode, text) = await RunAsync(["-list", "full", "-preEnumerateTheories"]);
        Assert.True(exitCode == 0, text);
        var found = text.Split('\n').Count(line => line.Contains("Display name:", StringComparison.Ordinal));
        Assert.True(found >= fewest, $"Only {found} tests are discovered, not {fewest}:\n{text}");

        var properties = typeof(TestProgram).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<PropertyAttribute>() is not null))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").ToArray();
        Assert.NotEmpty(properties);
        Assert.All(properties, property => Assert.Contains(property, text));
    }
}
