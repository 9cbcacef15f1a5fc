using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WeightedLoss.Common;

namespace WeightedLoss.Resampling;

/// <summary>Exact nearest neighbours by Euclidean distance, all distances computed.</summary>
/// <remarks>
/// The candidates lie in the lanes of vectors and the columns are added one after the other, so each distance is the same sum of the same
/// rounded terms whatever the width of the vectors: neighbours don't depend on the machine. Of equally near ones the first are taken.
/// </remarks>
internal abstract class NearestNeighbors
{
    // From the smallest to the largest, in double up to 2⁴⁰⁰, every square of a difference other than 0 is a normal number: a difference
    // has at least the last bit of its smaller term, 2⁻²³ of it in float and 2⁻⁵² in double.
    private static readonly (double Smallest, double Largest) s_floats = (Math.ScaleB(1, -40), Math.ScaleB(1, 50));
    private static readonly double s_smallestDouble = Math.ScaleB(1, -440);

    /// <summary>Lays the candidates out.</summary>
    /// <param name="features">[n, columns], row-major, finite.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rows">The rows that are candidates, ascending.</param>
    /// <param name="mismatch">
    /// [columns], the distance of two different values of a categorical column; negative for a column of numbers. Nothing if all columns
    /// are.
    /// </param>
    public static NearestNeighbors Create<T>(ReadOnlySpan<T> features, int columns, int[] rows, ReadOnlySpan<double> mismatch = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double smallest = double.PositiveInfinity, largest = 0;
        foreach (var feature in features)
        {
            Include(Math.Abs(double.CreateTruncating(feature)));
        }

        foreach (var distance in mismatch)
        {
            Include(Math.Max(0, distance));
        }

        if (typeof(T) == typeof(float) && smallest >= s_floats.Smallest && largest <= s_floats.Largest)
        {
            return Search<float>.Create(features, columns, rows, mismatch, isWide: false, scale: 1);
        }

        var scale = Scaling.ToRange(largest);
        if (smallest * scale >= s_smallestDouble)
        {
            return Search<double>.Create(features, columns, rows, mismatch, isWide: false, scale);
        }

        // Distances of the largest numbers would overflow even unsquared.
        scale = largest > Math.ScaleB(1, 1000) ? Math.ScaleB(1, -64) : 1;
        return Search<double>.Create(features, columns, rows, mismatch, isWide: true, scale);

        void Include(double size)
        {
            largest = Math.Max(largest, size);
            smallest = size == 0 ? smallest : Math.Min(smallest, size);
        }
    }

    /// <summary>Finds the nearest candidates of a row, the nearest first.</summary>
    /// <param name="query">[columns].</param>
    /// <param name="self">The number of the row, which is no neighbour of its own.</param>
    /// <param name="neighbors">Receives row numbers; there must be as many candidates other than the row.</param>
    public abstract void Find<T>(ReadOnlySpan<T> query, int self, Span<int> neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Finds the nearest candidates of a row and all others that are as near as the last of them, ascending.</summary>
    /// <remarks>Which rows are found doesn't depend on their order.</remarks>
    /// <param name="query">[columns].</param>
    /// <param name="self">The number of the row, which is no neighbour of its own.</param>
    /// <param name="count">How many at least; there must be as many candidates other than the row.</param>
    /// <param name="neighbors">Receives row numbers.</param>
    /// <returns>A measure of the largest distance, to be compared with those of other rows.</returns>
    public abstract double FindAll<T>(ReadOnlySpan<T> query, int self, int count, List<int> neighbors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private sealed class Search<TNumber> : NearestNeighbors
        where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        // As many candidates as keep their distances in the first-level cache while the columns pass, and fewer of long rows.
        private const int MostLanes = 512;
        private const int MostElements = 1 << 20;

        private readonly int _columns;
        private readonly int[] _rows;
        private readonly int _lanes;

        // Blocks of candidates, each column-major; what is left of the last one stays 0 and is never looked at.
        private readonly TNumber[][] _blocks;
        private readonly TNumber[] _mismatch;
        private readonly TNumber _scale;

        // Squares may leave the range of the type.
        private readonly bool _isWide;

        // Of the last query: squares, or where they may leave the range of the type, distances.
        private readonly TNumber[] _distances;
        private readonly TNumber[] _query;

        private Search(int columns, int[] rows, TNumber[] mismatch, bool isWide, TNumber scale)
        {
            _columns = columns;
            _rows = rows;
            _mismatch = mismatch;
            _isWide = isWide;
            _scale = scale;
            _query = new TNumber[columns];

            var width = Vector<TNumber>.Count;
            _lanes = Math.Min(rows.Length, Math.Clamp(MostElements / columns, 1, MostLanes));
            _lanes = (_lanes + width - 1) / width * width;
            if ((long)_lanes * columns > Array.MaxLength)
            {
                throw new ArgumentException(
                    $"There must be at most {Array.MaxLength / _lanes} columns, but {nameof(columns)} is {columns}.", nameof(columns));
            }

            _blocks = new TNumber[(rows.Length + _lanes - 1) / _lanes][];
            _distances = new TNumber[_blocks.Length * _lanes];
        }

        public static Search<TNumber> Create<T>(
            ReadOnlySpan<T> features, int columns, int[] rows, ReadOnlySpan<double> mismatch, bool isWide, double scale)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var factor = TNumber.CreateChecked(scale);
            var scaled = Array.ConvertAll(mismatch.ToArray(), distance => TNumber.CreateChecked(distance) * factor);
            var search = new Search<TNumber>(columns, rows, scaled, isWide, factor);
            for (var b = 0; b < search._blocks.Length; b++)
            {
                var block = search._blocks[b] = new TNumber[search._lanes * columns];
                var of = rows.AsSpan(b * search._lanes, Math.Min(search._lanes, rows.Length - (b * search._lanes)));
                for (var i = 0; i < of.Length; i++)
                {
                    var row = features.Slice(of[i] * columns, columns);
                    for (var c = 0; c < columns; c++)
                    {
                        block[(c * search._lanes) + i] = TNumber.CreateTruncating(row[c]) * factor;
                    }
                }
            }

            return search;
        }

        public override void Find<T>(ReadOnlySpan<T> query, int self, Span<int> neighbors) => FindNearest(query, self, neighbors);

        public override double FindAll<T>(ReadOnlySpan<T> query, int self, int count, List<int> neighbors)
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

            return double.CreateTruncating(furthest);
        }

