using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>The user's choice of an instruction set, in processes of their own: it is read once.</summary>
[Trait(TestProgram.StartsProcesses, "yes")]
public class InstructionSetOverrideTests
{
    private const string Chosen = "WeightedLoss.Tests.Dispatch.ChosenKernelTests", Refused = "WeightedLoss.Tests.Dispatch.RefusedInstructionSetTests";

    public static TheoryData<string> Supported { get; } =
        [.. KernelRegistry.All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.InstructionSet).Distinct()];

    private static string NotHere => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "neon" : "avx2";

    [Theory]
    [MemberData(nameof(Supported))]
    public Task EnvironmentVariable_InstructionSetOfTheProcessor_IsChosenWithTheSameBits(string instructionSet) =>
        PassesAsync(Chosen, 3, (InstructionSetOverride.Variable, instructionSet), (ChildProcessTests.ExpectedKernel, instructionSet));

    [Fact]
    public Task AppContextValue_Scalar_IsChosenWithTheSameBits() =>
        PassesAsync(Chosen, 3, (AppContextValue.Variable, "scalar"), (ChildProcessTests.ExpectedKernel, "scalar"));

    [Fact]
    public Task EnvironmentVariable_BesideAnAppContextValue_Wins() => PassesAsync(
        Chosen,
        3,
        (AppContextValue.Variable, "none"),
        (InstructionSetOverride.Variable, "scalar"),
        (ChildProcessTests.ExpectedKernel, "scalar"));

    [Fact]
    public Task EnvironmentVariable_UnknownOrNotOfTheProcessor_IsRefusedByEveryCall() => Task.WhenAll(
        PassesAsync(Refused, 1, (InstructionSetOverride.Variable, "sse9"), (RefusedInstructionSetTests.ExpectedVariable, "sse9")),
        PassesAsync(Refused, 1, (InstructionSetOverride.Variable, NotHere), (RefusedInstructionSetTests.ExpectedVariable, NotHere)),
        PassesAsync(Refused, 1, (AppContextValue.Variable, "sse9"), (RefusedInstructionSetTests.ExpectedVariable, "sse9")));

    private static async Task PassesAsync(string testClass, int tests, params (string Name, string Value)[] environment)
    {
        // A file for each, as some run beside one another.
        var choice = string.Join('-', environment.Select(pair => $"{pair.Name}={pair.Value}"));
        var report = Path.Combine(AppContext.BaseDirectory, "TestResults", $"kernels-{choice}.txt");
        var (exitCode, text) = await TestProgram.RunAsync(
            ["-class", testClass], [.. environment, (KernelReport.PathVariable, report)]);
        Assert.True(exitCode == 0, text);
        Assert.Contains($"Total: {tests}, Errors: 0, Failed: 0, Skipped: 0", text);
    }
}

/// <summary>In a process with a choice that it can't follow, every call says so and nothing is written; in any other none does.</summary>
public class RefusedInstructionSetTests
{
    internal const string ExpectedVariable = "WEIGHTEDLOSS_EXPECTED_REFUSAL";

    [Fact]
    public void EveryCall_ThisProcess_ThrowsOnlyIfTheChoiceIsRefused()
    {
        var refused = Environment.GetEnvironmentVariable(ExpectedVariable);
        float[] logits = [1, 2, 3, 4], gradient = [9, 9, 9, 9];
        int[] labels = [0, 1, 1, 0];
        var binary = new BinaryCrossEntropyOptions<float>(Reduction.Sum) { MaxDegreeOfParallelism = 2 };
        var classes = new CrossEntropyOptions<float>(2, Reduction.Sum);
        Action[] calls =
        [
            .. BinaryKernels.Public<float>().SelectMany(kernel => new Action[]
            {
                () => kernel.Loss<int>(logits, labels, binary),
                () => kernel.Loss<int>([], [], binary),
                () => kernel.LossAndGradient<int>(logits, labels, gradient, binary),
                () => kernel.Probabilities(logits, gradient),
            }),
            .. SoftmaxKernels.Public<float>().SelectMany(kernel => new Action[]
            {
                () => kernel.Loss<int>(logits, labels.AsSpan(0, 2), classes),
                () => kernel.LossAndGradient<int>(logits, labels.AsSpan(0, 2), gradient, classes),
            }),
            () => CrossEntropy.Probabilities(logits, gradient, classes),
            () => TwinBinaryCrossEntropy.LossAndGradient(logits, labels, gradient, binary),
            () => TwinCrossEntropy.LossAndGradient(logits, labels.AsSpan(0, 2), gradient, classes),
            () => _ = LossKernels.InstructionSet,
            () => _ = LossKernels.InUse,
        ];
        Assert.All(calls, call =>
        {
            var exception = Record.Exception(call);
            if (refused is null)
            {
                Assert.Null(exception);
                return;
            }

            Assert.IsType<InvalidOperationException>(exception);
            Assert.Contains($" is {refused}, but here it can only be scalar", exception.Message, StringComparison.Ordinal);
            Assert.All(gradient, value => Assert.Equal(9, value));
        });
    }
}

/// <summary>The AppContext value, which a program sets in its project file, from an environment variable of these tests.</summary>
internal static class AppContextValue
{
    internal const string Variable = "WEIGHTEDLOSS_TEST_APPCONTEXT";

    [ModuleInitializer]
    internal static void Set()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } value)
        {
            AppContext.SetData(InstructionSetOverride.Switch, value);
        }
    }
}
