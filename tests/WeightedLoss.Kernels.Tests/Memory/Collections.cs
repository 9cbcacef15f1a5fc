using WeightedLoss.Tests.Memory;

[assembly: AssemblyFixture(typeof(Collections))]

namespace WeightedLoss.Tests.Memory;

/// <summary>
/// Garbage collections beside the tests, many a second, if the environment variable WEIGHTEDLOSS_COLLECTIONS is 1. They end the process
/// if a kernel holds a reference into the heap that is none to an object.
/// </summary>
public sealed class Collections : IDisposable
{
    internal const string Variable = "WEIGHTEDLOSS_COLLECTIONS";

    private readonly Thread? _thread;
    private volatile bool _isOver;

    public Collections()
    {
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            _thread = new Thread(AllocateAndCollect) { IsBackground = true };
            _thread.Start();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _thread?.Join();
    }

    private void AllocateAndCollect()
    {
        var random = new Random(1);
        var kept = new object[2000];
        for (var n = 1; !_isOver; n++)
        {
            // Holes among objects of all sizes, so that compaction has something to do.
            for (var i = 0; i < 300; i++)
            {
                kept[random.Next(kept.Length)] = random.Next(4) == 0 ? new float[random.Next(3000)] : new byte[random.Next(300)];
            }

            var isFull = n % 16 == 0;
            GC.Collect(isFull ? 2 : n % 2, GCCollectionMode.Forced, blocking: true, compacting: isFull);
            Thread.Sleep(1);
        }
    }
}
