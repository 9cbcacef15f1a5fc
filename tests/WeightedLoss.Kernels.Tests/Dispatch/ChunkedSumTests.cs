using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Dispatch;

/// <summary>
/// Chunks on several threads: each runs once, their sums are added in their order, and no thread waits while another has chunks left.
/// </summary>
public class ChunkedSumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1001)]
    public void Run_AnyNumberOfThreads_RunsEachChunkOnceAndAddsInOrder(int chunks)
    {
        var alone = new Job(chunks, _ => { });
        var expected = ChunkedSum.Run(ref alone, 1);
        Assert.All(alone.Runs, count => Assert.Equal(1, count));
        for (var threads = 1; threads <= Math.Min(chunks, 8); threads++)
        {
            for (var repetition = 0; repetition < 20; repetition++)
            {
                // So long that other threads have the time to come and take from the same range.
                var job = new Job(chunks, _ => Thread.SpinWait(200));
                Assert.Equal(expected, ChunkedSum.RunParallel(job, chunks, threads));
                Assert.All(job.Runs, count => Assert.Equal(1, count));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public async Task Run_OneChunkTakesLong_AnotherThreadDoesAllTheRest(int slow)
    {
        const int Chunks = 64;
        Assert.SkipWhen(Environment.ProcessorCount == 1, "Only one processor: there is no other thread.");
        using var rest = new CountdownEvent(Chunks - 1);
        var restWasDone = false;
        var job = new Job(Chunks, chunk =>
        {
            if (chunk == slow)
            {
                restWasDone = rest.Wait(TimeSpan.FromMinutes(1));
            }
            else
            {
                rest.Signal();
            }
        });

        await Task.Run(() => ChunkedSum.RunParallel(job, Chunks, 2), TestContext.Current.CancellationToken);

        Assert.True(restWasDone, $"{rest.CurrentCount} chunks waited for the slow one.");
    }

    /// <summary>Chunks of seven samples, the last one shorter; sums whose order shows in their last bits.</summary>
    private readonly struct Job(int chunks, Action<int> action) : IChunkedJob
    {
        internal int[] Runs { get; } = new int[chunks];

        public int Length => (7 * chunks) - 3;

        public int ChunkLength => 7;

        public ChunkSum RunChunk(int start, int length)
        {
            var chunk = start / ChunkLength;
            Assert.Equal(chunk == chunks - 1 ? 4 : 7, length);
            Interlocked.Increment(ref Runs[chunk]);
            action(chunk);
            return new(1.0 / (3 + chunk), 0.1 * chunk, chunk);
        }
    }
}
