using System.Numerics;
using WeightedLoss.Runtime;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Memory;

public sealed class GuardPageTestsOfFloat : GuardPageTests<float>;

public sealed class GuardPageTestsOfDouble : GuardPageTests<double>;

/// <summary>
/// No kernel touches memory outside its spans, at any length from 0 to four blocks and three elements and at any alignment of the
/// elements, and its results do not depend on either.
/// </summary>
public abstract class GuardPageTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly unsafe int s_block = 64 / sizeof(T);

    public static TheoryData<string> Ids { get; } = BinaryKernels.Ids<T>();

    public static TheoryData<string> AnyGammaIds { get; } = BinaryKernels.AnyGammaIds<T>();

    public static TheoryData<string> Functions { get; } =
        [.. Kernels.Supported<FunctionKernelEntry<T>>().Select(kernel => kernel.Id)];

    private static readonly BinaryCrossEntropyOptions<T> s_weighted =
        new(Reduction.MeanByCount) { PositiveWeight = T.CreateChecked(3), NegativeWeight = T.CreateChecked(0.5) };

    [Theory]
    [MemberData(nameof(Ids))]
    public void ByteLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside<byte>(kernel, i => (byte)(i % 3 == 0 ? 1 : 0));

    [Theory]
    [MemberData(nameof(Ids))]
    public void BoolLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(kernel, i => i % 3 == 0);

    [Theory]
    [MemberData(nameof(Ids))]
    public void IntLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(kernel, i => i % 3 == 0 ? 1 : 0);

    [Theory]
    [MemberData(nameof(Ids))]
    public void LongLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(kernel, i => i % 3 == 0 ? 1L : 0L);

    [Theory]
    [MemberData(nameof(Ids))]
    public void SoftTargets_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(kernel, i => T.CreateChecked(i % 5 / 4.0));

    [Theory]
    [MemberData(nameof(AnyGammaIds))]
    public void MixedTargets_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(
        kernel, i => T.CreateChecked(i % 5 / 4.0), new(Reduction.MeanByCount) { PositiveWeight = T.CreateChecked(3), HasMixedTargets = true });

    [Theory]
    [MemberData(nameof(Ids))]
    public void IgnoredLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(
        kernel, i => i % 7 == 2 ? -1 : i % 2, new(Reduction.MeanByWeight) { PositiveWeight = T.CreateChecked(3), IgnoreLabel = -1 });

    [Theory]
    [MemberData(nameof(Ids))]
    public void SmoothedLabels_EveryLengthAndAlignment_StayInside(string kernel) => StaysInside(
        kernel, i => (byte)(i % 2), new(Reduction.MeanByCount) { LabelSmoothing = T.CreateChecked(0.1) });

    [Theory]
    [MemberData(nameof(Ids))]
    public void RowAndColumnWeights_EveryLengthAndAlignment_StayInside(string kernel)
    {
        SkipWithoutGuardPages();
        using var guards = new Guards();
        var subject = BinaryKernels.Get<T>(kernel);
        foreach (var columns in new[] { 1, 2, 3, 5, 8, 17 })
        {
            var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum)
            {
                PositiveWeights = Enumerable.Range(0, columns).Select(column => T.CreateChecked(column + 0.5)).ToArray(),
            };
            for (var rows = 0; rows * columns <= (4 * s_block) + 3; rows++)
            {
                var logits = Logits(rows * columns);
                var labels = Enumerable.Range(0, logits.Length).Select(i => i % 3 == 0 ? 1 : 0).ToArray();
                Compare(guards, subject, options, logits, labels, [.. Logits(rows).Select(T.Abs)], withLosses: true);
                Compare(guards, subject, options, logits, labels, null, withLosses: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Probabilities_EveryLengthAndAlignment_StayInside(string kernel)
    {
        SkipWithoutGuardPages();
        using var inputs = new GuardedMemory(8192);
        using var outputs = new GuardedMemory(8192);
        var subject = BinaryKernels.Get<T>(kernel);
        for (var length = 0; length <= (4 * s_block) + 3; length++)
        {
            var expected = new T[length];
            subject.Probabilities(Logits(length), expected);
            for (var place = -1; place < s_block; place++)
            {
                outputs.Fill();
                var logits = Place<T>(inputs, length, place);
                Logits(length).CopyTo(logits);
                var probabilities = Place<T>(outputs, length, place);
                subject.Probabilities(logits, probabilities);
                Bits.AssertSame<T>($"{kernel}, length {length}, place {place}", expected, probabilities);
                outputs.AssertUntouched($"{kernel}, length {length}, place {place}", probabilities);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_WholeBlocksAtEveryAlignment_StaysInside(string function)
    {
        SkipWithoutGuardPages();
        using var inputs = new GuardedMemory(4096);
        using var outputs = new GuardedMemory(4096);
        var subject = Kernels.All.OfType<FunctionKernelEntry<T>>().Single(entry => entry.Id == function);
        for (var length = 0; length <= 4 * s_block; length += s_block)
        {
            var arguments = Array.ConvertAll(Logits(length), value => T.Abs(value) / T.CreateChecked(5));
            var expected = new T[length];
            subject.Run(arguments, expected);
            for (var place = -1; place < s_block; place++)
            {
                outputs.Fill();
                var x = Place<T>(inputs, length, place);
                arguments.CopyTo(x);
                var y = Place<T>(outputs, length, place);
                subject.Run(x, y);
                Bits.AssertSame<T>($"{function}, length {length}, place {place}", expected, y);
                outputs.AssertUntouched($"{function}, length {length}, place {place}", y);
            }
        }
    }

    /// <summary>
    /// A call with more logits than a cache holds asks for memory ahead of its turn, at the end also for what lies behind its arrays.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public unsafe void ManyLabels_WithNothingBehindThem_AreTheSameAsInParts(string kernel)
    {
        SkipWithoutGuardPages();
        var subject = BinaryKernels.Get<T>(kernel);
        var n = ((1 << 20) / sizeof(T)) + s_block + 3;
        var given = Logits(n);
        using GuardedMemory logits = new(n * sizeof(T)), labels = new(n * sizeof(T)), gradient = new(n * sizeof(T)), losses = new(n * sizeof(T));
        Check(i => (byte)(i % 97 == 0 ? 1 : 0), withLosses: false);
        Check(i => (byte)(i % 3 == 0 ? 1 : 0), withLosses: true);
        Check(i => T.CreateChecked(i % 5 / 4.0), withLosses: true);

        void Check<TLabel>(Func<int, TLabel> label, bool withLosses)
            where TLabel : unmanaged
        {
            var options = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { PositiveWeight = T.CreateChecked(3) };
            var hard = Enumerable.Range(0, n).Select(label).ToArray();
            var z = logits.AtEnd<T>(n);
            given.CopyTo(z);
            var y = labels.AtEnd<TLabel>(n);
            hard.CopyTo(y);
            var g = gradient.AtEnd<T>(n);
            var l = withLosses ? losses.AtEnd<T>(n) : default;

            subject.LossAndGradient<TLabel>(z, y, g, options, default, l);

            var (expected, expectedLosses) = (new T[n], withLosses ? new T[n] : null);
            for (var (start, part) = (0, n / 3); start < n; start += part)
            {
                var range = start..Math.Min(n, start + part);
                subject.LossAndGradient<TLabel>(
                    given.AsSpan(range), hard.AsSpan(range), expected.AsSpan(range), options, default, withLosses
                        ? expectedLosses.AsSpan(range)
                        : default);
            }

            var what = $"{kernel}, {typeof(TLabel).Name}, losses {withLosses}";
            Bits.AssertSame<T>(what, expected, g);
            Bits.AssertSame<T>(what, expectedLosses, l);
        }
    }

    /// <summary>A number of logits without period.</summary>
    private static T[] Logits(int length) => [.. Enumerable.Range(0, length).Select(i => T.CreateChecked(5 * Math.Sin(i * i)))];

    /// <summary>At the end, or with a number of elements between the page before and the span.</summary>
    private static Span<TElement> Place<TElement>(GuardedMemory memory, int length, int place)
        where TElement : unmanaged => place < 0 ? memory.AtEnd<TElement>(length) : memory.AtStart<TElement>(length, place);

    private static void SkipWithoutGuardPages()
    {
        if (!GuardedMemory.IsSupported)
        {
            Assert.Skip("How to protect a page is not known for this operating system.");
        }
    }

    private static void StaysInside<TLabel>(string kernel, Func<int, TLabel> label, BinaryCrossEntropyOptions<T>? options = null)
        where TLabel : unmanaged
    {
        SkipWithoutGuardPages();
        using var guards = new Guards();
        var subject = BinaryKernels.Get<T>(kernel);
        for (var length = 0; length <= (4 * s_block) + 3; length++)
        {
            var logits = Logits(length);
            var labels = Enumerable.Range(0, length).Select(label).ToArray();
            var weights = logits.Select(T.Abs).ToArray();
            foreach (var withWeights in new[] { false, true })
            {
                foreach (var withLosses in new[] { false, true })
                {
                    Compare(guards, subject, options ?? s_weighted, logits, labels, withWeights ? weights : null, withLosses);
                }
            }
        }
    }

    private static void Compare<TLabel>(
        Guards guards,
        BinarySubject<T> kernel,
        BinaryCrossEntropyOptions<T> options,
        T[] logits,
        TLabel[] labels,
        T[]? weights,
        bool withLosses)
        where TLabel : unmanaged
    {
        var length = logits.Length;
        var expectedGradient = new T[length];
        var expectedLosses = withLosses ? new T[length] : null;
        var expected = kernel.LossAndGradient<TLabel>(logits, labels, expectedGradient, options, weights, expectedLosses);
        for (var place = -1; place < s_block; place++)
        {
            var what = $"{kernel.Id}, length {length}, place {place}, weights {weights is not null}, losses {withLosses}";
            guards.Gradient.Fill();
            guards.Losses.Fill();
            var z = Place<T>(guards.Logits, length, place);
            var y = Place<TLabel>(guards.Labels, length, place);
            var w = weights is null ? default : Place<T>(guards.Weights, weights.Length, place);
            logits.CopyTo(z);
            labels.CopyTo(y);
            weights?.CopyTo(w);
            var gradient = Place<T>(guards.Gradient, length, place);
            var losses = withLosses ? Place<T>(guards.Losses, length, place) : default;

            Bits.AssertSame(what, expected, kernel.LossAndGradient<TLabel>(z, y, gradient, options, w, losses));
            Bits.AssertSame<T>(what, expectedGradient, gradient);
            Bits.AssertSame<T>(what, expectedLosses, losses);
            guards.Gradient.AssertUntouched(what, gradient);
            guards.Losses.AssertUntouched(what, withLosses ? losses : guards.Losses.AtStart<T>(0));

            guards.Losses.Fill();
            Bits.AssertSame(what, expected, kernel.Loss<TLabel>(z, y, options, w, losses));
            Bits.AssertSame<T>(what, expectedLosses, losses);
            guards.Losses.AssertUntouched(what, withLosses ? losses : guards.Losses.AtStart<T>(0));

            // The inputs were only read; in place, the logits become the gradient.
            Assert.True(y.SequenceEqual(labels) && z.SequenceEqual(logits) && w.SequenceEqual(weights), what);
            kernel.LossAndGradient<TLabel>(z, y, z, options, w);
            Bits.AssertSame<T>(what, expectedGradient, z, signOfZero: false);
        }
    }

    private sealed class Guards : IDisposable
    {
        public GuardedMemory Logits { get; } = new(4096);

        public GuardedMemory Labels { get; } = new(4096);

        public GuardedMemory Weights { get; } = new(4096);

        public GuardedMemory Gradient { get; } = new(4096);

        public GuardedMemory Losses { get; } = new(4096);

        public void Dispose()
        {
            Logits.Dispose();
            Labels.Dispose();
            Weights.Dispose();
            Gradient.Dispose();
            Losses.Dispose();
        }
    }
}
