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
internal readonly record struct ChunkSum(double Loss, double Weight, long Hits)
{
    public static ChunkSum operator +(ChunkSum left, ChunkSum right) =>
        new(left.Loss + right.Loss, left.Weight + right.Weight, left.Hits + right.Hits);
}

/// <summary>
/// Cuts work into chunks of a fixed number of samples and adds their sums in chunk order, so that the number of threads changes nothing.
/// </summary>
internal static class ChunkedSum
{
    /// <summary>
    /// The chunk of samples with one logit: small enough to share 100,000 between cores, large enough that a chunk's fixed cost (about
    /// 50 ns) is below 1 %.
    /// </summary>
    internal const int SampleChunk = 16384;

    internal static ChunkSum Run<TJob>(in TJob job, int maxDegreeOfParallelism)
        where TJob : struct, IChunkedJob
    {
        var chunks = (int)(((uint)job.Length + (uint)job.ChunkLength - 1) / (uint)job.ChunkLength);
        if (maxDegreeOfParallelism > 1 && chunks > 1)
        {
            return RunParallel(job, chunks, maxDegreeOfParallelism);
        }

        var sum = default(ChunkSum);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            sum += RunChunk(job, chunk);
        }

        return sum;
    }

    private static ChunkSum RunChunk<TJob>(in TJob job, int chunk)
        where TJob : struct, IChunkedJob
    {
        var start = chunk * job.ChunkLength;
        return job.RunChunk(start, Math.Min(job.ChunkLength, job.Length - start));
    }

    private static ChunkSum RunParallel<TJob>(TJob job, int chunks, int maxDegreeOfParallelism)
        where TJob : struct, IChunkedJob
    {
        var partial = ArrayPool<ChunkSum>.Shared.Rent(chunks);
        try
        {
            Parallel.For(
                0,
                chunks,
                new ParallelOptions { MaxDegreeOfParallelism = maxDegreeOfParallelism },
                chunk => partial[chunk] = RunChunk(job, chunk));

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
}
