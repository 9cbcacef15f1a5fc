using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>What spans copy and fill too, in code that is compiled where it runs.</summary>
/// <remarks>
/// The runtime's own methods are compiled in advance for every x64 processor, and until they have been compiled again, which never happens
/// without tiers, they have the old encoding of vector instructions. An Intel processor that enters such code with anything in the upper
/// halves of its vector registers saves those, and takes them back behind it, which costs about 150 ns (Xeon, family 6, model 207: 64 labels of
/// binary cross-entropy 370 ns instead of 250).
/// </remarks>
internal static class Elements
{
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
