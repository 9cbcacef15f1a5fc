using System.Numerics;

namespace WeightedLoss.Conformance;

/// <summary>The corpus of losses of the softmax.</summary>
internal static class SoftmaxCorpus
{
    // Every layout: few classes in registers, some in scratch, with and without a remainder of four, and many in a row.
    private static readonly int[] ClassCounts = [2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 37, 64, 100, 200, 256, 257, 272, 333];

    private static readonly int[] Rows = [0, 1, 2, 5, 7, 8, 15, 16, 17, 33, 100, 300];

    private static readonly int[] ManyClassesRows = [1, 5, 19];

    /// <summary>Adds the results of a part of the corpus, if the kernel has it.</summary>
    internal static bool Add<T>(BitHash hash, SoftmaxSubject<T> subject, string part, int? only)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (part.Length != 0)
        {
            return false;
        }

        foreach (var each in subject.WithEach(subject.Case.Parameters.Skip(1)))
        {
            foreach (var classes in only is { } one ? [one] : each.ClassCounts(ClassCounts))
            {
                foreach (var rows in classes > 64 ? ManyClassesRows : Rows)
                {
                    Add(hash, each, classes, rows);
                }
            }
        }

        return true;
    }

    private static void Add<T>(BitHash hash, SoftmaxSubject<T> kernel, int classes, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new CorpusRandom((ulong)((classes * 1000) + rows));
        var logits = new T[rows * classes];
        var targets = new T[rows * classes];
        var labels = new int[rows];
        var weights = new T[rows];
        var classWeights = new T[classes];
        for (var i = 0; i < rows; i++)
        {
            // One row in five has extremes, one is confident, one has a large constant added.
            var kind = i % 5;
            var shift = kind == 2 ? random.Moderate<T>() * T.CreateTruncating(1 << 20) : T.Zero;
            for (var k = 0; k < classes; k++)
            {
                logits[(i * classes) + k] = kind == 1 ? random.Logit<T>((i * 7) + k) : random.Moderate<T>() + shift;
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
        var weighted = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
        {
            ClassWeights = classWeights,
            MaxDegreeOfParallelism = 2,
        };
        var ignoring = new CrossEntropyOptions<T>(classes, Reduction.DivideBy(3)) { ClassWeights = classWeights, IgnoreLabel = -100 };
        var smooth = new CrossEntropyOptions<T>(classes, Reduction.Sum)
        {
            ClassWeights = classWeights,
            LabelSmoothing = T.CreateTruncating(0.125),
            IgnoreLabel = -100,
        };
        var columns = new CrossEntropyOptions<T>(classes, Reduction.Sum) { ClassWeights = classWeights, Layout = LogitLayout.ClassMajor };
        var spatial = new CrossEntropyOptions<T>(classes, Reduction.Sum) { Layout = LogitLayout.Spatial(Math.Max(1, rows)) };

        Add(hash, kernel, logits, labels, plain, default);
        Add(hash, kernel, logits, wide, weighted, weights);
        Add(hash, kernel, logits, withIgnored, ignoring, default);
        Add(hash, kernel, logits, narrow, columns, weights);
        Add(hash, kernel, logits, labels, spatial, default);
        if (!kernel.Case.HasSoftTargets)
        {
            return;
        }

        var smoothColumns = new CrossEntropyOptions<T>(classes, Reduction.Sum)
        {
            LabelSmoothing = T.CreateTruncating(0.25),
            Layout = LogitLayout.ClassMajor,
        };
        Add(hash, kernel, logits, withIgnored, smooth, weights);
        Add(hash, kernel, logits, wide, smoothColumns, default);
        Add(hash, kernel, logits, targets, plain, default);
        Add(hash, kernel, logits, targets, columns, weights);
        var probabilities = new T[logits.Length];
        kernel.Probabilities(logits, probabilities, plain);
        hash.Add<T>(probabilities);
        kernel.Probabilities(logits, probabilities, columns);
        hash.Add<T>(probabilities);
    }

    private static void Add<T, TLabel>(
        BitHash hash,
        SoftmaxSubject<T> kernel,
        T[] logits,
        TLabel[] labels,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = new T[logits.Length / options.Classes];
        hash.Add(kernel.Loss<TLabel>(logits, labels, options, weights));
        hash.Add(kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, losses));
        hash.Add<T>(gradient);
        hash.Add<T>(losses);
        hash.Trace($"{losses.Length} rows of {options.Classes}, {options.Layout.Kind}, {typeof(TLabel).Name} labels");
    }
}
