using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>The checks of lengths and memory at the public edge; nothing is written before all of them have passed.</summary>
internal static class SpanChecks
{
    internal static void SameLength(int length, int logits, string name)
    {
        if (length != logits)
        {
            throw new ArgumentException($"There must be one element per logit, but {name} has {length} and there are {logits} logits.", name);
        }
    }

    internal static void Rows(int length, int columns, string name)
    {
        if (length % columns != 0)
        {
            throw new ArgumentException($"The logits must be whole rows of {columns} columns, but {name} has {length} elements.", name);
        }
    }

    internal static void LabelsOrRows(int length, int logits, int columns, string name)
    {
        if (length != logits && length != logits / columns)
        {
            var rows = columns == 1 ? "" : $" or one per row of {columns}";
            throw new ArgumentException($"There must be one element per logit{rows}, but {name} has {length} and there are {logits} logits.", name);
        }
    }

    internal static void Disjoint<TInput, TOutput>(ReadOnlySpan<TInput> input, string inputName, Span<TOutput> output, string outputName)
        where TInput : unmanaged
        where TOutput : unmanaged
    {
        if (MemoryMarshal.AsBytes(input).Overlaps(MemoryMarshal.AsBytes(output)))
        {
            throw new ArgumentException($"{outputName} must not share memory with {inputName}.", outputName);
        }
    }

    internal static void SameOrDisjoint<T>(ReadOnlySpan<T> input, string inputName, Span<T> output, string outputName)
        where T : unmanaged
    {
        if (MemoryMarshal.AsBytes(input).Overlaps(MemoryMarshal.AsBytes(output), out var offset) && offset != 0)
        {
            throw new ArgumentException(
                $"{outputName} and {inputName} must be the same memory or share none, but are {offset} bytes apart and overlap.", outputName);
        }
    }
}
