using System.Collections.Concurrent;
using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

public sealed class SameBitsTestsOfFloat : SameBitsTests<float>;

public sealed class SameBitsTestsOfDouble : SameBitsTests<double>;

/// <summary>Every kernel with every combination of options, and every number of threads, returns the bits of the scalar kernel.</summary>
public abstract class SameBitsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Tails of a block of 8 or 16, and ends of a run of 256 or 512, of a tile of 1024, and of a chunk of 16384.</summary>
    private static readonly int[] s_lengths = [1, 7, 16, 17, 67, 257, 513, 1025, 16400];

    private static readonly ConcurrentDictionary<string, Output[]> s_scalar = new();

    public static TheoryData<string> Ids { get; } = BinaryKernels.Ids<T>();

    public static TheoryData<string> OtherIds { get; } = BinaryKernels.Ids<T>(kernel => kernel.InstructionSet != "scalar");

    public static TheoryData<string> Functions { get; } =
        [.. Kernels.Supported<FunctionKernelEntry<T>>().Select(Corpus.FamilyOf).Distinct()];

    [Theory]
    [MemberData(nameof(OtherIds))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Kernel_EveryCombinationOfOptions_GivesTheScalarBits(string kernel)
    {
        var subject = BinaryKernels.Get<T>(kernel);
        var scalar = BinaryKernels.Scalar(subject);
        var expectations = s_scalar.GetOrAdd(scalar.Id, _ => [.. Run(scalar)]);
        var actuals = Run(subject).ToArray();
        Assert.Equal(expectations.Length, actuals.Length);
        foreach (var (expected, actual) in expectations.Zip(actuals))
        {
            var what = $"{kernel}, {expected.Name}";
            Assert.Equal(expected.Name, actual.Name);
            Bits.AssertSame(what, expected.Sum, actual.Sum);
            Bits.AssertSame<T>($"{what}, gradient", expected.Gradient, actual.Gradient);
            Bits.AssertSame<T>($"{what}, losses", expected.Losses, actual.Losses);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    [Trait(ChildProcessTests.Rerun, "yes")]
    public void Function_ManyNumbers_GivesTheScalarBits(string function)
    {
        var kernels = Kernels.Supported<FunctionKernelEntry<T>>().Where(kernel => Corpus.FamilyOf(kernel) == function).ToArray();
        var scalar = kernels.Single(kernel => kernel.InstructionSet == "scalar");
        Assert.SkipWhen(kernels.Length == 1, $"Of {function}, only the scalar kernel runs here.");
        var random = new Random(1);
        var x = Make(1 << 16, _ => function.StartsWith("log1punit-", StringComparison.Ordinal)
            ? T.CreateChecked(random.NextDouble())
            : T.CreateChecked(Math.Pow(2, (random.NextDouble() * 40) - 30)));
        var expected = new T[x.Length];
        scalar.Run(x, expected);
        foreach (var kernel in kernels.Where(kernel => kernel != scalar))
        {
            var actual = new T[x.Length];
            kernel.Run(x, actual);
            Bits.AssertSame<T>(kernel.Id, expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Kernel_OneToEightThreads_GivesTheSameBits(string kernel)
    {
        var subject = BinaryKernels.Get<T>(kernel);
        foreach (var length in new[] { 16384, 16385, (5 * 16384) + 13, 9 * 16384 })
        {
            var random = new Random(length);

            // Each chunk is more confident than the one before: sums of such different size are rounded in any other order.
            var y = Enumerable.Range(0, length).Select(_ => random.Next(2)).ToArray();
            var z = Enumerable.Range(0, length)
                .Select(i => T.CreateChecked(random.NextDouble() * ((2 * y[i]) - 1) * (1 + (4 * (i / 16384))))).ToArray();
            var w = Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.NextDouble())).ToArray();
            foreach (var weights in new[] { null, w })
            {
                var expected = RunThreads(1, weights);
                for (var threads = 2; threads <= 8; threads++)
                {
                    var actual = RunThreads(threads, weights);
                    var what = $"{kernel}, {length} logits, {threads} threads, weights {weights is not null}";
                    Bits.AssertSame(what, expected.Sum, actual.Sum);
                    Bits.AssertSame<T>(what, expected.Gradient, actual.Gradient);
                    Bits.AssertSame<T>(what, expected.Losses, actual.Losses);
                }
            }

            (LossSum Sum, T[] Gradient, T[] Losses) RunThreads(int threads, T[]? weights)
            {
                var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
                {
                    PositiveWeight = T.CreateChecked(2.5),
                    MaxDegreeOfParallelism = threads,
                };
                var gradient = new T[length];
                var losses = new T[length];
                var sum = subject.LossAndGradient<int>(z, y, gradient, options, weights, weights is null ? default : losses);
                return (sum, gradient, losses);
            }
        }
    }

    /// <summary>Calls with all that options are made of: forms of labels and weights, and what is wanted.</summary>
    private static IEnumerable<Output> Run(BinarySubject<T> kernel)
    {
        foreach (var length in s_lengths)
        {
            var random = new Random(length);
            var logits = Make(length, i => Logit(random, isExtreme: length % 2 == 1 && i % 29 == 3));
            foreach (var weights in Enum.GetValues<Weights>())
            {
                var columns = weights switch { Weights.None or Weights.Samples => 1, Weights.ColumnsAndRows => 17, _ => 3 };
                var n = length / columns * columns;
                var own = weights is Weights.None or Weights.Columns ? 0 : weights == Weights.ColumnsAndRows ? n / columns : n;
                var batch = new Batch(
                    $"{n} logits, weights {weights}",
                    logits[..n],
                    Make(own, _ => T.CreateChecked(random.Next(7) == 0 ? 0 : 3 * random.NextDouble())),
                    columns == 1 ? [] : Make(columns, column => T.CreateChecked(column * 0.7)));
                var labels = Make(n, _ => (byte)(random.Next(10) == 0 ? 255 : random.Next(4) / 3));
                var targets = Make(n, _ => T.CreateChecked(random.NextDouble()));
                var mixes = kernel.TakesParameters && kernel.Case.MixedParameters.Length != 0 ? new[] { false, true } : [false];
                foreach (var (withLosses, isMixed) in new[] { false, true }.SelectMany(wanted => mixes.Select(mixed => (wanted, mixed))))
                {
                    yield return Call("hard", kernel, batch, Array.ConvertAll(labels, label => label == 1), withLosses, isMixed);
                    yield return Call("ignoring", kernel, batch, labels, withLosses, isMixed);
                    yield return Call("smoothed", kernel, batch, Array.ConvertAll(labels, label => (long)label), withLosses, isMixed, 0.1);
                    yield return Call("soft", kernel, batch, targets, withLosses, isMixed);
                }
            }

            var probabilities = new T[length];
            kernel.Probabilities(logits, probabilities);
            yield return new($"{length} probabilities", default, probabilities, []);
        }
    }

    private static Output Call<TLabel>(
        string name, BinarySubject<T> kernel, Batch batch, TLabel[] labels, bool withLosses, bool isMixed, double smoothing = 0)
        where TLabel : unmanaged
    {
        var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount)
        {
            PositiveWeight = T.CreateChecked(7.7),
            NegativeWeight = T.CreateChecked(0.3),
            PositiveWeights = batch.ColumnWeights,
            LabelSmoothing = T.CreateChecked(smoothing),
            IgnoreLabel = typeof(TLabel) == typeof(T) ? null : 255,
            HasMixedTargets = isMixed,
        };
        var n = batch.Logits.Length;
        var (gradient, losses, alone) = (new T[n], withLosses ? new T[n] : [], withLosses ? new T[n] : []);
        var sum = kernel.LossAndGradient<TLabel>(batch.Logits, labels, gradient, options, batch.SampleWeights, losses);
        name = $"{name}, {batch.Name}, losses {withLosses}, mixed {isMixed}";
        var without = $"{kernel}, {name}, without gradient";
        Bits.AssertSame(without, sum, kernel.Loss<TLabel>(batch.Logits, labels, options, batch.SampleWeights, alone));
        Bits.AssertSame<T>(without, losses, alone);
        return new(name, sum, gradient, losses);
    }

    private static T Logit(Random random, bool isExtreme)
    {
        T[] extremes =
            [T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.NegativeZero, T.Epsilon, T.CreateChecked(1e30), T.CreateChecked(-708.4)];
        var spread = random.Next(8) switch { 0 => 100.0, 1 => 0.001, _ => 4.0 };
        return isExtreme
            ? extremes[random.Next(extremes.Length)]
            : T.CreateChecked(spread * (random.NextDouble() + random.NextDouble() - 1));
    }

    private static TValue[] Make<TValue>(int length, Func<int, TValue> value) => [.. Enumerable.Range(0, length).Select(value)];

    private enum Weights
    {
        None,
        Samples,
        Columns,
        ColumnsAndSamples,
        ColumnsAndRows,
    }

    private sealed record Batch(string Name, T[] Logits, T[] SampleWeights, T[] ColumnWeights);

    private sealed record Output(string Name, LossSum Sum, T[] Gradient, T[] Losses);
}
