namespace WeightedLoss.Generators.Tests.Diagnostics;

public class DiagnosticTests
{
    private const string Attribute = "[WeightedLoss.BinaryCrossEntropyKernel<float>]";

    [Theory]
    [InlineData(Attribute + " static class K { }", "WLK001: 'K' can't receive kernels: it must be partial")]
    [InlineData(Attribute + " partial class K { }", "WLK001: 'K' can't receive kernels: it must be static")]
    [InlineData(Attribute + " static partial class K<T> { }", "WLK001: 'K' can't receive kernels: it must not be generic")]
    [InlineData(Attribute + " file static partial class K { }", "WLK001: 'K' can't receive kernels: it must not be local to a file")]
    [InlineData("class Outer { " + Attribute + " static partial class K { } }", "WLK001: 'K' can't receive kernels: 'Outer' around it must be partial")]
    [InlineData("partial class Outer<T> { " + Attribute + " static partial class K { } }", "WLK001: 'K' can't receive kernels: 'Outer' around it must not be generic")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<System.Half>] static partial class K { }", "WLK002: There are no kernels for 'System.Half'; use float or double")]
    [InlineData(Attribute + Attribute + " static partial class K { }", "WLK003: 'K' has [BinaryCrossEntropyKernel<float>] twice; remove one")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 1)] static partial class K;", "WLK004: Classes is 1, but must lie between 2 and 1048576; leave it out for kernels that take any class count")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = -3)] static partial class K;", "WLK004: Classes is -3, but must lie between 2 and 1048576; leave it out for kernels that take any class count")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 2000000)] static partial class K;", "WLK004: Classes is 2000000, but must lie between 2 and 1048576; leave it out for kernels that take any class count")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 7), WeightedLoss.CrossEntropyKernel<float>(Classes = 7)] static partial class K;", "WLK003: 'K' has [CrossEntropyKernel<float>] twice; remove one")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = -1)] static partial class K;", "WLK005: Gamma is -1, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 0)] static partial class K;", "WLK005: Gamma is 0, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = double.NaN)] static partial class K;", "WLK005: Gamma is NaN, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = double.PositiveInfinity)] static partial class K;", "WLK005: Gamma is Infinity, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 1e300)] static partial class K;", "WLK005: Gamma is 1E+300, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 2), WeightedLoss.SigmoidFocalKernel<float>(Gamma = 2)] static partial class K;", "WLK003: 'K' has [SigmoidFocalKernel<float>] twice; remove one")]
    [InlineData("[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = -1)] static partial class K;", "WLK005: Gamma is -1, but must be finite and above 0; leave it out for kernels that take any γ at run time")]
    [InlineData("[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 1, Gamma = 2)] static partial class K;", "WLK004: Classes is 1, but must lie between 2 and 1048576; leave it out for kernels that take any class count")]
    [InlineData("[WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = 2), WeightedLoss.SoftmaxFocalKernel<float>(Classes = 3, Gamma = 2)] static partial class K;", "WLK003: 'K' has [SoftmaxFocalKernel<float>] twice; remove one")]
    public async Task Mistake_IsReportedOnce_AndNothingElse(string source, string expected)
    {
        var diagnostics = await GeneratorHarness.DiagnoseAsync(source);

        var only = Assert.Single(diagnostics);
        Assert.Equal(expected, $"{only.Id}: {only.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        Assert.Equal("Source0.cs", only.Location.SourceTree!.FilePath);
    }

    [Theory]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float, float>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<Unknown>] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = )] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>(PortableTwins = 3)] static partial class K;")]
    [InlineData("[WeightedLoss.BinaryCrossEntropyKernel<float>] static partial class { }")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = )] static partial class K;")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = \"7\")] static partial class K;")]
    [InlineData("[WeightedLoss.CrossEntropyKernel<float>(Classes = 99999999999)] static partial class K;")]
    [InlineData("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = \"2\")] static partial class K;")]
    public void BrokenSource_NeverMakesTheGeneratorThrow(string source)
    {
        var result = GeneratorHarness.CreateDriver()
            .RunGenerators(GeneratorHarness.Compile(source), TestContext.Current.CancellationToken)
            .GetRunResult().Results.Single();

        Assert.Null(result.Exception);
        Assert.Empty(result.Diagnostics);
    }
}
