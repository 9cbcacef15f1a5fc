using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>Every kernel returns the bits that are frozen: its results of the corpus have the hash of expected.txt.</summary>
[Trait(ChildProcessTests.Rerun, "yes")]
public class FrozenBitsTests
{
    private static readonly Dictionary<string, string> s_expected = ExpectedHashes.Read();

    public static TheoryData<string> Ids { get; } = [.. Kernels.Supported<KernelEntry>().Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Kernel_Corpus_HasTheFrozenHash(string kernel) => AssertFrozen(Kernels.All.Single(entry => entry.Id == kernel));

    /// <summary>All parts of the corpus have the hashes of the kernel's family. If not, the first call that differs is named.</summary>
    internal static void AssertFrozen(KernelEntry kernel)
    {
        if (kernel.InstructionSet == PublicMethods.Dispatched && LossCases.CrossEntropy.Has(kernel))
        {
            AssertFrozenByClassCount(kernel);
            return;
        }

        var family = Corpus.FamilyOf(kernel);
        foreach (var part in Corpus.Parts)
        {
            if (Corpus.Hash(kernel, part) is { } hash)
            {
                var expected = s_expected.GetValueOrDefault(family + part, "one in expected.txt");
                if (hash != expected)
                {
                    Assert.Fail($"The hash of {kernel.Id}{part} is {hash} instead of {expected}. {FirstDifference(kernel, part)}");
                }
            }
        }
    }

    /// <summary>
    /// The public methods of cross-entropy take two classes by their difference, so they have the hashes of the kernels for single class
    /// counts. A class count without a hash has the bits of the scalar kernel for any.
    /// </summary>
    private static void AssertFrozenByClassCount(KernelEntry crossEntropy)
    {
        var scalar = Kernels.All.Single(entry => entry.Id == crossEntropy.Id + "-scalar");
        foreach (var classes in Enumerable.Range(2, 16).Concat([37, 64, 100, 256, 257, 300, 333]))
        {
            var expected = s_expected.GetValueOrDefault($"{crossEntropy.Id}-c{classes}") ?? Corpus.Hash(scalar, classes: classes);
            Assert.True(Corpus.Hash(crossEntropy, classes: classes) == expected, $"{crossEntropy.Id}, {classes} classes: other bits.");
        }
    }

    private static string FirstDifference(KernelEntry kernel, string part)
    {
        var scalar = Kernels.All.Single(other => other.InstructionSet == "scalar" && Corpus.FamilyOf(other) == Corpus.FamilyOf(kernel));
        var (expected, actual) = (Trace(scalar), Trace(kernel));
        var first = expected.Zip(actual).FirstOrDefault(pair => pair.First != pair.Second);
        return first == default
            ? "The scalar kernel has the same bits."
            : $"The first call that differs from the scalar kernel's: {first.Second} instead of {first.First}.";

        List<string> Trace(KernelEntry entry)
        {
            var lines = new List<string>();
            Corpus.Hash(entry, part, lines.Add);
            return lines;
        }
    }
}
