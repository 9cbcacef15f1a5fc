namespace WeightedLoss;

/// <summary>The sums over a batch, which can be added over batches, threads and machines before a mean is taken.</summary>
/// <param name="Loss">Σ w·loss over the labels that count.</param>
/// <param name="Weight">Σ w over the labels that count, to the rounding of the element type where labels have weights of their own.</param>
/// <param name="Count">The number of labels that count.</param>
/// <param name="Ignored">The number of labels that carry the ignore label.</param>
public readonly record struct LossSum(double Loss, double Weight, long Count, long Ignored)
{
    /// <summary>Σ w·loss ÷ count; 0 when nothing counts.</summary>
    public double MeanByCount => Count == 0 ? 0 : Loss / Count;

    /// <summary>Σ w·loss ÷ Σ w; 0 when the weights add up to 0.</summary>
    public double MeanByWeight => Weight == 0 ? 0 : Loss / Weight;

    /// <summary>Adds two sums.</summary>
    public static LossSum operator +(LossSum left, LossSum right) =>
        new(left.Loss + right.Loss, left.Weight + right.Weight, left.Count + right.Count, left.Ignored + right.Ignored);

    /// <summary>Adds two sums; the same as the operator.</summary>
    public static LossSum Add(LossSum left, LossSum right) => left + right;

    /// <summary>The loss under a reduction; 0 when the divisor is 0.</summary>
    /// <param name="reduction">Which divisor to use.</param>
    /// <exception cref="ArgumentException">The reduction is its default value, which names none.</exception>
    public double Reduce(Reduction reduction) => OptionChecks.Reduction(reduction, nameof(reduction)).Kind switch
    {
        ReductionKind.MeanByCount => MeanByCount,
        ReductionKind.MeanByWeight => MeanByWeight,
        ReductionKind.DivideBy => Loss / reduction.Divisor,
        _ => Loss,
    };
}
