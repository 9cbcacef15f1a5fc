using System.Numerics;
using WeightedLoss.Tests.Dispatch;
using WeightedLoss.Tests.Reference;

namespace WeightedLoss.Tests.Numerics;

public sealed class CrossEntropyErrorTestsOfFloat(ITestOutputHelper output) : CrossEntropyErrorTests<float>(output);

public sealed class CrossEntropyErrorTestsOfDouble(ITestOutputHelper output) : CrossEntropyErrorTests<double>(output);

/// <summary>The errors of rows of at most 64 classes, hard label and weight 1, against values of twice a double's digits.</summary>
public abstract class CrossEntropyErrorTests<T>(ITestOutputHelper output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The bounds of rows are stated for so many classes.</summary>
    private const int MostClasses = 64;

    private static readonly Lazy<Table[]> s_tables =
        new(() => [.. Enumerable.Range(2, MostClasses - 1).Select(classes => new Table(classes))]);

    /// <summary>Those of so few classes that a bound is stated.</summary>
    public static TheoryData<string> Ids { get; } = [.. WithBound(LossCases.CrossEntropy)];

    public static TheoryData<string> FocalIds { get; } = [.. WithBound(LossCases.SoftmaxFocal)];

    public static TheoryData<string> AllIds { get; } = SoftmaxKernels.Ids<T>(LossCases.CrossEntropy);

    private static int Digits => typeof(T) == typeof(float) ? 23 : 52;

    private static double SmallestNormal => typeof(T) == typeof(float) ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022);

    [Theory]
    [MemberData(nameof(Ids))]
    public void LossAndGradient_RandomAndExtremeRows_AreWithinTheBound(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        var (loss, gradient, probability) = (new Worst("loss"), new Worst("gradient"), new Worst("probability"));
        foreach (var table in s_tables.Value.Where(table => subject.Classes == 0 || subject.Classes == table.Classes))
        {
            var options = new CrossEntropyOptions<T>(table.Classes, Reduction.Sum);
            var gradients = new T[table.Logits.Length];
            var losses = new T[table.Labels.Length];
            var probabilities = new T[table.Logits.Length];
            subject.LossAndGradient<int>(table.Logits, table.Labels, gradients, options, losses: losses);
            subject.Probabilities(table.Logits, probabilities, options);
            for (var i = 0; i < losses.Length; i++)
            {
                loss.Add(losses[i], table.Losses[i], table, i);
                var row = gradients.AsSpan(i * table.Classes, table.Classes);
                var (sum, largest) = (0.0, 0.0);
                for (var k = 0; k < row.Length; k++)
                {
                    var at = (i * table.Classes) + k;
                    gradient.Add(row[k], table.Gradient[at], table, i);
                    probability.Add(probabilities[at], table.Probabilities[at], table, i);
                    (sum, largest) = (sum + double.CreateChecked(row[k]), Math.Max(largest, Math.Abs(double.CreateChecked(row[k]))));
                }

                Assert.True(
                    Math.Abs(sum) <= (table.Classes * Math.ScaleB(1, -Digits - 1) * largest) + (table.Classes * SmallestNormal),
                    $"{kernel}: the gradient of a row adds up to {sum:R}. {table.Row(i)}");
            }

            // Without the losses, another method computes the gradient.
            var alone = new T[gradients.Length];
            subject.LossAndGradient<int>(table.Logits, table.Labels, alone, options);
            Bits.AssertSame<T>(kernel, gradients, alone, signOfZero: false);
        }

        Assert.Multiple(
            () => loss.Report(subject, NumericBounds.RowLoss, output),
            () => gradient.Report(subject, NumericBounds.RowGradient, output),
            () => probability.Report(subject, NumericBounds.RowProbability, output));
    }

    [Theory]
    [MemberData(nameof(FocalIds))]
    public void FocalLossAndGradient_RandomAndExtremeRows_AreWithinTheBound(string kernel)
    {
        var entry = SoftmaxKernels.Get<T>(kernel);
        var focused = entry.WithEach(new[] { 0.5, 2, 5 }.Select(gamma => new[] { gamma })).DistinctBy(kernel => kernel.Gamma);
        foreach (var subject in focused)
        {
            var gamma = double.CreateChecked(subject.Gamma);
            var (loss, gradient) = (new Worst($"γ = {gamma:G3} loss"), new Worst($"γ = {gamma:G3} gradient"));
            foreach (var table in s_tables.Value.Where(table => subject.Classes == 0 || subject.Classes == table.Classes))
            {
                var (gradients, losses) = (new T[table.Logits.Length], new T[table.Labels.Length]);
                subject.LossAndGradient<int>(table.Logits, table.Labels, gradients, new(table.Classes, Reduction.Sum), losses: losses);
                for (var i = 0; i < losses.Length; i++)
                {
                    var label = (i * table.Classes) + table.Labels[i];
                    var (q, p, cost) = (-table.Gradient[label], table.Probabilities[label], table.Losses[i]);
                    if (q.High < SmallestNormal)
                    {
                        // Where the sum of the others may be 0.
                        continue;
                    }

                    var power = DoubleDouble.Exp(-((DoubleDouble)gamma * DoubleDouble.Log1p(p / q)));
                    var c = power * (((DoubleDouble)gamma * p * cost) + q);
                    loss.Add(losses[i], power * cost, table, i);
                    for (var k = 0; k < table.Classes; k++)
                    {
                        var at = (i * table.Classes) + k;
                        gradient.Add(
                            gradients[at],
                            at == label ? -c : c * (table.Gradient[at] / q),
                            table,
                            i,
                            NumericBounds.FocalRowFullDigits(Digits));
                    }
                }
            }

            Assert.Multiple(
                () => loss.Report(subject, NumericBounds.FocalRow(gamma), output), () => gradient.Report(
                    subject, NumericBounds.FocalRow(gamma), output));
        }
    }

    [Theory]
    [MemberData(nameof(AllIds))]
    public void Gradient_ConfidentRow_KeepsItsDigits(string kernel)
    {
        var subject = SoftmaxKernels.Get<T>(kernel);
        foreach (var classes in subject.ClassCounts(2, 3, 7, 16, 17, 37, 64, 65, 130, 300))
        {
            var z = new T[classes];
            z[classes - 1] = T.CreateChecked(60);
            var (gradient, losses) = (new T[classes], new T[1]);
            subject.LossAndGradient<int>(z, [classes - 1], gradient, new(classes, Reduction.Sum), losses: losses);

            // p − 1 would be 0 here: the exact values are within 10⁻²³ of e⁻⁶⁰ for each of the others.
            var each = Math.Exp(-60);
            Assert.All(gradient[..^1], g => Assert.InRange(double.CreateChecked(g) / each, 1 - 1e-5, 1 + 1e-5));
            Assert.InRange(double.CreateChecked(gradient[^1]) / (each * (classes - 1)), -1 - 1e-5, -1 + 1e-5);
            Assert.InRange(double.CreateChecked(losses[0]) / (each * (classes - 1)), 1 - 1e-5, 1 + 1e-5);
        }
    }

    [Fact]
    public void Oracle_KnownValues_AreExactToThirtyDigits()
    {
        // e⁻¹ and log 2, the latter as log(1 + 1) and its digits as two doubles.
        AssertClose(new(0.36787944117144233, -1.2428753672788363e-17), DoubleDouble.Exp(-1));
        AssertClose(new(0.6931471805599453, 2.3190468138462996e-17), DoubleDouble.Log1p(1));

        // log(1 + (eˣ − 1)) = x on both sides of the change from series to Newton's step.
        foreach (var x in new[] { 1e-6, 9e-6, 2e-5, 0.3, 4 })
        {
            AssertClose(x, DoubleDouble.Log1p(((DoubleDouble)1 / DoubleDouble.Exp(-x)) - 1));
        }

        // exp(−x)·exp(−y) = exp(−x − y), over all powers of two that the product can have.
        for (var x = 0.1; x < 300; x *= 1.37)
        {
            AssertClose(DoubleDouble.Exp((DoubleDouble)(-x) - 1.7), DoubleDouble.Exp(-x) * DoubleDouble.Exp(-1.7));
        }

        static void AssertClose(DoubleDouble expected, DoubleDouble actual) =>
            Assert.True(Math.Abs((expected - actual).High) <= 1e-25 * Math.Abs(expected.High), $"{actual} instead of {expected}.");
    }

    private static IEnumerable<string> WithBound(SoftmaxLossCase loss) =>
        SoftmaxKernels.Of<T>(loss).Where(kernel => kernel.Classes <= MostClasses).Select(kernel => kernel.Id);

    private static double Error(T actual, DoubleDouble exact, double fullDigits = 0)
    {
        var magnitude = Math.Abs(exact.High);
        if (magnitude < SmallestNormal)
        {
            // Results below the smallest normal number may be anything between 0 and that number.
            return double.CreateChecked(T.Abs(actual)) <= SmallestNormal ? 0 : double.PositiveInfinity;
        }

        var error = Math.Abs((double.CreateChecked(actual) - exact).High) / Math.ScaleB(
            1, Math.ILogB(Math.Max(magnitude, fullDigits)) - Digits);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    /// <summary>The largest error of one kind of result.</summary>
    private sealed class Worst(string name)
    {
        private double _error = -1;
        private string _where = "";
        private int _count;

        /// <summary>Adds a result; below <paramref name="fullDigits"/>, errors count in units of the last place of that number.</summary>
        public void Add(T actual, DoubleDouble exact, Table table, int row, double fullDigits = 0)
        {
            _count++;
            var error = Error(actual, exact, fullDigits);
            if (error > _error)
            {
                (_error, _where) = (error, $"{actual:R} instead of {exact.High:R}. {table.Row(row)}");
            }
        }

        public void Report(Subject<T> kernel, double bound, ITestOutputHelper output)
        {
            var text = $"{kernel.Id} {name}: at most {_error:F4} ulp over {_count} values.";
            output.WriteLine($"{text} {_where}");

            // The others have the same bits, so one line says it for all.
            if (kernel.InstructionSet == PublicMethods.Dispatched)
            {
                KernelReport.Errors.Add(text);
            }

            Assert.True(_count > 0 && _error <= bound, $"{text} The bound is {bound}. {_where}");
        }
    }

    /// <summary>Rows of one number of classes, and their exact results.</summary>
    private sealed class Table
    {
        private readonly string[] _kinds;

        public Table(int classes)
        {
            Classes = classes;
            var random = new Random(classes);
            var all = Rows(classes, random, FloatSweepTests.IsExhaustive ? 400 : 6).ToArray();
            _kinds = [.. all.Select(row => row.Kind)];
            Logits = [.. all.SelectMany(row => row.Logits.Select(T.CreateTruncating))];
            Labels = [.. all.Select(
                (row, i) => i % 3 == 0 ? random.Next(classes) : i % 3 == 1 ? IndexOfLargest(i) : (IndexOfLargest(i) + 1) % classes)];
            Losses = new DoubleDouble[Labels.Length];
            Gradient = new DoubleDouble[Logits.Length];
            Probabilities = new DoubleDouble[Logits.Length];
            for (var i = 0; i < Labels.Length; i++)
            {
                Compute(i);
            }
        }

        public int Classes { get; }

        public T[] Logits { get; }

        public int[] Labels { get; }

        public DoubleDouble[] Losses { get; }

        public DoubleDouble[] Gradient { get; }

        public DoubleDouble[] Probabilities { get; }

        public string Row(int i) =>
            $"{_kinds[i]}, label {Labels[i]}: {string.Join(" ", Logits.Skip(i * Classes).Take(Math.Min(Classes, 8)).Select(z => $"{z:R}"))}";

        /// <summary>Rows of every kind that makes an error large.</summary>
        private static IEnumerable<(string Kind, double[] Logits)> Rows(int classes, Random random, int each)
        {
            for (var i = 0; i < each; i++)
            {
                yield return ("plain", Row(_ => Uniform(8)));
                yield return ("narrow", Row(_ => Uniform(0.01)));
                yield return ("wide", Row(_ => Uniform(60)));
                yield return ("very wide", Row(_ => Uniform(200)));
                yield return ("shifted", Row(_ => 1e6 + Uniform(20)));
                yield return ("shifted down", Row(_ => -1e6 + Uniform(20)));
                yield return ("beyond 2^24", Row(_ => Math.ScaleB(1, 25) + random.Next(-40, 41)));
                yield return ("beyond 2^53", Row(_ => -Math.ScaleB(1, 54) + random.Next(-40, 41)));
                yield return ("huge", Row(_ => Uniform(1e30)));
                yield return ("ties", Row(_ => random.Next(3)));
                var (place, margin, level) = (random.Next(classes), random.NextDouble() * 100, Uniform(90));
                yield return ("confident", Row(k => k == place ? 60 : Uniform(1)));
                yield return ("margin", Row(k => level - (k == place ? 0 : margin + random.NextDouble())));
                yield return ("all equal", Row(_ => level));

                // Neither of the differences to the largest is a number of the type.
                yield return ("no exact difference", Row(k => k == place ? 80.3 : k % 2 == 0 ? 40.1 : 0.7 + Uniform(1e-3)));
                yield return ("tiny beside large", Row(k => k == place ? 50 + Uniform(30) : Uniform(1e-6)));

                // Not beyond it, where terms that are lost would add up to a normal number.
                yield return ("near the end of exp", Row(k => k == place ? 0 : (typeof(T) == typeof(float) ? -85.3 : -690) + Uniform(1.9)));
            }

            double Uniform(double most) => most * ((2 * random.NextDouble()) - 1);

            double[] Row(Func<int, double> logit) => [.. Enumerable.Range(0, classes).Select(logit)];
        }

        private int IndexOfLargest(int row) => CrossEntropyReference.FirstLargest<T>(Logits.AsSpan(row * Classes, Classes));

        private void Compute(int i)
        {
            var (start, label, top) = (i * Classes, Labels[i], IndexOfLargest(i));
            var z = Array.ConvertAll(Logits[start..(start + Classes)], double.CreateChecked);
            var e = Array.ConvertAll(z, value => DoubleDouble.Exp((DoubleDouble)value - z[top]));
            var (belowTop, others, all) = ((DoubleDouble)0, (DoubleDouble)0, (DoubleDouble)0);
            for (var k = 0; k < Classes; k++)
            {
                belowTop += k == top ? 0 : e[k];
                others += k == label ? 0 : e[k];
                all += e[k];
            }

            Losses[i] = DoubleDouble.Log1p(belowTop) + ((DoubleDouble)z[top] - z[label]);
            for (var k = 0; k < Classes; k++)
            {
                Probabilities[start + k] = e[k] / all;
                Gradient[start + k] = k == label ? -(others / all) : e[k] / all;
            }
        }
    }
}
