using System.Numerics;

namespace WeightedLoss.Conformance;

/// <summary>Marsaglia's xorshift64*, from integers only.</summary>
internal struct CorpusRandom(ulong seed)
{
    private ulong _state = (seed * 0x9E3779B97F4A7C15) + 0x1234567;

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>In [0, 1], both ends included now and then.</summary>
    public T Unit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bits = Next();
        return (bits & 31) == 0 ? T.One : (bits & 31) == 1 ? T.Zero : T.CreateTruncating((double)(bits >> 40) / (1 << 24));
    }

    /// <summary>Between −16 and 16.</summary>
    public T Moderate<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(((double)(long)(Next() >> 11) / (1L << 48)) - 16);

    /// <summary>A positive number with a random exponent.</summary>
    public T AnyMagnitude<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)(Next() >> 33) % 0x7F800000))
            : T.CreateTruncating(BitConverter.UInt64BitsToDouble((Next() >> 1) % 0x7FF0000000000000));

    /// <summary>Mostly moderate logits, some of any magnitude, and the extremes.</summary>
    public T Logit<T>(int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (i % 23) switch
        {
            3 => T.PositiveInfinity,
            5 => T.NegativeInfinity,
            7 => T.NaN,
            9 => T.Zero,
            10 => T.NegativeZero,
            11 => T.Epsilon,
            13 => T.CreateTruncating(-87.5),
            14 => T.CreateTruncating(88.5),
            15 => T.CreateTruncating(-708.5),
            16 => T.CreateTruncating(709.5),
            17 => T.CreateTruncating(1e30),
            18 => AnyMagnitude<T>(),
            19 => -AnyMagnitude<T>(),
            _ => Moderate<T>(),
        };
}
