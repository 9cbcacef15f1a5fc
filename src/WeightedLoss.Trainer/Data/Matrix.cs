namespace WeightedLoss.Trainer.Data;

/// <summary>
/// Standardised rows as the models take them: behind the features of a row stands a constant 1, so that a bias is one more weight,
/// and then zeros up to a whole number of 16-lane vectors.
/// </summary>
internal sealed class Matrix(int rows, int features)
{
    /// <summary>The number of lanes of the widest vector, whatever the machine has.</summary>
    public const int Lanes = 16;

    private readonly float[] _values = new float[LengthOf(rows, StrideOf(features))];

    /// <summary>The number of rows.</summary>
    public int Rows { get; } = rows;

    /// <summary>The number of features, without the constant.</summary>
    public int Features { get; } = features;

    /// <summary>The elements from one row to the next.</summary>
    public int Stride { get; } = StrideOf(features);

    /// <summary>A row with its constant and padding.</summary>
    public Span<float> Row(int row) => _values.AsSpan(row * Stride, Stride);

    /// <summary>Several rows.</summary>
    public ReadOnlySpan<float> RowsFrom(int first, int count) => _values.AsSpan(first * Stride, count * Stride);

    /// <summary>The elements of a row of so many features.</summary>
    public static int StrideOf(int features) => RoundUp(features + 1);

    /// <summary>The elements of so many rows, which must fit into one array.</summary>
    public static int LengthOf(long rows, long columns) => rows * columns <= Array.MaxLength
        ? (int)(rows * columns)
        : throw new InputException($"An array of {rows:N0} rows with {columns:N0} numbers each is too large.");

    /// <summary>The next multiple of <see cref="Lanes"/>.</summary>
    public static int RoundUp(int length) => (length + Lanes - 1) & -Lanes;
}
