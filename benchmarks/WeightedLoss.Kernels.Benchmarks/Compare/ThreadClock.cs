using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>
/// The time that the calling thread has run on a core, where the system tells it exactly (Linux, 64-bit); elsewhere the time that has
/// passed. On an idle machine both are the same; on a busy one only the former says what the work costs.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static bool IsCpuTime { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Nanoseconds since some moment.</summary>
    public static double Now
    {
        get
        {
            if (IsCpuTime && clock_gettime(ThreadCpuTime, out var time) == 0)
            {
                return (time.Seconds * 1e9) + time.Nanoseconds;
            }

            return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
