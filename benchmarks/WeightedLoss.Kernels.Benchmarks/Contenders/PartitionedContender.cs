using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>A peer that shares the work between threads in the simplest way that is fast: one part of equal size for each.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="name">The name.</param>
/// <param name="isa">The instruction set.</param>
/// <param name="workload">The workload.</param>
internal abstract class PartitionedContender<T>(string name, string isa, Workload<T> workload) : LossContender<T>(name, isa, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] _sums = new double[workload.Case.Threads];

    public sealed override double Run()
    {
        var logits = Workload.Case.Logits;
        var threads = Workload.Case.Threads;
        if (threads == 1)
        {
            return RunPart(0, 0, logits);
        }

        // Whole cache lines, so that threads don't write the same one.
        var length = ((logits / threads) + 63) & -64;
        Parallel.For(0, threads, part => _sums[part] = RunPart(part, part * length, Math.Min(length, logits - (part * length))));
        return _sums.Sum();
    }

    /// <summary>Works on some of the logits; <paramref name="part"/> is the number of the thread.</summary>
    protected abstract double RunPart(int part, int start, int length);
}
