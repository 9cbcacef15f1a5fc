using System.Collections.Concurrent;
using WeightedLoss.Conformance;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A kernel of ours that was measured, and the bits that it computes.</summary>
/// <param name="Name">Without the instruction set, all of which compute the same bits: for example <c>ce-f32-c7</c>.</param>
/// <param name="Checksum">The conformance program's hash of all its results, computed by the process that measured.</param>
internal sealed record MeasuredKernel(string Name, string Checksum)
{
    private static readonly ConcurrentDictionary<string, string> Checksums = [];

    /// <summary>The checksum of each kernel of this version, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = ExpectedHashes.Read();

    /// <summary>The kernel that the public method takes for a case in this process.</summary>
    public static MeasuredKernel Of(BenchmarkCase @case)
    {
        var loss = (@case.Loss, @case.Classes) switch
        {
            ("bce", _) => nameof(BinaryCrossEntropy),
            ("ce", _) => nameof(CrossEntropy),
            ("asymmetric", _) => nameof(AsymmetricLoss),
            ("focal", 1) => nameof(SigmoidFocal),
            _ => nameof(SoftmaxFocal),
        };
        var type = @case.Type == "f32" ? typeof(float) : typeof(double);
        var id = LossKernels.InUse
            .Where(kernel => kernel.Loss == loss && kernel.ElementType == type)
            .Where(kernel => (kernel.Classes == 0 || kernel.Classes == @case.Classes) && kernel.Parameters is null or [2])
            .MaxBy(kernel => (kernel.Classes, kernel.Parameters is not null))!.Id;
        var checksum = Checksums.GetOrAdd(id, static id => Corpus.Hash(KernelRegistry.All.Single(entry => entry.Id == id))!);
        return new(id[..id.LastIndexOf('-')], checksum);
    }
}
