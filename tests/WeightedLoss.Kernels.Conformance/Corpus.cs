using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss.Conformance;

/// <summary>
/// Inputs that reach every path of a kernel: all tails, runs and chunks, weights, soft and hard labels, ignored labels, smoothing,
/// columns, losses one by one, extreme logits. They come from integers alone, so they are the same bits on every machine.
/// </summary>
internal static class Corpus
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 68), 127, 511, 512, 513, 1029, 2051, 16384 + 37];

    // Every layout: few classes in registers, some in scratch, with and without a remainder of four, and many in a row.
    private static readonly int[] ClassCounts = [2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 37, 64, 100, 200, 256, 257, 272, 333];

    private static readonly int[] Rows = [0, 1, 2, 5, 7, 8, 15, 16, 17, 33, 100, 300];

    private static readonly int[] ManyClassesRows = [1, 5, 19];

    /// <summary>Gets a line for each call of a kernel, with the hash up to it: the first one that differs between machines tells which call does.</summary>
    internal static Action<string>? Trace { get; set; }

    internal static string Hash(KernelEntry entry)
    {
        var hash = new BitHash();
        switch (entry)
        {
            case BinaryKernelEntry<float> kernel:
                AddGammas(ref hash, kernel);
                break;
            case BinaryKernelEntry<double> kernel:
                AddGammas(ref hash, kernel);
                break;
            case CrossEntropyKernelEntry<float> kernel:
                AddGammas(ref hash, kernel);
                break;
            case CrossEntropyKernelEntry<double> kernel:
                AddGammas(ref hash, kernel);
                break;
            case FunctionKernelEntry<float> kernel:
                AddFunction(ref hash, kernel, entry.Id.StartsWith("log1punit", StringComparison.Ordinal));
                break;
            case FunctionKernelEntry<double> kernel:
                AddFunction(ref hash, kernel, entry.Id.StartsWith("log1punit", StringComparison.Ordinal));
                break;
            default:
                throw new NotSupportedException($"The corpus has no inputs for {entry.Id}.");
        }

        return hash.ToString();
    }

    /// <summary>The hash of a kernel for any γ with <see cref="FocalTargets.Mixed"/>; null for another one.</summary>
    internal static string? HashOfMixed(KernelEntry entry) => entry switch
    {
        BinaryKernelEntry<float> kernel => HashOfMixed(kernel),
        BinaryKernelEntry<double> kernel => HashOfMixed(kernel),
        _ => null,
    };

    private static string? HashOfMixed<T>(BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kernel.Gamma == T.Zero || kernel.WithGamma(T.CreateTruncating(0.125)) is null)
        {
            return null;
        }

        var hash = new BitHash();
        foreach (var gamma in new[] { 2, 0.25, 0, 30 })
        {
            AddMixed(ref hash, kernel.WithGamma(T.CreateTruncating(gamma))!);
        }

        return hash.ToString();
    }

    private static void AddMixed<T>(ref BitHash hash, BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var length in Lengths)
        {
            var random = new Generator((ulong)length + 7);
            var logits = new T[length];
            var labels = new byte[length];
            var targets = new T[length];
            var weights = new T[length];
            for (var i = 0; i < length; i++)
            {
                logits[i] = length % 3 == 0 ? random.Moderate<T>() : Logit<T>(ref random, i);
                labels[i] = (byte)(random.Next() % 5 == 0 ? 1 : random.Next() % 6 == 0 ? 255 : 0);
                targets[i] = random.Unit<T>();
                weights[i] = random.Next() % 7 == 0 ? T.Zero : random.Unit<T>() * T.CreateTruncating(3);
            }

            var plain = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeight = T.CreateTruncating(9.5), HasMixedTargets = true };
            var smooth = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(3))
            {
                NegativeWeight = T.CreateTruncating(0.75),
                LabelSmoothing = T.CreateTruncating(0.125),
                IgnoreLabel = 255,
                HasMixedTargets = true,
            };
            Add(ref hash, kernel, logits, targets, plain, default, false);
            Add(ref hash, kernel, logits, targets, plain, weights, true);
            Add(ref hash, kernel, logits, labels, smooth, default, true);
            if (length % 3 == 0)
            {
                var columns = new BinaryCrossEntropyOptions<T>(Reduction.Sum)
                {
                    PositiveWeights = [T.One, T.CreateTruncating(2.5), T.Zero],
                    HasMixedTargets = true,
                };
                Add(ref hash, kernel, logits, targets, columns, weights.AsSpan(0, length / 3), false);
            }
        }
    }

    private static void AddFunction<T>(ref BitHash hash, FunctionKernelEntry<T> kernel, bool isUnit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Generator(11);
        var x = new T[16384];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = isUnit ? random.Unit<T>() : T.Abs(Logit<T>(ref random, i));
        }

        var y = new T[x.Length];
        kernel.Run(x, y);
        hash.Add<T>(y);
    }

    /// <summary>A kernel for any γ is run with several: a root, the exponent of an entry, and one that makes most powers 0.</summary>
    private static void AddGammas<T>(ref BitHash hash, BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AddBinary(ref hash, kernel);
        foreach (var gamma in new[] { 0.25, 30 })
        {
            if (kernel.WithGamma(T.CreateTruncating(gamma)) is { } other)
            {
                AddBinary(ref hash, other);
            }
        }
    }

    private static void AddBinary<T>(ref BitHash hash, BinaryKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var length in Lengths)
        {
            var random = new Generator((ulong)length);
            var logits = new T[length];
            var labels = new byte[length];
            var targets = new T[length];
            var weights = new T[length];
            for (var i = 0; i < length; i++)
            {
                // Every third length is finite, so that its sums are compared by their bits too.
                logits[i] = length % 3 == 0 ? random.Moderate<T>() : Logit<T>(ref random, i);
                labels[i] = (byte)(random.Next() % 5 == 0 ? 1 : 0);
                targets[i] = random.Unit<T>();
                weights[i] = random.Next() % 7 == 0 ? T.Zero : random.Unit<T>() * T.CreateTruncating(3);
            }

            var withIgnored = labels.Select((label, i) => i % 6 == 1 ? (byte)255 : label).ToArray();
            var plain = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeight = T.CreateTruncating(9.5) };
            var smooth = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight)
            {
                PositiveWeight = T.CreateTruncating(3.25),
                NegativeWeight = T.CreateTruncating(0.75),
                LabelSmoothing = T.CreateTruncating(0.125),
            };
            var ignoring = new BinaryCrossEntropyOptions<T>(Reduction.DivideBy(3)) { PositiveWeight = T.CreateTruncating(2.5), IgnoreLabel = 255 };
            var threaded = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { NegativeWeight = T.CreateTruncating(0.3), MaxDegreeOfParallelism = 3 };
            var zero = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { NegativeWeight = T.Zero };

            Add(ref hash, kernel, logits, labels, plain, default, false);
            Add(ref hash, kernel, logits, Array.ConvertAll(labels, label => label == 1), threaded, default, false);
            Add(ref hash, kernel, logits, Array.ConvertAll(labels, label => (int)label), plain, weights, true);
            Add(ref hash, kernel, logits, Array.ConvertAll(labels, label => (long)label), zero, default, false);
            Add(ref hash, kernel, logits, withIgnored, ignoring, default, false);
            Add(ref hash, kernel, logits, Array.ConvertAll(withIgnored, label => (long)label), ignoring, weights, true);
            Add(ref hash, kernel, logits, labels, smooth, default, true);
            Add(ref hash, kernel, logits, targets, plain, default, false);
            Add(ref hash, kernel, logits, targets, smooth, weights, true);
            if (length % 3 == 0)
            {
                var columns = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeights = [T.One, T.CreateTruncating(2.5), T.Zero] };
                Add(ref hash, kernel, logits, withIgnored, new(Reduction.Sum) { Columns = 3, IgnoreLabel = 255 }, weights.AsSpan(0, length / 3), false);
                Add(ref hash, kernel, logits, labels, columns, weights.AsSpan(0, length / 3), true);
                Add(ref hash, kernel, logits, targets, columns, default, false);
            }

            var probabilities = new T[length];
            kernel.Probabilities(logits, probabilities);
            hash.Add<T>(probabilities);
        }
    }

    private static void Add<T, TLabel>(
        ref BitHash hash, BinaryKernelEntry<T> kernel, T[] logits, TLabel[] labels,
        BinaryCrossEntropyOptions<T> options, ReadOnlySpan<T> weights, bool withLosses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = new T[logits.Length];
        hash.Add(kernel.Loss<TLabel>(logits, labels, options, weights));
        hash.Add(kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, withLosses ? losses : default));
        hash.Add<T>(gradient);
        hash.Add<T>(losses);
        Trace?.Invoke($"{logits.Length} logits, {typeof(TLabel).Name} labels, {hash}");
    }

    /// <inheritdoc cref="AddGammas{T}(ref BitHash, BinaryKernelEntry{T})"/>
    private static void AddGammas<T>(ref BitHash hash, CrossEntropyKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AddCrossEntropy(ref hash, kernel);

        // By a logarithm and an exponential; by products and a root; by the first, to nothing.
        foreach (var gamma in new[] { 0.25, 3.5, 30 })
        {
            if (kernel.WithGamma(T.CreateTruncating(gamma)) is { } other)
            {
                AddCrossEntropy(ref hash, other);
            }
        }
    }

    private static void AddCrossEntropy<T>(ref BitHash hash, CrossEntropyKernelEntry<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var classes in kernel.Classes == 0 ? ClassCounts : [kernel.Classes])
        {
            foreach (var rows in classes > 64 ? ManyClassesRows : Rows)
            {
                AddCrossEntropy(ref hash, kernel, classes, rows);
            }
        }
    }

    private static void AddCrossEntropy<T>(ref BitHash hash, CrossEntropyKernelEntry<T> kernel, int classes, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Generator((ulong)((classes * 1000) + rows));
        var logits = new T[rows * classes];
        var targets = new T[rows * classes];
        var labels = new int[rows];
        var weights = new T[rows];
        var classWeights = new T[classes];
        for (var i = 0; i < rows; i++)
        {
            // One row in five has extremes, one is confident, one lies far from zero.
            var kind = i % 5;
            var shift = kind == 2 ? random.Moderate<T>() * T.CreateTruncating(1 << 20) : T.Zero;
            for (var k = 0; k < classes; k++)
            {
                logits[(i * classes) + k] = kind == 1 ? Logit<T>(ref random, (i * 7) + k) : random.Moderate<T>() + shift;
                targets[(i * classes) + k] = random.Unit<T>();
            }

            labels[i] = (int)(random.Next() % (ulong)classes);
            logits[(i * classes) + labels[i]] += T.CreateTruncating(kind == 3 ? 60 : 0);
            weights[i] = random.Next() % 7 == 0 ? T.Zero : random.Unit<T>() * T.CreateTruncating(3);
        }

        for (var k = 0; k < classes; k++)
        {
            classWeights[k] = k % 5 == 4 ? T.Zero : random.Unit<T>() + T.CreateTruncating(0.25);
        }

        var wide = Array.ConvertAll(labels, label => (long)label);
        var narrow = Array.ConvertAll(labels, label => (byte)Math.Min(label, 255));
        var withIgnored = labels.Select((label, i) => i % 6 == 1 ? -100 : label).ToArray();
        var plain = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount);
        var weighted = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight) { ClassWeights = classWeights, MaxDegreeOfParallelism = 2 };
        var ignoring = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(3)) { ClassWeights = classWeights, IgnoreLabel = -100 };
        var smooth = new CrossEntropyOptions<T>(classes, Reduction.Sum)
        {
            ClassWeights = classWeights,
            LabelSmoothing = T.CreateTruncating(0.125),
            IgnoreLabel = -100,
        };
        var columns = new CrossEntropyOptions<T>(classes, Reduction.Sum) { ClassWeights = classWeights, Layout = LogitLayout.ClassMajor };
        var spatial = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = LogitLayout.Spatial(Math.Max(1, rows)) };

        Add(ref hash, kernel, logits, labels, plain, default);
        Add(ref hash, kernel, logits, wide, weighted, weights);
        Add(ref hash, kernel, logits, withIgnored, ignoring, default);
        Add(ref hash, kernel, logits, narrow, columns, weights);
        Add(ref hash, kernel, logits, labels, spatial, default);
        if (kernel.Gamma != T.Zero)
        {
            return;
        }

        var smoothColumns = new CrossEntropyOptions<T>(classes, Reduction.Sum) { LabelSmoothing = T.CreateTruncating(0.25), Layout = LogitLayout.ClassMajor };
        Add(ref hash, kernel, logits, withIgnored, smooth, weights);
        Add(ref hash, kernel, logits, wide, smoothColumns, default);
        Add(ref hash, kernel, logits, targets, plain, default);
        Add(ref hash, kernel, logits, targets, columns, weights);
        var probabilities = new T[logits.Length];
        kernel.Probabilities(logits, probabilities, plain);
        hash.Add<T>(probabilities);
        kernel.Probabilities(logits, probabilities, columns);
        hash.Add<T>(probabilities);
    }

    private static void Add<T, TLabel>(
        ref BitHash hash, CrossEntropyKernelEntry<T> kernel, T[] logits, TLabel[] labels, CrossEntropyOptions<T> options, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = new T[logits.Length / options.Classes];
        hash.Add(kernel.Loss<TLabel>(logits, labels, options, weights));
        hash.Add(kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, losses));
        hash.Add<T>(gradient);
        hash.Add<T>(losses);
        Trace?.Invoke($"{losses.Length} rows of {options.Classes}, {options.Layout.Kind}, {typeof(TLabel).Name} labels, {hash}");
    }

    /// <summary>Mostly moderate logits, some of any magnitude, and the extremes.</summary>
    private static T Logit<T>(ref Generator random, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (i % 23) switch
        {
            3 => T.PositiveInfinity,
            5 => T.NegativeInfinity,
            7 => T.NaN,
            9 => T.Zero,
            10 => T.NegativeZero,
            11 => T.Epsilon,
            13 => T.CreateTruncating(-87.5),
            14 => T.CreateTruncating(88.5),
            15 => T.CreateTruncating(-708.5),
            16 => T.CreateTruncating(709.5),
            17 => T.CreateTruncating(1e30),
            18 => random.AnyMagnitude<T>(),
            19 => -random.AnyMagnitude<T>(),
            _ => random.Moderate<T>(),
        };

    /// <summary>Marsaglia's xorshift64*, from integers only.</summary>
    private struct Generator(ulong seed)
    {
        private ulong _state = (seed * 0x9E3779B97F4A7C15) + 0x1234567;

        public ulong Next()
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return _state * 0x2545F4914F6CDD1D;
        }

        /// <summary>In [0, 1], both ends included now and then.</summary>
        public T Unit<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var bits = Next();
            return (bits & 31) == 0 ? T.One : (bits & 31) == 1 ? T.Zero : T.CreateTruncating((double)(bits >> 40) / (1 << 24));
        }

        /// <summary>Between −16 and 16.</summary>
        public T Moderate<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.CreateTruncating(((double)(long)(Next() >> 11) / (1L << 48)) - 16);

        /// <summary>A positive number with a random exponent.</summary>
        public T AnyMagnitude<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            typeof(T) == typeof(float)
                ? T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)(Next() >> 33) % 0x7F800000))
                : T.CreateTruncating(BitConverter.UInt64BitsToDouble((Next() >> 1) % 0x7FF0000000000000));
    }
}
