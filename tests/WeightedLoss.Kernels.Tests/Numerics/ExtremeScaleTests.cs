using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// Weights and divisors are multiplied as if the type had no limits: times powers of two, however far from 1, the results are those of
/// usual weights times these powers. Only a result itself may be too large, and is the largest number then, or subnormal.
/// </summary>
public class ExtremeScaleTests
{
    private const int N = 37;

    /// <summary>The powers of two of sample weights, class weights and divisor, as parts of the largest exponent of the type.</summary>
    public static TheoryData<double, double, double> Powers => new()
    {
        { 0, 0, 0.9 }, { 0, 0, -0.9 }, { 0, 0, 0.98 }, { -0.9, 0, 0 }, { 0, -0.9, 0 }, { -0.6, -0.6, -0.6 }, { 0.9, 0, 0.9 }, { 0.6, 0.6, 0.9 },
        { -1.03, 0, -1.03 }, { 0, -1.03, -1.03 }, { 0.9, -0.9, 0.5 }, { -0.9, 0.9, -0.9 }, { -0.5, 0.4, 0.9 }, { 0.9, 0, -0.9 }, { 0, 0.9, -0.9 },
    };

    [Theory]
    [MemberData(nameof(Powers))]
    public void Float_TimesPowersOfTwo_IsTheUsualResultTimesThem(double samples, double classes, double divisor) =>
        Check<float>((int)(samples * 127), (int)(classes * 127), (int)(divisor * 127));

    [Theory]
    [MemberData(nameof(Powers))]
    public void Double_TimesPowersOfTwo_IsTheUsualResultTimesThem(double samples, double classes, double divisor) =>
        Check<double>((int)(samples * 1023), (int)(classes * 1023), (int)(divisor * 1023));

