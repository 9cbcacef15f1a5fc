using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace WeightedLoss.Tests.Properties;

/// <summary>A finite logit: mostly of the size that models give, sometimes confident, tiny, huge or a zero of either sign.</summary>
public readonly record struct Logit(double Value)
{
    public static Gen<Logit> Gen { get; } =
        FsCheck.Fluent.Gen.Frequency(
            (8, FsCheck.Fluent.Gen.Choose(-8_000_003, 8_000_003).Select(n => n / 1_000_003.0)),
            (3, FsCheck.Fluent.Gen.Choose(-120_007, 120_007).Select(n => n / 1009.0)),
            (1, FsCheck.Fluent.Gen.Choose(-40, 13).SelectMany(n => FsCheck.Fluent.Gen.Elements(Math.ScaleB(1, n), Math.ScaleB(-1, n)))),
            (1, FsCheck.Fluent.Gen.Elements(0.0, -0.0, 17.0, -17.0, 88.5, -88.5, 1e4, -1e4)))
            .Select(value => new Logit(value));
}

/// <summary>A weight: 0, 1, a power of two, or something between.</summary>
public readonly record struct Weight(double Value)
{
    public static Gen<Weight> Gen { get; } =
        FsCheck.Fluent.Gen.Frequency(
            (2, FsCheck.Fluent.Gen.Constant(1.0)),
            (1, FsCheck.Fluent.Gen.Constant(0.0)),
            (4, FsCheck.Fluent.Gen.Choose(1, 10_000).Select(n => n / 257.0)),
            (1, FsCheck.Fluent.Gen.Choose(-10, 10).Select(n => Math.ScaleB(1, n))))
            .Select(value => new Weight(value));
}

/// <summary>A hard label.</summary>
public readonly record struct Label(bool IsPositive)
{
    public static Gen<Label> Gen { get; } = FsCheck.Fluent.Gen.Elements(false, false, true).Select(value => new Label(value));
}

/// <summary>A soft target, often one of the ends.</summary>
public readonly record struct Target(double Value)
{
    public static Gen<Target> Gen { get; } =
        FsCheck.Fluent.Gen.Frequency(
            (1, FsCheck.Fluent.Gen.Elements(0.0, 0.5, 1.0)), (3, FsCheck.Fluent.Gen.Choose(0, 9973).Select(n => n / 9973.0)))
            .Select(value => new Target(value));
}

/// <summary>A number of rows around the sizes where kernels change over: blocks of 8 and 16, runs of 256 and 512.</summary>
public readonly record struct Length(int Value)
{
    public static Gen<Length> Gen { get; } =
        FsCheck.Fluent.Gen.Frequency(
            (12, FsCheck.Fluent.Gen.Choose(0, 70)),
            (1, FsCheck.Fluent.Gen.Choose(1, 5).SelectMany(n => FsCheck.Fluent.Gen.Choose((256 * n) - 1, (256 * n) + 1))))
            .Select(value => new Length(value));
}

/// <summary>One logit and what can stand beside it.</summary>
public readonly record struct Row(Logit Logit, Label Label, Target Target, Weight Weight);

/// <summary>Rows, and the options that go for all of them.</summary>
public sealed record Batch(Row[] Rows, Weight Positive, Weight Negative, Target Smoothing, Reduction Reduction)
{
    private static readonly Reduction[] s_reductions = [Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight, Reduction.DivideBy(7)];

    public static Arbitrary<Batch> Arbitrary { get; } = Arb.From(
        from length in Length.Gen
        from rows in (from z in Logit.Gen
                      from y in Label.Gen
                      from t in Target.Gen
                      from w in Weight.Gen
                      select new Row(z, y, t, w)).ArrayOf(length.Value)
        from positive in Weight.Gen
        from negative in Weight.Gen
        from smoothing in Gen.Elements(0, 0, 0, 0.125, 1)
        from reduction in Gen.Elements(s_reductions)
        select new Batch(rows, positive, negative, new Target(smoothing), reduction),
        Shrink);

    public byte[] Labels => Array.ConvertAll(Rows, row => (byte)(row.Label.IsPositive ? 1 : 0));

    /// <summary>The hard labels as numbers.</summary>
    public double[] HardTargets => Array.ConvertAll(Rows, row => row.Label.IsPositive ? 1.0 : 0.0);

    public T[] Logits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Rows, row => T.CreateChecked(row.Logit.Value));

    public T[] Targets<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Rows, row => T.CreateChecked(row.Target.Value));

    public T[] Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Rows, row => T.CreateChecked(row.Weight.Value));

    public BinaryCrossEntropyOptions<T> Options<T>(
        Reduction? reduction = null, double? smoothing = null, long? ignoreLabel = null, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(reduction ?? Reduction)
        {
            PositiveWeight = T.CreateChecked(Positive.Value),
            NegativeWeight = T.CreateChecked(Negative.Value),
            LabelSmoothing = T.CreateChecked(smoothing ?? Smoothing.Value),
            IgnoreLabel = ignoreLabel,
            MaxDegreeOfParallelism = threads,
        };

    public override string ToString() =>
        $"{Rows.Length} rows, w⁺ {Positive.Value:R}, w⁻ {Negative.Value:R}, ε {Smoothing.Value:R}, {Reduction.Kind}: "
        + string.Join("; ", Rows.Take(12).Select(
            r => $"z {r.Logit.Value:R} y {(r.Label.IsPositive ? 1 : 0)} t {r.Target.Value:R} w {r.Weight.Value:R}"));

    private static IEnumerable<Batch> Shrink(Batch batch)
    {
        for (var length = batch.Rows.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= batch.Rows.Length; start += length)
            {
                yield return batch with { Rows = [.. batch.Rows[..start], .. batch.Rows[(start + length)..]] };
            }
        }

        if (batch.Positive.Value != 1 || batch.Negative.Value != 1)
        {
            yield return batch with { Positive = new(1), Negative = new(1) };
        }

        if (batch.Reduction != Reduction.Sum)
        {
            yield return batch with { Reduction = Reduction.Sum };
        }
    }
}
