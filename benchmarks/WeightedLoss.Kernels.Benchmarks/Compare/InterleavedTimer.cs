using System.Diagnostics;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Nanoseconds of one call: median and quartiles over rounds.</summary>
internal readonly record struct Timing(double Median, double LowerQuartile, double UpperQuartile);

/// <summary>
/// Takes times in rounds: each round runs every contender once, for 1.5 ms or one call. What disturbs the machine for a while so
/// disturbs all contenders alike, and the median leaves it out.
/// </summary>
internal static class InterleavedTimer
{
    private const double RoundNanoseconds = 1.5e6;

    private static double _sink;

    /// <summary>Calls contenders until the JIT has nothing left to do for their code: it counts calls, and compiles again in the background.</summary>
    public static void WarmUp(IReadOnlyList<Contender> contenders)
    {
        for (var pass = 0; pass < 3; pass++)
        {
            foreach (var contender in contenders)
            {
                for (var i = 0; i < 40; i++)
                {
                    _sink += contender.Run();
                }
            }

            Thread.Sleep(150);
        }
    }

    /// <param name="contenders">What to time.</param>
    /// <param name="threads">The threads that a contender uses: the clock of the calling thread tells the time of one.</param>
    /// <param name="rounds">The number of rounds.</param>
    public static Timing[] Time(IReadOnlyList<Contender> contenders, int threads, int rounds)
    {
        var calls = contenders.Select(contender => CallsPerRound(contender, threads)).ToArray();
        var times = contenders.Select(_ => new double[rounds]).ToArray();
        GC.Collect();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                // Another contender goes first each round, so that none always runs behind the same neighbour.
                var index = (round + i) % contenders.Count;
                times[index][round] = Measure(contenders[index], threads, calls[index]) / calls[index];
            }
        }

        return [.. times.Select(Summarise)];
    }

    private static int CallsPerRound(Contender contender, int threads)
    {
        for (var calls = 1; ; calls *= 2)
        {
            var time = Measure(contender, threads, calls);
            if (time > RoundNanoseconds / 4)
            {
                return (int)Math.Max(1, Math.Ceiling(RoundNanoseconds / time * calls));
            }
        }
    }

    private static double Measure(Contender contender, int threads, int calls)
    {
        var sum = 0d;
        var start = Now(threads);
        for (var i = 0; i < calls; i++)
        {
            sum += contender.Run();
        }

        var elapsed = Now(threads) - start;
        _sink += sum;
        return elapsed;
    }

    private static double Now(int threads) =>
        threads == 1 ? ThreadClock.Now : Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);

    private static Timing Summarise(double[] times)
    {
        Array.Sort(times);
        return new(times[times.Length / 2], times[times.Length / 4], times[^(1 + (times.Length / 4))]);
    }
}
