using System.Numerics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>What the scalar loops of the softmax's losses do with the classes of a row; inlined into each.</summary>
internal static class ScalarSoftmax
{
    // One sum over 131,072 floats is off by 3e-5; sums of so many are not.
    private const int BlockLength = 1024;

    /// <summary>Writes exp(z − max z), and returns the sum of these and the maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sum, T Max) Exponentiate<T>(ReadOnlySpan<T> logits, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var max = logits[0];
        for (var k = 1; k < logits.Length; k++)
        {
            // T.Max would order NaN and the zeros, too.
            max = T.MaxNative(max, logits[k]);
        }

        var sum = T.Zero;
        for (var start = 0; start < logits.Length; start += BlockLength)
        {
            var block = logits.Slice(start, Math.Min(BlockLength, logits.Length - start));
            var results = exponentials.Slice(start, block.Length);
            var part = T.Zero;
            for (var k = 0; k < block.Length && k < results.Length; k++)
            {
                var e = T.Exp(block[k] - max);
                results[k] = e;
                part += e;
            }

            sum += part;
        }

        return (sum, max);
    }

    /// <summary>Multiplies every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<T>(Span<T> values, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var k = 0; k < values.Length; k++)
        {
            values[k] *= factor;
        }
    }
}
