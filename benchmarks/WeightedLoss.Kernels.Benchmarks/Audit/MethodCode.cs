using System.Globalization;

namespace WeightedLoss.Benchmarks.Audit;

/// <summary>What the machine code of a method consists of.</summary>
/// <param name="Name">
/// The struct, the method and its type arguments, without namespaces; overloads, and copies that several assemblies have, count as one.
/// </param>
/// <param name="Instructions">All instructions.</param>
/// <param name="Vectors">Instructions on vectors.</param>
/// <param name="StackVectors">Instructions that load a vector from the stack or store one there.</param>
/// <param name="LoopCalls">Calls inside loops over vectors.</param>
/// <param name="EachPassCalls">Those of them that every pass of the loop makes.</param>
internal sealed record MethodCode(string Name, int Instructions, int Vectors, int StackVectors, int LoopCalls, int EachPassCalls)
{
    // In a short method a few vectors of the stack are many.
    private const int Long = 150;

    private const double LargeShare = 0.1, LargeGrowth = 1.1;

    /// <summary>Whether the method is long enough for its share of vectors of the stack to say something.</summary>
    public bool IsLong => Instructions > Long;

    /// <summary>Whether the method is long and has vectors of the stack in more than a tenth of its instructions.</summary>
    public bool UsesStack => IsLong && StackVectors > LargeShare * Instructions;

    /// <summary>The name and the counts, as a line of a table.</summary>
    public static MethodCode Parse(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(parts[0], Count(1), Count(2), Count(3), Count(4), Count(5));

        int Count(int index) => int.Parse(parts[index], CultureInfo.InvariantCulture);
    }

    /// <summary>What got worse by more than a tenth, in words; null if nothing did.</summary>
    public string? Worsening(MethodCode before)
    {
        string?[] found =
        [
            Of("instructions", before.Instructions, Instructions),
            Of("vectors of the stack", before.StackVectors, StackVectors),
            Of("calls in loops", before.LoopCalls, LoopCalls),
            Of("calls on every pass of a loop", before.EachPassCalls, EachPassCalls),
        ];
        return found.Any(text => text is not null) ? $"{Name}: {string.Join(", ", found.Where(text => text is not null))}" : null;

        static string? Of(string what, int before, int now) => now > LargeGrowth * before ? $"{now} {what} instead of {before}" : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} {Instructions} {Vectors} {StackVectors} {LoopCalls} {EachPassCalls}");
}
