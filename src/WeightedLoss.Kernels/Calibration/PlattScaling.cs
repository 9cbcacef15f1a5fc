using System.Numerics;
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

    // The step at which the decrease that Newton's method predicts is lost in the rounding of the mean loss.
    private const double SmallestDecrease = 1e-30;

    /// <summary>
    /// Fits slope and intercept on validation rows by least cross-entropy. The targets are Platt's (n⁺ + 1)/(n⁺ + 2) and 1/(n⁻ + 2) instead
    /// of 1 and 0, so that there is a finite minimum whatever the rows, separable ones included.
    /// </summary>
    /// <remarks>
    /// Newton's method with halved steps, after H.-T. Lin, C.-J. Lin, R. C. Weng, "A Note on Platt's Probabilistic Outputs for Support Vector
    /// Machines", Machine Learning 68, 2007, on scores of mean 0 and deviation 1, so that their unit doesn't matter. Scores that are all equal
    /// get the slope 0. The same input gives the same bits on every processor.
    /// </remarks>
    /// <typeparam name="T">The type of the scores, float or double.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="scores">[n], at least one, finite: logits or other scores.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <exception cref="ArgumentException">Nothing to fit, lengths that differ, or a value out of its range.</exception>
    public static PlattScaling Fit<T, TLabel>(ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), scores.Length, nameof(scores));
        InputChecks.Finite(scores, "A score", nameof(scores));
        InputChecks.BinaryLabels(labels);
        if (scores.IsEmpty)
        {
            throw new ArgumentException($"There must be something to fit, but {nameof(scores)} has 0.", nameof(scores));
        }

        var (centre, scale, x) = Standardized(scores);
        var fit = Minimum(x, Targets(labels));
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

    private static double[] Targets<TLabel>(ReadOnlySpan<TLabel> labels)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var positives = 0;
        foreach (var label in labels)
        {
            positives += label == TLabel.One ? 1 : 0;
        }

        var high = (positives + 1.0) / (positives + 2.0);
        var low = 1.0 / (labels.Length - positives + 2.0);
        var targets = new double[labels.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = labels[i] == TLabel.One ? high : low;
        }

        return targets;
    }

    // The scale of equal scores is 1, and they become 0.
    private static (double Centre, double Scale, double[] Values) Standardized<T>(ReadOnlySpan<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[scores.Length];
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.CreateTruncating(scores[i]);
            largest = Math.Max(largest, Math.Abs(values[i]));
        }

        // In parts of the largest, because the square of a large one would overflow.
        var unit = largest == 0 ? 1 : largest;
        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / unit;
        }

        mean /= values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += ((value / unit) - mean) * ((value / unit) - mean);
        }

        var deviation = Math.Sqrt(squares / values.Length);
        if (values.AsSpan().ContainsAnyExcept(values[0]) && deviation > 0)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = ((values[i] / unit) - mean) / deviation;
            }

            return (mean * unit, deviation * unit, values);
        }

        Array.Clear(values);
        return (0, 1, values);
    }

    private static (double Slope, double Intercept) Minimum(double[] x, double[] targets)
    {
        // Keeps the Hessian invertible where all scores are equal.
        const double Ridge = 1e-12;
        const double Sufficient = 1e-4;

        var logits = new double[x.Length];
        var probabilities = new double[x.Length];
        double slope = 0, intercept = 0;
        var loss = Loss(slope, intercept);
        for (var step = 0; step < MostSteps; step++)
        {
            BinaryCrossEntropy.Probabilities(logits, probabilities);
            double h11 = 0, h12 = 0, h22 = 0, g1 = 0, g2 = 0;
            for (var i = 0; i < x.Length; i++)
            {
                var p = probabilities[i];
                var curvature = p * (1 - p);
                h11 += x[i] * x[i] * curvature;
                h12 += x[i] * curvature;
                h22 += curvature;
                g1 += x[i] * (p - targets[i]);
                g2 += p - targets[i];
            }

            // As means, so that the ridge means the same for any number of rows.
            var n = (double)x.Length;
            (h11, h12, h22, g1, g2) = ((h11 / n) + Ridge, h12 / n, (h22 / n) + Ridge, g1 / n, g2 / n);
            var determinant = (h11 * h22) - (h12 * h12);
            var (d1, d2) = (-((h22 * g1) - (h12 * g2)) / determinant, -((h11 * g2) - (h12 * g1)) / determinant);
            var descent = (g1 * d1) + (g2 * d2);
            if (!(-descent > SmallestDecrease))
            {
                break;
            }

            var length = 1.0;
            double next;
            while ((next = Loss(slope + (length * d1), intercept + (length * d2))) > loss + (Sufficient * length * descent))
            {
                length /= 2;
                if (length < 1e-10)
                {
                    // Nothing is left but the rounding of the loss; the full step is at least as near to the minimum.
                    return (slope + d1, intercept + d2);
                }
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

            return BinaryCrossEntropy.Loss(logits, targets, new BinaryLossOptions<double>(Reduction.MeanByCount)).MeanByCount;
        }
    }
}
