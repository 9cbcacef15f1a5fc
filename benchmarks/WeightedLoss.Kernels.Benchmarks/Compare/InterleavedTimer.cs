using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>
/// Takes times in rounds: each round runs every contender once, for 1.5 ms or one call. What disturbs the machine for a while so
/// disturbs all contenders alike, and the median leaves it out.
/// </summary>
internal static class InterleavedTimer
{
    private const double RoundNanoseconds = 1.5e6, LongNanoseconds = 1e8;

    // Fewer say nothing about the spread.
    private const int FewestRounds = 5;

    // Worker threads of LibTorch and of the thread pool spin for a while before they sleep, and would take a core from the next contender.
    private const int MillisecondsUntilWorkersSleep = 5;

    private static double _sink;

    /// <summary>The times of one call of each contender, by round.</summary>
    /// <param name="contenders">What to time.</param>
    /// <param name="threads">The threads that a contender uses: the clock of the calling thread tells the time of one.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="budget">After this much time there are no further rounds, unless there were fewer than five.</param>
    public static RoundTimes[] Time(IReadOnlyList<Contender> contenders, int threads, int rounds, TimeSpan? budget = null)
    {
        var watch = Stopwatch.StartNew();
        var slots = contenders.Select(contender => Prepare(contender, threads, rounds)).ToArray();
        GC.Collect();
        var done = 0;
        for (; done < rounds && (done < FewestRounds || !(watch.Elapsed > budget)); done++)
        {
            for (var i = 0; i < slots.Length; i++)
            {
                // Another contender goes first each round, so that none always runs behind the same neighbour.
                var slot = slots[(done + i) % slots.Length];
                if (threads > 1)
                {
                    Thread.Sleep(MillisecondsUntilWorkersSleep);
                }

                slot.Times[done] = Measure(slot.Contender, threads, slot.Calls, slot.StackPlace) / slot.Calls;
            }
        }

        return [.. slots.Select(slot => new RoundTimes(slot.Times[..done]))];
    }

    /// <summary>Finds out how many calls fill a round, and the place on the stack where the contender is fastest.</summary>
    /// <remarks>
    /// The JIT doesn't align the stack to 64 bytes, so that where AVX-512 vectors are kept there, the time depends on the length of the
    /// environment variables and on the caller: tensor-primitives took 1.8 ns per element in some processes and 4.4 in others.
    /// </remarks>
    private static Slot Prepare(Contender contender, int threads, int rounds)
    {
        // The JIT has its time in the first call, which tells enough only where a call is long.
        var calls = 1;
        var time = Measure(contender, threads, calls, stackPlace: 0);
        if (time < LongNanoseconds)
        {
            time = Measure(contender, threads, calls, stackPlace: 0);
        }

        while (time < RoundNanoseconds / 4)
        {
            calls *= 2;
            time = Measure(contender, threads, calls, stackPlace: 0);
        }

        calls = (int)Math.Max(1, Math.Ceiling(RoundNanoseconds / time * calls));
        if (!contender.KeepsVectorsOnStack)
        {
            return new Slot(contender, calls, StackPlace: 0, new double[rounds]);
        }

        var fastest =
            from stackPlace in new[] { 0, 16, 32, 48 }
            let times = Enumerable.Range(0, 2).Select(_ => Measure(contender, threads, calls, stackPlace))
            orderby times.Min()
            select stackPlace;
        return new Slot(contender, calls, fastest.First(), new double[rounds]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe double Measure(Contender contender, int threads, int calls, int stackPlace)
    {
        // The place is relative to a multiple of 64, wherever the caller's frame lies.
        byte here;
        var padding = stackalloc byte[64 + (((int)(nint)(&here) - stackPlace) & 48)];
        var sum = 0d;
        var start = Now(threads);
        for (var i = 0; i < calls; i++)
        {
            sum += contender.Run();
        }

        var elapsed = Now(threads) - start;
        _sink += sum + *padding;
        return elapsed;
    }

    private static double Now(int threads) =>
        threads == 1 ? ThreadClock.Now : Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);

    private sealed record Slot(Contender Contender, int Calls, int StackPlace, double[] Times);
}
