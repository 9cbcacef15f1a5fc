using System.Numerics;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>
/// How many samples each class has: counted from labels batch by batch, merged over threads or machines, or given as numbers.
/// <see cref="ClassWeights"/> makes weights of it.
/// </summary>
/// <remarks>Not safe for use by several threads at once: give each its own and <see cref="Merge"/> them.</remarks>
public sealed class ClassCounts
{
    // A vector of byte counters holds this many increments per lane.
    private const int VectorsPerBlock = byte.MaxValue;

    // With several tables, a run of equal labels does not wait for its own last store. Beyond this size they would push each other
    // out of the first-level cache instead.
    private const int LargestSplitTable = 1024;

    private readonly long[] _counts;

    /// <summary>Counts that are all 0.</summary>
    /// <param name="classes">The number of classes, 2 to 2²⁴; labels are 0 … <paramref name="classes"/> − 1.</param>
    /// <param name="ignoreLabel">
    /// A label outside that range that means "no label here"; it is counted in <see cref="Ignored"/> only.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The number of classes is out of range, or an ignore label that is one of the classes.
    /// </exception>
    public ClassCounts(int classes, long? ignoreLabel = null)
    {
        ClassChecks.Count(classes);
        if (ignoreLabel >= 0 && ignoreLabel < classes)
        {
            throw new ArgumentException(
                $"0 to {classes - 1} are the classes and can't be ignored, but {nameof(ignoreLabel)} is {ignoreLabel}.",
                nameof(ignoreLabel));
        }

        _counts = new long[classes];
        IgnoreLabel = ignoreLabel;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => _counts.Length;

    /// <summary>The label that means "no label here", if there is one.</summary>
    public long? IgnoreLabel { get; }

    /// <summary>The number of labels that were equal to <see cref="IgnoreLabel"/>.</summary>
    public long Ignored { get; private set; }

    /// <summary>The number of samples in all classes together, without the ignored ones.</summary>
    public long Total { get; private set; }

    /// <summary>The number of samples of one class.</summary>
    /// <param name="label">The class, 0 … <see cref="Classes"/> − 1.</param>
    /// <exception cref="ArgumentException">The label is not a class.</exception>
    public long this[int label] => (uint)label < (uint)_counts.Length
        ? _counts[label]
        : throw new ArgumentException($"A class lies between 0 and {Classes - 1}, but {nameof(label)} is {label}.", nameof(label));

    /// <summary>The number of samples of each class, in the order of the classes.</summary>
    public ReadOnlySpan<long> AsSpan() => _counts;

    /// <summary>Counts that are known already.</summary>
    /// <param name="counts">The number of samples of each class, 2 to 2²⁴ values, each ≥ 0. The values are copied.</param>
    /// <exception cref="ArgumentException">A number of values out of range, a negative one, or a sum beyond 2⁶³ − 1.</exception>
    public static ClassCounts FromCounts(ReadOnlySpan<long> counts)
    {
        if (counts.Length is < 2 or > ClassChecks.MostClasses)
        {
            throw new ArgumentException(
                $"There must be counts of 2 to {ClassChecks.MostClasses} classes, but {nameof(counts)} has {counts.Length}.",
                nameof(counts));
        }

        var result = new ClassCounts(counts.Length);
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k] < 0)
            {
                throw new ArgumentException($"A count must be at least 0, but {nameof(counts)}[{k}] is {counts[k]}.", nameof(counts));
            }

            if (counts[k] > long.MaxValue - result.Total)
            {
                throw new ArgumentException(
                    $"The counts must add up to at most {long.MaxValue}, but pass it at {nameof(counts)}[{k}], which is {counts[k]}.",
                    nameof(counts));
            }

