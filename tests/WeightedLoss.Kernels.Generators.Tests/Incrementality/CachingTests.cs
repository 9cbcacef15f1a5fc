using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WeightedLoss.Generators.Tests.Incrementality;

/// <summary>What an edit makes the generator do again: only what depends on it.</summary>
public class CachingTests
{
    private const string Kernels = "[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class K;";

    private const string Library = """
        namespace WeightedLoss.Runtime { internal abstract class KernelEntry; public static class InstructionSets; }
        namespace WeightedLoss
        {
            [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
            public sealed class BinaryCrossEntropyKernelAttribute<T> : System.Attribute;
        }
        """;

    /// <summary>The steps of the first attribute, and what they give: one spec for a class, and a plan for each file.</summary>
    private static readonly (string Step, int Plans)[] Steps =
    [
        (LossKernelGenerator.SpecStep, 1),
        (LossKernelGenerator.KernelStep, 5),
        (LossKernelGenerator.DispatchStep, 1),
        (LossKernelGenerator.SurfaceStep, 1),
    ];

    private static (string Step, int Kept, int Changed)[] AllCached => [.. Steps.Select(step => (step.Step, step.Plans, 0))];

    [Theory]
    [InlineData("// a comment\n" + Kernels)]
    [InlineData(Kernels + " class Unrelated { int x = 1; }")]
    [InlineData("using System; " + Kernels)]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class K { static int Unrelated => 1; }")]
    [InlineData(
        "[WeightedLoss.BinaryCrossEntropyKernel<float>(InstructionSets = WeightedLoss.KernelInstructionSets.All)] static partial class K;")]
    public void UnrelatedEdit_LeavesEverythingCached(string edited)
    {
        var result = AssertReasons(GeneratorHarness.Compile(Kernels), Kernels, edited, AllCached);

        var outputs = result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).ToList();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void UnrelatedEdit_OfAProjectWithARegistry_LeavesItCached()
    {
        var library = GeneratorHarness.Compile(Library, Version, Kernels).WithReferences(GeneratorHarness.Platform);

        AssertReasons(library, Kernels, Kernels + " class Unrelated;", [.. AllCached, (LossKernelGenerator.RegistryStep, 1, 0)]);
    }

    [Fact]
    public void SecondElementType_LeavesTheFirstCached() => AssertReasons(
        Kernels,
        "[WeightedLoss.BinaryCrossEntropyKernel<double>] " + Kernels,
        (LossKernelGenerator.SpecStep, 0, 1),
        (LossKernelGenerator.KernelStep, 5, 4),
        (LossKernelGenerator.DispatchStep, 1, 1),
        (LossKernelGenerator.SurfaceStep, 1, 1));

    [Fact]
    public void SecondLoss_LeavesTheFirstCached() => AssertReasons(
        Kernels,
        "[WeightedLoss.SoftmaxFocalKernel<double>(Gamma = 2)] " + Kernels,
        (LossKernelGenerator.SpecStep, 1, 1),
        (LossKernelGenerator.KernelStep, 5, 4),
        (LossKernelGenerator.DispatchStep, 1, 1),
        (LossKernelGenerator.SurfaceStep, 1, 1));

    [Fact]
    public void SecondClass_LeavesTheFirstCached() => AssertReasons(
        Kernels,
        Kernels + " [WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class Other;",
        [.. Steps.Select(step => (step.Step, step.Plans, step.Plans))]);

    [Fact]
    public void ElementTypeChanged_ReplacesEveryPlan() => AssertReasons(
        Kernels,
        Kernels.Replace("float", "double", StringComparison.Ordinal),
        (LossKernelGenerator.KernelStep, 0, 4),
        (LossKernelGenerator.DispatchStep, 0, 1),
        (LossKernelGenerator.SurfaceStep, 0, 1));

    /// <summary>The compiler compares plans by their place: those behind one that is left out are new.</summary>
    [Fact]
    public void InstructionSetLeftOut_LeavesThoseBeforeItCached() => AssertReasons(
        Kernels,
        Kernels.Replace(">]", ">(InstructionSets = (WeightedLoss.KernelInstructionSets)7)]", StringComparison.Ordinal),
        (LossKernelGenerator.KernelStep, 3, 1),
        (LossKernelGenerator.DispatchStep, 0, 1),
        (LossKernelGenerator.SurfaceStep, 1, 0));

    /// <summary>7 and 10 classes share their sweeps: new are the choice of instruction sets, and the choice among class counts.</summary>
    [Theory]
    [InlineData("3, 7", "3, 10", 15, 0, 1, 1)]
    [InlineData("3, 7", "3, 7, 10", 15, 0, 2, 1)]
    [InlineData("3, 7", "3, 7, 37", 15, 5, 2, 1)]
    [InlineData("3, 7", "3, 20", 10, 5, 1, 1)]
    public void ClassCountChangedOrAdded_LeavesTheOthersCached(
        string before, string after, int kernels, int newKernels, int dispatchers, int newDispatchers) =>
        AssertReasons(
            WithClasses(before),
            WithClasses(after),
            (LossKernelGenerator.SpecStep, 0, 1),
            (LossKernelGenerator.KernelStep, kernels, newKernels),
            (LossKernelGenerator.DispatchStep, dispatchers, newDispatchers),
            (LossKernelGenerator.SurfaceStep, 0, 1));

    [Fact]
    public void AttributesInAnotherOrder_LeaveEverythingUnchanged() => AssertReasons(
        WithClasses("3, 7, 0"),
        WithClasses("0, 7, 3"),
        (LossKernelGenerator.SpecStep, 1, 0),
        (LossKernelGenerator.KernelStep, 35, 0),
        (LossKernelGenerator.DispatchStep, 4, 0),
        (LossKernelGenerator.SurfaceStep, 1, 0));

    private static string Version =>
        $"[assembly: System.Reflection.AssemblyVersion(\"{typeof(LossKernelGenerator).Assembly.GetName().Version}\")]";

    private static string WithClasses(string counts) =>
        string.Concat(counts.Split(", ").Select(count => $"[WeightedLoss.CrossEntropyKernel<float>(Classes = {count})] "))
            .Replace("(Classes = 0)", "", StringComparison.Ordinal)
        + "static partial class K;";

    private static void AssertReasons(string before, string after, params (string Step, int Kept, int Changed)[] expected) =>
        AssertReasons(GeneratorHarness.Compile(before), before, after, expected);

    /// <summary>
    /// Runs the generator before and after an edit of the last file, and counts the results that it kept and that are new.
    /// </summary>
    private static GeneratorRunResult AssertReasons(
        CSharpCompilation compilation, string before, string after, params (string Step, int Kept, int Changed)[] expected)
    {
        var token = TestContext.Current.CancellationToken;
        var driver = GeneratorHarness.CreateDriver().RunGenerators(compilation, token);
        var tree = compilation.SyntaxTrees.Last();
        Assert.Equal(before, tree.ToString());
        var edited = compilation.ReplaceSyntaxTree(
            tree, CSharpSyntaxTree.ParseText(after, (CSharpParseOptions)tree.Options, tree.FilePath, cancellationToken: token));
        var result = driver.RunGenerators(edited, token).GetRunResult().Results.Single();
        foreach (var (step, kept, changed) in expected)
        {
            var reasons = result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason).ToList();
            Assert.Equal(
                (step, kept, changed),
                (step,
                    reasons.Count(reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged),
                    reasons.Count(reason => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified)));
        }

        return result;
    }
}
