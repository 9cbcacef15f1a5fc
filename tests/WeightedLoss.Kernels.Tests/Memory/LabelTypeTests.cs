using System.Numerics;
using WeightedLoss.Tests.Dispatch;

namespace WeightedLoss.Tests.Memory;

public sealed class SByteLabelsOfFloat : LabelTypeTests<float, sbyte>;

public sealed class SByteLabelsOfDouble : LabelTypeTests<double, sbyte>;

public sealed class ByteLabelsOfFloat : LabelTypeTests<float, byte>;

public sealed class ByteLabelsOfDouble : LabelTypeTests<double, byte>;

public sealed class Int16LabelsOfFloat : LabelTypeTests<float, short>;

public sealed class Int16LabelsOfDouble : LabelTypeTests<double, short>;

public sealed class UInt16LabelsOfFloat : LabelTypeTests<float, ushort>;

public sealed class UInt16LabelsOfDouble : LabelTypeTests<double, ushort>;

public sealed class Int32LabelsOfFloat : LabelTypeTests<float, int>;

public sealed class Int32LabelsOfDouble : LabelTypeTests<double, int>;

public sealed class UInt32LabelsOfFloat : LabelTypeTests<float, uint>;

public sealed class UInt32LabelsOfDouble : LabelTypeTests<double, uint>;

public sealed class Int64LabelsOfFloat : LabelTypeTests<float, long>;

public sealed class Int64LabelsOfDouble : LabelTypeTests<double, long>;

/// <summary>
/// The public methods of every loss read labels of each type as what they are: results are those of int, a wrong label is named with its
/// value, and an ignore label is one of the type's own numbers.
/// </summary>
public abstract class LabelTypeTests<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>, IMinMaxValue<TLabel>
{
    /// <summary>The ends of the types, and numbers that are others, or classes, when bits are cut off.</summary>
    private static readonly long[] s_numbers =
    [
        -1, -2, -100, -128, sbyte.MinValue - 1, short.MinValue, short.MinValue + 1, int.MinValue, int.MinValue + 1, long.MinValue,
        long.MinValue + 1, 2, 5, 10, 127, 128, 255, 256, 257, 300, 32767, 32768, 32769, 40000, 65535, 65536, 65537, int.MaxValue, 1L << 31,
        (1L << 31) + 1, uint.MaxValue, 1L << 32, (1L << 32) + 1, long.MaxValue,
    ];

