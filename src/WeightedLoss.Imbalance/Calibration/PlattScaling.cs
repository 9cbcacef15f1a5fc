using System.Numerics;
using WeightedLoss.Calibration;
using WeightedLoss.Common;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>Platt's scaling: calibrated logits a·z + b of a binary classifier's logits or other scores z.</summary>
/// <param name="Slope">a.</param>
/// <param name="Intercept">b.</param>
/// <remarks>
/// J. C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized Likelihood Methods", Advances in Large
/// Margin Classifiers, 1999, with the sign of the slope turned.
/// </remarks>
public readonly record struct PlattScaling(double Slope, double Intercept)
{
    private const int MostSteps = 100;

    // Where Newton's method predicts a smaller decrease of the mean loss, one more step squares what is left of the error.
    private const double SmallestDecrease = 1e-20;

    // Relative to the loss, more than the rounding of its sum.
    private const double Rounding = 1e-14;

    /// <summary>
    /// Fits slope and intercept on validation rows by least cross-entropy. The targets are Platt's (n⁺ + 1)/(n⁺ + 2) and 1/(n⁻ + 2) instead
    /// of 1 and 0, so that there is a finite minimum whatever the rows, separable ones included. A weight counts as so many rows: a row of
    /// weight 2 is one that is there twice, n⁺ and n⁻ are sums of weights, and a row of weight 0 changes nothing.
    /// </summary>
    /// <remarks>
    /// Newton's method with halved steps, after H.-T. Lin, C.-J. Lin, R. C. Weng, "A Note on Platt's Probabilistic Outputs for Support
    /// Vector Machines", Machine Learning 68, 2007, on scores of mean 0 and deviation 1, so that their unit doesn't matter. Scores that are
    /// all equal get the slope 0. The same input gives the same bits on every processor.
    /// </remarks>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="scores">[n], at least one, finite: logits or other scores.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="sampleWeights">[n], finite and at least 0, not all 0, with a finite sum; or nothing.</param>
    /// <exception cref="ArgumentException">Nothing to fit, lengths that differ, or a value out of its range.</exception>
    public static PlattScaling Fit<T, TLabel>(
        ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), scores.Length, nameof(scores));
        InputChecks.Finite(scores, "A score", nameof(scores));
        InputChecks.BinaryLabels(labels);
        var rows = WeightedRows.Create(scores, 1, labels, sampleWeights, nameof(scores));
        var targets = Targets(rows);

        // From here on only the ratios of weights count.
        var unit = Scaling.ToRange(rows.Total);
        rows = rows with { Weights = Array.ConvertAll(rows.Weights, weight => unit * weight) };
        var (centre, scale, x) = Standardized(rows);
        var fit = Minimum(rows with { Values = x }, targets);
        var slope = fit.Slope / scale;
        return new(slope, fit.Intercept - (slope * centre));
    }

    /// <summary>Computes a·z + b, whose sigmoid is the calibrated probability.</summary>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <param name="scores">[n].</param>
    /// <param name="logits">[n], may be the memory of the scores.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or memory that overlaps otherwise.</exception>
    public void Apply<T>(ReadOnlySpan<T> scores, Span<T> logits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        InputChecks.SameLength(logits.Length, nameof(logits), scores.Length, nameof(scores));
        SpanChecks.SameOrDisjoint(scores, nameof(scores), logits, nameof(logits));
        for (var i = 0; i < scores.Length; i++)
        {
            logits[i] = T.CreateTruncating((Slope * double.CreateTruncating(scores[i])) + Intercept);
        }
    }

    private static double[] Targets(WeightedRows rows)
    {
        double positives = 0, negatives = 0;
        for (var i = 0; i < rows.Labels.Length; i++)
        {
            positives += rows.Labels[i] == 1 ? rows.WeightOf(i) : 0;
            negatives += rows.Labels[i] == 1 ? 0 : rows.WeightOf(i);
        }

        var high = (positives + 1) / (positives + 2);
        var low = 1 / (negatives + 2);
        return Array.ConvertAll(rows.Labels, label => label == 1 ? high : low);
    }

    // The scale of equal scores is 1, and they become 0.
    private static (double Centre, double Scale, double[] Values) Standardized(WeightedRows rows)
    {
        var values = rows.Values;
        var total = rows.Total;
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        // In parts of the largest, because the square of a large one would overflow.
        var unit = largest == 0 ? 1 : largest;
        var mean = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            mean += rows.WeightOf(i) * (values[i] / unit);
        }

        mean /= total;
        var squares = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            squares += rows.WeightOf(i) * (((values[i] / unit) - mean) * ((values[i] / unit) - mean));
        }

        var deviation = Math.Sqrt(squares / total);
        if (values.AsSpan().ContainsAnyExcept(values[0]) && deviation > 0)
        {
            return (mean * unit, deviation * unit, Array.ConvertAll(values, value => ((value / unit) - mean) / deviation));
        }

        return (0, 1, new double[values.Length]);
    }

    private static (double Slope, double Intercept) Minimum(WeightedRows rows, double[] targets)
    {
        const double Sufficient = 1e-4;

        var x = rows.Values;
        var logits = new double[x.Length];
        var probabilities = new double[x.Length];
        double slope = 0, intercept = 0;
        var loss = Loss(slope, intercept);
        for (var step = 0; step < MostSteps; step++)
        {
            BinaryCrossEntropy.Probabilities(logits, probabilities);
            var (d1, d2, descent) = NewtonStep(rows, targets, probabilities);
            if (!(-descent > SmallestDecrease))
            {
                return (slope + d1, intercept + d2);
            }

            // The decrease is not looked for where rounding would hide it.
            var slack = Rounding * loss;
            var length = 1.0;
            double next;
            while ((next = Loss(slope + (length * d1), intercept + (length * d2))) > loss + (Sufficient * length * descent) + slack)
            {
                length /= 2;
            }

            (slope, intercept, loss) = (slope + (length * d1), intercept + (length * d2), next);
        }

        return (slope, intercept);

        double Loss(double a, double b)
        {
            for (var i = 0; i < x.Length; i++)
            {
                logits[i] = (a * x[i]) + b;
            }

            return BinaryCrossEntropy.Loss(logits, targets, new BinaryCrossEntropyOptions<double>(Reduction.MeanByWeight), rows.Weights).MeanByWeight;
        }
    }

    /// <summary>The step of Newton's method in slope and intercept, and by how much it lowers the mean loss to first order.</summary>
    private static (double Slope, double Intercept, double Descent) NewtonStep(WeightedRows rows, double[] targets, double[] probabilities)
    {
        // Per weight: keeps the Hessian invertible where all scores are equal.
        const double Ridge = 1e-12;

        var x = rows.Values;
        double curvatures = 0, moment = 0, gradientA = 0, gradientB = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var p = probabilities[i];
            var curvature = rows.WeightOf(i) * (p * (1 - p));
            var error = rows.WeightOf(i) * (p - targets[i]);
            curvatures += curvature;
            moment += curvature * x[i];
            gradientA += x[i] * error;
            gradientB += error;
        }

        // Around the mean by curvature the Hessian is diagonal and stays positive however close to singular it is.
        curvatures += Ridge * rows.Total;
        var mean = moment / curvatures;
        var variance = Ridge * rows.Total;
        for (var i = 0; i < x.Length; i++)
        {
            variance += rows.WeightOf(i) * (probabilities[i] * (1 - probabilities[i]) * (x[i] - mean) * (x[i] - mean));
        }

        var centred = gradientA - (mean * gradientB);
        var slope = -centred / variance;
        var descent = -((centred * centred / variance) + (gradientB * gradientB / curvatures)) / rows.Total;
        return (slope, (-gradientB / curvatures) - (mean * slope), descent);
    }
}
