using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Memory;

public sealed class CrossEntropyArgumentTestsOfFloat : CrossEntropyArgumentTests<float>;

public sealed class CrossEntropyArgumentTestsOfDouble : CrossEntropyArgumentTests<double>;

/// <summary>Bad input of cross-entropy gets an error that names argument, index and value, and nothing is written.</summary>
public abstract class CrossEntropyArgumentTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = 100, K = 5;

    /// <summary>Labels and weights of so many rows are compared in whole runs, whose end this is not.</summary>
    private const int LongN = 2500;

    private static readonly CrossEntropyOptions<T> s_options = new(K, Reduction.MeanByCount);

    /// <summary>With these, labels are counted.</summary>
    private static readonly CrossEntropyOptions<T> s_weighted = new(K, Reduction.MeanByCount) { ClassWeights = [T.One, T.One, T.Zero, T.One, T.One] };

    /// <summary>The public methods of every loss.</summary>
    public static TheoryData<string> Losses { get; } = [.. SoftmaxKernels.Public<T>().Select(kernel => kernel.Id)];

    private static (int N, int Index)[] Places =>
    [
        .. new[] { 0, 1, 31, 32, 63, 64, 96, 98 }.Select(index => (N, index)),
        .. new[] { 0, 127, 128, 511, 512, 1021, 2047, 2303, 2304, 2447, 2448, 2498 }.Select(index => (LongN, index)),
    ];

    [Theory]
    [MemberData(nameof(Losses))]
    public void EmptyWeightsAndLosses_AreNone(string loss)
    {
        var kernel = SoftmaxKernels.Get<T>(loss);
        foreach (var n in new[] { 0, 1, N })
        {
            var logits = Enumerable.Range(0, n * K).Select(i => T.CreateChecked(i % 7)).ToArray();
            T[] expected = new T[n * K], gradient = new T[n * K], none = new T[0];
            foreach (var options in new[] { s_options, s_weighted })
            {
                var sum = kernel.LossAndGradient<byte>(logits, new byte[n], expected, options);
                Assert.Equal(sum, kernel.LossAndGradient<byte>(logits, new byte[n], gradient, options, none, none));
                Assert.Equal(expected, gradient);
                Assert.Equal(sum, kernel.LossAndGradient<byte>(logits, new byte[n], gradient, options, [], []));
                Assert.Equal(sum, kernel.LossAndGradient<byte>(
                    logits, new byte[n], gradient, options, logits.AsSpan(n * K), gradient.AsSpan(n * K)));
                Assert.Equal(sum, kernel.Loss<byte>(logits, new byte[n], options, none, none));
                if (kernel.Case.HasSoftTargets)
                {
                    Assert.Equal(kernel.Loss<T>(logits, new T[n * K], options), kernel.Loss<T>(logits, new T[n * K], options, none, none));
                }
            }
        }
    }

    [Fact]
    public void Options_MoreClassesThanAFloatCanTellApart_NameTheNumber()
    {
        var error = Assert.Throws<ArgumentException>(() => new CrossEntropyOptions<float>((1 << 24) + 1, Reduction.Sum));
        Assert.Equal("classes", error.ParamName);
        Assert.Contains("16777217", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Label_EqualToTheClassCount_IsNamedForManyClasses(string loss)
    {
        foreach (var classes in new[] { 2, 7, 16, 17, 100, 255, 256, 300 })
        {
            var labels = new int[40];
            labels[33] = classes;
            var gradient = new T[40 * classes];
            Throws("labels", $"labels[33] is {classes}", () => SoftmaxKernels.Get<T>(loss).LossAndGradient<int>(
                new T[40 * classes], labels, gradient, new(classes, Reduction.Sum)));
            Assert.All(gradient, g => Assert.Equal(T.Zero, g));
        }
    }

    [Fact]
    public void Label_NeitherClassNorIgnored_IsNamed()
    {
        var labels = new int[N];
        labels[3] = -100;
        labels[40] = -1;
        AssertThrows("labels", "labels[40] is -1", labels, new(K, Reduction.Sum) { IgnoreLabel = -100 });

        // −1 does not become 255 in a byte, nor 2³² − 100 become −100.
        var bytes = new byte[N];
        bytes[7] = 255;
        AssertThrows("labels", "labels[7] is 255", bytes, new(K, Reduction.Sum) { IgnoreLabel = -1 });
        var longs = new long[N];
        longs[8] = uint.MaxValue - 99L;
        AssertThrows("labels", $"labels[8] is {longs[8]}", longs, new(K, Reduction.Sum) { IgnoreLabel = -100 });
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.25)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void SoftTarget_OutOfRange_IsNamed(double wrong)
    {
        foreach (var (n, index) in Places.Append((N, (N * K) - 2)))
        {
            var targets = new T[n * K];
            targets[index] = targets[^1] = T.CreateChecked(wrong);
            AssertThrows("targets", $"targets[{index}] is {T.CreateChecked(wrong)}", targets, n: n);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void SampleWeight_NegativeOrNotFinite_IsNamed(double wrong)
    {
        foreach (var (n, index) in Places)
        {
            var weights = Enumerable.Repeat(T.One, n).ToArray();
            weights[index] = weights[^1] = T.CreateChecked(wrong);
            AssertThrows("sampleWeights", $"sampleWeights[{index}] is {T.CreateChecked(wrong)}", new byte[n], weights: weights, n: n);
            AssertThrows("sampleWeights", $"sampleWeights[{index}] is {T.CreateChecked(wrong)}", new T[n * K], weights: weights, n: n);
        }
    }

    [Fact]
    public void Lengths_ThatDiffer_AreNamed()
    {
        AssertThrows("labels", "99", new byte[N - 1]);
        AssertThrows("labels", "0", new byte[0]);
        AssertThrows("labels", "101", new int[N + 1]);
        AssertThrows("targets", "499", new T[(N * K) - 1]);
        AssertThrows("targets", "100", new T[N]);
        AssertThrows("sampleWeights", "101", new byte[N], weights: new T[N + 1]);
        AssertThrows("sampleWeights", "500", new byte[N], weights: new T[N * K]);
        AssertThrows("logits", "500", new byte[N], new(7, Reduction.Sum));
        AssertThrows("logits", "500", new byte[N], new(K, Reduction.Sum) { Layout = LogitLayout.Spatial(3) });

        // 500 = 62·8 + 4 are neither whole rows of stride 8, nor do they end with the 5 logits of a row.
        AssertThrows("logits", "500", new byte[N], new(K, Reduction.Sum) { Layout = LogitLayout.Rows(8, K) });

        var kernel = SoftmaxKernels.PublicCrossEntropy<T>();
        Throws("gradient", "3", () => kernel.LossAndGradient<byte>(new T[N * K], new byte[N], new T[3], s_options));
        Throws("gradient", "501", () => kernel.LossAndGradient<byte>(new T[N * K], new byte[N], new T[(N * K) + 1], s_options));
        Throws("losses", "500", () => kernel.Loss<byte>(new T[N * K], new byte[N], s_options, losses: new T[N * K]));
        Throws("probabilities", "3", () => kernel.Probabilities(new T[N * K], new T[3], s_options));
        Throws("logits", "501", () => kernel.Probabilities(new T[(N * K) + 1], new T[(N * K) + 1], s_options));
        var strided = new CrossEntropyOptions<T>(K, Reduction.Sum) { Layout = LogitLayout.Rows(K, 8) };
        Throws("gradient", "500", () => kernel.LossAndGradient<byte>(new T[N * K], new byte[N], new T[N * K], strided));
        Throws("probabilities", "500", () => kernel.Probabilities(new T[N * K], new T[N * K], strided));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void StridedRows_WithOrWithoutTheLastGap_AreAccepted(string loss)
    {
        var kernel = SoftmaxKernels.Get<T>(loss);
        var options = new CrossEntropyOptions<T>(K, Reduction.Sum) { Layout = LogitLayout.Rows(8, 7) };
        foreach (var (logits, gradient) in new[] { (24, 21), (21, 19), (24, 19), (21, 21) })
        {
            Assert.Equal(3, kernel.LossAndGradient<byte>(new T[logits], new byte[3], new T[gradient], options).Count);
        }
    }

    [Fact]
    public void Memory_SharedInPart_IsNamed()
    {
        const int Length = N * K;
        var kernel = SoftmaxKernels.PublicCrossEntropy<T>();
        var memory = Enumerable.Range(0, 3 * Length).Select(i => T.CreateChecked(i % 7 / 7.0)).ToArray();
        T[] before = [.. memory];
        var labels = new byte[N];

        foreach (var shift in new[] { 1, -1, Length - 1, 1 - Length })
        {
            var start = Math.Max(0, -shift);
            Refuses("gradient", "logits", () => kernel.LossAndGradient<byte>(At(start), labels, At(start + shift), s_options));
            Refuses("gradient", "targets", () => kernel.LossAndGradient<T>(At(2 * Length), At(start), At(start + shift), s_options));
            Refuses("probabilities", "logits", () => kernel.Probabilities(At(start), At(start + shift), s_options));
        }

        foreach (var place in new[] { 0, 1, Length - N, Length - 1 })
        {
            // The first or last sample is inside, or all of them.
            var some = Math.Min(place, Length - 1);
            Refuses("gradient", "sampleWeights", () => kernel.LossAndGradient<byte>(
                At(2 * Length), labels, At(0), s_options, memory.AsSpan(some, N)));
            Refuses("gradient", "losses", () => kernel.LossAndGradient<byte>(
                At(2 * Length), labels, At(0), s_options, losses: memory.AsSpan(some, N)));
            Refuses("losses", "logits", () => kernel.Loss<byte>(At(0), labels, s_options, losses: memory.AsSpan(some, N)));
            Refuses("losses", "targets", () => kernel.Loss<T>(At(2 * Length), At(0), s_options, losses: memory.AsSpan(some, N)));
        }

        Refuses("losses", "sampleWeights", () => kernel.Loss<byte>(
            At(0), labels, s_options, memory.AsSpan(Length, N), memory.AsSpan(Length + N - 1, N)));

        // The very same memory is fine for the gradient over the logits alone, and not if the rows have other strides there.
        Refuses("gradient", "targets", () => kernel.LossAndGradient<T>(At(Length), At(0), At(0), s_options));
        var strides = new CrossEntropyOptions<T>(K, Reduction.Sum) { Layout = LogitLayout.Rows(K, K + 1) };
        Refuses("gradient", "logits", () => kernel.LossAndGradient<byte>(At(0), labels, memory.AsSpan(0, N * (K + 1)), strides));

        // Neighbours share nothing.
        kernel.LossAndGradient<byte>(At(0), labels, At(Length), s_options, losses: memory.AsSpan(2 * Length, N));

        Span<T> At(int start) => memory.AsSpan(start, Length);

        void Refuses(string name, string other, Action call)
        {
            Throws(name, other, call);
            Assert.Equal(before, memory);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Gradient_OverTheLabelsBytes_IsNamed(string loss)
    {
        // Labels of another type than the gradient's in the same memory.
        var memory = new long[2 * N * K];
        Throws("gradient", "labels", () => SoftmaxKernels.Get<T>(loss).LossAndGradient<long>(
            new T[N * K], memory.AsSpan(0, N), System.Runtime.InteropServices.MemoryMarshal.Cast<long, T>(memory.AsSpan(N / 4))[..(N * K)], s_options));
    }

    [Fact]
    public void IgnoreLabel_WithSoftTargets_IsNamed() =>
        AssertThrows("options", "IgnoreLabel is -1", new T[N * K], new(K, Reduction.Sum) { IgnoreLabel = -1 });

    [Fact]
    public void Options_Null_IsNamed()
    {
        var kernel = SoftmaxKernels.PublicCrossEntropy<T>();
        Assert.Throws<ArgumentNullException>("options", () => { kernel.Loss<byte>(new T[2], new byte[1], null!); });
        Assert.Throws<ArgumentNullException>("options", () => { kernel.LossAndGradient<byte>(new T[2], new byte[1], new T[2], null!); });
        Assert.Throws<ArgumentNullException>("options", () => { kernel.Probabilities(new T[2], new T[2], null!); });
    }

    [Fact]
    public void Options_WrongValues_AreNamed()
    {
        foreach (var wrong in new[] { 1, 0, -1 })
        {
            Throws("classes", $"classes is {wrong}", () => _ = new CrossEntropyOptions<T>(wrong, Reduction.Sum));
        }

        foreach (var wrong in new[] { T.CreateChecked(-1), T.NaN, T.PositiveInfinity })
        {
            Throws(
                "ClassWeights",
                $"ClassWeights[1] is {wrong}",
                () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { ClassWeights = [T.One, wrong, T.One] });
        }

        foreach (var count in new[] { 1, 2, 4 })
        {
            Throws(
                "ClassWeights",
                $"has {count} and there are 3",
                () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { ClassWeights = new T[count] });
        }

        foreach (var wrong in new[] { T.CreateChecked(-0.1), T.CreateChecked(1.1), T.NaN })
        {
            Throws(
                "LabelSmoothing",
                $"LabelSmoothing is {wrong}",
                () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { LabelSmoothing = wrong });
        }

        foreach (var wrong in new[] { 0, 2 })
        {
            Throws(
                "IgnoreLabel", $"IgnoreLabel is {wrong}", () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { IgnoreLabel = wrong });
        }

        Throws(
            "MaxDegreeOfParallelism",
            "MaxDegreeOfParallelism is 0",
            () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { MaxDegreeOfParallelism = 0 });
        Throws("Layout", "strides of 2 and 3", () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { Layout = LogitLayout.Rows(2, 3) });
        Throws("Layout", "strides of 3 and 2", () => _ = new CrossEntropyOptions<T>(3, Reduction.Sum) { Layout = LogitLayout.Rows(3, 2) });
        Throws("logitsStride", "logitsStride is 1", () => LogitLayout.Rows(1, 3));
        Throws("gradientStride", "gradientStride is 1", () => LogitLayout.Rows(3, 1));
        Throws("positions", "positions is 0", () => LogitLayout.Spatial(0));
        Assert.Equal(3, new CrossEntropyOptions<T>(3, Reduction.Sum) { IgnoreLabel = 3 }.IgnoreLabel);
    }

    private static void Throws(string name, string text, Action call) =>
        Assert.Contains(text, Assert.Throws<ArgumentException>(name, call).Message);

    private static void AssertThrows<TLabel>(
        string name, string text, TLabel[] labels, CrossEntropyOptions<T>? options = null, T[]? weights = null, int n = N)
        where TLabel : unmanaged
    {
        var (gradient, losses) = (
            Enumerable.Repeat(T.CreateChecked(42), n * K).ToArray(), Enumerable.Repeat(T.CreateChecked(42), n).ToArray());
        foreach (var kernel in SoftmaxKernels.Public<T>().Where(kernel => kernel.Case.HasSoftTargets || typeof(TLabel) != typeof(T)))
        {
            Throws(name, text, () => kernel.LossAndGradient<TLabel>(new T[n * K], labels, gradient, options ?? s_options, weights, losses));
            Throws(name, text, () => kernel.Loss<TLabel>(new T[n * K], labels, options ?? s_options, weights, losses));
        }

        Assert.All(gradient.Concat(losses), value => Assert.Equal(T.CreateChecked(42), value));
    }
}
