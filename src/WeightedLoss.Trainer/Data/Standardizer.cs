namespace WeightedLoss.Trainer.Data;

/// <summary>Brings each feature to mean 0 and standard deviation 1, as measured on the training rows.</summary>
/// <param name="Means">One per feature.</param>
/// <param name="Deviations">One per feature; 0 where all training rows have the same value, and then the feature is always 0.</param>
internal sealed record Standardizer(double[] Means, double[] Deviations)
{
    /// <summary>Measures the given rows only.</summary>
    public static Standardizer Fit(LabelledData data, ReadOnlySpan<int> rows)
    {
        var features = data.FeatureNames.Length;
        var means = new double[features];
        var deviations = new double[features];
        for (var j = 0; j < features; j++)
        {
            double sum = 0, smallest = double.PositiveInfinity, largest = double.NegativeInfinity;
            foreach (var i in rows)
            {
                var x = data.Values[(i * features) + j];
                sum += x;
                smallest = Math.Min(smallest, x);
                largest = Math.Max(largest, x);
            }

            means[j] = sum / rows.Length;
            if (smallest == largest)
            {
                means[j] = smallest;
                continue;
            }

            double squares = 0;
            foreach (var i in rows)
            {
                var centred = data.Values[(i * features) + j] - means[j];
                squares += centred * centred;
            }

            deviations[j] = Math.Sqrt(squares / rows.Length);
            if (!double.IsFinite(deviations[j]) || deviations[j] == 0)
            {
                throw new InputException(
                    $"{data.Source}, column '{data.FeatureNames[j]}': values from {smallest} to {largest} can't be standardised.");
            }
        }

        return new(means, deviations);
    }

    /// <summary>The given rows of [rows, features] values, standardised.</summary>
    /// <param name="source">What the values are called in messages.</param>
    /// <param name="names">The names of the features.</param>
    /// <param name="values">[rows, features], row-major.</param>
    /// <param name="rows">The rows to take, in this order.</param>
    /// <param name="lines">The line of each row in a file; null if there is none.</param>
    public Matrix Apply(string source, string[] names, double[] values, ReadOnlySpan<int> rows, int[]? lines = null)
    {
        var matrix = new Matrix(rows.Length, names.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var from = values.AsSpan(rows[i] * names.Length, names.Length);
            var to = matrix.Row(i);
            for (var j = 0; j < from.Length; j++)
            {
                to[j] = Deviations[j] == 0 ? 0 : (float)((from[j] - Means[j]) / Deviations[j]);
                if (!(Math.Abs(to[j]) <= FarthestValue))
                {
                    var where = lines is null ? $"data row {rows[i] + 1}" : $"line {lines[rows[i]]}";
                    throw new InputException(
                        $"{source}, {where}, column '{names[j]}': {from[j]} lies too far from the training rows' mean {Means[j]:G6} (standard "
                        + $"deviation {Deviations[j]:G6}).");
                }
            }

            to[names.Length] = 1;
        }

        return matrix;
    }

    // Far enough for any real outlier, near enough that sums of products stay finite.
    private const float FarthestValue = 1e12f;
}
