using System.Numerics;

namespace WeightedLoss;

/// <summary>
/// The generator xoshiro256** seeded by SplitMix64, after D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number
/// Generators", ACM TOMS 47(4), 2021. Integers only, so a seed gives the same numbers on every machine and in every version of .NET.
/// </summary>
/// <remarks>Not for secrets, and not safe for use by several threads at once.</remarks>
internal sealed class Xoshiro256
{
    private const ulong SplitMixStep = 0x9E3779B97F4A7C15;

    private ulong _s0, _s1, _s2, _s3;

    /// <summary>The numbers of a seed. Each purpose gets its own stream, so that, say, more epochs don't change a split.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="stream">Any number.</param>
    public Xoshiro256(ulong seed, ulong stream = 0)
    {
        var state = seed ^ Mix(stream + SplitMixStep);
        _s0 = Mix(state += SplitMixStep);
        _s1 = Mix(state += SplitMixStep);
        _s2 = Mix(state += SplitMixStep);
        _s3 = Mix(state + SplitMixStep);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias.</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentException">The bound is less than 1.</exception>
    public int NextInt(int bound)
    {
        if (bound < 1)
        {
            throw new ArgumentException($"There must be something to draw from, but {nameof(bound)} is {bound}.", nameof(bound));
        }

        // D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019.
        var threshold = unchecked(0UL - (ulong)bound) % (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(Next(), (ulong)bound, out var low);
            if (low >= threshold)
            {
                return (int)high;
            }
        }
    }

    /// <summary>Puts the elements into a random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
