using System.Globalization;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

/// <summary>
/// The errors in float of many more rows than <see cref="CrossEntropyErrorTests{T}"/> has: a double's digits are enough to see them, and
/// some errors come once in a million rows. With the environment variable WEIGHTEDLOSS_EXHAUSTIVE=1, fifty times as many.
/// </summary>
public sealed class CrossEntropyManyRowsTests(ITestOutputHelper output)
{
    /// <summary>The logits of a batch; how many for each class count.</summary>
    private const int Logits = 1 << 17;

    /// <summary>What the rounding of the reference may add.</summary>
    private const double ReferenceError = 1e-6;

    private static int Batches => FloatSweepTests.IsExhaustive ? 50 : 1;

    [Fact]
    public void AllResults_EveryClassCountTo64_AreWithinTheBound()
    {
        var (loss, gradient, probability) = (
            new Worst("loss", NumericBounds.RowLoss),
            new Worst("gradient", NumericBounds.RowGradient),
            new Worst("probability", NumericBounds.RowProbability));
        for (var classes = 2; classes <= 64; classes++)
        {
            var random = new Random(classes);
            var rows = Logits / classes;
            var (z, labels) = (new float[rows * classes], new int[rows]);
            var (gradients, losses, probabilities) = (new float[z.Length], new float[rows], new float[z.Length]);
            var options = new CrossEntropyOptions<float>(classes, Reduction.Sum);
            for (var batch = 0; batch < Batches; batch++)
            {
                for (var row = 0; row < rows; row++)
                {
                    labels[row] = Fill(z.AsSpan(row * classes, classes), row, random);
                }

                CrossEntropy.LossAndGradient(z, labels, gradients, options, losses: losses);
                CrossEntropy.Probabilities(z, probabilities, options);
                for (var row = 0; row < rows; row++)
                {
                    var exact = new Exact(z.AsSpan(row * classes, classes), labels[row]);
                    loss.Add(losses[row], exact.Loss, classes, labels[row]);
                    for (var k = 0; k < classes; k++)
                    {
                        gradient.Add(gradients[(row * classes) + k], exact.Gradient(k), classes, labels[row]);
                        probability.Add(probabilities[(row * classes) + k], exact.Probability(k), classes, labels[row]);
                    }
                }
            }
        }

        Assert.Multiple(() => loss.Report(output), () => gradient.Report(output), () => probability.Report(output));
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

    /// <summary>The textbook's results of a row, in double.</summary>
    private readonly ref struct Exact
    {
        private readonly double[] _e;
        private readonly int _label;
        private readonly double _others;
        private readonly double _all;

        public Exact(ReadOnlySpan<float> z, int label)
        {
            var top = CrossEntropyReference.FirstLargest(z);
            (_e, _label) = (new double[z.Length], label);
            var belowTop = 0.0;
            for (var k = 0; k < z.Length; k++)
            {
                _e[k] = Math.Exp((double)z[k] - z[top]);
                _others += k == label ? 0 : _e[k];
                belowTop += k == top ? 0 : _e[k];
            }

            _all = _others + _e[label];

            // log(1 + x), with the digits of a small x (Kahan).
            var sum = 1 + belowTop;
            Loss = (sum == 1 ? belowTop : Math.Log(sum) * belowTop / (sum - 1)) + ((double)z[top] - z[label]);
        }

        public double Loss { get; }

        public double Gradient(int k) => k == _label ? -_others / _all : Probability(k);

        public double Probability(int k) => _e[k] / _all;
    }

    private sealed class Worst(string name, double bound)
    {
        private double _error;
        private string _where = "";
        private long _count;

        public void Add(float actual, double exact, int classes, int label)
        {
            _count++;
            var error = Ulp.Error(actual, exact);
            if (error > _error)
            {
                (_error, _where) = (error, $"{actual:R} instead of {exact:R}, {classes} classes, label {label}.");
            }
        }

        public void Report(ITestOutputHelper output)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture, $"ce-f32 {name} of many rows: at most {_error:F4} ulp over {_count} values.");
            output.WriteLine(text);
            KernelReport.Errors.Add(text);
            Assert.True(_error <= bound + ReferenceError, $"{text} The bound is {bound}. {_where}");
        }
    }
}
