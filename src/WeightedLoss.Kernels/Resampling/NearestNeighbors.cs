using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WeightedLoss.Resampling;

/// <summary>Exact nearest neighbours by Euclidean distance, all distances computed.</summary>
/// <remarks>
/// The candidates lie in the lanes of vectors and the columns are added one after the other, so each distance is the same sum of the same
/// rounded terms whatever the width of the vectors: neighbours don't depend on the machine. Everything is computed in double, whose range
/// holds the squares of all differences of floats. Of equally near ones the first are taken.
/// </remarks>
internal sealed class NearestNeighbors
{
    // As many candidates as keep their distances in the first-level cache while the columns pass, and fewer of long rows.
    private const int MostLanes = 512;
    private const int MostElements = 1 << 20;

    // Between them every square of a difference other than 0 is a normal number: a difference has at least the last bit of its smaller
    // term, 2⁻⁵² of it.
    private static readonly double s_smallest = Math.ScaleB(1, -440);
    private static readonly double s_largest = Math.ScaleB(1, 480);

    private readonly int _columns;
    private readonly int[] _rows;
    private readonly int _lanes;

    // Blocks of candidates, each column-major; what is left of the last one stays 0 and is never looked at.
    private readonly double[][] _blocks;
    private readonly double[] _mismatch;

    // Where squares may leave the range of a double, distances are computed relative to their largest term. Then features are as large as
    // this factor leaves them.
    private readonly bool _isWide;
    private readonly double _scale = 1;

    private readonly double[] _distances;
    private readonly double[] _query;

    private NearestNeighbors(int columns, int[] rows, double[] mismatch, bool isWide, double scale)
    {
        _columns = columns;
        _rows = rows;
        _mismatch = mismatch;
        _isWide = isWide;
        _scale = scale;
        _query = new double[columns];

        var width = Vector<double>.Count;
        _lanes = Math.Min(MostLanes, Math.Max(MostElements / columns, 1));
        _lanes = Math.Min(_lanes, rows.Length);
        _lanes = (_lanes + width - 1) / width * width;
        if ((long)_lanes * columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"There must be at most {Array.MaxLength / _lanes} columns, but {nameof(columns)} is {columns}.", nameof(columns));
        }

