using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>
/// Asks for memory that is used soon, which .NET offers on x86 only. What lies there may be outside of every array: no reference points there,
/// and it is not read.
/// </summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Prefetch
{
    /// <summary>The bytes that a processor loads at once.</summary>
    private const int CacheLine = 64;

    /// <summary>The cache line of an element, so many behind one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref T element, nuint ahead)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref element) + (ahead * (nuint)sizeof(T)));
        }
    }

    /// <summary>The lines of some elements, so many behind one, into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Lines<T>(ref T element, nuint ahead, nuint count)
        where T : unmanaged
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        var first = (byte*)Unsafe.AsPointer(ref element) + (ahead * (nuint)sizeof(T));
        for (nuint i = 0; i < count * (nuint)sizeof(T); i += CacheLine)
        {
            Sse.Prefetch1(first + i);
        }
    }
}