    /// <summary>Labels are read in vectors and in runs of vectors, whose end a number of labels is not.</summary>
    private static readonly int[] s_lengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 130, 513, 1030, 2048, 2100];

    private static readonly (int Length, int Index)[] s_places =
    [
        (1, 0), (8, 6), (9, 0), (40, 33),
        .. new[] { 0, 1, 31, 32, 63, 64, 96, 98 }.Select(index => (100, index)),
        .. new[] { 0, 127, 128, 511, 512, 1021, 2047, 2303, 2304, 2447, 2448, 2498 }.Select(index => (2500, index)),
    ];

    /// <summary>Those of the numbers that the type has.</summary>
    private static long[] Own => [.. s_numbers.Where(number => number >= Least && number <= Largest)];

    private static long Least => long.CreateChecked(TLabel.MinValue);

    private static long Largest => long.CreateChecked(TLabel.MaxValue);

    [Fact]
    public void Binary_HardLabels_GiveTheBitsOfInt()
    {
        foreach (var n in s_lengths)
        {
            var labels = Make(n, i => i % 3 == 0 ? 1 : 0);
            foreach (var (options, weights) in BinaryForms(n, ignored: null))
            {
                EachBinary(n, options, weights, labels, Make(n, i => TLabel.CreateChecked(labels[i])), options);
            }
        }
    }

    [Fact]
    public void Binary_IgnoredLabels_AreThoseOfInt()
    {
        foreach (var ignored in Own)
        {
            foreach (var n in new[] { 1, 7, 40, 130, 1030 })
            {
                var labels = Make(n, i => i % 5 == 2 ? -7 : i % 3 == 0 ? 1 : 0);
                var given = Make(n, i => TLabel.CreateChecked(labels[i] == -7 ? ignored : labels[i]));
                foreach (var ((expected, weights), (options, _)) in BinaryForms(n, -7).Zip(BinaryForms(n, ignored)))
                {
                    EachBinary(n, expected, weights, labels, given, options);
                }
            }
        }
    }

    [Fact]
    public void Binary_OtherLabels_AreNamed()
    {
        foreach (var kernel in BinaryKernels.Public<T>())
        {
            foreach (var wrong in Own)
            {
                foreach (var (n, index) in s_places)
                {
                    var labels = new TLabel[n];
                    labels[index] = labels[^1] = TLabel.CreateChecked(wrong);
                    Refuses($"A label must be 0 or 1, but labels[{index}] is {wrong}.", null);

                    // An ignore label that the type does not have, and one that it has, are other numbers, whatever bits they share.
                    foreach (var ignored in Alike(wrong).Append(3))
                    {
                        Refuses($"A label must be 0 or 1, or {ignored} to be ignored, but labels[{index}] is {wrong}.", ignored);
                    }

                    void Refuses(string message, long? ignored)
                    {
                        var gradient = new T[n];
                        var options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight) { IgnoreLabel = ignored };
                        var error = Assert.Throws<ArgumentException>(
                            "labels", () => kernel.LossAndGradient<TLabel>(new T[n], labels, gradient, options));
                        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
                        Assert.False(gradient.AsSpan().ContainsAnyExcept(T.Zero), $"{kernel} has written before its check.");
                    }
                }
            }
        }
    }

    [Fact]
    public void Softmax_HardLabels_GiveTheBitsOfInt()
    {
        foreach (var (classes, n) in Shapes)
        {
            var labels = Make(n, i => (int)Math.Min(i * 7 % classes, Largest));
            foreach (var (options, weights) in SoftmaxForms(classes, n, ignored: null))
            {
                EachSoftmax(options, weights, labels, Make(n, i => TLabel.CreateChecked(labels[i])), options);
            }
        }
    }

    [Fact]
    public void Softmax_IgnoredLabels_AreThoseOfInt()
    {
        foreach (var (classes, n) in Shapes.Where(shape => shape.Rows <= 130))
        {
            foreach (var ignored in Own.Where(number => number < 0 || number >= classes))
            {
                var labels = Make(n, i => i % 5 == 2 ? -7 : (int)Math.Min(i * 7 % classes, Largest));
                var given = Make(n, i => TLabel.CreateChecked(labels[i] == -7 ? ignored : labels[i]));
                foreach (var ((expected, weights), (options, _)) in SoftmaxForms(classes, n, -7).Zip(SoftmaxForms(classes, n, ignored)))
                {
                    EachSoftmax(expected, weights, labels, given, options);
                }
            }
        }
    }

    [Fact]
    public void Softmax_OtherLabels_AreNamed()
    {
        foreach (var kernel in SoftmaxKernels.Public<T>())
        {
            foreach (var (classes, isWeighted) in new[] { (5, false), (5, true), (17, true), (200, false), (300, false) })
            {
                foreach (var wrong in Own.Append(classes).Where(number => (number < 0 || number >= classes) && number <= Largest))
                {
                    foreach (var (n, index) in classes > 17 ? s_places.Where(place => place.Length <= 100) : s_places)
                    {
                        var labels = new TLabel[n];
                        labels[index] = labels[^1] = TLabel.CreateChecked(wrong);
                        Refuses($"A label must lie between 0 and {classes - 1}, but labels[{index}] is {wrong}.", null);

                        // The same bits in another type, or any other number.
                        foreach (var ignored in Alike(wrong).Where(number => number < 0 || number >= classes).Append(classes + 1))
                        {
                            var range = $"between 0 and {classes - 1}, or be {ignored} to be ignored";
                            Refuses($"A label must lie {range}, but labels[{index}] is {wrong}.", ignored);
                        }

                        void Refuses(string message, long? ignored)
                        {
                            var gradient = new T[n * classes];
                            var options = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
                            {
                                ClassWeights = isWeighted ? Make(classes, k => T.CreateChecked(k % 3)) : [],
                                IgnoreLabel = ignored,
                            };
                            var error = Assert.Throws<ArgumentException>(
                                "labels", () => kernel.LossAndGradient<TLabel>(new T[n * classes], labels, gradient, options));
                            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
                            Assert.False(gradient.AsSpan().ContainsAnyExcept(T.Zero), $"{kernel} has written before its check.");
                        }
                    }
                }
            }
        }
    }

    /// <summary>Between pages that nobody may touch.</summary>
    [Fact]
    public unsafe void Labels_OfEveryNumber_StayInside()
    {
        Assert.SkipUnless(GuardedMemory.IsSupported, "This operating system's way to protect a page is not known.");
        const int Classes = 3, Most = 150;
        using var memory = new GuardedMemory(Most * sizeof(TLabel));
        var (binary, softmax) = (BinaryKernels.PublicCrossEntropy<T>(), SoftmaxKernels.PublicCrossEntropy<T>());
        for (var n = 0; n <= Most; n++)
        {
            var labels = Make(n, i => TLabel.CreateChecked(i % 3 == 0 ? 1 : 0));
            foreach (var weights in new[] { [], Make(n, i => T.CreateChecked(0.5 + (i % 4))) })
            {
                var columns = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight) { PositiveWeights = [T.CreateChecked(2.5)] };
                T[] classWeights = [T.One, T.Zero, T.CreateChecked(3)];
                var counted = new CrossEntropyOptions<T>(Classes, Reduction.MeanByWeight) { ClassWeights = classWeights };
                var logits = Logits(n * Classes);
                var expected = Sums(labels);
                foreach (var isAtEnd in new[] { true, false })
                {
                    var guarded = isAtEnd ? memory.AtEnd<TLabel>(n) : memory.AtStart<TLabel>(n);
                    labels.CopyTo(guarded);
                    Assert.Equal(expected, Sums(guarded));
                }

                (LossSum Binary, ClassLossSum Softmax) Sums(ReadOnlySpan<TLabel> given) =>
                    (binary.Loss(logits.AsSpan(0, n), given, columns, weights), softmax.Loss(logits, given, counted, weights));
            }
        }
    }

    /// <summary>Class counts for each way to read labels, with numbers of rows.</summary>
    private static IEnumerable<(int Classes, int Rows)> Shapes =>
    [
        .. new[] { 2, 5, 10, 16, 17 }.SelectMany(classes => s_lengths.Select(n => (classes, n))),
        .. new[] { 128, 200, 300 }.SelectMany(classes => new[] { 1, 8, 40, 130 }.Select(n => (classes, n))),
    ];

    private static IEnumerable<(BinaryCrossEntropyOptions<T> Options, T[] Weights)> BinaryForms(int n, long? ignored)
    {
        var weights = Make(n, i => T.CreateChecked(0.25 + (i % 4)));
        var positive = T.CreateChecked(2.5);
        var plain = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount) { PositiveWeight = positive, IgnoreLabel = ignored };
        var byWeight = new BinaryCrossEntropyOptions<T>(Reduction.MeanByWeight) { PositiveWeights = [positive], IgnoreLabel = ignored };
        var smoothed = new BinaryCrossEntropyOptions<T>(Reduction.Sum) { LabelSmoothing = T.CreateChecked(0.125), IgnoreLabel = ignored };
        return [(plain, []), (plain, weights), (byWeight, []), (byWeight, weights), (smoothed, weights)];
    }

    private static IEnumerable<(CrossEntropyOptions<T> Options, T[] Weights)> SoftmaxForms(int classes, int n, long? ignored)
    {
        var weights = Make(n, i => T.CreateChecked(0.25 + (i % 4)));
        var plain = new CrossEntropyOptions<T>(classes, Reduction.MeanByCount) { IgnoreLabel = ignored };
        var weighted = new CrossEntropyOptions<T>(classes, Reduction.MeanByWeight)
        {
            ClassWeights = Make(classes, k => T.CreateChecked(0.5 + (k % 3))),
            IgnoreLabel = ignored,
        };
        return [(plain, []), (plain, weights), (weighted, []), (weighted, weights)];
    }

    private static void EachBinary(
        int n, BinaryCrossEntropyOptions<T> intOptions, T[] weights, int[] ints, TLabel[] labels, BinaryCrossEntropyOptions<T> options)
    {
        var logits = Logits(n);
        foreach (var kernel in BinaryKernels.Public<T>())
        {
            var (expected, actual) = (new T[n], new T[n]);
            var what = $"{kernel}, {n} labels, ignored {options.IgnoreLabel}, weights {weights.Length}, {options.Reduction.Kind}";
            var sum = kernel.LossAndGradient<int>(logits, ints, expected, intOptions, weights);
            Bits.AssertSame(what, sum, kernel.LossAndGradient<TLabel>(logits, labels, actual, options, weights));
            Bits.AssertSame<T>(what, expected, actual);
        }
    }

    private static void EachSoftmax(
        CrossEntropyOptions<T> intOptions, T[] weights, int[] ints, TLabel[] labels, CrossEntropyOptions<T> options)
    {
        var logits = Logits(ints.Length * options.Classes);
        foreach (var kernel in SoftmaxKernels.Public<T>())
        {
            var (expected, actual) = (new T[logits.Length], new T[logits.Length]);
            var what = $"{kernel}, {ints.Length} labels of {options.Classes}, ignored {options.IgnoreLabel}, weights {weights.Length}, "
                + $"{options.Reduction.Kind}";
            var sum = kernel.LossAndGradient<int>(logits, ints, expected, intOptions, weights);
            Bits.AssertSame(what, sum, kernel.LossAndGradient<TLabel>(logits, labels, actual, options, weights));
            Bits.AssertSame<T>(what, expected, actual);
        }
    }

    /// <summary>The other numbers whose bits, cut off, are those of a label.</summary>
    private static IEnumerable<long> Alike(long label) =>
        s_numbers.Where(number => number != label && TLabel.CreateTruncating(number) == TLabel.CreateTruncating(label));

    private static T[] Logits(int length) => Make(length, i => T.CreateChecked(5 * Math.Sin(i * (i % 1009))));

    private static TValue[] Make<TValue>(int length, Func<int, TValue> value) => [.. Enumerable.Range(0, length).Select(value)];
}
