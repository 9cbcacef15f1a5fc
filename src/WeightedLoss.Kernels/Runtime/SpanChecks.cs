using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WeightedLoss.Runtime;

/// <summary>The checks of the lengths and the memory of arguments; nothing is written before all of them have passed.</summary>
internal static class SpanChecks
{
    internal static void SameLength(int length, int logits, string name)
    {
        if (length != logits)
        {
            throw new ArgumentException(
                $"There must be one element per logit, but {name} has {length} and there are {logits} logits.", name);
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
            throw new ArgumentException(
                $"There must be one element per logit{rows}, but {name} has {length} and there are {logits} logits.", name);
        }
    }

    internal static void Disjoint<TInput, TOutput>(ReadOnlySpan<TInput> input, string inputName, Span<TOutput> output, string outputName)
        where TInput : unmanaged
        where TOutput : unmanaged
    {
        if (Overlap(input, (ReadOnlySpan<TOutput>)output, out _))
        {
            throw new ArgumentException($"{outputName} must not share memory with {inputName}.", outputName);
        }
    }

    internal static void SameOrDisjoint<T>(ReadOnlySpan<T> input, string inputName, Span<T> output, string outputName)
        where T : unmanaged
    {
        if (Overlap(input, (ReadOnlySpan<T>)output, out var offset) && offset != 0)
        {
            throw new ArgumentException(
                $"{outputName} and {inputName} must be the same memory or share none, but are {offset} bytes apart and overlap.",
                outputName);
        }
    }

    /// <summary>In bytes, whose number may be beyond the length that a span can have.</summary>
    private static bool Overlap<TFirst, TSecond>(ReadOnlySpan<TFirst> first, ReadOnlySpan<TSecond> second, out nint offset)
        where TFirst : unmanaged
        where TSecond : unmanaged
    {
        offset = 0;
        if (first.IsEmpty || second.IsEmpty)
        {
            return false;
        }

        offset = Unsafe.ByteOffset(
            ref Unsafe.As<TFirst, byte>(ref MemoryMarshal.GetReference(first)),
            ref Unsafe.As<TSecond, byte>(ref MemoryMarshal.GetReference(second)));
        return (nuint)offset < (nuint)first.Length * (nuint)Unsafe.SizeOf<TFirst>()
            || (nuint)(-offset) < (nuint)second.Length * (nuint)Unsafe.SizeOf<TSecond>();
    }
}
