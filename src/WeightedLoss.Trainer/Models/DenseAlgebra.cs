using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// The products of rows and weights. Everything is written over 16 float lanes and fused multiply-add, which .NET spells with what
/// the machine has, in one fixed order of operations: the same bits everywhere. All lengths are multiples of 16.
/// </summary>
internal static class DenseAlgebra
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var left = Lanes(a);
        var right = Lanes(b)[..left.Length];
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(left[i], right[i], sum);
        }

        // Not Vector512.Sum, whose order of additions is not promised.
        var eight = sum.GetLower() + sum.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>y += s·x.</summary>
    public static void AddScaled(float s, ReadOnlySpan<float> x, Span<float> y)
    {
        var from = Lanes(x);
        var to = Lanes(y)[..from.Length];
        var scale = Vector512.Create(s);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = Vector512.FusedMultiplyAdd(scale, from[i], to[i]);
        }
    }

    /// <summary>y = max(0, xᵀ·W).</summary>
    /// <param name="x">[inputs], of any length.</param>
    /// <param name="weights">W, [inputs, outputs], row-major.</param>
    /// <param name="y">[outputs].</param>
    public static void MultiplyRectify(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, Span<float> y)
    {
        var to = Lanes(y);
        var from = Lanes(weights)[..(x.Length * to.Length)];
        for (var block = 0; block < to.Length; block++)
        {
            var sum = Vector512<float>.Zero;
            var at = block;
            for (var j = 0; j < x.Length; j++, at += to.Length)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(x[j]), from[at], sum);
            }

            // Not Vector512.Max, which has to look after NaN and the sign of zero.
            to[block] = Vector512.ConditionalSelect(Vector512.GreaterThan(sum, Vector512<float>.Zero), sum, Vector512<float>.Zero);
        }
    }

    /// <summary>The gradient of <see cref="MultiplyRectify"/> behind a layer of few outputs: W' += x·(Σₖ sₖ·vₖ where y > 0)ᵀ.</summary>
    /// <param name="x">[inputs], of any length.</param>
    /// <param name="y">[outputs], as computed forward.</param>
    /// <param name="s">[next], the gradient of the outputs of the next layer.</param>
    /// <param name="v">[next, outputs], the weights of the next layer.</param>
    /// <param name="gradient">W', [inputs, outputs], row-major.</param>
    public static void AddOuterRectified(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> s, ReadOnlySpan<float> v, Span<float> gradient)
    {
        var outputs = Lanes(y);
        var next = Lanes(v)[..(s.Length * outputs.Length)];
        var to = Lanes(gradient)[..(x.Length * outputs.Length)];
        for (var block = 0; block < outputs.Length; block++)
        {
            var sum = Vector512.Create(s[0]) * next[block];
            for (var k = 1; k < s.Length; k++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(s[k]), next[(k * outputs.Length) + block], sum);
            }

            var back = Vector512.ConditionalSelect(
                Vector512.GreaterThan(outputs[block], Vector512<float>.Zero), sum, Vector512<float>.Zero);
            var at = block;
            for (var j = 0; j < x.Length; j++, at += outputs.Length)
            {
                to[at] = Vector512.FusedMultiplyAdd(Vector512.Create(x[j]), back, to[at]);
            }
        }
    }

    /// <summary>The lanes of a span whose length is a multiple of 16.</summary>
    public static ReadOnlySpan<Vector512<float>> Lanes(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector512<float>>(values);

    /// <inheritdoc cref="Lanes(ReadOnlySpan{float})"/>
    public static Span<Vector512<float>> Lanes(Span<float> values) => MemoryMarshal.Cast<float, Vector512<float>>(values);
}
