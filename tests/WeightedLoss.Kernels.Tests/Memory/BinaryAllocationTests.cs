namespace WeightedLoss.Tests.Memory;

/// <summary>A training loop on one thread leaves nothing to collect.</summary>
public sealed class BinaryAllocationTests
{
    private const int Columns = 7;
    private const int N = 11 * Columns;

    private readonly float[] _logits = new float[N];
    private readonly float[] _gradient = new float[N];
    private readonly float[] _losses = new float[N];
    private readonly float[] _weights = [.. Enumerable.Repeat(1f, N)];
    private readonly float[] _targets = new float[N];
    private readonly byte[] _bytes = new byte[N];
    private readonly int[] _ints = new int[N];

    [Fact]
    public void CrossEntropy_OneThread_AllocatesNothing()
    {
        var plain = new BinaryCrossEntropyOptions<float>(Reduction.MeanByCount) { PositiveWeight = 3 };
        var multiLabel = new BinaryCrossEntropyOptions<float>(Reduction.MeanByWeight)
        {
            PositiveWeights = [.. Enumerable.Repeat(2f, Columns)],
            IgnoreLabel = -1,
            LabelSmoothing = 0.1f,
        };
        AssertAllocatesNothing(() =>
        {
            BinaryCrossEntropy.Loss(_logits, _bytes, plain);
            BinaryCrossEntropy.LossAndGradient(_logits, _bytes, _gradient, plain);
            BinaryCrossEntropy.LossAndGradient(_logits, _ints, _gradient, multiLabel, _weights, _losses);
            BinaryCrossEntropy.LossAndGradient(_logits, _targets, _gradient, plain, _weights);
            BinaryCrossEntropy.Probabilities(_logits, _gradient);
        });
    }

    [Fact]
    public void LossesWithParameters_OneThread_AllocateNothing()
    {
        var focal = new SigmoidFocalOptions<float>(Reduction.MeanByCount, alpha: 0.25f) { Gamma = 1.7f };
        var asymmetric = new AsymmetricLossOptions<float>(Reduction.MeanByCount);
        AssertAllocatesNothing(() =>
        {
            SigmoidFocal.LossAndGradient(_logits, _bytes, _gradient, focal, _weights, _losses);
            AsymmetricLoss.LossAndGradient(_logits, _bytes, _gradient, asymmetric);
        });
    }

    private static void AssertAllocatesNothing(Action calls)
    {
        // The first calls are compiled, and may set up what the process keeps.
        for (var i = 0; i < 3; i++)
        {
            calls();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        calls();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
