using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Runtime;

/// <summary>Elements of either type as doubles, and masks, for the passes around the kernels.</summary>
internal static class Widening
{
    /// <summary>Four elements that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> LoadFour<T>(ref readonly T source, nuint index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? Vector256.WidenLower(Vector128.LoadUnsafe(in source, index).AsSingle().ToVector256Unsafe())
        : Vector256.LoadUnsafe(in source, index).AsDouble();

    /// <summary>The lower eight bytes of a mask as a mask of integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Mask(Vector128<byte> mask) =>
        Vector256.WidenLower(Vector128.WidenLower(mask.AsSByte()).ToVector256Unsafe());

    /// <summary>Four elements, wherever they lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Create<T>(T first, T second, T third, T fourth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            var floats = Vector128.Create(Single(first), Single(second), Single(third), Single(fourth));
            return Vector256.WidenLower(floats.ToVector256Unsafe());
        }

        return Vector256.Create(Double(first), Double(second), Double(third), Double(fourth));

        static float Single(T value) => Unsafe.BitCast<T, float>(value);

        static double Double(T value) => Unsafe.BitCast<T, double>(value);
    }
}
