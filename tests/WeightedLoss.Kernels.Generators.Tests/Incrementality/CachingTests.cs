using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WeightedLoss.Generators.Tests.Incrementality;

/// <summary>What an edit makes the generator do again: only what depends on it.</summary>
public class CachingTests
{
    private const string Kernels = "[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class K;";

    [Fact]
    public void CommentEdit_LeavesEveryPlanCached() => AssertReasons(
        Kernels,
        "// a comment\n" + Kernels,
        (LossKernelGenerator.KernelStep, 5, 0),
        (LossKernelGenerator.DispatchStep, 1, 0),
        (LossKernelGenerator.RegistryStep, 1, 0));

    [Fact]
    public void UnrelatedTypeAdded_LeavesEveryPlanCached() => AssertReasons(
        Kernels, Kernels + " class Unrelated { int x = 1; }", (LossKernelGenerator.KernelStep, 5, 0), (LossKernelGenerator.DispatchStep, 1, 0));

    [Fact]
    public void SecondAttribute_LeavesTheFirstCached() => AssertReasons(
        Kernels,
        "[WeightedLoss.BinaryCrossEntropyKernel<double>] " + Kernels,
        (LossKernelGenerator.KernelStep, 5, 4),
        (LossKernelGenerator.DispatchStep, 1, 1));

    [Fact]
    public void SecondClass_LeavesTheFirstCached() => AssertReasons(
        Kernels,
        Kernels + " [WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class Other;",
        (LossKernelGenerator.KernelStep, 5, 5),
        (LossKernelGenerator.RegistryStep, 1, 1));

    [Fact]
    public void ElementTypeChanged_ReplacesEveryPlan() => AssertReasons(
        Kernels, Kernels.Replace("float", "double", StringComparison.Ordinal), (LossKernelGenerator.KernelStep, 0, 4));

    [Fact]
    public void ClassCountChanged_ReplacesOnlyItsKernels() => AssertReasons(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 3), WeightedLoss.CrossEntropyKernel<float>(Classes = 10)] static partial class K;",
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 3), WeightedLoss.CrossEntropyKernel<float>(Classes = 11)] static partial class K;",
        (LossKernelGenerator.KernelStep, 5, 5),
        (LossKernelGenerator.DispatchStep, 1, 1),
        (LossKernelGenerator.FacadeStep, 0, 1));

    [Fact]
    public void ClassCountAdded_LeavesTheOthersCached() => AssertReasons(
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 3)] static partial class K;",
        "[WeightedLoss.CrossEntropyKernel<float>(Classes = 3), WeightedLoss.CrossEntropyKernel<float>(Classes = 37)] static partial class K;",
        (LossKernelGenerator.KernelStep, 5, 5),
        (LossKernelGenerator.DispatchStep, 1, 1));

    private static void AssertReasons(string before, string after, params (string Step, int Kept, int Changed)[] expected)
    {
        var token = TestContext.Current.CancellationToken;
        var compilation = GeneratorHarness.Compile(before);
        var driver = GeneratorHarness.CreateDriver().RunGenerators(compilation, token);
        var tree = compilation.SyntaxTrees.Single();
        var edited = compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(after, (CSharpParseOptions)tree.Options, tree.FilePath, cancellationToken: token));
        var steps = driver.RunGenerators(edited, token).GetRunResult().Results.Single().TrackedSteps;

        foreach (var (step, kept, changed) in expected)
        {
            var reasons = steps[step].SelectMany(run => run.Outputs).Select(output => output.Reason).ToList();
            Assert.Equal(
                (kept, changed),
                (reasons.Count(reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged),
                    reasons.Count(reason => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified)));
        }
    }
}
