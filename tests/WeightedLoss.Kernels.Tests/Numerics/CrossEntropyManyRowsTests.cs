using System.Globalization;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The errors in float of many more rows than <see cref="CrossEntropyErrorTests{T}"/> has: a double's digits are enough to see them, and some
/// errors come once in a million rows. With the environment variable WEIGHTEDLOSS_EXHAUSTIVE=1, fifty times as many.
/// </summary>
public sealed class CrossEntropyManyRowsTests(ITestOutputHelper output)
{
    private const int Rows = 2000;

    /// <summary>What the rounding of the reference may add.</summary>
    private const double ReferenceError = 1e-6;

    private static int Repetitions => FloatSweepTests.IsExhaustive ? 50 : 1;

    [Fact]
    public void LossAndGradient_EveryClassCountTo64_AreWithinTheBound()
    {
        var (worstLoss, worstGradient, count) = (new Worst(), new Worst(), 0L);
        for (var classes = 2; classes <= 64; classes++)
        {
            var random = new Random(classes);
            var (z, labels) = (new float[Rows * classes], new int[Rows]);
            var (gradient, losses) = (new float[z.Length], new float[Rows]);
            var options = new CrossEntropyOptions<float>(classes, Reduction.Sum);
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                for (var row = 0; row < Rows; row++)
                {
                    labels[row] = Fill(z.AsSpan(row * classes, classes), row, random);
                }

                CrossEntropy.LossAndGradient(z, labels, gradient, options, losses: losses);
                for (var row = 0; row < Rows; row++)
                {
                    Compare(z.AsSpan(row * classes, classes), labels[row], gradient.AsSpan(row * classes, classes), losses[row], worstLoss, worstGradient);
                    count += classes;
                }
            }
        }

        foreach (var (name, worst, bound) in new[] { ("loss", worstLoss, NumericBounds.RowLoss), ("gradient", worstGradient, NumericBounds.RowGradient) })
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"ce-f32 {name} of many rows: at most {worst.Error:F4} ulp over {count} logits.");
            output.WriteLine(text);
            KernelReport.Errors.Add(text);
            Assert.True(worst.Error <= bound + ReferenceError, $"{text} The bound is {bound}. {worst.Where}");
        }
    }

    /// <summary>A row of one of ten kinds. Returns its label: any class, the one with the largest logit, or the one behind it.</summary>
    private static int Fill(Span<float> row, int number, Random random)
    {
        var (place, level, margin) = (random.Next(row.Length), 90 * Uniform(), 100 * random.NextDouble());
        for (var k = 0; k < row.Length; k++)
        {
            var isPlace = k == place;
            row[k] = (float)((number % 10) switch
            {
                0 => 8 * Uniform(),
                1 => 0.01 * Uniform(),
                2 => 60 * Uniform(),
                3 => 3 * Uniform(),
                4 => 20 * Uniform(),
                5 => random.Next(3),
                6 => isPlace ? 60 : Uniform(),
                7 => level - (isPlace ? 0 : margin + random.NextDouble()),
                8 => isPlace ? 3 + (2 * Uniform()) : Uniform(),
                _ => isPlace ? 80.3 : k % 2 == 0 ? 40.1 : 0.7 + (1e-3 * Uniform()),
            });
        }

        var largest = CrossEntropyReference.FirstLargest<float>(row);
        return (number % 3) switch
        {
            0 => random.Next(row.Length),
            1 => largest,
            _ => (largest + 1) % row.Length,
        };

        double Uniform() => (2 * random.NextDouble()) - 1;
    }

    private static void Compare(ReadOnlySpan<float> z, int label, ReadOnlySpan<float> gradient, float loss, Worst worstLoss, Worst worstGradient)
    {
        var top = CrossEntropyReference.FirstLargest(z);
        Span<double> e = stackalloc double[z.Length];
        var (others, belowTop) = (0.0, 0.0);
        for (var k = 0; k < z.Length; k++)
        {
            e[k] = Math.Exp((double)z[k] - z[top]);
            others += k == label ? 0 : e[k];
            belowTop += k == top ? 0 : e[k];
        }

        var all = others + e[label];

        // log(1 + x), which loses digits of a small x.
        var log = belowTop < 1e-5 ? belowTop * (1 - (belowTop * (0.5 - (belowTop / 3)))) : Math.Log(1 + belowTop);
        worstLoss.Add(loss, log + ((double)z[top] - z[label]), z.Length, label);
        for (var k = 0; k < z.Length; k++)
        {
            worstGradient.Add(gradient[k], (k == label ? -others : e[k]) / all, z.Length, label);
        }
    }

    private sealed class Worst
    {
        public double Error { get; private set; }

        public string Where { get; private set; } = "";

        public void Add(float actual, double exact, int classes, int label)
        {
            var magnitude = Math.Abs(exact);
            if (magnitude < 1.17549435E-38)
            {
                // No normal number.
                return;
            }

            var error = Math.Abs(actual - exact) / Math.ScaleB(1, Math.ILogB(magnitude) - 23);
            if (!(error <= Error))
            {
                (Error, Where) = (error, $"{actual:R} instead of {exact:R}, {classes} classes, label {label}.");
            }
        }
    }
}
