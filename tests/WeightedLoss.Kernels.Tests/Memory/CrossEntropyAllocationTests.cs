using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Memory;

public sealed class CrossEntropyAllocationTestsOfFloat : CrossEntropyAllocationTests<float>;

public sealed class CrossEntropyAllocationTestsOfDouble : CrossEntropyAllocationTests<double>;

/// <summary>A training loop on one thread leaves nothing to collect.</summary>
public abstract class CrossEntropyAllocationTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(37)]
    [InlineData(300)]
    public void CommonCalls_OneThread_AllocateNothing(int classes)
    {
        const int N = 67;
        var kernel = SoftmaxKernels.PublicCrossEntropy<T>();
        var (z, gradient, losses, weights) = (new T[N * classes], new T[N * classes], new T[N], Enumerable.Repeat(T.One, N).ToArray());
        var (bytes, ints, zeros, longs, targets) = (new byte[N], new int[N], new int[N], new long[N], new T[N * classes]);
        ints[5] = -100;

        // Rows that others take the place of: one of large logits, and one with an infinite one.
        z[0] = T.CreateChecked(5000);
        z[classes] = T.PositiveInfinity;
        var plain = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount);
        var weighted = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
        {
            ClassWeights = Enumerable.Repeat(T.One, classes).ToArray(),
            IgnoreLabel = -100,
            LabelSmoothing = T.CreateChecked(0.1),
        };
        var classMajor = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = LogitLayout.ClassMajor };

        // The first calls are compiled, and may set up what the process keeps.
        for (var i = 0; i < 3; i++)
        {
            Calls();
        }

        // The least of some rounds: a collection, or another test, can take what the array pool keeps.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedByCalls()));

        long AllocatedByCalls()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Calls();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Calls()
        {
            kernel.Loss<int>(z, ints, weighted);
            kernel.LossAndGradient<byte>(z, bytes, gradient, plain);
            kernel.LossAndGradient<int>(z, ints, gradient, weighted, weights, losses);
            kernel.LossAndGradient<long>(z, longs, gradient, plain, weights);
            kernel.LossAndGradient<T>(z, targets, gradient, plain, weights, losses);
            kernel.LossAndGradient<int>(z, zeros, gradient, classMajor);
            kernel.Probabilities(z, gradient, plain);
        }
    }
}
