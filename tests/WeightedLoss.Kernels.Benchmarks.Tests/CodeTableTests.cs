using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using WeightedLoss.Benchmarks.Audit;
using WeightedLoss.Benchmarks.Emitted;

namespace WeightedLoss.Benchmarks.Tests;

/// <summary>
/// The machine code of the emitted methods is as good as the stored tables say. Where a change makes methods worse on purpose, or adds
/// some, <c>audit --write</c> of the benchmarks writes the tables anew.
/// </summary>
public partial class CodeTableTests
{
    /// <summary>Names a file with the code of NEON, which a processor without it can only get from an emulator, in two minutes.</summary>
    private const string NeonListing = "WEIGHTEDLOSS_NEON_LISTING";

    [Theory]
    [InlineData("avx512")]
    [InlineData("avx2")]
    [InlineData("neon")]
    [InlineData("sse2")]
    [InlineData("scalar")]
    public void EmittedMethods_MachineCode_IsAsGoodAsTheStoredTable(string instructionSet)
    {
        var configuration = typeof(CodeTableTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Assert.SkipUnless(configuration == "Release", "The machine code of a debug build says nothing: use -c Release.");
        var stored = CodeTable.Read(Stored(instructionSet));
        var differences = CodeTable.Compare(stored, CodeOf(instructionSet));
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} methods differ from the table, which audit {instructionSet} --write writes anew:\n{string.Join('\n', differences)}");
    }

    /// <summary>The JIT inlines no method of so many bytes, unless it is told to.</summary>
    [Fact]
    public void StoredTables_EveryLongMethodOfTheLibrary_IsListed()
    {
        const int Long = 400;
        using var file = new PEReader(File.OpenRead(typeof(LossSum).Assembly.Location));
        var reader = file.GetMetadataReader();
        var methods =
            from method in reader.MethodDefinitions.Select(reader.GetMethodDefinition)
            where !method.ImplAttributes.HasFlag(MethodImplAttributes.AggressiveInlining) && method.RelativeVirtualAddress != 0
            let type = reader.GetString(reader.GetTypeDefinition(method.GetDeclaringType()).Name).Split('`')[0]
            let kernel = EmittedKernels.Read(type)
            where kernel is not null && file.GetMethodBody(method.RelativeVirtualAddress).GetILReader().Length > Long
            group $"{type}:{reader.GetString(method.Name)}" by kernel.Value.InstructionSet.ToLowerInvariant();
        Assert.All(methods, set => Assert.Empty(set.Except(
            CodeTable.Read(Stored(set.Key)).Select(method => TypeArguments().Replace(method.Name, "")))));
    }

    private static string Stored(string instructionSet) => CodeTable.PathIn(Repository.PathOf("benchmarks", "results"), instructionSet);

    [GeneratedRegex("\\[.*?\\](?=:|$)")]
    private static partial Regex TypeArguments();

    private static IReadOnlyList<MethodCode> CodeOf(string instructionSet)
    {
        if (ConformanceListing.Native.Contains(instructionSet))
        {
            return ConformanceListing.Run(Repository.PathOf(), instructionSet);
        }

        var listing = Environment.GetEnvironmentVariable(NeonListing);
        Assert.SkipUnless(
            instructionSet == "neon" && listing is not null,
            instructionSet == "neon"
                ? $"This machine has no NEON, and {NeonListing} names no file that conformance-neon.sh --listing has written."
                : $"This machine has no {instructionSet}.");
        return CodeListing.Read(File.ReadLines(listing!), instructionSet);
    }
}
