namespace WeightedLoss.Trainer.Models;

/// <summary>Work on ranges of rows.</summary>
internal static class Chunks
{
    /// <summary>The number of chunks of so many rows.</summary>
    public static int CountOf(int rows, int rowsPerChunk) => (rows + rowsPerChunk - 1) / rowsPerChunk;

    /// <summary>
    /// Calls an action for each chunk with its number, first row and count of rows. Threads share out the chunks but never cut
    /// them, so what is computed does not depend on their number.
    /// </summary>
    public static void ForEach(int rows, int rowsPerChunk, int threads, Action<int, int, int> action)
    {
        var chunks = CountOf(rows, rowsPerChunk);
        if (threads == 1 || chunks == 1)
        {
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                Run(chunk);
            }
        }
        else
        {
            Parallel.For(0, chunks, new() { MaxDegreeOfParallelism = threads }, Run);
        }

        void Run(int chunk)
        {
            var first = chunk * rowsPerChunk;
            action(chunk, first, Math.Min(rowsPerChunk, rows - first));
        }
    }
}
