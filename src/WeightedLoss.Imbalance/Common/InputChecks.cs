using System.Numerics;

namespace WeightedLoss.Common;

/// <summary>The checks of scores, labels and rows that metrics, thresholds, calibration and resampling share.</summary>
internal static class InputChecks
{
    /// <summary>As many elements as another argument has.</summary>
    internal static void SameLength(int length, string name, int expected, string expectedName)
    {
        if (length != expected)
        {
            throw new ArgumentException(
                $"There must be as many {name} as {expectedName}, but {name} has {length} and {expectedName} has {expected}.", name);
        }
    }

    /// <summary>Sample weights, which may be absent: as many as scores, finite and at least 0, with a finite sum.</summary>
    /// <returns>Their sum, which is the number of samples if there are no weights.</returns>
    internal static double SampleWeights<T>(ReadOnlySpan<T> sampleWeights, int length, string lengthName)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sampleWeights.IsEmpty)
        {
            return length;
        }

        SameLength(sampleWeights.Length, nameof(sampleWeights), length, lengthName);
        NotNegative(sampleWeights, "A sample weight", nameof(sampleWeights));
        var sum = 0.0;
        for (var i = 0; i < sampleWeights.Length; i++)
        {
            sum += double.CreateTruncating(sampleWeights[i]);
            if (double.IsInfinity(sum))
            {
                throw new ArgumentException(
                    $"The sample weights must add up to a finite number, but pass {double.MaxValue} at {nameof(sampleWeights)}[{i}], which is "
                    + $"{sampleWeights[i]}.",
                    nameof(sampleWeights));
            }
        }

        return sum;
    }

    /// <summary>Labels that are 0 or 1.</summary>
    internal static void BinaryLabels<TLabel>(ReadOnlySpan<TLabel> labels)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] != TLabel.Zero && labels[i] != TLabel.One)
            {
                throw new ArgumentException($"A label must be 0 or 1, but {nameof(labels)}[{i}] is {labels[i]}.", nameof(labels));
            }
        }
    }

    /// <summary>Labels that are classes, 0 … classes − 1.</summary>
    internal static void ClassLabels<TLabel>(ReadOnlySpan<TLabel> labels, int classes, string name)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        for (var i = 0; i < labels.Length; i++)
        {
            // Saturating, because wider types than 64 bits have labels that would become classes when cut off.
            if (TLabel.IsNegative(labels[i]) || ulong.CreateSaturating(labels[i]) >= (ulong)classes)
            {
                throw new ArgumentException($"A label must lie between 0 and {classes - 1}, but {name}[{i}] is {labels[i]}.", name);
            }
        }
    }

    /// <summary>Whole rows, and one label or decision for each.</summary>
    /// <returns>The number of rows.</returns>
    internal static int Rows(
        int length, string name, int columns, string columnsName, int labels, string labelsName = "labels")
    {
        if (columns < 1)
        {
            throw new ArgumentException($"A row needs at least one column, but {columnsName} is {columns}.", columnsName);
        }

        if (length % columns != 0)
        {
            throw new ArgumentException($"There must be whole rows of {columns}, but {name} has {length} elements.", name);
        }

        var rows = length / columns;
        if (labels != rows)
        {
            throw new ArgumentException(
                $"There must be one element per row, but {labelsName} has {labels} and {name} has {rows} rows.", labelsName);
        }

        return rows;
    }

    /// <summary>Values that are numbers.</summary>
    internal static void NoNaN<T>(ReadOnlySpan<T> values, string what, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (T.IsNaN(values[i]))
            {
                throw new ArgumentException($"{what} must be a number, but {name}[{i}] is {values[i]}.", name);
            }
        }
    }

    /// <summary>Values that are finite.</summary>
    internal static void Finite<T>(ReadOnlySpan<T> values, string what, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                throw new ArgumentException($"{what} must be finite, but {name}[{i}] is {values[i]}.", name);
            }
        }
    }

    /// <summary>Probabilities in [0, 1].</summary>
    internal static void Probabilities<T>(ReadOnlySpan<T> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (!(probabilities[i] >= T.Zero && probabilities[i] <= T.One))
            {
                throw new ArgumentException(
                    $"A probability must lie between 0 and 1, but {nameof(probabilities)}[{i}] is {probabilities[i]}.",
                    nameof(probabilities));
            }
        }
    }

    /// <summary>Values that are finite and at least 0.</summary>
    internal static void NotNegative<T>(ReadOnlySpan<T> values, string what, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= T.Zero) || !T.IsFinite(values[i]))
            {
                throw new ArgumentException($"{what} must be finite and at least 0, but {name}[{i}] is {values[i]}.", name);
            }
        }
    }

    /// <summary>A number that is finite and at least 0.</summary>
    internal static double NotNegative(double value, string what, string name) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"{what} must be finite and at least 0, but {name} is {value}.", name);

    /// <summary>A number that is finite and greater than 0.</summary>
    internal static double Positive(double value, string what, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"{what} must be finite and greater than 0, but {name} is {value}.", name);

    /// <summary>A number in (0, 1).</summary>
    internal static double Between(double value, string what, string name) =>
        value > 0 && value < 1
            ? value
            : throw new ArgumentException($"{what} must be greater than 0 and less than 1, but {name} is {value}.", name);
}
