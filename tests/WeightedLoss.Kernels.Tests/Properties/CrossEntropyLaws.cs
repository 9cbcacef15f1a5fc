using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Numerics;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Properties;

/// <summary>What holds for every batch of rows, checked on each kernel of cross-entropy.</summary>
public abstract class CrossEntropyLaws<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int s_cases = FloatSweepTests.IsExhaustive ? 1000 : 40;

    public static TheoryData<string> Ids { get; } = SoftmaxKernels.Ids<T>(LossCases.CrossEntropy);

    private protected static bool IsFloat => typeof(T) == typeof(float);

    /// <summary>Half an ulp of 1.</summary>
    private protected static double HalfUlp => IsFloat ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);

    /// <summary>A relative error that sums over rows may differ by.</summary>
    private protected static double SumTolerance => IsFloat ? NumericBounds.FloatSum : NumericBounds.DoubleSum;

    // What is below may be flushed to zero, also before a multiplication by the largest weight of these tests, 2¹⁰ · 2¹⁰.
    private protected static double SmallestNormal => IsFloat ? 1.2e-38 * (1 << 20) : 2.3e-308 * (1 << 20);

    /// <summary>
    /// The relative error of one result: 4 ulp of the arithmetic, roundings of weights, smoothing and scale, and for long rows those of
    /// a sum in 8 or 16 lanes. In double the reference itself rounds exponents of up to 2·10⁴.
    /// </summary>
    private protected static double Tolerance(int classes) => ((IsFloat ? 32 : 64) + (classes / 4.0)) * HalfUlp + (IsFloat ? 0 : 1e-12);

    private protected static void ForAll(string kernel, Action<SoftmaxSubject<T>, CrossEntropyBatch> law, bool mayBeEmpty = true)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        var batches = CrossEntropyBatch.Arbitrary(subject.Classes).Filter(batch => mayBeEmpty || batch.N != 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(s_cases), Prop.ForAll(batches, batch => law(subject, batch)));
    }

    private protected static Output Run<TLabel>(
        SoftmaxSubject<T> kernel, T[] logits, TLabel[] labels, CrossEntropyOptions<T> options, T[]? weights = null, bool withLosses = true)
        where TLabel : unmanaged
    {
        var gradient = new T[logits.Length];
        var losses = withLosses ? new T[logits.Length / options.Classes] : null;
        var sum = kernel.LossAndGradient<TLabel>(logits, labels, gradient, options, weights, losses);
        return new(sum, gradient, losses ?? []);
    }

    private protected static TValue[] Pick<TValue>(TValue[] values, int[] order) => Array.ConvertAll(order, i => values[i]);

    /// <summary>Whole rows in another order.</summary>
    private protected static TValue[] PickRows<TValue>(TValue[] values, int[] order, int classes) =>
        [.. order.SelectMany(i => values.AsSpan(i * classes, classes).ToArray())];

    private protected static void AssertClose(double expected, double actual, double error, string what) =>
        Assert.True(
            expected.Equals(actual) || Math.Abs(expected - actual) <= error + SmallestNormal,
            $"{what} is {actual:R} instead of {expected:R}.");

    /// <summary>Each value is within a relative error.</summary>
    private protected static void AssertClose(double[] expected, T[] actual, double relative, string what) =>
        AssertClose(expected, actual, expected, relative, what);

    /// <summary>Each value is within an error relative to its terms.</summary>
    private protected static void AssertClose(double[] expected, T[] actual, double[] terms, double relative, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], double.CreateChecked(actual[i]), relative * Math.Abs(terms[i]), $"{what}[{i}]");
        }
    }

    /// <summary>All that a call returned is what the reference says.</summary>
    private protected static void AssertTextbook(CrossEntropyResult exact, Output output, int classes)
    {
        var tolerance = Tolerance(classes);
        AssertSums(exact.Sum, output.Sum, tolerance);
        if (output.Losses.Length != 0)
        {
            AssertClose(exact.Losses, output.Losses, tolerance, "losses");
        }

        AssertClose(exact.Gradient, output.Gradient, exact.GradientTerms, tolerance, "gradient");
    }

    /// <summary>Counts are equal, sums are close.</summary>
    private protected static void AssertSums(ClassLossSum expected, ClassLossSum actual, double tolerance = 0)
    {
        AssertSums(expected.ToLossSum(), actual.ToLossSum(), tolerance);
        Assert.Equal(expected.Correct, actual.Correct);
    }

    /// <inheritdoc cref="AssertSums(ClassLossSum, ClassLossSum, double)"/>
    private protected static void AssertSums(LossSum expected, LossSum actual, double tolerance = 0)
    {
        AssertClose(expected.Loss, actual.Loss, Math.Max(tolerance, 2 * SumTolerance) * Math.Abs(expected.Loss), "loss");
        AssertClose(expected.Weight, actual.Weight, Math.Max(tolerance, 2 * SumTolerance) * Math.Abs(expected.Weight), "weight");
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Ignored, actual.Ignored);
    }

    private protected static double[] ToDouble(T[] values) => Array.ConvertAll(values, double.CreateChecked);

    private protected sealed record Output(ClassLossSum Sum, T[] Gradient, T[] Losses);
}
