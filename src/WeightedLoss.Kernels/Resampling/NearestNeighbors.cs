using System.Numerics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Resampling;

/// <summary>Exact nearest neighbours by squared Euclidean distance, all distances computed.</summary>
/// <remarks>
/// The candidates lie in the lanes of vectors and the columns are added one after the other, so each distance is the same sum of the same
/// rounded terms whatever the width of the vectors: neighbours don't depend on the machine. Of equally near ones the first are taken.
/// </remarks>
internal sealed class NearestNeighbors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // As many candidates as keep their distances in the first-level cache while the columns pass.
    private const int BlockLength = 512;

    private readonly int _columns;
    private readonly int[] _rows;
    private readonly T[] _blocks;
    private readonly T[] _mismatch;

    /// <summary>Lays the candidates out.</summary>
    /// <param name="features">[n, columns], row-major.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rows">The rows that are candidates, ascending.</param>
    /// <param name="mismatch">
    /// [columns], what two different values of a categorical column add to the squared distance; negative for a column of numbers. Nothing
    /// if all columns are.
    /// </param>
    public NearestNeighbors(ReadOnlySpan<T> features, int columns, int[] rows, ReadOnlySpan<T> mismatch = default)
    {
        _columns = columns;
        _rows = rows;
        _mismatch = mismatch.ToArray();

        // Blocks of candidates, each column-major; what is left of the last one stays 0 and is never looked at.
        var blocks = (rows.Length + BlockLength - 1) / BlockLength;
        _blocks = new T[blocks * BlockLength * columns];
        for (var i = 0; i < rows.Length; i++)
        {
            var first = i / BlockLength * BlockLength * columns;
            for (var c = 0; c < columns; c++)
            {
                _blocks[first + (c * BlockLength) + (i % BlockLength)] = features[(rows[i] * columns) + c];
            }
        }
    }

    /// <summary>Finds the nearest candidates of a row, the nearest first.</summary>
    /// <param name="query">[columns].</param>
    /// <param name="self">The number of the row, which is no neighbour of its own.</param>
    /// <param name="neighbors">Receives row numbers; there must be as many candidates other than the row.</param>
    public void Find(ReadOnlySpan<T> query, int self, Span<int> neighbors)
    {
        Span<T> distances = stackalloc T[BlockLength];
        Span<T> nearest = new T[neighbors.Length];
        var found = 0;
        for (var first = 0; first < _rows.Length; first += BlockLength)
        {
            Distances(query, _blocks.AsSpan(first * _columns, BlockLength * _columns), distances);
            var count = Math.Min(BlockLength, _rows.Length - first);
            for (var i = 0; i < count; i++)
            {
                if ((found == nearest.Length && !(distances[i] < nearest[^1])) || _rows[first + i] == self)
                {
                    continue;
                }

                // Sorted by insertion: k is small, and few candidates get here.
                found = Math.Min(found + 1, nearest.Length);
                var place = found - 1;
                for (; place > 0 && distances[i] < nearest[place - 1]; place--)
                {
                    nearest[place] = nearest[place - 1];
                    neighbors[place] = neighbors[place - 1];
                }

                nearest[place] = distances[i];
                neighbors[place] = _rows[first + i];
            }
        }
    }

    private void Distances(ReadOnlySpan<T> query, ReadOnlySpan<T> block, Span<T> distances)
    {
        // Four vectors at a time stay in registers over all columns.
        const int Unrolled = 4;
        ref var first = ref MemoryMarshal.GetReference(block);
        ref var target = ref MemoryMarshal.GetReference(distances);
        var width = Vector<T>.Count;
        for (var lane = 0; lane < BlockLength; lane += Unrolled * width)
        {
            Vector<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (var c = 0; c < query.Length; c++)
            {
                var at = (nuint)((c * BlockLength) + lane);
                var value = Vector.Create(query[c]);
                var vector0 = Vector.LoadUnsafe(ref first, at);
                var vector1 = Vector.LoadUnsafe(ref first, at + (nuint)width);
                var vector2 = Vector.LoadUnsafe(ref first, at + (nuint)(2 * width));
                var vector3 = Vector.LoadUnsafe(ref first, at + (nuint)(3 * width));
                if (_mismatch.Length == 0 || _mismatch[c] < T.Zero)
                {
                    sum0 += (vector0 - value) * (vector0 - value);
                    sum1 += (vector1 - value) * (vector1 - value);
                    sum2 += (vector2 - value) * (vector2 - value);
                    sum3 += (vector3 - value) * (vector3 - value);
                }
                else
                {
                    var mismatch = Vector.Create(_mismatch[c]);
                    sum0 += Vector.ConditionalSelect(Vector.Equals(vector0, value), Vector<T>.Zero, mismatch);
                    sum1 += Vector.ConditionalSelect(Vector.Equals(vector1, value), Vector<T>.Zero, mismatch);
                    sum2 += Vector.ConditionalSelect(Vector.Equals(vector2, value), Vector<T>.Zero, mismatch);
                    sum3 += Vector.ConditionalSelect(Vector.Equals(vector3, value), Vector<T>.Zero, mismatch);
                }
            }

            sum0.StoreUnsafe(ref target, (nuint)lane);
            sum1.StoreUnsafe(ref target, (nuint)(lane + width));
            sum2.StoreUnsafe(ref target, (nuint)(lane + (2 * width)));
            sum3.StoreUnsafe(ref target, (nuint)(lane + (3 * width)));
        }
    }
}
