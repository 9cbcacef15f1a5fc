using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace WeightedLoss.Tests.Properties;

/// <summary>A number of classes: mostly few, sometimes beyond what fits into registers.</summary>
public readonly record struct ClassCount(int Value)
{
    public static Gen<ClassCount> Gen { get; } =
        FsCheck.Fluent.Gen.Frequency(
            (6, FsCheck.Fluent.Gen.Choose(2, 17)),
            (5, FsCheck.Fluent.Gen.Choose(18, 40)),
            (2, FsCheck.Fluent.Gen.Choose(41, 300)),
            (1, FsCheck.Fluent.Gen.Choose(301, 1500)))
            .Select(value => new ClassCount(value));
}

/// <summary>A number of rows around the sizes where kernels change over, fewer where rows are long.</summary>
public readonly record struct RowCount(int Value)
{
    public static Gen<RowCount> Gen(ClassCount classes) =>
        (classes.Value <= 40
            ? FsCheck.Fluent.Gen.Frequency((6, FsCheck.Fluent.Gen.Choose(0, 36)), (1, FsCheck.Fluent.Gen.Choose(37, 140)))
            : FsCheck.Fluent.Gen.Choose(0, 7))
        .Select(value => new RowCount(value));
}

/// <summary>Where the numbers of a batch start from: rows of many classes are too long to be drawn one number at a time.</summary>
public readonly record struct Seed(int Value)
{
    public static Gen<Seed> Gen { get; } = FsCheck.Fluent.Gen.Choose(0, int.MaxValue).Select(value => new Seed(value));
}

/// <summary>Rows of logits, and the options that go for all of them.</summary>
public sealed record CrossEntropyBatch(
    ClassCount Classes, RowCount Rows, Seed Seed, bool HasClassWeights, Target Smoothing, Reduction Reduction)
{
    private static readonly Reduction[] s_reductions = [Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight, Reduction.DivideBy(7)];

    public int K => Classes.Value;

    public int N => Rows.Value;

    public int[] Labels
    {
        get
        {
            var random = new Random(Seed.Value);
            return [.. Enumerable.Range(0, N).Select(_ => random.Next(K))];
        }
    }

    public long[] LongLabels => Array.ConvertAll(Labels, label => (long)label);

    /// <param name="classes">The number of classes, or 0 for any.</param>
    public static Arbitrary<CrossEntropyBatch> Arbitrary(int classes) => Arb.From(
        from count in classes == 0 ? ClassCount.Gen : Gen.Constant(new ClassCount(classes))
        from rows in RowCount.Gen(count)
        from seed in Seed.Gen
        from hasClassWeights in Gen.Elements(false, true)
        from smoothing in Gen.Elements(0, 0, 0.125, 0.1, 1)
        from reduction in Gen.Elements(s_reductions)
        select new CrossEntropyBatch(count, rows, seed, hasClassWeights, new Target(smoothing), reduction),
        batch => Shrink(batch, classes));

    /// <summary>
    /// In row-major order. Each row is of one kind: as models give them, wide, with ties, confident, all equal, or with extremes.
    /// </summary>
    public T[] Logits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] extremes = [0.0, -0.0, 88.5, -88.5, 104, -104, 1e4, -1e4, 1e-30, -1e-12];
        var random = new Random(Seed.Value ^ 1);
        var labels = Labels;
        var logits = new T[N * K];
        for (var i = 0; i < N; i++)
        {
            var kind = random.Next(10);
            var constant = Uniform(20);
            for (var k = 0; k < K; k++)
            {
                logits[(i * K) + k] = T.CreateChecked(kind switch
                {
                    0 => Uniform(120),
                    1 => random.Next(-2, 3),
                    2 => Uniform(4) + (k == labels[i] ? 30 : 0),
                    3 => constant,
                    4 => random.Next(4) == 0 ? extremes[random.Next(extremes.Length)] : Uniform(8),
                    _ => Uniform(8),
                });
            }
        }

        return logits;

        double Uniform(double most) => most * ((2 * random.NextDouble()) - 1);
    }

    /// <summary>Logits whose sums and differences with each other and with small integers are exact in either type.</summary>
    public T[] RoundLogits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed.Value ^ 2);
        return [.. Enumerable.Range(0, N * K).Select(_ => T.CreateChecked(random.Next(-8192, 8193) / 1024.0))];
    }

    /// <summary>Soft targets in row-major order: distributions, single classes, anything between 0 and 1, or nothing at all.</summary>
    public T[] Targets<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed.Value ^ 3);
        var targets = new T[N * K];
        for (var i = 0; i < N; i++)
        {
            var row = Enumerable.Range(0, K).Select(_ => random.NextDouble()).ToArray();
            var (kind, only, sum) = (random.Next(8), random.Next(K), row.Sum());
            for (var k = 0; k < K; k++)
            {
                targets[(i * K) + k] = T.CreateChecked(kind switch { 0 => k == only ? 1 : 0, 1 => row[k], 2 => 0, _ => row[k] / sum });
            }
        }

        return targets;
    }

    /// <summary>One for each row, some of them 0.</summary>
    public T[] Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RandomWeights<T>(N, 4);

    /// <summary>One for each class, some of them 0.</summary>
    public T[] ClassWeights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HasClassWeights ? RandomWeights<T>(K, 5) : [];

    public CrossEntropyOptions<T> Options<T>(
        Reduction? reduction = null,
        double? smoothing = null,
        long? ignoreLabel = null,
        T[]? classWeights = null,
        LogitLayout layout = default,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(K, reduction ?? Reduction)
        {
            ClassWeights = classWeights ?? ClassWeights<T>(),
            LabelSmoothing = T.CreateChecked(smoothing ?? Smoothing.Value),
            IgnoreLabel = ignoreLabel,
            Layout = layout,
            MaxDegreeOfParallelism = threads,
        };

    public override string ToString() =>
        $"{N} rows of {K} classes, seed {Seed.Value}, class weights {HasClassWeights}, ε {Smoothing.Value:R}, {Reduction.Kind}";

    private T[] RandomWeights<T>(int count, int stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed.Value ^ stream);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(8) switch
        {
            0 => 0,
            1 => 1,
            2 => Math.ScaleB(1, random.Next(-10, 11)),
            _ => random.Next(1, 10_000) / 257.0,
        }))];
    }

    private static IEnumerable<CrossEntropyBatch> Shrink(CrossEntropyBatch batch, int classes)
    {
        if (batch.N > 0)
        {
            yield return batch with { Rows = new(batch.N / 2) };
            yield return batch with { Rows = new(batch.N - 1) };
        }

        if (classes == 0 && batch.K > 2)
        {
            yield return batch with { Classes = new(Math.Max(2, batch.K / 2)) };
            yield return batch with { Classes = new(batch.K - 1) };
        }

        if (batch.HasClassWeights)
        {
            yield return batch with { HasClassWeights = false };
        }

        if (batch.Smoothing.Value != 0)
        {
            yield return batch with { Smoothing = new(0) };
        }

        if (batch.Reduction != Reduction.Sum)
        {
            yield return batch with { Reduction = Reduction.Sum };
        }
    }
}
