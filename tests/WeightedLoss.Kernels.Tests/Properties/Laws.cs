using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Numerics;

namespace WeightedLoss.Tests.Properties;

/// <summary>What holds for every batch, checked on each kernel.</summary>
public abstract class Laws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int s_cases = FloatSweepTests.IsExhaustive ? 2000 : 60;

    public static TheoryData<string> Ids { get; } = BinaryKernels.Ids<T>();

    private protected static bool IsFloat => typeof(T) == typeof(float);

    /// <summary>A relative error that sums may differ by.</summary>
    private protected static double SumTolerance => IsFloat ? NumericBounds.FloatSum : NumericBounds.DoubleSum;

    /// <summary>Half an ulp of 1.</summary>
    private protected static double HalfUlp => IsFloat ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);

    private protected static void ForAll(string kernel, Action<BinarySubject<T>, Batch> law, bool mayBeEmpty = true)
    {
        var batches = mayBeEmpty ? Batch.Arbitrary : Batch.Arbitrary.Filter(batch => batch.Rows.Length != 0);
        var subject = BinaryKernels.Get<T>(kernel);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(s_cases), Prop.ForAll(batches, batch => law(subject, batch)));
    }

    private protected static void ForAll<TOther>(string kernel, Gen<TOther> others, Action<BinarySubject<T>, Batch, TOther> law)
    {
        var subject = BinaryKernels.Get<T>(kernel);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(s_cases),
            Prop.ForAll(Batch.Arbitrary, others.ToArbitrary(), (batch, other) => law(subject, batch, other)));
    }

    private protected static Output Run<TLabel>(
        BinarySubject<T> kernel, T[] logits, TLabel[] labels, BinaryCrossEntropyOptions<T> options, T[]? weights = null, bool withLosses = true)
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = withLosses ? new T[logits.Length] : null;
        var sum = kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, losses);
        return new(sum, gradient, losses ?? []);
    }

    /// <summary>Soft targets of exactly 0 and 1.</summary>
    private protected static T[] AsTargets(byte[] labels) => Array.ConvertAll(labels, T.CreateChecked);

    private protected static TValue[] Pick<TValue>(TValue[] values, int[] order) => Array.ConvertAll(order, i => values[i]);

    private protected static void AssertClose(double expected, double actual, double relative, string what) =>
        Assert.True(
            expected.Equals(actual) || Math.Abs(expected - actual) <= (relative * Math.Abs(expected)) + SmallestNormal,
            $"{what} is {actual:R} instead of {expected:R}.");

    private protected static void AssertClose(double[] expected, T[] actual, double relative, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], double.CreateChecked(actual[i]), relative, $"{what}[{i}]");
        }
    }

    // What is below may be flushed to zero, also before a multiplication by the largest weight of these tests, 2¹⁰ · 2¹⁰.
    private protected static double SmallestNormal => IsFloat ? 1.2e-38 * (1 << 20) : 2.3e-308 * (1 << 20);

    private protected sealed record Output(LossSum Sum, T[] Gradient, T[] Losses);
}