        private TNumber FindNearest<T>(ReadOnlySpan<T> query, int self, Span<int> neighbors)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (var c = 0; c < query.Length; c++)
            {
                _query[c] = TNumber.CreateTruncating(query[c]) * _scale;
            }

            for (var b = 0; b < _blocks.Length; b++)
            {
                var distances = _distances.AsSpan(b * _lanes, _lanes);
                SquaredDistances(_blocks[b], distances);
                if (_isWide)
                {
                    Distances(_blocks[b], distances);
                }
            }

            Span<TNumber> nearest = new TNumber[neighbors.Length];
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

        private void SquaredDistances(TNumber[] block, Span<TNumber> distances)
        {
            // Four vectors at a time stay in registers over all columns.
            const int Unrolled = 4;
            ref var first = ref MemoryMarshal.GetArrayDataReference(block);
            ref var target = ref MemoryMarshal.GetReference(distances);
            var width = Vector<TNumber>.Count;
            var lane = 0;
            for (; lane + (Unrolled * width) <= _lanes; lane += Unrolled * width)
            {
                Vector<TNumber> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
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
                Vector<TNumber> sum = default;
                for (var c = 0; c < _columns; c++)
                {
                    sum += Term(Vector.LoadUnsafe(ref first, (nuint)((c * _lanes) + lane)), Vector.Create(_query[c]), c);
                }

                sum.StoreUnsafe(ref target, (nuint)lane);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector<TNumber> Term(Vector<TNumber> values, Vector<TNumber> query, int column)
        {
            if (_mismatch.Length == 0 || _mismatch[column] < TNumber.Zero)
            {
                return (values - query) * (values - query);
            }

            var square = Vector.Create(_mismatch[column] * _mismatch[column]);
            return Vector.ConditionalSelect(Vector.Equals(values, query), Vector<TNumber>.Zero, square);
        }

        // From squares to distances, which stay in range. Where a square did not, it is computed again in parts of its largest term.
        private void Distances(TNumber[] block, Span<TNumber> distances)
        {
            var smallest = TNumber.CreateChecked(s_smallestDouble * s_smallestDouble);
            for (var lane = 0; lane < distances.Length; lane++)
            {
                distances[lane] = distances[lane] >= smallest && TNumber.IsFinite(distances[lane])
                    ? TNumber.Sqrt(distances[lane])
                    : DistanceInParts(block, lane);
            }
        }

        private TNumber DistanceInParts(TNumber[] block, int lane)
        {
            var largest = TNumber.Zero;
            for (var c = 0; c < _columns; c++)
            {
                largest = TNumber.Max(largest, Difference(block, lane, c));
            }

            if (largest == TNumber.Zero)
            {
                return largest;
            }

            var exponent = TNumber.ILogB(largest);
            var sum = TNumber.Zero;
            for (var c = 0; c < _columns; c++)
            {
                var part = TNumber.ScaleB(Difference(block, lane, c), -exponent);
                sum += part * part;
            }

            return TNumber.ScaleB(TNumber.Sqrt(sum), exponent);
        }

        private TNumber Difference(TNumber[] block, int lane, int column)
        {
            var value = block[(column * _lanes) + lane];
            return _mismatch.Length == 0 || _mismatch[column] < TNumber.Zero
                ? TNumber.Abs(value - _query[column])
                : value == _query[column] ? TNumber.Zero : _mismatch[column];
        }
    }
}
