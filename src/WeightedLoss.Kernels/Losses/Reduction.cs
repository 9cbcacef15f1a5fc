namespace WeightedLoss;

/// <summary>How the weighted losses of a batch become one number, and so how the gradient is scaled.</summary>
/// <remarks>
/// A reduction is always named: the same word "mean" stands for different divisors in different libraries, and with class
/// weights the difference is a factor of the learning rate. The default value names none, and every loss refuses it.
/// </remarks>
public readonly record struct Reduction
{
    private Reduction(ReductionKind kind, double divisor)
    {
        Kind = kind;
        Divisor = divisor;
    }

    /// <summary>Σ w·loss. The gradient is not scaled.</summary>
    public static Reduction Sum => new(ReductionKind.Sum, 0);

    /// <summary>Σ w·loss divided by the number of labels that count (ignored ones do not).</summary>
    public static Reduction MeanByCount => new(ReductionKind.MeanByCount, 0);

    /// <summary>Σ w·loss divided by Σ w, the weights of the labels that count.</summary>
    public static Reduction MeanByWeight => new(ReductionKind.MeanByWeight, 0);

    /// <summary>Which divisor is used.</summary>
    internal ReductionKind Kind { get; }

    /// <summary>The divisor of <see cref="DivideBy"/>; 0 for every other kind.</summary>
    public double Divisor { get; }

    /// <summary>Σ w·loss divided by a number that the caller knows, for gradient accumulation or for several machines.</summary>
    /// <param name="divisor">Finite and greater than 0.</param>
    /// <exception cref="ArgumentException">The divisor is not finite or not positive.</exception>
    public static Reduction DivideBy(double divisor)
    {
        if (!(divisor > 0) || !double.IsFinite(divisor))
        {
            throw new ArgumentException($"The divisor must be finite and greater than 0, but is {divisor}.", nameof(divisor));
        }

        return new(ReductionKind.DivideBy, divisor);
    }

    /// <summary>The name of the reduction, for <see cref="DivideBy"/> with its divisor.</summary>
    public override string ToString() => Kind == ReductionKind.DivideBy ? $"{Kind}({Divisor})" : $"{Kind}";

    /// <summary>What the gradient is divided by; 0 if nothing counts, and then the gradient is 0, so that none is NaN.</summary>
    /// <param name="weight">Σ w.</param>
    /// <param name="count">The number of labels that count.</param>
    /// <exception cref="ArgumentException">A mean by weight, and the weights add up to more than the largest double.</exception>
    internal double DivisorOf(double weight, long count) => Kind switch
    {
        ReductionKind.MeanByCount => count,
        ReductionKind.MeanByWeight => double.IsFinite(weight)
            ? weight
            : throw new ArgumentException(
                $"A mean by weight needs weights that add up to a finite number, but they add up to {weight}.", "options"),
        ReductionKind.DivideBy => Divisor,

        // The sum; options hold no other.
        _ => 1,
    };
}

/// <summary>The divisors that a <see cref="Reduction"/> can name.</summary>
internal enum ReductionKind
{
    /// <summary>None: the kind of the default value of <see cref="Reduction"/>, which every loss refuses.</summary>
    Unspecified,

    /// <summary>Divide by 1.</summary>
    Sum,

    /// <summary>Divide by the number of labels that count.</summary>
    MeanByCount,

    /// <summary>Divide by the sum of the weights of the labels that count.</summary>
    MeanByWeight,

    /// <summary>Divide by a given number.</summary>
    DivideBy,
}
