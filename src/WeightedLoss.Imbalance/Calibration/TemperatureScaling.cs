using System.Numerics;
using WeightedLoss.Calibration;
using WeightedLoss.Common;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>Temperature scaling: calibrated logits z/T, which changes no decision between classes.</summary>
/// <param name="InverseTemperature">
/// 1/T ≥ 0: less than 1 makes a model less confident. 0 if the logits don't help at all; then all classes are equally likely.
/// </param>
/// <remarks>C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.</remarks>
public readonly record struct TemperatureScaling(double InverseTemperature)
{
    private const int MostSteps = 200;
    private const int RowsPerBlock = 1024;

    /// <summary>T, greater than 0; +∞ if the logits don't help at all.</summary>
    public double Temperature => 1 / InverseTemperature;

    /// <summary>Fits the temperature of a binary classifier, whose logits count as rows (0, z) of two classes.</summary>
    /// <inheritdoc cref="Fit{T, TLabel}(ReadOnlySpan{T}, ReadOnlySpan{TLabel}, int, ReadOnlySpan{T})" path="/remarks|/typeparam|/exception"/>
    /// <param name="logits">[n], at least one, finite.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, not all 0, with a finite sum; or nothing.</param>
    public static TemperatureScaling Fit<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), logits.Length, nameof(logits));
        InputChecks.Finite(logits, "A logit", nameof(logits));
        InputChecks.BinaryLabels(labels);
        if (logits.Length > Array.MaxLength / 2)
        {
            throw new ArgumentException(
                $"There must be at most {Array.MaxLength / 2} logits, but {nameof(logits)} has {logits.Length}.", nameof(logits));
        }

        var rows = WeightedRows.Create(logits, 1, labels, sampleWeights, nameof(logits));
        var pairs = new double[2 * rows.Values.Length];
        for (var i = 0; i < rows.Values.Length; i++)
        {
            pairs[(2 * i) + 1] = rows.Values[i];
        }

        return Fit(rows with { Values = pairs }, 2);
    }

    /// <summary>Fits the temperature on validation rows by least cross-entropy.</summary>
    /// <remarks>
    /// The targets are (n + 1)/(n + K) for the class of a row and 1/(n + K) for each other one, as if each row had been seen once with
    /// every other class beside n times with its own: this hardly changes the minimum, but makes it finite when every row is predicted
    /// correctly.
    /// A weight counts as so many rows: a row of weight 2 is one that is there twice, n is the sum of the weights, and a row of weight 0
    /// changes nothing.
    /// The minimum is where the mean over the rows of Σ (p_k − t_k)·z_k is 0, which rises with 1/T: Newton's method between two bounds that
    /// close in. The same input gives the same bits on every processor.
    /// </remarks>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="logits">[n, K], row-major, at least one row, finite.</param>
    /// <param name="labels">[n], 0 … K − 1.</param>
    /// <param name="classes">The number of classes K, 2 to 2²⁴.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, not all 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Nothing to fit, lengths that don't fit, or a value out of its range.</exception>
    public static TemperatureScaling Fit<T, TLabel>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TLabel> labels, int classes, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ClassChecks.Count(classes);
        InputChecks.Rows(logits.Length, nameof(logits), classes, nameof(classes), labels.Length);
        InputChecks.Finite(logits, "A logit", nameof(logits));
        InputChecks.ClassLabels(labels, classes, nameof(labels));
        return Fit(WeightedRows.Create(logits, classes, labels, sampleWeights, nameof(logits)), classes);
    }

    /// <summary>Computes z/T.</summary>
    /// <typeparam name="T">The type of the logits, float or double.</typeparam>
    /// <param name="logits">[n], or [n, K].</param>
    /// <param name="result">As many, may be the memory of the logits.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or memory that overlaps otherwise.</exception>
    public void Apply<T>(ReadOnlySpan<T> logits, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SpanChecks.SameLength(result.Length, logits.Length, nameof(result));
        SpanChecks.SameOrDisjoint(logits, nameof(logits), result, nameof(result));
        for (var i = 0; i < logits.Length; i++)
        {
            result[i] = T.CreateTruncating(InverseTemperature * double.CreateTruncating(logits[i]));
        }
    }

    private static TemperatureScaling Fit(WeightedRows rows, int classes)
    {
        var spread = Centre(rows.Values, classes);
        if (spread == 0)
        {
            // Equal logits are equal at any temperature.
            return new(1);
        }

        foreach (ref var value in rows.Values.AsSpan())
        {
            value /= spread;
        }

        // With the targets fixed, only the ratios of weights count.
        var total = rows.Total;
        var unit = Scaling.ToRange(total);
        rows = rows with { Weights = Array.ConvertAll(rows.Weights, weight => unit * weight) };
        var fit = new Slope(rows, classes, Wanted(rows, total, classes));
        return new(fit.Root() / spread);
    }

    /// <summary>Subtracts the middle of each row, which changes no probability.</summary>
    /// <returns>The largest distance from it.</returns>
    private static double Centre(double[] rows, int classes)
    {
        var largest = 0.0;
        for (var first = 0; first < rows.Length; first += classes)
        {
            var row = rows.AsSpan(first, classes);
            double low = row[0], high = row[0];
            foreach (var value in row)
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }

            var middle = (low / 2) + (high / 2);
            foreach (ref var value in row)
            {
                value -= middle;
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        return largest;
    }

    /// <summary>Σ t_k·z_k over all rows, by weight.</summary>
    private static double Wanted(WeightedRows rows, double n, int classes)
    {
        var (hit, other) = ((n + 1) / (n + classes), 1 / (n + classes));
        var sum = 0.0;
        for (var i = 0; i < rows.Labels.Length; i++)
        {
            for (var k = 0; k < classes; k++)
            {
                sum += rows.WeightOf(i) * ((k == rows.Labels[i] ? hit : other) * rows.Values[(i * classes) + k]);
            }
        }

        return sum;
    }

    /// <summary>The derivative of the summed loss by 1/T, and its root.</summary>
    private readonly struct Slope(WeightedRows rows, int classes, double wanted)
    {
        public double Root()
        {
            // The derivative rises; if it is not below 0 at 0, the minimum is there.
            var (value, curvature) = At(0);
            if (value >= 0)
            {
                return 0;
            }

            double low = 0, high = double.PositiveInfinity, at = 0;
            for (var step = 0; step < MostSteps; step++)
            {
                (low, high) = value < 0 ? (at, high) : (low, at);
                var newton = at - (value / curvature);
                var inside = newton > low && newton < high;
                var next = inside && newton <= Furthest(low) ? newton : double.IsInfinity(high) ? Furthest(low) : low + ((high - low) / 2);
                if (value == 0 || next == at || Math.Abs(next - at) <= 1e-16 * at)
                {
                    break;
                }

                at = next;
                (value, curvature) = At(at);
            }

            return at;

            // A step from nearly flat ground may lead anywhere.
            static double Furthest(double low) => (4 * low) + 4;
        }

        private (double Value, double Curvature) At(double inverse)
        {
            var options = new CrossEntropyOptions<double>(classes, Reduction.Sum);
            var values = rows.Values;
            var block = new double[(int)Math.Min(values.Length, (long)RowsPerBlock * classes)];
            double value = -wanted, curvature = 0;
            for (var first = 0; first < values.Length; first += block.Length)
            {
                var part = values.AsSpan(first, Math.Min(block.Length, values.Length - first));
                var probabilities = block.AsSpan(0, part.Length);
                for (var i = 0; i < part.Length; i++)
                {
                    probabilities[i] = inverse * part[i];
                }

                CrossEntropy.Probabilities(probabilities, probabilities, options);
                for (var row = 0; row < part.Length; row += classes)
                {
                    var mean = 0.0;
                    for (var k = row; k < row + classes; k++)
                    {
                        mean += probabilities[k] * part[k];
                    }

                    var weight = rows.WeightOf((first + row) / classes);
                    value += weight * mean;
                    for (var k = row; k < row + classes; k++)
                    {
                        curvature += weight * (probabilities[k] * (part[k] - mean) * (part[k] - mean));
                    }
                }
            }

            return (value, curvature);
        }
    }
}
