using System.Numerics;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>A peer that shares the work between threads in the simplest way that is fast: one part of equal size for each.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TWorkload">The loss's workload.</typeparam>
/// <param name="name">The name.</param>
/// <param name="isa">The instruction set.</param>
/// <param name="workload">The workload.</param>
internal abstract class PartitionedContender<T, TWorkload>(string name, string isa, TWorkload workload)
    : LossContender<T, TWorkload>(name, isa, workload)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TWorkload : Workload<T>
{
    private readonly double[] _sums = new double[workload.Case.Threads];

    public sealed override double Run()
    {
        var samples = Workload.Case.N;
        var threads = Workload.Case.Threads;
        if (threads == 1)
        {
            return RunPart(0, 0, samples);
        }

        // At least 64 logits, whole cache lines, so that threads don't write the same one.
        var step = Math.Max(1, 64 / Workload.Case.Classes);
        var length = (samples + (threads * step) - 1) / (threads * step) * step;
        Parallel.For(0, threads, part =>
        {
            var start = Math.Min(part * length, samples);
            _sums[part] = RunPart(part, start, Math.Min(length, samples - start));
        });
        return _sums.Sum();
    }

    /// <summary>Works on some of the samples; <paramref name="part"/> is the number of the thread.</summary>
    protected abstract double RunPart(int part, int start, int length);
}