            result._counts[k] = counts[k];
            result.Total += counts[k];
        }

        return result;
    }

    /// <summary>Counts a batch of labels. Nothing is counted when one of them is wrong.</summary>
    /// <param name="labels">Each a class, 0 … <see cref="Classes"/> − 1, or <see cref="IgnoreLabel"/>.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">A label is neither a class nor ignored.</exception>
    public ClassCounts Add(ReadOnlySpan<byte> labels) => Count(labels);

    /// <inheritdoc cref="Add(ReadOnlySpan{byte})"/>
    public ClassCounts Add(ReadOnlySpan<int> labels) => Count(labels);

    /// <inheritdoc cref="Add(ReadOnlySpan{byte})"/>
    public ClassCounts Add(ReadOnlySpan<long> labels) => Count(labels);

    /// <summary>Counts a batch of labels, false as class 0 and true as class 1.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>This object.</returns>
    public ClassCounts Add(ReadOnlySpan<bool> labels) => Count(MemoryMarshal.AsBytes(labels));

    /// <summary>Adds the counts of another object to these.</summary>
    /// <param name="other">Counts of as many classes and with the same ignore label; it is not changed.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The other has another number of classes or another ignore label.</exception>
    public ClassCounts Merge(ClassCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException(
                $"The counts to merge must have {Classes} classes, but {nameof(other)} has {other.Classes}.", nameof(other));
        }

        if (other.IgnoreLabel != IgnoreLabel)
        {
            throw new ArgumentException(
                $"The counts to merge must ignore {Name(IgnoreLabel)}, but {nameof(other)} ignores {Name(other.IgnoreLabel)}.",
                nameof(other));
        }

        for (var k = 0; k < _counts.Length; k++)
        {
            _counts[k] += other._counts[k];
        }

        Total += other.Total;
        Ignored += other.Ignored;
        return this;

        static string Name(long? label) => label is { } value ? $"the label {value}" : "no label";
    }

    private ClassCounts Count<TLabel>(ReadOnlySpan<TLabel> labels)
        where TLabel : unmanaged, IBinaryInteger<TLabel>, IMinMaxValue<TLabel>
    {
        // A value that the label type can't hold occurs nowhere.
        var ignore = LabelPass.IgnoreLabelAs<TLabel>(IgnoreLabel);

        // One compare per class and vector against one increment per label: they break even near one class per lane.
        var added = new int[Classes];
        var valid = Classes <= Vector<TLabel>.Count ? CountByCompare(labels, added) : CountByTable(labels, added);
        var ignored = 0;
        if (valid != labels.Length)
        {
            ignored = ignore is { } absent ? labels.Count(absent) : 0;
            if (valid + ignored != labels.Length)
            {
                throw WrongLabel(labels, ignore);
            }
        }

        for (var k = 0; k < added.Length; k++)
        {
            _counts[k] += added[k];
        }

        Total += valid;
        Ignored += ignored;
        return this;
    }

    private static int CountByCompare<TLabel>(ReadOnlySpan<TLabel> labels, Span<int> counts)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var vectors = MemoryMarshal.Cast<TLabel, Vector<TLabel>>(labels);
        var tail = labels[(vectors.Length * Vector<TLabel>.Count)..];
        var sum = 0;
        for (var k = 0; k < counts.Length; k++)
        {
            counts[k] = tail.Count(TLabel.CreateTruncating(k));
            sum += counts[k];
        }

        while (!vectors.IsEmpty)
        {
            // The block stays in the first-level cache while the classes take their turns.
            var block = vectors[..Math.Min(vectors.Length, VectorsPerBlock)];
            vectors = vectors[block.Length..];
            for (var k = 0; k < counts.Length; k++)
            {
                var label = Vector.Create(TLabel.CreateTruncating(k));
                var lanes = Vector<TLabel>.Zero;
                foreach (var vector in block)
                {
                    lanes -= Vector.Equals(vector, label);
                }

                for (var lane = 0; lane < Vector<TLabel>.Count; lane++)
                {
                    var count = int.CreateTruncating(lanes[lane]);
                    counts[k] += count;
                    sum += count;
                }
            }
        }

        return sum;
    }

    private static int CountByTable<TLabel>(ReadOnlySpan<TLabel> labels, Span<int> counts)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var classes = counts.Length;
        var tables = classes <= LargestSplitTable ? 4 : 1;
        var table = new int[classes * tables];
        var sum = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var label = ulong.CreateTruncating(labels[i]);
            if (label < (ulong)classes)
            {
                table[((i & (tables - 1)) * classes) + (int)label]++;
                sum++;
            }
        }

        for (var j = 0; j < table.Length; j++)
        {
            counts[j % classes] += table[j];
        }

        return sum;
    }

    private ArgumentException WrongLabel<TLabel>(ReadOnlySpan<TLabel> labels, TLabel? ignore)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var index = 0;
        while (ulong.CreateTruncating(labels[index]) < (ulong)Classes || labels[index] == ignore)
        {
            index++;
        }

        var or = IgnoreLabel is { } value ? $" or be {value}" : "";
        return new($"A label must lie between 0 and {Classes - 1}{or}, but {nameof(labels)}[{index}] is {labels[index]}.", nameof(labels));
    }
}
