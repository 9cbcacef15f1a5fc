using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>What spans copy and fill too, in code that is compiled where it runs.</summary>
/// <remarks>
/// The runtime's own methods are compiled in advance for every x64 processor, and until they have been compiled again, which never happens
/// without tiers, they have the old encoding of vector instructions. Where that meets registers whose upper halves are in use, an Intel
/// processor stops, and once more behind it, for longer than a kernel takes for a few blocks.
/// </remarks>
internal static class Elements
{
    /// <summary>Elements to a place that does not overlap theirs, or begins before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        ref var from = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source));
        ref var to = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(target[..source.Length]));
        var bytes = (nuint)source.Length * (nuint)Unsafe.SizeOf<T>();
        if (bytes >= (nuint)Vector256<byte>.Count)
        {
            // The last ones, which overlap those before, are read before the target is written.
            var end = bytes - (nuint)Vector256<byte>.Count;
            var last = Vector256.LoadUnsafe(ref from, end);
            for (nuint i = 0; i < end; i += (nuint)Vector256<byte>.Count)
            {
                Vector256.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
            }

            last.StoreUnsafe(ref to, end);
        }
        else if (bytes >= (nuint)Vector128<byte>.Count)
        {
            var (first, last) = (Vector128.LoadUnsafe(ref from), Vector128.LoadUnsafe(ref from, bytes - (nuint)Vector128<byte>.Count));
            first.StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, bytes - (nuint)Vector128<byte>.Count);
        }
        else if (bytes >= sizeof(ulong))
        {
            CopyEnds<ulong>(ref from, ref to, bytes);
        }
        else if (bytes >= sizeof(uint))
        {
            CopyEnds<uint>(ref from, ref to, bytes);
        }
        else
        {
            for (nuint i = 0; i < bytes; i++)
            {
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill<T>(Span<T> target, T value)
        where T : unmanaged
    {
        ref var to = ref MemoryMarshal.GetReference(target);
        var count = (nuint)target.Length;
        if (count >= (nuint)Vector256<T>.Count)
        {
            var values = Vector256.Create(value);
            var end = count - (nuint)Vector256<T>.Count;
            for (nuint i = 0; i < end; i += (nuint)Vector256<T>.Count)
            {
                values.StoreUnsafe(ref to, i);
            }

            values.StoreUnsafe(ref to, end);
        }
        else if (count >= (nuint)Vector128<T>.Count)
        {
            var values = Vector128.Create(value);
            values.StoreUnsafe(ref to);
            values.StoreUnsafe(ref to, count - (nuint)Vector128<T>.Count);
        }
        else
        {
            for (nuint i = 0; i < count; i++)
            {
                Unsafe.Add(ref to, i) = value;
            }
        }
    }

    /// <summary>Bytes that one integer holds, or two that may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyEnds<TInteger>(ref byte from, ref byte to, nuint bytes)
        where TInteger : unmanaged
    {
        var end = bytes - (nuint)Unsafe.SizeOf<TInteger>();
        var first = Unsafe.ReadUnaligned<TInteger>(ref from);
        var last = Unsafe.ReadUnaligned<TInteger>(ref Unsafe.Add(ref from, end));
        Unsafe.WriteUnaligned(ref to, first);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, end), last);
    }
}
