using WeightedLoss.Benchmarks.Emitted;

namespace WeightedLoss.Benchmarks.Tests;

public class EmittedTextTests
{
    private static readonly EmittedText Library = EmittedText.In(Path.ChangeExtension(typeof(LossSum).Assembly.Location, "pdb"));

    [Theory]
    [InlineData("CeF32C7Avx2", "Ce", "Avx2")]
    [InlineData("FocalSigmoidF64G0_5Avx512", "FocalSigmoid", "Avx512")]
    [InlineData("BceBf16Neon", "Bce", "Neon")]
    [InlineData("Log1pF32Portable256", "Log1p", "Portable256")]
    public void Read_NameOfKernel_GivesFamilyAndInstructionSet(string name, string family, string instructionSet) =>
        Assert.Equal((family, instructionSet), EmittedKernels.Read(name));

    [Theory]
    [InlineData("BceF32")]
    [InlineData("Avx2Dialect")]
    public void Read_OtherName_GivesNothing(string name) => Assert.Null(EmittedKernels.Read(name));

    [Fact]
    public void Library_Parts_AddUpToAllText()
    {
        Assert.Equal(
            Library.Total,
            Library.ByFamily.Aggregate(default(TextSize), (sum, part) => sum + part.Size) with { Files = Library.Total.Files });
        Assert.Equal(Library.ByInstructionSet.Sum(part => part.Size.Lines), Library.Total.Lines);
    }

    [Fact]
    public void Library_Text_BelongsToTheKernelsOfEveryInstructionSet()
    {
        var sizes = Library.ByInstructionSet.ToDictionary(part => part.Name, part => part.Size);
        Assert.Equal(["Avx2", "Avx512", "Neon", "Scalar", "Sse2", EmittedText.Shared], sizes.Keys.Order(StringComparer.Ordinal));
        Assert.True(sizes[EmittedText.Shared].Characters < Library.Total.Characters / 4, $"{sizes[EmittedText.Shared]}");
    }

    [Fact]
    public void UserProject_OneAttribute_GetsOneFamily() =>
        Assert.Equal(
            ["FocalSigmoid", EmittedText.Shared],
            EmittedText.For("[WeightedLoss.SigmoidFocalKernel<float>(Gamma = 1.5)] internal static partial class Kernels;").ByFamily.Select(part => part.Name));
}
