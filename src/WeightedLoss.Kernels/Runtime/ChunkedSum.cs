using System.Buffers;

namespace WeightedLoss.Runtime;

/// <summary>Work over <see cref="Length"/> samples whose chunks are independent of each other.</summary>
internal interface IChunkedJob
{
    /// <summary>The number of samples.</summary>
    int Length { get; }

    /// <summary>The number of samples in a chunk.</summary>
    int ChunkLength { get; }

    /// <summary>Works on some samples and returns their sums.</summary>
    ChunkSum RunChunk(int start, int length);
}

/// <summary>The sums of some samples.</summary>
internal readonly record struct ChunkSum(double Loss, double Weight, long Correct)
{
    public static ChunkSum operator +(ChunkSum left, ChunkSum right) =>
        new(left.Loss + right.Loss, left.Weight + right.Weight, left.Correct + right.Correct);
}

/// <summary>
/// Cuts work into chunks of a fixed number of samples and adds their sums in chunk order, so that the number of threads changes nothing.
/// </summary>
/// <remarks>
/// Jobs go by reference, and not as `in`: each call of an interface's method would copy them, and to read what was stored in smaller pieces
/// just before makes a processor wait.
/// </remarks>
internal static class ChunkedSum
{
    /// <summary>
    /// The chunk of samples with one logit: small enough to share 100,000 between cores, large enough that a chunk's fixed cost counts for
    /// little.
    /// </summary>
    internal const int SampleChunk = 16384;

    internal static ChunkSum Run<TJob>(ref TJob job, int maxDegreeOfParallelism)
        where TJob : struct, IChunkedJob
    {
        var chunks = (int)(((uint)job.Length + (uint)job.ChunkLength - 1) / (uint)job.ChunkLength);
        var threads = Math.Min(Math.Min(maxDegreeOfParallelism, Environment.ProcessorCount), chunks);
        if (threads > 1)
        {
            return RunParallel(job, chunks, threads);
        }

        var sum = default(ChunkSum);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            sum += RunChunk(ref job, chunk);
        }

        return sum;
    }

    private static ChunkSum RunChunk<TJob>(ref TJob job, int chunk)
        where TJob : struct, IChunkedJob
    {
        var start = chunk * job.ChunkLength;
        return job.RunChunk(start, Math.Min(job.ChunkLength, job.Length - start));
    }

    /// <summary>The same on so many threads.</summary>
    /// <remarks>
    /// Each thread has chunks that follow one another: where neighbours go to different cores, each fetches memory in advance that the
    /// other has. A thread that has done its own helps the others, from their ends.
    /// </remarks>
    internal static ChunkSum RunParallel<TJob>(TJob job, int chunks, int threads)
        where TJob : struct, IChunkedJob
    {
        var partial = ArrayPool<ChunkSum>.Shared.Rent(chunks);
        var ranges = new long[threads];
        for (var i = 0; i < threads; i++)
        {
            ranges[i] = Range((int)((long)chunks * i / threads), (int)((long)chunks * (i + 1) / threads));
        }

        try
        {
            Parallel.For(
                0,
                threads,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                thread =>
                {
                    for (var i = 0; i < threads; i++)
                    {
                        var owner = (thread + i) % threads;
                        for (int chunk; (chunk = Take(ref ranges[owner], fromEnd: i != 0)) >= 0;)
                        {
                            partial[chunk] = RunChunk(ref job, chunk);
                        }
                    }
                });

            var sum = default(ChunkSum);
            foreach (var part in partial.AsSpan(0, chunks))
            {
                sum += part;
            }

            return sum;
        }
        finally
        {
            ArrayPool<ChunkSum>.Shared.Return(partial);
        }
    }

    /// <summary>The chunks from the first to the last one, exclusive.</summary>
    private static long Range(int first, int end) => ((long)end << 32) | (uint)first;

    /// <summary>Takes a chunk out of a range that other threads take from, too.</summary>
    /// <returns>The chunk; negative if none is left.</returns>
    private static int Take(ref long range, bool fromEnd)
    {
        for (var seen = Volatile.Read(ref range); ;)
        {
            var (first, end) = ((int)seen, (int)(seen >> 32));
            if (first == end)
            {
                return -1;
            }

            var left = fromEnd ? Range(first, end - 1) : Range(first + 1, end);
            var found = Interlocked.CompareExchange(ref range, left, seen);
            if (found == seen)
            {
                return fromEnd ? end - 1 : first;
            }

            seen = found;
        }
    }
}
