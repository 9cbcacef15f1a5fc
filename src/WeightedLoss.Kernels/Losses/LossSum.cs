namespace WeightedLoss;

/// <summary>The sums over a batch, which can be added over batches, threads and machines before a mean is taken.</summary>
/// <param name="Loss">Σ w·loss over the labels that count.</param>
/// <param name="Weight">Σ w over the labels that count, to the rounding of the element type where labels have weights of their own.</param>
/// <param name="Count">The number of labels that count.</param>
/// <param name="Ignored">The number of labels that carry the ignore label.</param>
/// <param name="Hits">
/// Losses of the softmax with hard labels: how many of the labels that count are the class of the largest logit of their row, the first one if
/// several are equal; a row with a NaN is none. For a row of weight 0 with logits that are not finite it is not defined. 0 for binary losses
/// and for soft targets.
/// </param>
public readonly record struct LossSum(double Loss, double Weight, long Count, long Ignored, long Hits = 0)
{
    /// <summary>Σ w·loss ÷ count; 0 when nothing counts.</summary>
    public double MeanByCount => Count == 0 ? 0 : Loss / Count;

    /// <summary>Σ w·loss ÷ Σ w; 0 when the weights add up to 0.</summary>
    public double MeanByWeight => Weight == 0 ? 0 : Loss / Weight;

    /// <summary>Hits ÷ count, for a loss that counts hits; 0 when nothing counts.</summary>
    public double Accuracy => Count == 0 ? 0 : (double)Hits / Count;

    /// <summary>Adds two sums.</summary>
    public static LossSum operator +(LossSum left, LossSum right) =>
        new(left.Loss + right.Loss, left.Weight + right.Weight, left.Count + right.Count, left.Ignored + right.Ignored, left.Hits + right.Hits);

    /// <summary>Adds two sums; the same as the operator.</summary>
    public static LossSum Add(LossSum left, LossSum right) => left + right;

    /// <summary>The loss under a reduction; 0 when the divisor is 0.</summary>
    public double Reduce(Reduction reduction) => reduction.Kind switch
    {
        ReductionKind.MeanByCount => MeanByCount,
        ReductionKind.MeanByWeight => MeanByWeight,
        ReductionKind.DivideBy => Loss / reduction.Divisor,
        _ => Loss,
    };
}
