using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Memory;

public sealed class ArgumentTestsOfFloat : ArgumentTests<float>;

public sealed class ArgumentTestsOfDouble : ArgumentTests<double>;

/// <summary>Bad input gets an error that names argument, index and value, and nothing is written.</summary>
public abstract class ArgumentTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Length = 100;

    /// <summary>Labels and weights of so many are compared in whole runs, whose end this is not.</summary>
    private const int LongLength = 2500;

    private static readonly BinaryCrossEntropyOptions<T> s_options = new(Reduction.MeanByCount);

    /// <summary>The public methods of every loss.</summary>
    public static TheoryData<string> Losses { get; } = [.. BinaryKernels.Public<T>().Select(kernel => kernel.Id)];

    private static (int Length, int Index)[] Places =>
    [
        .. new[] { 0, 1, 31, 32, 63, 64, 96, 99 }.Select(index => (Length, index)),
        .. new[] { 0, 127, 128, 511, 512, 1021, 2047, 2303, 2304, 2447, 2448, 2499 }.Select(index => (LongLength, index)),
    ];

    [Fact]
    public void Label_NeitherClassNorIgnored_IsNamed()
    {
        var labels = new int[Length];
        labels[3] = -100;
        labels[40] = -1;
        AssertThrows(
            "labels",
            "A label must be 0 or 1, or -100 to be ignored, but labels[40] is -1.",
            labels,
            new(Reduction.Sum) { IgnoreLabel = -100 });

        // −1 does not become 255 in a byte.
        var bytes = new byte[Length];
        bytes[7] = 255;
        AssertThrows("labels", "labels[7] is 255", bytes, new(Reduction.Sum) { IgnoreLabel = -1 });
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.25)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void SoftTarget_OutOfRange_IsNamed(double wrong)
    {
        foreach (var (length, index) in Places)
        {
            var targets = new T[length];
            targets[index] = targets[^1] = T.CreateChecked(wrong);
            AssertThrows(
                "labels",
                $"A soft target must lie between 0 and 1, but labels[{index}] is {T.CreateChecked(wrong)}.",
                targets,
                length: length);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void SampleWeight_NegativeOrNotFinite_IsNamed(double wrong)
    {
        foreach (var (length, index) in Places)
        {
            var weights = new T[length];
            weights[index] = weights[^1] = T.CreateChecked(wrong);
            AssertThrows(
                "sampleWeights", $"but sampleWeights[{index}] is {T.CreateChecked(wrong)}.", new byte[length], weights: weights, length: length);
        }
    }

    [Fact]
    public void Lengths_ThatDiffer_AreNamed()
    {
        AssertThrows("labels", "labels has 99 and there are 100 logits", new byte[Length - 1]);
        AssertThrows("labels", "labels has 0 and there are 100 logits", new byte[0]);
        AssertThrows("sampleWeights", "sampleWeights has 101 and there are 100 logits", new byte[Length], weights: new T[Length + 1]);
        AssertThrows(
            "sampleWeights", "one per row of 4, but sampleWeights has 24", new byte[Length], new(Reduction.Sum) { Columns = 4 }, new T[24]);
        AssertThrows("logits", "whole rows of 7 columns, but logits has 100", new byte[Length], new(Reduction.Sum) { Columns = 7 });
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Lengths_OfOutputs_ThatDiffer_AreNamed(string loss)
    {
        var kernel = BinaryKernels.Get<T>(loss);
        Throws("gradient", "gradient has 3 and there are 100 logits", () => kernel.LossAndGradient<byte>(
            new T[Length], new byte[Length], new T[3], s_options));
        Throws("losses", "losses has 3 and there are 100 logits", () => kernel.Loss<byte>(
            new T[Length], new byte[Length], s_options, losses: new T[3]));
        Throws("probabilities", "probabilities has 3 and there are 100 logits", () => kernel.Probabilities(new T[Length], new T[3]));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void EmptyWeightsAndLosses_AreNone(string loss)
    {
        var kernel = BinaryKernels.Get<T>(loss);
        foreach (var n in new[] { 0, 1, Length })
        {
            var logits = Enumerable.Range(0, n).Select(i => T.CreateChecked(i % 7)).ToArray();
            T[] expected = new T[n], gradient = new T[n], none = new T[0];
            var sum = kernel.LossAndGradient<byte>(logits, new byte[n], expected, s_options);
            Assert.Equal(sum, kernel.LossAndGradient<byte>(logits, new byte[n], gradient, s_options, none, none));
            Assert.Equal(expected, gradient);
            Assert.Equal(sum, kernel.LossAndGradient<byte>(logits, new byte[n], gradient, s_options, [], []));
            Assert.Equal(sum, kernel.LossAndGradient<byte>(logits, new byte[n], gradient, s_options, logits.AsSpan(n), gradient.AsSpan(n)));
            Assert.Equal(sum, kernel.Loss<byte>(logits, new byte[n], s_options, none, none));
            Assert.Equal(kernel.Loss<T>(logits, new T[n], s_options), kernel.Loss<T>(logits, new T[n], s_options, none, none));
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Memory_SharedInPart_IsNamed(string loss)
    {
        var kernel = BinaryKernels.Get<T>(loss);
        var memory = Enumerable.Range(0, 3 * Length).Select(i => T.CreateChecked(i % 7 / 7.0)).ToArray();
        T[] before = [.. memory];
        var labels = new byte[Length];

        Refuses("gradient", "logits", (z, other, _) => kernel.LossAndGradient<byte>(z, labels, other, s_options));
        Refuses("gradient", "labels", (z, other, apart) => kernel.LossAndGradient<T>(apart, z, other, s_options));
        Refuses("gradient", "sampleWeights", (z, other, apart) => kernel.LossAndGradient<byte>(apart, labels, other, s_options, z));
        Refuses("gradient", "losses", (z, other, apart) => kernel.LossAndGradient<byte>(apart, labels, other, s_options, losses: z));
        Refuses("losses", "logits", (z, other, _) => kernel.Loss<byte>(z, labels, s_options, losses: other));
        Refuses("losses", "labels", (z, other, apart) => kernel.Loss<T>(apart, z, s_options, losses: other));
        Refuses("losses", "sampleWeights", (z, other, apart) => kernel.Loss<byte>(apart, labels, s_options, z, other));
        Refuses("probabilities", "logits", (z, other, _) => kernel.Probabilities(z, other));

        // The very same memory is fine for the gradient over the logits alone.
        Throws("losses", "must not share memory with logits", () => kernel.Loss<byte>(
            memory.AsSpan(0, Length), labels, s_options, losses: memory.AsSpan(0, Length)));
        Throws("gradient", "must not share memory with labels", () => kernel.LossAndGradient<T>(
            memory.AsSpan(Length, Length), memory.AsSpan(0, Length), memory.AsSpan(0, Length), s_options));
        Assert.Equal(before, memory);

        // Neighbours share nothing.
        kernel.LossAndGradient<byte>(
            memory.AsSpan(0, Length), labels, memory.AsSpan(Length, Length), s_options, losses: memory.AsSpan(2 * Length, Length));

        void Refuses(string name, string other, Overlapping call)
        {
            foreach (var shift in new[] { 1, -1, Length - 1, 1 - Length })
            {
                var start = Math.Max(0, -shift);
                Throws(name, other, () => call(
                    memory.AsSpan(start, Length), memory.AsSpan(start + shift, Length), memory.AsSpan(2 * Length, Length)));
                Assert.Equal(before, memory);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Options_Null_IsNamed(string loss)
    {
        var kernel = BinaryKernels.Get<T>(loss);
        Assert.Throws<ArgumentNullException>("options", () => { kernel.Loss<byte>(new T[1], new byte[1], null!); });
        Assert.Throws<ArgumentNullException>("options", () => { kernel.LossAndGradient<byte>(new T[1], new byte[1], new T[1], null!); });
    }

    [Fact]
    public void Options_WrongValues_AreNamed()
    {
        foreach (var wrong in new[] { T.CreateChecked(-1), T.NaN, T.PositiveInfinity })
        {
            Throws(
                "PositiveWeight",
                $"PositiveWeight is {wrong}",
                () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = wrong });
            Throws(
                "NegativeWeight",
                $"NegativeWeight is {wrong}",
                () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { NegativeWeight = wrong });
            Throws("PositiveWeights", $"PositiveWeights[1] is {wrong}",
                () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeights = [T.One, wrong] });
        }

        foreach (var wrong in new[] { T.CreateChecked(-0.1), T.CreateChecked(1.1), T.NaN })
        {
            Throws(
                "LabelSmoothing",
                $"LabelSmoothing is {wrong}",
                () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { LabelSmoothing = wrong });
        }

        Throws("Columns", "Columns is 0", () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { Columns = 0 });
        Throws("Columns", "has 2 values, but there are 3 columns",
            () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeights = [T.One, T.One], Columns = 3 });
        Throws("PositiveWeights", "has 2 values, but there are 3 columns",
            () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { Columns = 3, PositiveWeights = [T.One, T.One] });
        Throws("IgnoreLabel", "IgnoreLabel is 1", () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { IgnoreLabel = 1 });
        Throws("MaxDegreeOfParallelism", "MaxDegreeOfParallelism is 0",
            () => _ = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { MaxDegreeOfParallelism = 0 });
        foreach (var wrong in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Throws("divisor", $"is {wrong}", () => Reduction.DivideBy(wrong));
        }
    }

    [Fact]
    public void IgnoreLabel_WithSoftTargets_IsNamed() =>
        AssertThrows("options", "IgnoreLabel is -1", new T[Length], new(Reduction.Sum) { IgnoreLabel = -1 });

    private delegate void Overlapping(Span<T> first, Span<T> second, Span<T> apart);

    private static void Throws(string name, string text, Action call) =>
        Assert.Contains(text, Assert.Throws<ArgumentException>(name, call).Message);

    private static void AssertThrows<TLabel>(
        string name, string text, TLabel[] labels, BinaryCrossEntropyOptions<T>? options = null, T[]? weights = null, int length = Length)
        where TLabel : unmanaged
    {
        var untouched = Enumerable.Repeat(T.CreateChecked(42), length).ToArray();
        T[] logits = new T[length], gradient = [.. untouched], losses = [.. untouched];
        foreach (var kernel in BinaryKernels.Public<T>())
        {
            Throws(name, text, () => kernel.LossAndGradient<TLabel>(logits, labels, gradient, options ?? s_options, weights, losses));
            Throws(name, text, () => kernel.Loss<TLabel>(logits, labels, options ?? s_options, weights, losses));
        }

        Assert.Equal(untouched, gradient);
        Assert.Equal(untouched, losses);
    }
}
