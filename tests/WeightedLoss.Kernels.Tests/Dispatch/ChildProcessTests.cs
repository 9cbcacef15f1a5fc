using System.Runtime.InteropServices;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Memory;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>What is seen from the outside: other instruction sets by switching some off, and what the runner discovers.</summary>
[Trait(TestProgram.StartsProcesses, "yes")]
public class ChildProcessTests(ITestOutputHelper output)
{
    /// <summary>The trait of the tests that are run again.</summary>
    internal const string Rerun = "Rerun";

    internal const string ExpectedKernel = "WEIGHTEDLOSS_EXPECTED_KERNEL";

    // A little below what there is on a machine that has nothing but the scalar kernels and the portable twins.
    private const int FewestTests = 5500;

    public static TheoryData<string> UnsupportedIds { get; } =
        [.. Kernels.All.Where(kernel => !kernel.IsSupported).Select(kernel => kernel.Id)];

    [Theory]
    [InlineData("EnableAVX512")]
    [InlineData("EnableAVX2")]
    [InlineData("EnableHWIntrinsic")]
    public async Task InstructionSetsSwitchedOff_OtherKernel_GivesTheSameBits(string knob)
    {
        var isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        var expected = (knob, isX64) switch
        {
            ("EnableAVX512", true) => InstructionSets.HasAvx2 ? "avx2" : "sse2",
            ("EnableAVX2", true) => "sse2",
            ("EnableHWIntrinsic", _) => "scalar",
            _ => ChosenKernel.Name,
        };
        var (exitCode, text) = await TestProgram.RunAsync(
            ["-trait", $"{Rerun}=yes"],
            ("DOTNET_" + knob, "0"),
            (ExpectedKernel, expected),
            (Collections.Variable, "1"),
            (KernelReport.PathVariable, Path.Combine(AppContext.BaseDirectory, "TestResults", $"kernels-{knob}=0.txt")));
        output.WriteLine(text);
        Assert.True(exitCode == 0, $"The tests fail with DOTNET_{knob}=0:\n{text}");

        // Not none by a filter that matches nothing.
        Assert.Contains($"dispatched to {expected}", text);
        Assert.Matches(@"bce-f64 +passed", text);
        Assert.Matches(@"ce-f32-c7-scalar +passed", text);
    }

    [Fact]
    public Task Discovery_AllTests_AreFound() => TestProgram.AssertDiscoversAsync(FewestTests);

    [Theory]
    [MemberData(nameof(UnsupportedIds))]
    public void Kernel_NotSupportedHere_IsNotExecuted(string kernelNotHere) =>
        Assert.Skip($"{kernelNotHere} is not executed here: the processor has no such instructions.");
}

/// <summary>Which kernel the public methods reach, in this process and in those that <see cref="ChildProcessTests"/> starts.</summary>
[Trait(ChildProcessTests.Rerun, "yes")]
public class ChosenKernelTests
{
    [Fact]
    public void Dispatcher_ThisProcess_ChoosesTheExpectedKernel()
    {
        var expected = Environment.GetEnvironmentVariable(ChildProcessTests.ExpectedKernel) ?? ChosenKernel.Expected;
        Assert.Equal(expected, ChosenKernel.Expected);
        Assert.Equal(expected, ChosenKernel.Name);
        Assert.Equal(expected, LossKernels.InstructionSet);

        // With the kernels that an assembly of a user has.
        Assert.All(
            LossKernels.InUse.Concat(Twins.InUse),
            kernel => Assert.Equal(
                kernel.ElementType == typeof(double) ? ChosenKernel.OfDouble(expected) : expected, kernel.InstructionSet));
        Assert.Contains(Kernels.All, kernel => kernel.Id == "bce-f32-" + expected && kernel.IsSupported);
    }

    [Fact]
    public void InUse_AllLosses_AreTheRegisteredKernelsOfThatInstructionSet()
    {
        var ofDouble = ChosenKernel.OfDouble(LossKernels.InstructionSet);
        var losses = KernelRegistry.All.Where(
            kernel => kernel is not (FunctionKernelEntry<float> or FunctionKernelEntry<double> or FunctionKernelEntry<ushort>));
        var registered = losses.Where(kernel =>
            kernel.InstructionSet == (kernel.Id.Contains("-f64", StringComparison.Ordinal) ? ofDouble : LossKernels.InstructionSet));
        Assert.Equal(registered.Select(kernel => kernel.Id), LossKernels.InUse.Select(kernel => kernel.Id));
        Assert.Contains(new KernelInfo($"bce-f64-{ofDouble}", "BinaryCrossEntropy", typeof(double), 0, ofDouble), LossKernels.InUse);
        Assert.Contains(
            new KernelInfo($"ce-f32-c7-{ChosenKernel.Name}", "CrossEntropy", typeof(float), 7, ChosenKernel.Name), LossKernels.InUse);
    }

    [Fact]
    public void Dispatcher_ThisProcess_GivesTheFrozenBits() => Assert.All(PublicMethods.All, FrozenBitsTests.AssertFrozen);
}
