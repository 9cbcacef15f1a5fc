using System.Numerics;

namespace WeightedLoss.Tests.Reference;

/// <summary>
/// Cross-entropy as a textbook writes it, Σ_k c_k·(−log p_k), in double and one row at a time. c_k is the coefficient of a class in a row:
/// class weight times target, smoothed. Hard labels are targets of 0 and 1.
/// </summary>
internal static class CrossEntropyReference
{
    /// <summary>A batch of hard labels, logits in row-major order whatever the layout of the options.</summary>
    public static CrossEntropyResult Of<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<long> labels, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var targets = new double[logits.Length];
        var ignored = new bool[labels.Length];
        long correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            ignored[i] = labels[i] == options.IgnoreLabel;
            if (!ignored[i])
            {
                targets[(i * options.Classes) + (int)labels[i]] = 1;
                correct += FirstLargest(logits.Slice(i * options.Classes, options.Classes)) == labels[i] ? 1 : 0;
            }
        }

        return Of(logits, targets, ignored, correct, options, sampleWeights, isHard: true);
    }

    /// <summary>A batch of soft targets.</summary>
    public static CrossEntropyResult Of<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, CrossEntropyOptions<T> options, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(logits, ToDouble(targets), new bool[logits.Length / options.Classes], 0, options, sampleWeights, isHard: false);

    /// <summary>p_k = exp(z_k − log Σ exp z), for rows one after the other.</summary>
    public static double[] Probabilities<T>(ReadOnlySpan<T> logits, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var probabilities = new List<double>(logits.Length);
        for (var i = 0; i < logits.Length; i += classes)
        {
            probabilities.AddRange(Softmax(ToDouble(logits.Slice(i, classes))).Probabilities);
        }

        return [.. probabilities];
    }

    /// <summary>The first index of the largest logit; −1 in a row with a NaN.</summary>
    public static int FirstLargest<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = 0;
        for (var k = 0; k < row.Length; k++)
        {
            if (T.IsNaN(row[k]))
            {
                return -1;
            }

            largest = row[k] > row[largest] ? k : largest;
        }

        return largest;
    }

    private static CrossEntropyResult Of<T>(
        ReadOnlySpan<T> logits,
        double[] targets,
        bool[] ignored,
        long correct,
        CrossEntropyOptions<T> options,
        ReadOnlySpan<T> sampleWeights,
        bool isHard)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = options.Classes;
        var smoothing = double.CreateChecked(options.LabelSmoothing);
        var classWeights = options.ClassWeights.IsEmpty ? Enumerable.Repeat(1.0, classes).ToArray() : ToDouble(options.ClassWeights);
        var gradient = new double[logits.Length];
        var terms = new double[logits.Length];
        var losses = new double[ignored.Length];
        var rowWeights = new double[ignored.Length];
        var (lossSum, weightSum) = (new CompensatedSum(), new CompensatedSum());
        for (var i = 0; i < ignored.Length; i++)
        {
            if (ignored[i])
            {
                continue;
            }

            var sample = sampleWeights.IsEmpty ? 1 : double.CreateChecked(sampleWeights[i]);
            var coefficients = new double[classes];
            for (var k = 0; k < classes; k++)
            {
                var target = targets[(i * classes) + k];
                weightSum.Add(sample * classWeights[k] * target);
                coefficients[k] = sample * classWeights[k] * ((target * (1 - smoothing)) + (smoothing / classes));
            }

            rowWeights[i] = coefficients.Sum();
            if (rowWeights[i] == 0)
            {
                continue;
            }

            var (probabilities, costs) = Softmax(ToDouble(logits.Slice(i * classes, classes)));
            losses[i] = coefficients.Zip(costs, Times).Sum();
            lossSum.Add(losses[i]);

            // Σ_k c_k·(p_j − [j = k]) is p_j·Σ_{k≠j} c_k − c_j·Σ_{k≠j} p_k, in which neither 1 − p nor Σ c − c_j is left to cancel.
            var (otherCoefficients, otherProbabilities) = (SumsOfOthers(coefficients), SumsOfOthers(probabilities));
            for (var j = 0; j < classes; j++)
            {
                var at = (i * classes) + j;
                gradient[at] = (probabilities[j] * otherCoefficients[j]) - (coefficients[j] * otherProbabilities[j]);
                terms[at] = isHard && smoothing == 0 ? Math.Abs(gradient[at]) : (probabilities[j] * rowWeights[i]) + coefficients[j];
            }
        }

        var ignoredCount = ignored.Count(value => value);
        var sum = new ClassLossSum(lossSum.Value, weightSum.Value, ignored.Length - ignoredCount, ignoredCount, correct);
        var divisor = options.Reduction.Kind switch
        {
            ReductionKind.MeanByCount => sum.Count,
            ReductionKind.MeanByWeight => sum.Weight,
            ReductionKind.DivideBy => options.Reduction.Divisor,
            _ => 1,
        };
        return new(sum, Array.ConvertAll(gradient, Reduced), Array.ConvertAll(terms, Reduced), losses, rowWeights);

        double Reduced(double value) => divisor == 0 ? 0 : value / divisor;
    }

    /// <summary>The probabilities p and the costs −log p of a row.</summary>
    private static (double[] Probabilities, double[] Costs) Softmax(double[] row)
    {
        var top = row.Max();
        if (row.Any(double.IsNaN) || double.IsNegativeInfinity(top) || (
            double.IsPositiveInfinity(top) && row.Count(double.IsPositiveInfinity) > 1))
        {
            var undefined = Enumerable.Repeat(double.NaN, row.Length).ToArray();
            return (undefined, undefined);
        }

        var first = Array.IndexOf(row, top);
        if (double.IsPositiveInfinity(top))
        {
            // The limit: all the others are as good as −∞.
            row = Array.ConvertAll(row, z => double.IsPositiveInfinity(z) ? 0 : double.NegativeInfinity);
            top = 0;
        }

        var rest = new CompensatedSum();
        for (var k = 0; k < row.Length; k++)
        {
            if (k != first)
            {
                rest.Add(Math.Exp(row[k] - top));
            }
        }

        // No cost is a difference: what log Σ exp(z − top) is, is added to a distance from the top.
        var logSum = Log1p(rest.Value);
        return (Array.ConvertAll(row, z => Math.Exp(z - top - logSum)), Array.ConvertAll(row, z => top - z + logSum));
    }

    private static double[] SumsOfOthers(double[] values)
    {
        var sums = new double[values.Length];
        var (before, after) = (new CompensatedSum(), new CompensatedSum());
        for (var k = 0; k < values.Length; k++)
        {
            sums[k] = before.Value;
            before.Add(values[k]);
        }

        for (var k = values.Length - 1; k >= 0; k--)
        {
            sums[k] += after.Value;
            after.Add(values[k]);
        }

        return sums;
    }

    /// <summary>W. Kahan's log(1 + x), with the bits that the addition loses.</summary>
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    // What has no weight costs nothing, even at an infinite logit.
    private static double Times(double weight, double value) => weight == 0 ? 0 : weight * value;

    private static double[] ToDouble<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values.ToArray(), double.CreateChecked);
}

/// <summary>What a call of cross-entropy returns and writes.</summary>
/// <param name="Sum">The sums.</param>
/// <param name="Gradient">The gradient of the reduced loss, in row-major order.</param>
/// <param name="GradientTerms">
/// What the rounding errors of the gradient are relative to: itself for plain hard labels, else the terms p_j·Σ c and c_j whose difference
/// it is.
/// </param>
/// <param name="Losses">The weighted loss of each row.</param>
/// <param name="RowWeights">Σ_k c_k of each row, smoothing included.</param>
internal sealed record CrossEntropyResult(
    ClassLossSum Sum, double[] Gradient, double[] GradientTerms, double[] Losses, double[] RowWeights);
