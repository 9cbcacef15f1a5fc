using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Numerics;

public sealed class MixedTargetsTestsOfFloat(ITestOutputHelper output) : MixedTargetsTests<float>(output);

public sealed class MixedTargetsTestsOfDouble(ITestOutputHelper output) : MixedTargetsTests<double>(output);

/// <summary>
/// The focal loss of the sigmoid with <see cref="FocalTargets.Mixed"/>: every kernel against values with twice a double's digits.
/// </summary>
public abstract class MixedTargetsTests<T>(ITestOutputHelper output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Ids { get; } = BinaryKernels.AnyGammaIds<T>();

    private static bool IsFloat => typeof(T) == typeof(float);

    private static double UlpOfOne => IsFloat ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    // What is below may be 0 before a weight lifts it.
    private static double Smallest => IsFloat ? 1e-36 : 1e-306;

    /// <summary>Any target, also next to 0 and 1, with logits on either side of it, near 0 and saturated.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void LossAndGradient_AnyTarget_AreWithinTheBound(string id)
    {
        const int N = 6000;
        var random = new Random(3);
        var logits = new T[N];
        var targets = new T[N];
        for (var i = 0; i < N; i++)
        {
            var size = (i % 3) switch { 0 => 4.0, 1 => 40.0, _ => IsFloat ? 85.0 : 700.0 };
            logits[i] = T.CreateChecked(size * ((2 * random.NextDouble()) - 1));
            var tiny = Math.Exp(-(IsFloat ? 80 : 600) * random.NextDouble());
            targets[i] = T.CreateChecked(
                random.Next(6) switch { 0 => 0, 1 => 1, 2 => tiny, 3 => 1 - (tiny * 0.5), _ => random.NextDouble() });
        }

        foreach (var gamma in new[] { 0, 0.25, 0.5, 1, 1.7, 2, 5 })
        {
            var kernel = BinaryKernels.Get<T>(id).With(T.CreateChecked(gamma))!;
            var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum)
            {
                PositiveWeight = T.CreateChecked(4),
                NegativeWeight = T.CreateChecked(0.5),
                HasMixedTargets = true,
            };
            var (gradient, losses) = (new T[N], new T[N]);
            kernel.LossAndGradient<T>(logits, targets, gradient, options, losses: losses);
            var (loss, slope) = (0.0, 0.0);
            for (var i = 0; i < N; i++)
            {
                var exact = Exact(
                    double.CreateChecked(logits[i]), double.CreateChecked(targets[i]), double.CreateChecked(kernel.Gamma), 4, 0.5);
                loss = Math.Max(loss, Error(losses[i], exact.Loss, exact.Loss.High));
                slope = Math.Max(slope, Error(gradient[i], exact.Gradient, exact.Size));
                Assert.True(
                    loss <= NumericBounds.MixedFocal(gamma) && slope <= NumericBounds.MixedFocal(gamma),
                    $"{id}, γ = {gamma}, z = {logits[i]:R}, y = {targets[i]:R}: {losses[i]:R} and {gradient[i]:R}, "
                    + $"not {exact.Loss.High:R} and {exact.Gradient.High:R}.");
            }

            output.WriteLine($"{id}, mixed targets, γ = {gamma}: loss at most {loss:F3} ulp, gradient {slope:F3} ulp of its terms.");
        }
    }

    /// <summary>A hard label without smoothing is no mixture: the bits are those of the other form.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void HardLabels_WithoutSmoothing_AreThoseByClass(string id)
    {
        var logits = Enumerable.Range(0, 333).Select(i => T.CreateChecked(30 * Math.Sin(i * 1.3))).ToArray();
        var labels = logits.Select((_, i) => (byte)(i % 3 == 0 ? 1 : 0)).ToArray();
        foreach (var gamma in new[] { 0, 0.5, 2.0 })
        {
            var kernel = BinaryKernels.Get<T>(id).With(T.CreateChecked(gamma))!;
            var (expected, actual) = (new T[logits.Length], new T[logits.Length]);
            var sum = kernel.LossAndGradient<byte>(logits, labels, expected, new(Reduction.MeanByCount));
            Bits.AssertSame(
                id, sum, kernel.LossAndGradient<byte>(logits, labels, actual, new(Reduction.MeanByCount) { HasMixedTargets = true }));
            Bits.AssertSame<T>(id, expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SaturatedLogits_GiveTheLimit(string id)
    {
        var largest = IsFloat ? float.MaxValue : double.MaxValue;
        foreach (var gamma in new[] { 0, 1e-30, 0.25, 1, 2, 7.5, 100, 1e10, largest })
        {
            var kernel = BinaryKernels.Get<T>(id).With(T.CreateChecked(gamma))!;
            var (half, one) = (T.CreateChecked(0.5), T.One);
            T[] logits = [T.PositiveInfinity, T.NegativeInfinity, T.PositiveInfinity, T.NegativeInfinity, T.NaN];
            T[] targets = [one, T.Zero, T.Zero, one, half];
            var (gradient, losses) = (new T[5], new T[5]);
            kernel.LossAndGradient<T>(logits, targets, gradient, new(Reduction.Sum) { HasMixedTargets = true }, losses: losses);
            Bits.AssertSame<T>(id, [T.Zero, T.Zero, T.PositiveInfinity, T.PositiveInfinity, T.NaN], losses, signOfZero: false);
            Bits.AssertSame<T>(id, [T.Zero, T.Zero, one, -one, T.NaN], gradient, signOfZero: false);

            // Without weight, or as a sample that doesn't count, an infinite logit costs nothing.
            T[] infinities = [T.PositiveInfinity, T.NegativeInfinity];
            var free = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.Zero, NegativeWeight = T.Zero, HasMixedTargets = true };
            var plain = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { HasMixedTargets = true };
            foreach (var (options, weights) in new[] { (free, new[] { one, one }), (plain, new T[2]) })
            {
                kernel.LossAndGradient<T>(infinities, [half, half], gradient.AsSpan(0, 2), options, weights, losses.AsSpan(0, 2));
                Assert.All(losses[..2].Concat(gradient[..2]), value => Assert.Equal(T.Zero, value));
            }

            var sweep = Enumerable.Range(-3000, 6001).Select(i => T.CreateChecked(i / 4.0)).ToArray();
            foreach (var target in new[] { T.Zero, T.Epsilon, T.CreateChecked(1e-7), half, T.BitDecrement(one), one })
            {
                var (slopes, costs) = (new T[sweep.Length], new T[sweep.Length]);
                kernel.LossAndGradient<T>(
                    sweep, Array.ConvertAll(sweep, _ => target), slopes, new(Reduction.Sum) { HasMixedTargets = true }, losses: costs);
                Assert.All(costs.Concat(slopes), value => Assert.True(T.IsFinite(value), $"{id}, γ {gamma}, target {target}: {value}"));
                Assert.All(costs, value => Assert.True(value >= T.Zero, $"{id}, γ {gamma}, target {target}: {value}"));
            }
        }
    }

    private static double Error(T actual, DoubleDouble exact, double size)
    {
        var value = double.CreateChecked(actual);
        if (Math.Abs(size) < Smallest)
        {
            return Math.Abs(value) <= 2 * Smallest ? 0 : double.PositiveInfinity;
        }

        var error = Math.Abs((exact - value).High / Math.ScaleB(UlpOfOne, Math.ILogB(size)));
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    /// <summary>
    /// The definition, with p_t, 1 − p_t and p − y as sums without a difference, and the sum of the gradient's terms without their signs.
    /// </summary>
    private static (DoubleDouble Loss, DoubleDouble Gradient, double Size) Exact(
        double z, double y, double gamma, double positive, double negative)
    {
        var e = DoubleDouble.Exp(-Math.Abs(z));
        var (small, large) = (e / (1 + e), 1 / (1 + e));
        var (p, other) = z > 0 ? (large, small) : (small, large);
        var not = 1 - (DoubleDouble)y;
        var of = (y * p) + (not * other);
        var q = (y * other) + (not * p);
        var log = DoubleDouble.Log1p(e);
        var cost = log + ((z > 0 ? not : (DoubleDouble)y) * Math.Abs(z));
        var weight = (positive * (DoubleDouble)y) + (negative * not);

        // −log q = log(1 + p_t/q). Where q is 0, so are the cost and the difference.
        var power = gamma == 0 ? 1 : q.High < 1e-300 ? 0 : DoubleDouble.Exp(-(gamma * DoubleDouble.Log1p(of / q)));
        var ratio = q.High < 1e-300 ? 0 : p * other / q;
        var focus = gamma * (1 - (2 * (DoubleDouble)y)) * ratio * cost;
        var gradient = weight * power * (focus + (not * p) - (y * other));
        var size = weight * power * (new DoubleDouble(Math.Abs(focus.High), 0) + (not * p) + (y * other));
        return (weight * power * cost, gradient, size.High);
    }
}

/// <summary>The soft and smoothed focal loss as peers define it.</summary>
public class MixedTargetsPeerTests
{
    /// <summary>
    /// torchvision's sigmoid_focal_loss, written after its documentation: α_t·(1 − p_t)^γ·ce with ce, p_t = p·y + (1 − p)·(1 − y) and
    /// α_t = α·y + (1 − α)·(1 − y) of any target. Keras' BinaryFocalCrossentropy (with apply_class_balancing) and optax' sigmoid_focal_loss
    /// are the same.
    /// </summary>
    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.75, 1.3)]
    [InlineData(0, 2)]
    [InlineData(1, 0.5)]
    [InlineData(-1, 2)]
    [InlineData(0.25, 0)]
    public void Loss_SoftTargets_IsTorchvisions(double alpha, double gamma)
    {
        double[] logits = [.. Enumerable.Range(-60, 121).Select(i => i / 7.0)];
        double[] targets = [.. logits.Select((_, i) => i % 9 / 8.0)];
        var options = new SigmoidFocalOptions<double>(Reduction.MeanByCount, alpha) { Gamma = gamma, Targets = FocalTargets.Mixed };
        var losses = new double[logits.Length];

        var sum = SigmoidFocal.Loss(logits, targets, options, losses: losses);

        var expected = logits.Select((z, i) => PeerLoss(z, targets[i], alpha, gamma)).ToArray();
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, (Math.Abs(pair.First) * 1e-9) + 1e-300));
        Assert.Equal(expected.Average(), sum.MeanByCount, 1e-12);
        Assert.Equal(sum.Loss, SigmoidFocal.LossAndGradient(logits, targets, new double[logits.Length], options).Loss);
    }

    /// <summary>Keras smooths labels to y·(1 − ε) + ε/2 first.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(0.7)]
    public void Loss_SmoothedLabels_IsThatOfTheSoftTargets(double gamma)
    {
        double[] logits = [.. Enumerable.Range(-40, 81).Select(i => i / 3.0)];
        int[] labels = [.. logits.Select((_, i) => i % 5 == 0 ? 1 : i % 7 == 0 ? -1 : 0)];
        var options = new SigmoidFocalOptions<double>(Reduction.Sum) { Gamma = gamma, Targets = FocalTargets.Mixed, LabelSmoothing = 0.1, IgnoreLabel = -1 };
        var (losses, gradient) = (new double[logits.Length], new double[logits.Length]);

        var sum = SigmoidFocal.LossAndGradient(logits, labels, gradient, options, losses: losses);

        var expected = logits.Select((z, i) => labels[i] < 0 ? 0 : PeerLoss(z, (labels[i] * 0.9) + 0.05, -1, gamma)).ToArray();
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, (Math.Abs(pair.First) * 1e-9) + 1e-300));
        Assert.All(labels.Zip(gradient), pair => Assert.Equal(pair.First < 0, pair.Second == 0));
        Assert.Equal(labels.Count(label => label >= 0), sum.Count);
    }

    [Fact]
    public void Loss_OneConfidentSmoothedLogit_DiffersByTheForm()
    {
        Assert.Equal(0.247, Loss(FocalTargets.PerClass), 0.0005);
        Assert.Equal(0.00081, Loss(FocalTargets.Mixed), 0.000005);

        static double Loss(FocalTargets form) =>
            SigmoidFocal.Loss([5.0], [(byte)1], new SigmoidFocalOptions<double>(Reduction.Sum) { LabelSmoothing = 0.1, Targets = form }).Loss;
    }

    [Fact]
    public void Gradient_AnyWeights_IsTheSlopeOfTheLosses()
    {
        const double Step = 1.0 / 4096;
        double[] logits = [.. Enumerable.Range(0, 600).Select(i => 12 * Math.Sin(i * 0.77))];
        double[] targets = [.. logits.Select((_, i) => i % 11 / 10.0)];
        double[] weights = [.. logits.Select((_, i) => i % 4 * 0.5)];
        foreach (var gamma in new[] { 0, 0.3, 1, 2, 4.5 })
        {
            var options = new SigmoidFocalOptions<double>(Reduction.Sum)
            {
                Gamma = gamma,
                PositiveWeights = [3, 0.5, 1],
                NegativeWeight = 0.7,
                LabelSmoothing = 0.05,
                Targets = FocalTargets.Mixed,
            };
            var (gradient, left, right) = (new double[logits.Length], new double[logits.Length], new double[logits.Length]);
            SigmoidFocal.LossAndGradient(logits, targets, gradient, options, weights);
            SigmoidFocal.Loss(Array.ConvertAll(logits, z => z - Step), targets, options, weights, left);
            SigmoidFocal.Loss(Array.ConvertAll(logits, z => z + Step), targets, options, weights, right);
            for (var i = 0; i < logits.Length; i++)
            {
                Assert.Equal((right[i] - left[i]) / (2 * Step), gradient[i], 1e-6 * (1 + (gamma * gamma)));
            }
        }
    }

    /// <summary>
    /// Row weights and column weights are factors of a label's loss, also beside the tiles and tails that kernels have for them.
    /// </summary>
    [Fact]
    public void Loss_RowAndColumnWeights_AreFactors()
    {
        const int Rows = 700, Columns = 3;
        float[] logits = [.. Enumerable.Range(0, Rows * Columns).Select(i => 6 * MathF.Sin(i * 1.1f))];
        float[] targets = [.. logits.Select((_, i) => i % 6 / 5f)];
        float[] rows = [.. Enumerable.Range(0, Rows).Select(i => i % 5 * 0.5f)];
        float[] columns = [2, 0.25f, 1];
        var options = new SigmoidFocalOptions<float>(Reduction.Sum) { PositiveWeights = columns, NegativeWeight = 0.5f, Targets = FocalTargets.Mixed };
        var plain = new SigmoidFocalOptions<float>(Reduction.Sum) { Targets = FocalTargets.Mixed };
        var (losses, ones) = (new float[logits.Length], new float[logits.Length]);

        var sum = SigmoidFocal.Loss(logits, targets, options, rows, losses);

        SigmoidFocal.Loss(logits, targets, plain, default, ones);
        double weight = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            var own = rows[i / Columns] * ((columns[i % Columns] * targets[i]) + (0.5f * (1 - targets[i])));
            weight += own;
            Assert.Equal(own * ones[i], losses[i], 1e-6f * (1 + losses[i]));
        }

        Assert.Equal(weight, sum.Weight, weight * 1e-6);
    }

    [Fact]
    public void Targets_Unknown_IsNamed() => Assert.Contains(
        "Targets", Assert.Throws<ArgumentException>("Targets", () => new SigmoidFocalOptions<float>(Reduction.Sum) { Targets = (FocalTargets)2 }).Message);

    [Fact]
    public void Targets_NotSet_IsPerClass() => Assert.Equal(FocalTargets.PerClass, new SigmoidFocalOptions<float>(Reduction.Sum).Targets);

    private static double PeerLoss(double logit, double target, double alpha, double gamma)
    {
        var probability = 1 / (1 + Math.Exp(-logit));
        var crossEntropy = Math.Max(logit, 0) - (logit * target) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
        var ofTarget = (probability * target) + ((1 - probability) * (1 - target));
        var loss = crossEntropy * Math.Pow(1 - ofTarget, gamma);
        return alpha < 0 ? loss : loss * ((alpha * target) + ((1 - alpha) * (1 - target)));
    }
}
