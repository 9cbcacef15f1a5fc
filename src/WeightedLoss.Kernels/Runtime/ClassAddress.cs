using System.Numerics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Runtime;

/// <summary>Where the logits of a sample lie.</summary>
internal readonly struct ClassAddress<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Addresses that are equal modulo so many bytes have the same places in a first-level cache.</summary>
    private const int CachePeriod = 4096;

    /// <summary>So many columns share a place without harm; first-level caches have 8 or 12 ways.</summary>
    private const int MostInOnePlace = 9;

    /// <summary>Beyond this class count, columns compete in the second-level cache, too, where a copy gains less than it costs.</summary>
    private const int MostClassesCopied = 48;

    /// <summary>The logits that lie side by side, below which tiles are made by copying.</summary>
    private const int MostBytesPacked = 2048;

    private readonly int _positions;
    private readonly nint _sampleStride;

    /// <summary>Inlined, because a copy of what was stored field by field would wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ClassAddress(SoftmaxOptions<T> options, int rows)
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
        _sampleStride = (nint)options.Classes * _positions;
    }

    /// <summary>Whether neighbouring samples lie side by side.</summary>
    internal bool IsClassMajor { get; }

    /// <summary>
    /// Whether so few samples lie side by side that a tile is made of several such runs, by copying: fewer than a block, or so few that a
    /// call of the kernel for each costs more, and another one for what fills no block.
    /// </summary>
    internal unsafe bool IsShort(int classes)
    {
        var lanes = BinaryLoss.BlockLanes<T>();
        var most = _positions % lanes == 0 ? MostBytesPacked / 2 : MostBytesPacked;
        return IsClassMajor && (_positions < lanes || (nint)classes * _positions * sizeof(T) <= most);
    }

    /// <summary>From class to class.</summary>
    internal nint ClassStride { get; }

    /// <summary>
    /// Whether so many columns compete for the same places of the first-level cache that it loses a line between the rows that write it.
    /// Then the gradient is made elsewhere and copied; to copy the logits too gains nothing.
    /// </summary>
    internal unsafe bool Compete(int classes)
    {
        var bytes = ClassStride * sizeof(T);
        return IsClassMajor
            && classes <= MostClassesCopied
            && classes * Math.Min(CachePeriod, bytes & -bytes) > MostInOnePlace * CachePeriod;
    }

    /// <summary>The element of class 0, where rows have nothing between them.</summary>
    internal nint Row(int row) => Row(row, _sampleStride);

    /// <summary>The element of class 0.</summary>
    /// <param name="row">The sample.</param>
    /// <param name="rowStride">From one sample to the next, if none lie side by side.</param>
    internal nint Row(int row, nint rowStride)
    {
        if (_positions == 1)
        {
            return row * rowStride;
        }

        var (sample, position) = Math.DivRem(row, _positions);
        return (sample * _sampleStride) + position;
    }

    /// <summary>How many samples, from one on, lie side by side, or one class stride apart.</summary>
    internal int Run(int row, int rows) => IsClassMajor ? Math.Min(rows, _positions - (row % _positions)) : rows;
}
