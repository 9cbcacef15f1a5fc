using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>
/// Calls that reach every method of a kernel: tails, whole runs, chunk ends, every form of labels and weights, extremes, in that order.
/// </summary>
internal static class Corpus
{
    internal sealed record Output<T>(string Name, LossSum Sum, T[] Gradient, T[] Losses)
        where T : unmanaged;

    public static IEnumerable<Output<T>> Run<T>(BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Tails of a block of 8 or 16, ends of a run of 256 or 512, of a tile of 1024 and of a chunk of 16384.
        int[] lengths = [.. Enumerable.Range(0, 68), 255, 257, 511, 513, 1025, 16400];
        foreach (var length in lengths)
        {
            var z = Logits<T>(length);
            var y = Labels(length, withIgnored: false);
            var partial = Labels(length, withIgnored: true);
            var targets = Array.ConvertAll(z, value => Sigmoidal(value));
            var weights = Array.ConvertAll(z, value => T.IsFinite(value) ? T.Min(T.Abs(value), T.CreateChecked(9)) : T.Zero);
            var plain = new BinaryCrossEntropyOptions<T>(Reduction.Sum);
            var weighted = Options<T>(Reduction.MeanByCount);
            var ignoring = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight) { PositiveWeight = T.CreateChecked(7.7), IgnoreLabel = 255 };
            var smoothed = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(3)) { LabelSmoothing = T.CreateChecked(0.1) };
            var isFocalOfAnyGamma = kernel.Gamma != T.Zero && kernel.WithGamma(T.CreateChecked(0.125)) is not null;
            foreach (var withLosses in new[] { false, true })
            {
                if (isFocalOfAnyGamma)
                {
                    var mixed = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.CreateChecked(7.7), HasMixedTargets = true };
                    var mixedSmoothed = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount)
                    {
                        LabelSmoothing = T.CreateChecked(0.1),
                        IgnoreLabel = 255,
                        HasMixedTargets = true,
                    };
                    yield return Call("mixed", kernel, z, targets, mixed, [], withLosses);
                    yield return Call("mixed, sample weights", kernel, z, targets, mixed, weights, withLosses);
                    yield return Call("mixed smoothed", kernel, z, partial, mixedSmoothed, weights, withLosses);
                }

                yield return Call("hard", kernel, z, y, plain, [], withLosses);
                yield return Call("hard weighted", kernel, z, Array.ConvertAll(y, l => l == 1), weighted, [], withLosses);
                yield return Call("hard ignoring", kernel, z, partial, ignoring, [], withLosses);
                yield return Call("hard ignoring, sample weights", kernel, z, Array.ConvertAll(partial, l => (int)l), ignoring, weights, withLosses);
                yield return Call("hard smoothed", kernel, z, Array.ConvertAll(y, l => (long)l), smoothed, [], withLosses);
                yield return Call("soft", kernel, z, targets, plain, [], withLosses);
                yield return Call("soft weighted", kernel, z, targets, Options<T>(Reduction.MeanByWeight), weights, withLosses);
                foreach (var columns in new[] { 3, 17 })
                {
                    var rows = length / columns;
                    var table = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
                    {
                        PositiveWeights = Enumerable.Range(0, columns).Select(c => T.CreateChecked(c * 0.7)).ToArray(),
                        NegativeWeight = T.CreateChecked(1.3),
                        IgnoreLabel = 255,
                    };
                    var soft = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeights = table.PositiveWeights };
                    yield return Call("columns", kernel, z[..(rows * columns)], partial[..(rows * columns)], table, [], withLosses);
                    yield return Call("columns, row weights", kernel, z[..(rows * columns)], partial[..(rows * columns)], table, weights[..rows], withLosses);
                    yield return Call("columns, soft, weights", kernel, z[..(rows * columns)], targets[..(rows * columns)], soft, weights[..(rows * columns)], withLosses);
                }
            }

            var probabilities = new T[length];
            kernel.Probabilities(z, probabilities);
            yield return new($"{length} probabilities", default, probabilities, []);
        }
    }

    /// <summary>A hash of all outputs; NaNs of every payload are the same.</summary>
    public static string Hash<T>(BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var hash = new RunningHash();
        foreach (var output in Run(kernel))
        {
            hash.Add(output.Sum);
            hash.Add<T>(output.Gradient);
            hash.Add<T>(output.Losses);
        }

        return hash.ToString();
    }

    private static Output<T> Call<T, TLabel>(
        string name, BinaryKernelEntry<T> kernel, T[] z, TLabel[] labels, BinaryCrossEntropyOptions<T> options, T[] weights, bool withLosses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var gradient = new T[z.Length];
        var losses = withLosses ? new T[z.Length] : null;
        ReadOnlySpan<T> sampleWeights = weights.Length == 0 ? default : weights;
        var sum = kernel.LossAndGradient<TLabel>(z, labels, gradient, options, sampleWeights, losses);
        name = $"{name}, {z.Length} logits, losses {withLosses}";
        Bits.AssertSame($"{kernel.Id}, {name}, without gradient", sum, kernel.Loss<TLabel>(z, labels, options, sampleWeights, losses is null ? default : new T[z.Length]));
        return new(name, sum, gradient, losses ?? []);
    }

    private static BinaryCrossEntropyOptions<T> Options<T>(Reduction reduction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(reduction) { PositiveWeight = T.CreateChecked(10.1), NegativeWeight = T.CreateChecked(0.3) };

    private static T[] Logits<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] extremes =
        [
            T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon, T.CreateChecked(1e30), T.CreateChecked(-1e30),
            T.CreateChecked(87.33), T.CreateChecked(-87.34), T.CreateChecked(104), T.CreateChecked(708.39), T.CreateChecked(-708.4),
        ];
        var random = new Random(length);
        var logits = new T[length];
        for (var i = 0; i < length; i++)
        {
            var spread = random.Next(8) switch { 0 => 100.0, 1 => 0.001, _ => 4.0 };
            logits[i] = T.CreateChecked(spread * (random.NextDouble() + random.NextDouble() - 1));
            if (length % 5 == 0 && random.Next(30) == 0)
            {
                logits[i] = random.Next(9) == 0 ? T.NaN : extremes[random.Next(extremes.Length)];
            }
        }

        return logits;
    }

    private static byte[] Labels(int length, bool withIgnored)
    {
        var random = new Random(~length);
        var labels = new byte[length];
        for (var i = 0; i < length; i++)
        {
            labels[i] = withIgnored && random.Next(10) == 0 ? (byte)255 : (byte)(random.Next(4) / 3);
        }

        return labels;
    }

    private static T Sigmoidal<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsFinite(value) ? T.Min(T.One, T.Abs(value) / T.CreateChecked(4)) : T.One;
}
