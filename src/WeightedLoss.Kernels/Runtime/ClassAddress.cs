using System.Numerics;

namespace WeightedLoss.Runtime;

/// <summary>Where the logits of a sample lie.</summary>
internal readonly struct ClassAddress<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _positions;
    private readonly nint _sampleStride;

    /// <param name="options">The layout and the class count.</param>
    /// <param name="rows">The number of samples.</param>
    /// <param name="stride">From row to row, for rows with a stride; 0 for none.</param>
    internal ClassAddress(SoftmaxOptions<T> options, int rows, int stride)
    {
        var kind = options.Layout.Kind;
        IsClassMajor = kind is LogitLayoutKind.ClassMajor or LogitLayoutKind.Spatial;
        _positions = kind switch
        {
            LogitLayoutKind.ClassMajor => Math.Max(1, rows),
            LogitLayoutKind.Spatial => options.Layout.Positions,
            _ => 1,
        };
        ClassStride = _positions;
        _sampleStride = stride != 0 ? stride : (nint)options.Classes * _positions;
    }

    /// <summary>Whether neighbouring samples lie side by side.</summary>
    internal bool IsClassMajor { get; }

    /// <summary>From class to class.</summary>
    internal nint ClassStride { get; }

    /// <summary>From row to row, where classes lie side by side.</summary>
    internal nint RowStride => _sampleStride;

    /// <summary>The element of class 0.</summary>
    internal nint Row(int row)
    {
        if (_positions == 1)
        {
            return row * _sampleStride;
        }

        var (sample, position) = Math.DivRem(row, _positions);
        return (sample * _sampleStride) + position;
    }

    /// <summary>How many samples, from one on, lie side by side, or one class stride apart.</summary>
    internal int Run(int row, int rows) => IsClassMajor ? Math.Min(rows, _positions - (row % _positions)) : rows;
}
