namespace WeightedLoss;

/// <summary>Where the logits of a sample lie in memory. The default value is <see cref="RowMajor"/>.</summary>
public readonly record struct LogitLayout
{
    private LogitLayout(LogitLayoutKind kind, int logitsStride, int gradientStride, int positions)
    {
        Kind = kind;
        LogitsStride = logitsStride;
        GradientStride = gradientStride;
        Positions = positions;
    }

    /// <summary>[n, classes]: the logits of a sample side by side, one sample after the other.</summary>
    public static LogitLayout RowMajor => default;

    /// <summary>[classes, n]: the logits of a class side by side, as trainers of boosted trees hold them.</summary>
    public static LogitLayout ClassMajor => new(LogitLayoutKind.ClassMajor, 0, 0, 0);

    /// <summary>Which of the layouts this is.</summary>
    internal LogitLayoutKind Kind { get; }

    /// <summary>The elements from one row of logits to the next; 0 except for rows with a stride.</summary>
    public int LogitsStride { get; }

    /// <summary>The elements from one row of the gradient, or of probabilities, to the next; 0 except for rows with a stride.</summary>
    public int GradientStride { get; }

    /// <summary>The positions per sample of the spatial layout; 0 for every other one.</summary>
    public int Positions { get; }

    /// <summary>
    /// Rows with elements between them that are neither read nor written. A span of n rows has n·stride elements, or as many less those
    /// after the last row. Soft targets have no stride. The gradient may be the memory of the logits if both strides are equal.
    /// </summary>
    /// <param name="logitsStride">From one row of logits to the next, in elements; at least the number of classes.</param>
    /// <param name="gradientStride">The same for the gradient, or for probabilities.</param>
    /// <exception cref="ArgumentException">A stride is less than 2.</exception>
    public static LogitLayout Rows(int logitsStride, int gradientStride)
    {
        Check(logitsStride, nameof(logitsStride));
        Check(gradientStride, nameof(gradientStride));
        return new(LogitLayoutKind.Rows, logitsStride, gradientStride, 0);

        static void Check(int stride, string name)
        {
            if (stride < 2)
            {
                throw new ArgumentException($"A row has at least two logits, but {name} is {stride}.", name);
            }
        }
    }

    /// <summary>
    /// [n, classes, positions], as networks that label every pixel hold them; labels, weights and losses are [n, positions].
    /// </summary>
    /// <param name="positions">The positions per sample, for example height · width; at least 1.</param>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public static LogitLayout Spatial(int positions)
    {
        if (positions < 1)
        {
            throw new ArgumentException($"There must be at least one position, but {nameof(positions)} is {positions}.", nameof(positions));
        }

        return new(LogitLayoutKind.Spatial, 0, 0, positions);
    }

    /// <summary>The name of the layout with its strides or positions.</summary>
    public override string ToString() => Kind switch
    {
        LogitLayoutKind.Rows => $"{Kind}({LogitsStride}, {GradientStride})",
        LogitLayoutKind.Spatial => $"{Kind}({Positions})",
        _ => $"{Kind}",
    };
}

/// <summary>The kinds of <see cref="LogitLayout"/>.</summary>
internal enum LogitLayoutKind
{
    /// <summary>[n, classes].</summary>
    RowMajor,

    /// <summary>[n, classes] with a stride from row to row.</summary>
    Rows,

    /// <summary>[classes, n].</summary>
    ClassMajor,

    /// <summary>[n, classes, positions].</summary>
    Spatial,
}
