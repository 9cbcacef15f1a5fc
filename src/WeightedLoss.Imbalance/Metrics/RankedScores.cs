using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Common;

namespace WeightedLoss.Metrics;

/// <summary>Scores from the highest down with their labels and weights, visited a group of equal scores at a time.</summary>
/// <remarks>Each group is a threshold: samples of equal score can't be told apart, whatever their order in memory.</remarks>
internal ref struct RankedScores<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _scores;

    // One of the two. Labels alone, a byte each, are sorted along with the scores in less time than weights.
    private readonly ReadOnlySpan<bool> _arePositive;

    // The weight of each sample, its sign that of the label; −0 is a negative of weight 0.
    private readonly ReadOnlySpan<T> _signedWeights;
    private int _next;

    private RankedScores(
        ReadOnlySpan<T> scores, ReadOnlySpan<bool> arePositive, ReadOnlySpan<T> signedWeights, double positives, double negatives)
    {
        Positives = positives;
        Negatives = negatives;
        _scores = scores;
        _arePositive = arePositive;
        _signedWeights = signedWeights;
    }

    /// <summary>The weight of all positives, up to the rounding of its sum.</summary>
    public double Positives { get; }

    /// <summary>The weight of all negatives, up to the rounding of its sum.</summary>
    public double Negatives { get; }

    /// <summary>The score of the group.</summary>
    public T Threshold { get; private set; }

    /// <summary>The weight of all positives down to the group.</summary>
    public double TruePositives { get; private set; }

    /// <summary>The weight of all negatives down to the group.</summary>
    public double FalsePositives { get; private set; }

    /// <summary>Checks and sorts. A zero is a zero whatever its sign.</summary>
    /// <exception cref="ArgumentException">Lengths that differ, or a value out of its range.</exception>
    public static RankedScores<T> Create<TLabel>(ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, ReadOnlySpan<T> sampleWeights)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        InputChecks.SameLength(labels.Length, nameof(labels), scores.Length, nameof(scores));
        InputChecks.NoNaN(scores, "A score", nameof(scores));
        InputChecks.BinaryLabels(labels);
        InputChecks.SampleWeights(sampleWeights, scores.Length, nameof(scores));
        double positives = 0, negatives = 0;
        if (sampleWeights.IsEmpty)
        {
            var arePositive = GC.AllocateUninitializedArray<bool>(scores.Length);
            for (var i = 0; i < arePositive.Length; i++)
            {
                arePositive[i] = labels[i] != TLabel.Zero;
                positives += arePositive[i] ? 1 : 0;
            }

            var sorted = Descending(scores, ref arePositive);
            return new(sorted, arePositive, [], positives, scores.Length - positives);
        }
        else
        {
            var signedWeights = GC.AllocateUninitializedArray<T>(scores.Length);
            for (var i = 0; i < signedWeights.Length; i++)
            {
                var isPositive = labels[i] != TLabel.Zero;
                signedWeights[i] = T.CopySign(sampleWeights[i], isPositive ? T.One : T.NegativeOne);
                var weight = double.CreateTruncating(sampleWeights[i]);
                positives += isPositive ? weight : 0;
                negatives += isPositive ? 0 : weight;
            }

            var sorted = Descending(scores, ref signedWeights);
            return new(sorted, [], signedWeights, positives, negatives);
        }
    }

    /// <summary>Takes in the next group; one that weighs nothing is none.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        while (_next < _scores.Length)
        {
            Threshold = _scores[_next];
            var hasWeight = false;
            do
            {
                var weight = _signedWeights.IsEmpty
                    ? _arePositive[_next] ? 1 : -1
                    : double.CreateTruncating(_signedWeights[_next]);
                hasWeight |= weight != 0;
                if (double.IsNegative(weight))
                {
                    FalsePositives -= weight;
                }
                else
                {
                    TruePositives += weight;
                }

                _next++;
            }
            while (_next < _scores.Length && _scores[_next] == Threshold);

            if (hasWeight)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number of groups from here on.</summary>
    public readonly int CountGroups()
    {
        var rest = this;
        var groups = 0;
        while (rest.MoveNext())
        {
            groups++;
        }

        return groups;
    }

    private static ReadOnlySpan<T> Descending<TValue>(scoped ReadOnlySpan<T> scores, scoped ref TValue[] values)
        where TValue : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return MemoryMarshal.Cast<uint, T>(Descending<uint, int, TValue>(MemoryMarshal.Cast<T, int>(scores), ref values));
        }

        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<ulong, T>(Descending<ulong, long, TValue>(MemoryMarshal.Cast<T, long>(scores), ref values));
        }

        throw new NotSupportedException($"Scores are float or double, not {typeof(T)}.");
    }

    // The bits of a float, read as an integer, have its order among positives and the reverse among negatives.
    private static TKey[] Descending<TKey, TBits, TValue>(scoped ReadOnlySpan<TBits> bits, ref TValue[] values)
        where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
        where TBits : unmanaged, IBinaryInteger<TBits>, ISignedNumber<TBits>, IMinMaxValue<TBits>
        where TValue : unmanaged
    {
        var keys = GC.AllocateUninitializedArray<TKey>(bits.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            // −0 is the one pattern that is equal to another; as +0 it gets the same key.
            var value = bits[i] == TBits.MinValue ? TBits.Zero : bits[i];
            keys[i] = TKey.CreateTruncating(value < TBits.Zero ? value : value ^ TBits.MaxValue);
        }

        RadixSort.Sort(ref keys, ref values);
        for (var i = 0; i < keys.Length; i++)
        {
            var value = TBits.CreateTruncating(keys[i]);
            keys[i] = TKey.CreateTruncating(value < TBits.Zero ? value : value ^ TBits.MaxValue);
        }

        return keys;
    }
}
