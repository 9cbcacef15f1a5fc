using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>
/// Asks for memory that is used soon; on x86, because there is no portable way. Elsewhere these methods do nothing. What lies there may be
/// outside of every array: no reference points there, and it is not read.
/// </summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Prefetch
{
    /// <summary>
    /// From so many bytes of logits on, which a second-level cache does not hold, kernels ask for memory before they come to it. For what
    /// the caches hold it would only cost instructions.
    /// </summary>
    internal const int LeastBytes = 1048576;

    /// <summary>The bytes that a processor loads at once.</summary>
    private const int CacheLine = 64;

    /// <summary>The cache line of one element, into the first-level cache.</summary>
    /// <param name="element">An element before it.</param>
    /// <param name="ahead">How many elements behind that one it lies.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref T element, nuint ahead)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref element) + (ahead * (nuint)sizeof(T)));
        }
    }

    /// <summary>The cache lines of some elements, into the second-level cache.</summary>
    /// <param name="element">An element before them.</param>
    /// <param name="ahead">How many elements behind that one they begin.</param>
    /// <param name="count">Their number.</param>
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
