using System.Numerics;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>
/// Options and kernels are shared by threads: eight of them make a million calls in all, and each has the bits of a call alone.
/// </summary>
public class SharedByThreadsTests
{
    private const int Threads = 8;

    // Two blocks and a tail.
    private const int Rows = 37, Classes = 3;

    /// <summary>All of them together make a million.</summary>
    private static readonly int s_callsPerThread = 1_000_000 / Threads / PublicMethods.All.Count;

    public static TheoryData<string> BinaryFloat { get; } = [.. BinaryKernels.Public<float>().Select(kernel => kernel.Id)];

    public static TheoryData<string> BinaryDouble { get; } = [.. BinaryKernels.Public<double>().Select(kernel => kernel.Id)];

    public static TheoryData<string> SoftmaxFloat { get; } = [.. SoftmaxKernels.Public<float>().Select(kernel => kernel.Id)];

    public static TheoryData<string> SoftmaxDouble { get; } = [.. SoftmaxKernels.Public<double>().Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(BinaryFloat))]
    public void BinaryFloat_EightThreads_HaveTheBitsOfOne(string loss) => Binary(BinaryKernels.Get<float>(loss));

    [Theory]
    [MemberData(nameof(BinaryDouble))]
    public void BinaryDouble_EightThreads_HaveTheBitsOfOne(string loss) => Binary(BinaryKernels.Get<double>(loss));

    [Theory]
    [MemberData(nameof(SoftmaxFloat))]
    public void SoftmaxFloat_EightThreads_HaveTheBitsOfOne(string loss) => Softmax(SoftmaxKernels.Get<float>(loss));

    [Theory]
    [MemberData(nameof(SoftmaxDouble))]
    public void SoftmaxDouble_EightThreads_HaveTheBitsOfOne(string loss) => Softmax(SoftmaxKernels.Get<double>(loss));

    private static void Binary<T>(BinarySubject<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight) { PositiveWeight = T.CreateChecked(2.5), IgnoreLabel = 7 };
        var labels = Enumerable.Range(0, Rows).Select(i => i % 9 == 4 ? 7 : i % 2).ToArray();
        EachThread(Logits<T>(Rows), (z, gradient, losses) => kernel.LossAndGradient<int>(z, labels, gradient, options, default, losses));
    }

    private static void Softmax<T>(SoftmaxSubject<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = new CrossEntropyOptions<T>(Classes, Reduction.MeanByWeight)
        {
            ClassWeights = [T.One, T.CreateChecked(0.3), T.CreateChecked(4)],
            IgnoreLabel = 7,
        };
        var labels = Enumerable.Range(0, Rows).Select(i => i % 9 == 4 ? 7 : i % Classes).ToArray();
        EachThread(
            Logits<T>(Rows * Classes), (z, gradient, losses) => kernel.LossAndGradient<int>(z, labels, gradient, options, default, losses));
    }

    /// <summary>Every thread has memory of its own for what is written, and shares everything else.</summary>
    private static void EachThread<T, TSum>(T[] logits, Func<T[], T[], T[], TSum> call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSum : struct, IEquatable<TSum>
    {
        var elements = logits.Length == Rows ? 1 : Classes;
        var (gradient, losses) = (new T[logits.Length], new T[logits.Length / elements]);
        var sum = call(logits, gradient, losses);
        var wrong = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var (own, ownLosses) = (new T[gradient.Length], new T[losses.Length]);
            for (var i = 0; i < s_callsPerThread; i++)
            {
                Array.Clear(own);
                Array.Clear(ownLosses);
                if (!call(logits, own, ownLosses).Equals(sum)
                    || !own.AsSpan().SequenceEqual(gradient)
                    || !ownLosses.AsSpan().SequenceEqual(losses))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(0, wrong);
    }

    private static T[] Logits<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. Enumerable.Range(0, length).Select(
            i => T.CreateChecked(6 * Math.Sin(i * i)))];
}
