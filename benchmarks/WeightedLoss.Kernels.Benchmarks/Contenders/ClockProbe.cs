using System.Runtime.CompilerServices;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// Finds the clock of the core: additions and exclusive ors of which each needs the one before, one per cycle on every processor of the
/// last twenty years. What the system says of the clock is a rating, and on a virtual machine not even that.
/// </summary>
internal sealed class ClockProbe() : Contender("clock", "any")
{
    private const int Loops = 1000, StepsPerLoop = 32;

    // Not constants, or the compiler could do the sums.
    private ulong _addend = 0x9E3779B97F4A7C15, _mask = 0xD1B54A32D192ED03;

    /// <summary>The cycles of a call.</summary>
    public const double Cycles = Loops * StepsPerLoop;

    public override double Run()
    {
        var (a, b, x) = (_addend, _mask, 1UL);
        for (var i = 0; i < Loops; i++)
        {
            x = EightSteps(EightSteps(EightSteps(EightSteps(x, a, b), a, b), a, b), a, b);
        }

        return x;
    }

    public override string? FindError(double result) => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EightSteps(ulong x, ulong a, ulong b)
    {
        x = (x + a) ^ b;
        x = (x + a) ^ b;
        x = (x + a) ^ b;
        return (x + a) ^ b;
    }
}
