using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using WeightedLoss.Tests.Dispatch;
using Xunit.v3;

[assembly: KernelLedger]
[assembly: AssemblyFixture(typeof(KernelReport))]

namespace WeightedLoss.Tests.Dispatch;

/// <summary>Notes for every test whose first argument is a kernel's id whether it passed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class KernelLedgerAttribute : BeforeAfterTestAttribute
{
    internal static ConcurrentDictionary<string, (int Passed, int Failed)> Results { get; } = new();

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (test.TestMethodArguments is [string id, ..] && Kernels.All.Any(kernel => kernel.Id == id))
        {
            var passed = TestContext.Current.TestState?.Result == TestResult.Passed;
            Results.AddOrUpdate(
                id,
                _ => passed ? (1, 0) : (0, 1),
                (_, count) => passed ? (count.Passed + 1, count.Failed) : (count.Passed, count.Failed + 1));
        }
    }
}

/// <summary>
/// At the end of a run, a table that says for each kernel what became of it: on the console, and in TestResults/kernels.txt beside the
/// tests, or where the environment variable WEIGHTEDLOSS_KERNEL_REPORT says.
/// </summary>
public sealed class KernelReport : IDisposable
{
    internal const string PathVariable = "WEIGHTEDLOSS_KERNEL_REPORT";

    /// <summary>The largest errors that the sweeps found.</summary>
    internal static ConcurrentBag<string> Errors { get; } = [];

    public void Dispose()
    {
        var report = new StringBuilder();
        report.AppendLine(
            $"Kernels on {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}, float and double dispatched to {ChosenKernel.Name}");
        foreach (var kernel in Kernels.All)
        {
            var (passed, failed) = KernelLedgerAttribute.Results.GetValueOrDefault(kernel.Id);
            var status = !kernel.IsSupported ? "not executed here"
                : failed > 0 ? $"FAILED {failed} of {failed + passed}"
                : passed > 0 ? $"passed {passed}"
                : "not in this run";
            report.AppendLine($"  {kernel.Id,-24} {status}");
        }

        foreach (var error in Errors.Order())
        {
            report.AppendLine($"  {error}");
        }

        var path = Environment.GetEnvironmentVariable(PathVariable) ?? Path.Combine(AppContext.BaseDirectory, "TestResults", "kernels.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, report.ToString());
        Console.Write(report);
    }
}