    [Theory]
    [InlineData(1e28)]
    [InlineData(1e34)]
    [InlineData(1e36)]
    public void CrossEntropy_LargeDivisor_KeepsTheDigits(double divisor)
    {
        foreach (var gamma in new[] { 0f, 2 })
        {
            var gradient = new float[3];
            SoftmaxFocal.LossAndGradient(new float[3], new[] { 0 }, gradient, new(3, Reduction.Sum) { Gamma = gamma });
            var expected = Array.ConvertAll(gradient, value => value / divisor);

            SoftmaxFocal.LossAndGradient(new float[3], new[] { 0 }, gradient, new(3, Reduction.DivideBy(divisor)) { Gamma = gamma });

            Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 2e-7));
        }
    }

    [Fact]
    public void LossAndGradient_TinyDivisor_SaturatesAndLeavesNoNaN()
    {
        var options = new BinaryCrossEntropyOptions<float>(Reduction.DivideBy(1e-39));
        var gradient = new float[3];

        BinaryCrossEntropy.LossAndGradient([float.NegativeInfinity, 0f, 200f], new byte[] { 0, 0, 1 }, gradient, options);

        Assert.Equal([0f, float.MaxValue, 0f], gradient.Select(Math.Abs));
    }

    [Fact]
    public void LossAndGradient_SubnormalWeights_AreDividedOut()
    {
        var gradient = new float[3];
        BinaryCrossEntropy.LossAndGradient(
            new float[3], new byte[] { 1, 0, 0 }, gradient, new BinaryCrossEntropyOptions<float>(Reduction.MeanByWeight), [1e-42f, 1e-42f, 1e-42f]);
        Assert.Equal([-1 / 6f, 1 / 6f, 1 / 6f], gradient, (expected, actual) => Math.Abs(expected - actual) <= 1e-7f);

        var wide = new double[3];
        BinaryCrossEntropy.LossAndGradient(
            new double[3], new byte[] { 1, 0, 0 }, wide, new BinaryCrossEntropyOptions<double>(Reduction.MeanByWeight), [1e-315, 1e-315, 1e-315]);
        Assert.Equal([-1 / 6d, 1 / 6d, 1 / 6d], wide, (expected, actual) => Math.Abs(expected - actual) <= 1e-15);
    }

    [Fact]
    public void Weight_ProductsBeyondFloat_IsTheSameForEveryReduction()
    {
        foreach (var reduction in new[] { Reduction.Sum, Reduction.MeanByCount, Reduction.MeanByWeight, Reduction.DivideBy(3) })
        {
            var binary = BinaryCrossEntropy.Loss(
                new float[2], new byte[] { 1, 0 }, new BinaryCrossEntropyOptions<float>(reduction) { PositiveWeight = 1e20f }, [1e20f, 1]);
            var rows = CrossEntropy.Loss(
                new float[6], new[] { 1, 0 }, new CrossEntropyOptions<float>(3, reduction) { ClassWeights = [1, 1e20f, 1] }, [1e20f, 1]);

            var expected = ((double)1e20f * 1e20f) + 1;
            Assert.Equal(expected, binary.Weight);
            Assert.Equal(expected, rows.Weight);
            Assert.Equal(Math.Log(2), binary.MeanByWeight, 1e-7);
            Assert.Equal(Math.Log(3), rows.MeanByWeight, 1e-7);
        }
    }

    [Fact]
    public void LossAndGradient_TinyWeightBesideOneOfZero_IsDividedOut()
    {
        foreach (var (positive, negative) in new[] { (0f, 1e-42f), (1e-42f, 0f) })
        {
            var options = new BinaryCrossEntropyOptions<float>(Reduction.MeanByWeight) { PositiveWeight = positive, NegativeWeight = negative };
            var gradient = new float[1];
            BinaryCrossEntropy.LossAndGradient([positive == 0 ? -10f : 10f], new[] { 0.5f }, gradient, options);
            Assert.Equal(4.5397869e-5, Math.Abs(gradient[0]), 1e-11);
        }
    }

    [Fact]
    public void MeanByWeight_WeightsBeyondDouble_AreNamed()
    {
        var gradient = new double[20];
        var options = new BinaryCrossEntropyOptions<double>(Reduction.MeanByWeight) { PositiveWeight = 1e308 };
        var labels = Enumerable.Repeat((byte)1, 20).ToArray();
        Assert.Equal(
            "options",
            Assert.Throws<ArgumentException>(() => BinaryCrossEntropy.LossAndGradient(new double[20], labels, gradient, options)).ParamName);
        Assert.All(gradient, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Loss_ManyHugeLosses_HasTheRangeOfDouble(bool isSoft, bool hasWeights)
    {
        const int Count = 4000;
        float[] logits = [.. Enumerable.Repeat(-3e38f, Count)];
        float[] weights = hasWeights ? [.. Enumerable.Repeat(1f, Count)] : [];
        var options = new BinaryCrossEntropyOptions<float>(Reduction.Sum);
        var focal = new SigmoidFocalOptions<float>(Reduction.Sum);
        byte[] labels = [.. Enumerable.Repeat((byte)1, Count)];
        float[] targets = [.. Enumerable.Repeat(1f, Count)];
        ReadOnlySpan<float> own = hasWeights ? weights : default;

        var losses = isSoft
            ? new[] { BinaryCrossEntropy.Loss(logits, targets, options, own), SigmoidFocal.Loss(logits, targets, focal, own) }
            : [BinaryCrossEntropy.Loss(logits, labels, options, own), SigmoidFocal.Loss(logits, labels, focal, own)];

        Assert.All(losses, sum => Assert.Equal(Count * (double)3e38f, sum.Loss, Count * 3e38 * 1e-6));
    }

    private static void Check<T>(int samples, int classes, int divisor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        T[] factors = [T.One, T.CreateChecked(1.5), T.CreateChecked(0.75), T.CreateChecked(3), T.Zero];
        var own = Enumerable.Range(0, N).Select(i => factors[i % factors.Length]).ToArray();
        var scaledOwn = Array.ConvertAll(own, weight => T.ScaleB(weight, samples));
        var logits = Enumerable.Range(0, N * 300).Select(_ => T.CreateChecked((random.NextDouble() * 12) - 6)).ToArray();
        var hard = Enumerable.Range(0, N).Select(_ => random.Next(2)).ToArray();
        var soft = Array.ConvertAll(hard, label => T.CreateChecked((0.8 * label) + 0.1));
        foreach (var (reduction, scaled) in new[]
        {
            (Reduction.DivideBy(7), Reduction.DivideBy(Math.ScaleB(7, divisor))), (Reduction.MeanByWeight, Reduction.MeanByWeight),
        })
        {
            if (reduction.Kind == ReductionKind.MeanByWeight && typeof(T) == typeof(double) && Math.Abs(samples + classes) > 1000)
            {
                // Σ w is a double, and has its limits.
                continue;
            }

            var taken = reduction.Kind == ReductionKind.MeanByWeight ? samples + classes : divisor;
            foreach (var smoothing in new[] { 0, 0.25 })
            {
                foreach (var kernel in BinaryKernels.Of<T>())
                {
                    Binary(kernel, smoothing, hard, hasColumns: false);
                    Binary(kernel, smoothing, soft, hasColumns: false);
                    Binary(kernel, smoothing, hard, hasColumns: true);
                }

                foreach (var kernel in SoftmaxKernels.Of<T>())
                {
                    foreach (var k in kernel.ClassCounts(2, 3, 7, 20, 128))
                    {
                        var labels = Array.ConvertAll(hard, label => label * (k - 1));
                        if (kernel.Case.HasSoftTargets)
                        {
                            Softmax<T>(
                                kernel,
                                smoothing,
                                k,
                                [.. Enumerable.Range(0, N * k).Select(i => T.CreateChecked((i % 3) / (2.0 * k)))],
                                false);
                        }

                        if (kernel.Case.HasSoftTargets || smoothing == 0)
                        {
                            Softmax(kernel, smoothing, k, labels, isClassMajor: false);
                            Softmax(kernel, smoothing, k, labels, isClassMajor: true);
                        }
                    }
                }
            }

            void Binary<TLabel>(BinarySubject<T> kernel, double smoothing, TLabel[] labels, bool hasColumns)
                where TLabel : unmanaged
            {
                Compare($"{kernel}, {typeof(TLabel).Name}, smoothing {smoothing}, columns {hasColumns}", 1, (isUsual, gradient, losses) =>
                {
                    var power = isUsual ? 0 : classes;
                    var options = new BinaryCrossEntropyOptions<T>(isUsual ? reduction : scaled)
                    {
                        PositiveWeight = T.ScaleB(T.CreateChecked(2.5), power),
                        NegativeWeight = T.ScaleB(T.CreateChecked(0.5), power),
                        PositiveWeights = hasColumns ? [T.ScaleB(T.CreateChecked(2.5), power)] : [],
                        LabelSmoothing = T.CreateChecked(smoothing),
                    };
                    return kernel.LossAndGradient<TLabel>(
                        logits.AsSpan(0, N), labels, gradient, options, isUsual ? own : scaledOwn, losses);
                });
            }

            void Softmax<TLabel>(SoftmaxSubject<T> kernel, double smoothing, int k, TLabel[] labels, bool isClassMajor)
                where TLabel : unmanaged
            {
                Compare($"{kernel}, {k} classes, {typeof(TLabel).Name}, smoothing {smoothing}, class-major {isClassMajor}", k, (isUsual, gradient, losses) =>
                {
                    var options = new CrossEntropyOptions<T>(k, isUsual ? reduction : scaled)
                    {
                        ClassWeights = [.. Enumerable.Range(0, k).Select(j => T.ScaleB(factors[j % 4], isUsual ? 0 : classes))],
                        LabelSmoothing = T.CreateChecked(smoothing),
                        Layout = isClassMajor ? LogitLayout.ClassMajor : LogitLayout.RowMajor,
                    };
                    return kernel.LossAndGradient<TLabel>(
                        logits.AsSpan(0, N * k), labels, gradient, options, isUsual ? own : scaledOwn, losses);
                });
            }

            void Compare(string name, int perRow, Func<bool, T[], T[], LossSum> run)
            {
                var (gradient, losses, expectedGradient, expectedLosses) = (new T[N * perRow], new T[N], new T[N * perRow], new T[N]);
                var expected = run(true, expectedGradient, expectedLosses);
                var actual = run(false, gradient, losses);
                var message = $"{name}, {reduction.Kind}, powers {samples}, {classes}, {divisor}";
                for (var i = 0; i < N; i++)
                {
                    Near(expectedLosses[i], samples + classes, losses[i], $"{message}: loss {i}", mayBeInfinite: true);
                }

                for (var i = 0; i < N * perRow; i++)
                {
                    Near(expectedGradient[i], samples + classes - taken, gradient[i], $"{message}: gradient {i}", mayBeInfinite: false);
                }

                if (typeof(T) == typeof(float))
                {
                    Assert.True(
                        IsNear(expected.Loss, samples + classes, actual.Loss, 1e-6, 1e-300, double.MaxValue, false),
                        $"{message}: sum {actual.Loss}");
                    Assert.True(
                        IsNear(expected.Weight, samples + classes, actual.Weight, 1e-6, 1e-300, double.MaxValue, false),
                        $"{message}: Σ w {actual.Weight}");
                }
            }
        }
    }

    private static void Near<T>(T usual, int exponent, T actual, string message, bool mayBeInfinite)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isFloat = typeof(T) == typeof(float);
        Assert.True(
            IsNear(
                double.CreateChecked(usual),
                exponent,
                double.CreateChecked(actual),
                isFloat ? 3.6e-7 : 7e-16,
                isFloat ? 1.1754943508222875e-38 : 2.2250738585072014e-308,
                isFloat ? float.MaxValue : double.MaxValue,
                mayBeInfinite),
            $"{message}: {actual} instead of {usual}·2^{exponent}");
    }

    // Compared near 1, where powers of two have room.
    private static bool IsNear(
        double usual, int exponent, double actual, double tolerance, double smallestNormal, double largest, bool mayBeInfinite)
    {
        if (usual == 0 || actual == 0)
        {
            return usual == actual || Math.Abs(Math.ScaleB(usual, exponent)) <= smallestNormal;
        }

        var size = Math.ILogB(usual) + exponent;
        if (!double.IsFinite(actual))
        {
            return double.IsInfinity(actual) && mayBeInfinite && size >= Math.ILogB(largest);
        }

        if (Math.Abs(actual) <= smallestNormal)
        {
            return size <= Math.ILogB(smallestNormal);
        }

        var ratio = Math.ScaleB(actual, Math.ILogB(usual) - Math.ILogB(actual)) / usual;
        var isLargest = Math.Abs(actual) == largest && size >= Math.ILogB(largest);
        return isLargest || Math.Abs((ratio * Math.ScaleB(1, Math.ILogB(actual) - size)) - 1) <= tolerance;
    }
}
