using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss;

/// <summary>What the focal loss of the sigmoid needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
/// <remarks>
/// With logit z, target y in [0, 1], weights w⁺ and w⁻ and focusing parameter γ the loss of one label is
/// w⁺·y·σ(−z)^γ·softplus(−z) + w⁻·(1 − y)·σ(z)^γ·softplus(z): a label is weighed down by the probability that the model already gives it
/// (Lin, Goyal, Girshick, He and Dollár, "Focal Loss for Dense Object Detection", 2017). For targets between 0 and 1,
/// <see cref="Targets"/> has another form.
/// </remarks>
public sealed class SigmoidFocalOptions<T> : BinaryOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LossParameters<T> _parameters = ParametersOf(T.CreateChecked(2));

    /// <summary>Options with weights 1.</summary>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <exception cref="ArgumentException">The reduction is its default value, which names none.</exception>
    public SigmoidFocalOptions(Reduction reduction)
        : base(reduction)
    {
    }

    /// <summary>Options with the weights α of positive and 1 − α of negative labels.</summary>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <param name="alpha">α, at most 1; any negative number means no weights, 1 for both.</param>
    /// <exception cref="ArgumentException">α is above 1 or NaN, or the reduction is its default value, which names none.</exception>
    public SigmoidFocalOptions(Reduction reduction, T alpha)
        : base(reduction)
    {
        if (!(alpha <= T.One))
        {
            throw new ArgumentException($"The weight of positive labels must be at most 1, but {nameof(alpha)} is {alpha}.", nameof(alpha));
        }

        if (alpha >= T.Zero)
        {
            PositiveWeight = alpha;
            NegativeWeight = T.One - alpha;
        }
    }

    /// <summary>
    /// The focusing parameter γ, finite and ≥ 0; 2 unless set, as in the paper. 0 is binary cross-entropy, to the last bit unless targets
    /// are mixed. With 2 the kernels of <see cref="SigmoidFocal"/> are the fastest; <see cref="SigmoidFocalKernelAttribute{T}"/> makes them
    /// for any other value.
    /// </summary>
    public T Gamma
    {
        get;
        init
        {
            field = OptionChecks.Gamma(value, nameof(Gamma));
            _parameters = ParametersOf(value);
        }
    }
    = T.CreateChecked(2);

    /// <summary>
    /// What the loss is for soft targets and smoothed labels: <see cref="FocalTargets.PerClass"/> unless set, or
    /// <see cref="FocalTargets.Mixed"/>, the form of torchvision, Keras and optax. Hard labels are the same in both.
    /// </summary>
    public FocalTargets Targets
    {
        get => HasMixedTargets ? FocalTargets.Mixed : FocalTargets.PerClass;
        init => HasMixedTargets = value switch
        {
            FocalTargets.PerClass => false,
            FocalTargets.Mixed => true,
            _ => throw new ArgumentException(
                $"{nameof(Targets)} must be {nameof(FocalTargets.PerClass)} or {nameof(FocalTargets.Mixed)}, but is {value}.",
                nameof(Targets)),
        };
    }

    internal override LossParameters<T> Parameters => _parameters;

    internal override bool IsLimit<TLabel>() => Gamma == T.Zero && !Mixes<TLabel>();

    /// <summary>
    /// γ, −γ, and from where on its powers count as 0 or are close to the subnormal numbers; see <see cref="FocalLimits"/>.
    /// </summary>
    internal static LossParameters<T> ParametersOf(T value)
    {
        var (gamma, bits) = (double.CreateTruncating(value), Unsafe.SizeOf<T>() * 8);
        return new()
        {
            P0 = value,
            P1 = -value,
            P2 = T.CreateTruncating(FocalLimits.MinusLog(gamma, bits)),
            P3 = T.CreateTruncating(FocalLimits.LeastE(gamma, hasProducts: false)),
            P4 = T.CreateTruncating(FocalLimits.UnsaturatedE(gamma)),
            P5 = T.CreateTruncating(FocalLimits.MinusLogOfPower(gamma, bits)),
        };
    }
}
