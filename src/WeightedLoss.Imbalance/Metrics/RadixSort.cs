using System.Numerics;
using System.Runtime.CompilerServices;

namespace WeightedLoss.Metrics;

/// <summary>Sorts unsigned integers with something carried along: stable, from the lowest digit up.</summary>
internal static class RadixSort
{
    // The cache lines that a pass writes to, one for each digit of keys and of values, fit the first-level cache.
    private const int DigitBits = 8;
    private const int Digits = 1 << DigitBits;

    /// <summary>Sorts both arrays by ascending key; the sorted ones may be others than those that were given.</summary>
    public static void Sort<TKey, TValue>(ref TKey[] keys, ref TValue[] values)
        where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
        where TValue : unmanaged
    {
        var passes = Unsafe.SizeOf<TKey>() * 8 / DigitBits;
        var histograms = new int[passes * Digits];
        foreach (var key in keys)
        {
            var rest = ulong.CreateTruncating(key);
            for (var first = 0; first < histograms.Length; first += Digits)
            {
                histograms[first + (int)(rest & (Digits - 1))]++;
                rest >>= DigitBits;
            }
        }

        var otherKeys = GC.AllocateUninitializedArray<TKey>(keys.Length);
        var otherValues = GC.AllocateUninitializedArray<TValue>(keys.Length);
        for (var pass = 0; pass < passes; pass++)
        {
            var places = histograms.AsSpan(pass * Digits, Digits);
            if (places.Contains(keys.Length))
            {
                // All keys share this digit.
                continue;
            }

            var sum = 0;
            foreach (ref var place in places)
            {
                (place, sum) = (sum, sum + place);
            }

            var shift = pass * DigitBits;
            for (var i = 0; i < keys.Length; i++)
            {
                var key = keys[i];
                var place = places[(int)(ulong.CreateTruncating(key) >> shift) & (Digits - 1)]++;
                otherKeys[place] = key;
                otherValues[place] = values[i];
            }

            (keys, otherKeys) = (otherKeys, keys);
            (values, otherValues) = (otherValues, values);
        }
    }
}
