using System.Numerics;

namespace WeightedLoss.Conformance;

/// <summary>A 64-bit hash of values by their bits; all NaNs are one, because their payloads differ between processors.</summary>
/// <param name="trace">Gets the lines of <see cref="Trace"/>.</param>
internal sealed class BitHash(Action<string>? trace = null)
{
    private ulong _hash = 0xCBF29CE484222325;

    public void Add(ulong bits)
    {
        // A multiply and a xor-shift per word: FNV-1a's scheme on 64 bits at a time.
        _hash = (_hash ^ bits) * 0x9E3779B97F4A7C15;
        _hash ^= _hash >> 29;
    }

    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            if (T.IsNaN(value))
            {
                Add(0x7FF8DEAD);
            }
            else if (typeof(T) == typeof(float))
            {
                Add(BitConverter.SingleToUInt32Bits((float)(object)value));
            }
            else
            {
                Add(BitConverter.DoubleToUInt64Bits((double)(object)value));
            }
        }
    }

    /// <summary>Sums without a number of correct predictions, which counts as 0 here.</summary>
    public void Add(LossSum sum) => Add(sum, correct: 0);

    public void Add(ClassLossSum sum) => Add(sum, sum.Correct);

    /// <summary>Tells what was added last, and the hash up to it.</summary>
    public void Trace(string call) => trace?.Invoke($"{call}, {this}");

    public override string ToString() => _hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private void Add(LossSum sum, long correct)
    {
        Add<double>([sum.Loss, sum.Weight]);
        Add((ulong)sum.Count);
        Add((ulong)sum.Ignored);
        Add((ulong)correct);
    }
}
