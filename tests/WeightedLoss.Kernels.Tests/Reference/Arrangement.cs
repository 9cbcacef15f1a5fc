namespace WeightedLoss.Tests.Reference;

/// <summary>Moves rows of logits between row-major order and the other layouts, one element at a time.</summary>
internal static class Arrangement
{
    /// <summary>Where logit <paramref name="k"/> of sample <paramref name="i"/> of <paramref name="n"/> lies.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="stride">Between rows, for <see cref="LogitLayoutKind.Rows"/> only.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="n">The samples; those of a spatial layout are counted position by position.</param>
    /// <param name="i">The sample.</param>
    /// <param name="k">The class.</param>
    public static int Index(LogitLayout layout, int stride, int classes, int n, int i, int k) => layout.Kind switch
    {
        LogitLayoutKind.ClassMajor => (k * n) + i,
        LogitLayoutKind.Spatial => (((i / layout.Positions * classes) + k) * layout.Positions) + (i % layout.Positions),
        LogitLayoutKind.Rows => (i * stride) + k,
        _ => (i * classes) + k,
    };

    /// <summary>The number of elements of <paramref name="n"/> samples, without a gap after the last row.</summary>
    public static int Size(LogitLayout layout, int stride, int classes, int n) =>
        layout.Kind == LogitLayoutKind.Rows && n > 0 ? ((n - 1) * stride) + classes : n * classes;

    /// <summary>From row-major order into <paramref name="layout"/>; <paramref name="gap"/> lies between the rows.</summary>
    public static T[] Arrange<T>(T[] rowMajor, LogitLayout layout, int stride, int classes, T gap)
        where T : unmanaged
    {
        var n = rowMajor.Length / classes;
        var arranged = new T[Size(layout, stride, classes, n)];
        arranged.AsSpan().Fill(gap);
        for (var at = 0; at < rowMajor.Length; at++)
        {
            arranged[Index(layout, stride, classes, n, at / classes, at % classes)] = rowMajor[at];
        }

        return arranged;
    }

    /// <summary>From <paramref name="layout"/> into row-major order.</summary>
    public static T[] Restore<T>(ReadOnlySpan<T> arranged, LogitLayout layout, int stride, int classes, int n)
        where T : unmanaged
    {
        var rowMajor = new T[n * classes];
        for (var at = 0; at < rowMajor.Length; at++)
        {
            rowMajor[at] = arranged[Index(layout, stride, classes, n, at / classes, at % classes)];
        }

        return rowMajor;
    }

    /// <summary>Targets have the layout of the logits, but never a stride.</summary>
    public static LogitLayout OfTargets(LogitLayout layout) => layout.Kind == LogitLayoutKind.Rows ? LogitLayout.RowMajor : layout;
}
