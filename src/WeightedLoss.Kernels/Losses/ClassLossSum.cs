namespace WeightedLoss;

/// <summary>
/// The sums over a batch of class labels: those of a <see cref="LossSum"/> and the number of correct predictions. They can be added over
/// batches, threads and machines before a mean is taken; the default value is the sum of no batch.
/// </summary>
/// <param name="Loss">Σ w·loss over the labels that count.</param>
/// <param name="Weight">Σ w over the labels that count, to the rounding of the element type where labels have weights of their own.</param>
/// <param name="Count">The number of labels that count.</param>
/// <param name="Ignored">The number of labels that carry the ignore label.</param>
/// <param name="Correct">
/// How many of the labels that count are the class of the largest logit of their row, the first one if several are equal. Weights have no
/// influence. A row with a NaN is not correct, nor one whose logits are all −∞ or of which two are +∞.
/// </param>
public readonly record struct ClassLossSum(double Loss, double Weight, long Count, long Ignored, long Correct)
{
    /// <inheritdoc cref="LossSum.MeanByCount"/>
    public double MeanByCount => ToLossSum().MeanByCount;

    /// <inheritdoc cref="LossSum.MeanByWeight"/>
    public double MeanByWeight => ToLossSum().MeanByWeight;

    /// <summary>The number of correct predictions ÷ count; 0 when nothing counts.</summary>
    public double Accuracy => Count == 0 ? 0 : (double)Correct / Count;

    /// <summary>The sums without the number of correct predictions.</summary>
    public static implicit operator LossSum(ClassLossSum sum) => sum.ToLossSum();

    /// <summary>Adds two sums.</summary>
    public static ClassLossSum operator +(ClassLossSum left, ClassLossSum right)
    {
        var (loss, weight, count, ignored) = left.ToLossSum() + right.ToLossSum();
        return new(loss, weight, count, ignored, left.Correct + right.Correct);
    }

    /// <summary>Adds two sums; the same as the operator.</summary>
    public static ClassLossSum Add(ClassLossSum left, ClassLossSum right) => left + right;

    /// <summary>The sums without the number of correct predictions; the same as the conversion.</summary>
    public LossSum ToLossSum() => new(Loss, Weight, Count, Ignored);

    /// <inheritdoc cref="LossSum.Reduce"/>
    public double Reduce(Reduction reduction) => ToLossSum().Reduce(reduction);
}
