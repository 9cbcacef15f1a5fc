using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>What spans copy and fill too, in code that is compiled where it runs.</summary>
/// <remarks>
/// The runtime's own methods are compiled in advance for every x64 processor, and until they have been compiled again, which never happens
/// without tiers, they have the old encoding of vector instructions. Where that meets registers whose upper halves are in use, an Intel
/// processor stops for about 75 ns, and once more behind it (Xeon, family 6, model 207, AVX2: 64 labels of binary cross-entropy 376 ns with
/// such calls and 208 without, 6 rows of 10 classes 0.46 of the time, 6,553 rows 0.89).
/// </remarks>
internal static class Elements
{
    /// <summary>From the first element on; the target does not overlap the source, or begins before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target[..source.Length]);
        var count = (nuint)source.Length;
        nuint i = 0;
        for (; i + (nuint)Vector256<T>.Count <= count; i += (nuint)Vector256<T>.Count)
        {
            Vector256.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill<T>(Span<T> target, T value)
        where T : unmanaged
    {
        ref var to = ref MemoryMarshal.GetReference(target);
        var values = Vector256.Create(value);
        var count = (nuint)target.Length;
        nuint i = 0;
        for (; i + (nuint)Vector256<T>.Count <= count; i += (nuint)Vector256<T>.Count)
        {
            values.StoreUnsafe(ref to, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref to, i) = value;
        }
    }
}
