using System.Runtime.CompilerServices;

namespace WeightedLoss.Conformance;

/// <summary>The processor that this program runs on.</summary>
internal static class Processor
{
    /// <summary>
    /// Whether a fused multiply-add in double is right where almost everything cancels. In bochs 2.7 it is 0 if the leading bit of the
    /// result lies 63 places below that of the larger of product and addend.
    /// </summary>
    internal static bool MultipliesAndAddsRight
    {
        get
        {
            // (1 + 2⁻³¹)(1 + 2⁻³²) = 1 + 2⁻³¹ + 2⁻³² + 2⁻⁶³
            var (a, b) = (1 + Math.ScaleB(1, -31), 1 + Math.ScaleB(1, -32));
            return MultiplyAdd(a, b, 1 - (a + b)) == Math.ScaleB(1, -63);
        }
    }

    /// <summary>What the operating system calls it.</summary>
    internal static string Name()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file))
        {
            return "unknown";
        }

        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    // Not inlined, so that the compiler can't compute it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double MultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
}
