using System.Collections.Concurrent;
using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

public sealed class SameBitsTestsOfFloat : SameBitsTests<float>;

public sealed class SameBitsTestsOfDouble : SameBitsTests<double>;

/// <summary>Every kernel and every number of threads returns the bits of the scalar kernel.</summary>
public abstract class SameBitsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly ConcurrentDictionary<string, List<Corpus.Output<T>>> s_scalar = new();

    public static TheoryData<string> Ids { get; } = Kernels.BinaryIds<T>();

    public static TheoryData<string> Functions { get; } =
        [.. Kernels.All.OfType<FunctionKernelEntry<T>>().Where(kernel => kernel.IsSupported).Select(kernel => kernel.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Kernel_Corpus_GivesTheScalarBits(string kernel)
    {
        var scalar = Kernels.Scalar(Kernels.Get<T>(kernel));
        var outputs = s_scalar.GetOrAdd(scalar.Id, _ => [.. Corpus.Run(scalar)]);
        foreach (var (expected, actual) in outputs.Zip(Corpus.Run(Kernels.Get<T>(kernel))))
        {
            Assert.Equal(expected.Name, actual.Name);
            Bits.AssertSame($"{kernel}, {expected.Name}", expected.Sum, actual.Sum);
            Bits.AssertSame<T>($"{kernel}, {expected.Name}, gradient", expected.Gradient, actual.Gradient);
            Bits.AssertSame<T>($"{kernel}, {expected.Name}, losses", expected.Losses, actual.Losses);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Function_Corpus_GivesTheScalarBits(string kernel)
    {
        var subject = Kernels.All.OfType<FunctionKernelEntry<T>>().Single(entry => entry.Id == kernel);
        var scalarId = kernel[..(kernel.LastIndexOf('-') + 1)] + "scalar";
        var scalar = Kernels.All.OfType<FunctionKernelEntry<T>>().Single(entry => entry.Id == scalarId);
        var random = new Random(1);
        var x = new T[1 << 16];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = kernel.StartsWith("log1punit-", StringComparison.Ordinal)
                ? T.CreateChecked(random.NextDouble())
                : T.CreateChecked(Math.Pow(2, (random.NextDouble() * 40) - 30));
        }

        var expected = new T[x.Length];
        var actual = new T[x.Length];
        scalar.Run(x, expected);
        subject.Run(x, actual);
        Bits.AssertSame<T>(kernel, expected, actual);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Kernel_OneToEightThreads_GivesTheSameBits(string kernel)
    {
        var subject = Kernels.Get<T>(kernel);
        foreach (var length in new[] { 16384, 16385, (5 * 16384) + 13, 9 * 16384 })
        {
            var random = new Random(length);

            // Each chunk is more confident than the one before: sums of such different size are rounded in any other order.
            var y = Enumerable.Range(0, length).Select(_ => random.Next(2)).ToArray();
            var z = Enumerable.Range(0, length).Select(i => T.CreateChecked(random.NextDouble() * ((2 * y[i]) - 1) * (1 + (4 * (i / 16384))))).ToArray();
            var w = Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.NextDouble())).ToArray();
            foreach (var weights in new[] { null, w })
            {
                var expected = Run(1, weights);
                for (var threads = 2; threads <= 8; threads++)
                {
                    var actual = Run(threads, weights);
                    var what = $"{kernel}, {length} logits, {threads} threads, weights {weights is not null}";
                    Bits.AssertSame(what, expected.Sum, actual.Sum);
                    Bits.AssertSame<T>(what, expected.Gradient, actual.Gradient);
                    Bits.AssertSame<T>(what, expected.Losses, actual.Losses);
                }
            }

            (LossSum Sum, T[] Gradient, T[] Losses) Run(int threads, T[]? weights)
            {
                var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
                {
                    PositiveWeight = T.CreateChecked(2.5),
                    MaxDegreeOfParallelism = threads,
                };
                var gradient = new T[length];
                var losses = new T[length];
                return (subject.LossAndGradient<int>(z, y, gradient, options, weights, weights is null ? default : losses), gradient, losses);
            }
        }
    }
}