        _blocks = new double[(rows.Length + _lanes - 1) / _lanes][];
        _distances = new double[_blocks.Length * _lanes];
    }

    /// <summary>Lays the candidates out.</summary>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rows">The rows that are candidates, ascending.</param>
    /// <param name="mismatch">
    /// [columns], the distance of two different values of a categorical column; negative for a column of numbers. Nothing if all columns
    /// are.
    /// </param>
    public static NearestNeighbors Of<T>(ReadOnlySpan<T> features, int columns, int[] rows, ReadOnlySpan<double> mismatch = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double smallest = double.PositiveInfinity, largest = 0;
        foreach (var feature in features)
        {
            var size = Math.Abs(double.CreateTruncating(feature));
            largest = Math.Max(largest, size);
            smallest = size == 0 ? smallest : Math.Min(smallest, size);
        }

        foreach (var distance in mismatch)
        {
            largest = Math.Max(largest, distance);
            smallest = distance <= 0 ? smallest : Math.Min(smallest, distance);
        }

        // Distances of the largest numbers would overflow even unsquared.
        var scale = largest > Math.ScaleB(1, 1000) ? Math.ScaleB(1, -64) : 1;
        var search = new NearestNeighbors(
            columns, rows, Array.ConvertAll(mismatch.ToArray(), distance => distance * scale), smallest < s_smallest || largest > s_largest, scale);
        for (var b = 0; b < search._blocks.Length; b++)
        {
            var block = search._blocks[b] = new double[search._lanes * columns];
            var of = rows.AsSpan(b * search._lanes, Math.Min(search._lanes, rows.Length - (b * search._lanes)));
            for (var i = 0; i < of.Length; i++)
            {
                var row = features.Slice(of[i] * columns, columns);
                for (var c = 0; c < columns; c++)
                {
                    block[(c * search._lanes) + i] = double.CreateTruncating(row[c]) * scale;
                }
            }
        }

        return search;
    }

    /// <summary>Finds the nearest candidates of a row, the nearest first.</summary>
    /// <param name="query">[columns].</param>
    /// <param name="self">The number of the row, which is no neighbour of its own.</param>
    /// <param name="neighbors">Receives row numbers; there must be as many candidates other than the row.</param>
    public void Find<T>(ReadOnlySpan<T> query, int self, Span<int> neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FindNearest(query, self, neighbors);

    /// <summary>Finds the nearest candidates of a row and all others that are as near as the last of them, ascending.</summary>
    /// <remarks>Which rows are found doesn't depend on their order.</remarks>
    /// <param name="query">[columns].</param>
    /// <param name="self">The number of the row, which is no neighbour of its own.</param>
    /// <param name="count">How many at least; there must be as many candidates other than the row.</param>
    /// <param name="neighbors">Receives row numbers.</param>
    /// <returns>The largest distance of a neighbour, in the unit of this search.</returns>
    public double FindAll<T>(ReadOnlySpan<T> query, int self, int count, List<int> neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var furthest = FindNearest(query, self, new int[count]);
        neighbors.Clear();
        for (var i = 0; i < _rows.Length; i++)
        {
            if (_distances[i] <= furthest && _rows[i] != self)
            {
                neighbors.Add(_rows[i]);
            }
        }

        return furthest;
    }

    private double FindNearest<T>(ReadOnlySpan<T> query, int self, Span<int> neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var c = 0; c < query.Length; c++)
        {
            _query[c] = double.CreateTruncating(query[c]) * _scale;
        }

        for (var b = 0; b < _blocks.Length; b++)
        {
            var distances = _distances.AsSpan(b * _lanes, _lanes);
            if (_isWide)
            {
                Distances(_blocks[b], distances);
            }
            else
            {
                SquaredDistances(_blocks[b], distances);
            }
        }

        Span<double> nearest = new double[neighbors.Length];
        var found = 0;
        for (var i = 0; i < _rows.Length; i++)
        {
            if ((found == nearest.Length && !(_distances[i] < nearest[^1])) || _rows[i] == self)
            {
                continue;
            }

            // Sorted by insertion: k is small, and few candidates get here.
            found = Math.Min(found + 1, nearest.Length);
            var place = found - 1;
            for (; place > 0 && _distances[i] < nearest[place - 1]; place--)
            {
                nearest[place] = nearest[place - 1];
                neighbors[place] = neighbors[place - 1];
            }

            nearest[place] = _distances[i];
            neighbors[place] = _rows[i];
        }

        return nearest[^1];
    }

    private void SquaredDistances(double[] block, Span<double> distances)
    {
        // Four vectors at a time stay in registers over all columns.
        const int Unrolled = 4;
        ref var first = ref MemoryMarshal.GetArrayDataReference(block);
        ref var target = ref MemoryMarshal.GetReference(distances);
        var width = Vector<double>.Count;
        var lane = 0;
        for (; lane + (Unrolled * width) <= _lanes; lane += Unrolled * width)
        {
            Vector<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (var c = 0; c < _columns; c++)
            {
                var at = (nuint)((c * _lanes) + lane);
                var value = Vector.Create(_query[c]);
                sum0 += Term(Vector.LoadUnsafe(ref first, at), value, c);
                sum1 += Term(Vector.LoadUnsafe(ref first, at + (nuint)width), value, c);
                sum2 += Term(Vector.LoadUnsafe(ref first, at + (nuint)(2 * width)), value, c);
                sum3 += Term(Vector.LoadUnsafe(ref first, at + (nuint)(3 * width)), value, c);
            }

            sum0.StoreUnsafe(ref target, (nuint)lane);
            sum1.StoreUnsafe(ref target, (nuint)(lane + width));
            sum2.StoreUnsafe(ref target, (nuint)(lane + (2 * width)));
            sum3.StoreUnsafe(ref target, (nuint)(lane + (3 * width)));
        }

        for (; lane < _lanes; lane += width)
        {
            Vector<double> sum = default;
            for (var c = 0; c < _columns; c++)
            {
                sum += Term(Vector.LoadUnsafe(ref first, (nuint)((c * _lanes) + lane)), Vector.Create(_query[c]), c);
            }

            sum.StoreUnsafe(ref target, (nuint)lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<double> Term(Vector<double> values, Vector<double> query, int column)
    {
        if (_mismatch.Length == 0 || _mismatch[column] < 0)
        {
            return (values - query) * (values - query);
        }

        var square = Vector.Create(_mismatch[column] * _mismatch[column]);
        return Vector.ConditionalSelect(Vector.Equals(values, query), Vector<double>.Zero, square);
    }

    private void Distances(double[] block, Span<double> distances)
    {
        for (var lane = 0; lane < _lanes; lane++)
        {
            var largest = 0.0;
            for (var c = 0; c < _columns; c++)
            {
                largest = Math.Max(largest, Difference(block[(c * _lanes) + lane], c));
            }

            // A power of two in two parts, because that of the smallest difference is beyond the largest double.
            var exponent = largest == 0 ? 0 : Math.ILogB(largest);
            var (half, other) = (Math.ScaleB(1, -exponent / 2), Math.ScaleB(1, -exponent - (-exponent / 2)));
            var sum = 0.0;
            for (var c = 0; c < _columns; c++)
            {
                var difference = Difference(block[(c * _lanes) + lane], c) * half * other;
                sum += difference * difference;
            }

            distances[lane] = Math.ScaleB(Math.Sqrt(sum), exponent);
        }
    }

    private double Difference(double value, int column) =>
        _mismatch.Length == 0 || _mismatch[column] < 0 ? Math.Abs(value - _query[column]) : value == _query[column] ? 0 : _mismatch[column];
}
