using System.Numerics;

namespace WeightedLoss;

/// <summary>What cross-entropy needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
/// <remarks>
/// With logits z, label y and class weights w the loss of a sample is w_y·(log Σ_k exp z_k − z_y). Label smoothing ε makes it
/// (1 − ε)·w_y·(−log p_y) + (ε/K)·Σ_k w_k·(−log p_k), and soft targets t make it Σ_k w_k·t_k·(−log p_k), as in PyTorch.
/// </remarks>
public sealed class CrossEntropyOptions<T> : SoftmaxOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Options with weights 1.</summary>
    /// <param name="classes">The number of classes K, 2 to 2²⁴; labels are 0 … K − 1.</param>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than 2 classes, more than 2²⁴, or the reduction is its default value, which names none.
    /// </exception>
    public CrossEntropyOptions(int classes, Reduction reduction)
        : base(classes, reduction)
    {
    }

    /// <summary>
    /// Label smoothing ε in [0, 1]: a target t becomes t·(1 − ε) + ε/K. 0 unless set. Σ w is that of the labels or targets as given.
    /// </summary>
    public T LabelSmoothing
    {
        get;
        init => field = OptionChecks.Smoothing(value, nameof(LabelSmoothing));
    }

    internal override T Smoothing => LabelSmoothing;

    internal override ReadOnlySpan<T> UniformWeights => Smoothed.Uniform;

    internal override ReadOnlySpan<T> UniformOthers => Smoothed.UniformOthers;

    internal override ReadOnlySpan<T> LabelWeights => Smoothed.Label;

    internal override SoftmaxOptions<T> WithScaledWeights(int exponent) => new CrossEntropyOptions<T>(Classes, Reduction)
    {
        ClassWeights = Array.ConvertAll(ClassWeights.ToArray(), weight => T.ScaleB(weight, exponent)),
        LabelSmoothing = LabelSmoothing,
        IgnoreLabel = IgnoreLabel,
        Layout = Layout,
        MaxDegreeOfParallelism = MaxDegreeOfParallelism,
    };

    /// <summary>
    /// Made on first use, because the properties that it is made of may be set in any order. Several threads may make it at the same time,
    /// each the same; they see all of it or nothing, because it is one reference.
    /// </summary>
    private SmoothedWeights Smoothed
    {
        get
        {
            if (field is { } known)
            {
                return known;
            }

            T[] weights = ClassWeights.IsEmpty ? [.. Enumerable.Repeat(T.One, Classes)] : [.. ClassWeights];
            var uniform = Array.ConvertAll(weights, weight => weight * LabelSmoothing / T.CreateChecked(Classes));
            var made = new SmoothedWeights(
                uniform,
                LabelSmoothing == T.Zero ? [] : SumsOfOthers(uniform),
                Array.ConvertAll(weights, weight => weight * (T.One - LabelSmoothing)));
            Volatile.Write(ref field, made);
            return made;
        }
    }

    /// <summary>
    /// Sums from both ends: to subtract one from the sum of all would lose the digits of the others. Each keeps what its additions lost
    /// (Knuth's TwoSum), because many equal terms lose in the same direction.
    /// </summary>
    private static T[] SumsOfOthers(T[] terms)
    {
        var sums = new T[terms.Length];
        var before = new (double Sum, double Lost)[terms.Length];
        for (var i = 1; i < terms.Length; i++)
        {
            before[i] = Add(before[i - 1], terms[i - 1]);
        }

        (double Sum, double Lost) behind = default;
        for (var i = terms.Length - 1; i >= 0; i--)
        {
            sums[i] = T.CreateChecked(before[i].Sum + behind.Sum + (before[i].Lost + behind.Lost));
            behind = Add(behind, terms[i]);
        }

        return sums;

        static (double Sum, double Lost) Add((double Sum, double Lost) to, T term)
        {
            var value = double.CreateChecked(term);
            var sum = to.Sum + value;
            var part = sum - to.Sum;
            return (sum, to.Lost + (to.Sum - (sum - part)) + (value - part));
        }
    }

    private sealed record SmoothedWeights(T[] Uniform, T[] UniformOthers, T[] Label);
}
