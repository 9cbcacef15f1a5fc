namespace WeightedLoss.Trainer.Data;

/// <summary>The rows' own weights. An array of length 0 stands for no weights, which is a weight of 1 for each row.</summary>
internal static class SampleWeights
{
    /// <summary>The least weight above 0, and the largest one: products with losses stay within float.</summary>
    public const float Least = 1e-25f, Most = 1e25f;

    /// <summary>The weights of some rows.</summary>
    public static float[] Of(float[] weights, int[] rows) => weights.Length == 0 ? [] : Array.ConvertAll(rows, i => weights[i]);

    /// <summary>
    /// Divides by the mean, so that a loss keeps its size, and so the steps of a training theirs, whatever unit the weights have.
    /// </summary>
    public static float[] ToMeanOne(float[] weights)
    {
        var mean = weights.Sum(weight => (double)weight) / weights.Length;
        return Array.ConvertAll(weights, weight => (float)(weight / mean));
    }

    /// <summary>The weight of all rows of each class.</summary>
    public static double[] ByClass(ReadOnlySpan<float> weights, ReadOnlySpan<byte> labels, int classes)
    {
        var sums = new double[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            sums[labels[i]] += weights.IsEmpty ? 1 : weights[i];
        }

        return sums;
    }

    /// <summary>A sum of weights as text; a whole number looks as a count does.</summary>
    public static string Text(double sum) =>
        sum == Math.Round(sum) ? $"{sum:N0}" : Math.Abs(sum) >= 1 ? $"{sum:#,0.###}" : $"{sum:G3}";
}
