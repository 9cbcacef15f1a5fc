using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace WeightedLoss.Runtime;

/// <summary>
/// Asks for memory that is used soon; on x86, elsewhere these methods do nothing. What lies there may be outside of every array: no reference
/// points there, and it is not read.
/// </summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Prefetch
{
    /// <summary>
    /// From so many bytes of logits on, kernels ask for memory before they come to it. (Float, ns per logit without and with, AVX2 | AVX-512,
    /// softmax, AMD Zen 4: 2²⁴ logits of 3 classes 1.74, 1.53 | 1.38, 1.32, of 8 1.65, 1.07 | 1.46, 0.90, of 16 1.49, 0.81 | 1.47, 0.86; 2²⁰ of
    /// 3 to 16 classes 2 to 20 % less; AVX2, 2²⁴ of 100 1.79, 0.76, but 2¹⁶, which the caches hold, 0.54, 0.57. BCE, AVX2, Intel Xeon, family 6,
    /// model 207: 2¹⁸ to 2²⁰ labels 0.9 to 1.00 of the time, 2²² 0.8.)
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
