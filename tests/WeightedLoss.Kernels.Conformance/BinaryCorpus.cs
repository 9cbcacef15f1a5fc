using System.Numerics;

namespace WeightedLoss.Conformance;

/// <summary>The corpus of binary losses.</summary>
internal static class BinaryCorpus
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 68), 127, 511, 512, 513, 1029, 2051, 16384 + 37];

    /// <summary>Adds the results of a part of the corpus, if the kernel has it.</summary>
    internal static bool Add<T>(BitHash hash, BinarySubject<T> subject, string part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (part.Length == 0)
        {
            foreach (var each in subject.WithEach(subject.Case.Parameters.Skip(1)))
            {
                AddBinary(hash, each);
            }

            return true;
        }

        if (!subject.TakesParameters)
        {
            return false;
        }

        foreach (var parameters in subject.Case.MixedParameters)
        {
            AddMixed(hash, subject.With(Array.ConvertAll(parameters, T.CreateChecked))!);
        }

        return subject.Case.MixedParameters.Length != 0;
    }

    private static void AddBinary<T>(BitHash hash, BinarySubject<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var length in Lengths)
        {
            var random = new CorpusRandom((ulong)length);
            var logits = new T[length];
            var labels = new byte[length];
            var targets = new T[length];
            var weights = new T[length];
            for (var i = 0; i < length; i++)
            {
                // Every third length is finite, so that its sums are compared by their bits too.
                logits[i] = length % 3 == 0 ? random.Moderate<T>() : random.Logit<T>(i);
                labels[i] = (byte)(random.Next() % 5 == 0 ? 1 : 0);
                targets[i] = random.Unit<T>();
                weights[i] = random.Next() % 7 == 0 ? T.Zero : random.Unit<T>() * Number<T>(3);
            }

            var withIgnored = labels.Select((label, i) => i % 6 == 1 ? (byte)255 : label).ToArray();
            var plain = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeight = Number<T>(9.5) };
            var smooth = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
            {
                PositiveWeight = Number<T>(3.25),
                NegativeWeight = Number<T>(0.75),
                LabelSmoothing = Number<T>(0.125),
            };
            var ignoring = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(3)) { PositiveWeight = Number<T>(2.5), IgnoreLabel = 255 };
            var threaded = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { NegativeWeight = Number<T>(0.3), MaxDegreeOfParallelism = 3 };
            var zero = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { NegativeWeight = T.Zero };

            Add(hash, kernel, logits, labels, plain, default, false);
            Add(hash, kernel, logits, Array.ConvertAll(labels, label => label == 1), threaded, default, false);
            Add(hash, kernel, logits, Array.ConvertAll(labels, label => (int)label), plain, weights, true);
            Add(hash, kernel, logits, Array.ConvertAll(labels, label => (long)label), zero, default, false);
            Add(hash, kernel, logits, withIgnored, ignoring, default, false);
            Add(hash, kernel, logits, Array.ConvertAll(withIgnored, label => (long)label), ignoring, weights, true);
            Add(hash, kernel, logits, labels, smooth, default, true);
            Add(hash, kernel, logits, targets, plain, default, false);
            Add(hash, kernel, logits, targets, smooth, weights, true);
            if (length % 3 == 0)
            {
                var columns = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeights = [T.One, Number<T>(2.5), T.Zero] };
                var table = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { Columns = 3, IgnoreLabel = 255 };
                Add(hash, kernel, logits, withIgnored, table, weights.AsSpan(0, length / 3), false);
                Add(hash, kernel, logits, labels, columns, weights.AsSpan(0, length / 3), true);
                Add(hash, kernel, logits, targets, columns, default, false);
            }

            var probabilities = new T[length];
            kernel.Probabilities(logits, probabilities);
            hash.Add<T>(probabilities);
        }
    }

    private static void AddMixed<T>(BitHash hash, BinarySubject<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var length in Lengths)
        {
            var random = new CorpusRandom((ulong)length + 7);
            var logits = new T[length];
            var labels = new byte[length];
            var targets = new T[length];
            var weights = new T[length];
            for (var i = 0; i < length; i++)
            {
                logits[i] = length % 3 == 0 ? random.Moderate<T>() : random.Logit<T>(i);
                labels[i] = (byte)(random.Next() % 5 == 0 ? 1 : random.Next() % 6 == 0 ? 255 : 0);
                targets[i] = random.Unit<T>();
                weights[i] = random.Next() % 7 == 0 ? T.Zero : random.Unit<T>() * Number<T>(3);
            }

            var plain = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeight = Number<T>(9.5), HasMixedTargets = true };
            var smooth = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(3))
            {
                NegativeWeight = Number<T>(0.75),
                LabelSmoothing = Number<T>(0.125),
                IgnoreLabel = 255,
                HasMixedTargets = true,
            };
            Add(hash, kernel, logits, targets, plain, default, false);
            Add(hash, kernel, logits, targets, plain, weights, true);
            Add(hash, kernel, logits, labels, smooth, default, true);
            if (length % 3 == 0)
            {
                var columns = new BinaryCrossEntropyOptions<T>(Reduction.Sum)
                {
                    PositiveWeights = [T.One, Number<T>(2.5), T.Zero],
                    HasMixedTargets = true,
                };
                Add(hash, kernel, logits, targets, columns, weights.AsSpan(0, length / 3), false);
            }
        }
    }

    private static void Add<T, TLabel>(
        BitHash hash,
        BinarySubject<T> kernel,
        T[] logits,
        TLabel[] labels,
        BinaryCrossEntropyOptions<T> options,
        ReadOnlySpan<T> weights,
        bool withLosses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = new T[logits.Length];
        hash.Add(kernel.Loss<TLabel>(logits, labels, options, weights));
        hash.Add(kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, withLosses ? losses : default));
        hash.Add<T>(gradient);
        hash.Add<T>(losses);
        hash.Trace($"{logits.Length} logits, {typeof(TLabel).Name} labels");
    }

    private static T Number<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(value);
}
