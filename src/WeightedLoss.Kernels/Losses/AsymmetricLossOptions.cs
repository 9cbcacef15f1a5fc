using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss;

/// <summary>What the asymmetric loss needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
/// <remarks>
/// With logit z, p = σ(z), p_m = max(p − m, 0), target y in [0, 1] and weights w⁺ and w⁻ the loss of one label is
/// w⁺·y·(1 − p)^γ⁺·(−log p) + w⁻·(1 − y)·p_m^γ⁻·(−log(1 − p_m)): negative labels are weighed down more than positive ones, and those whose
/// probability is below the margin m cost nothing (Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter and Zelnik-Manor, "Asymmetric Loss For
/// Multi-Label Classification", 2021). Both γ = 0 and m = 0 is binary cross-entropy, up to rounding.
/// </remarks>
public sealed class AsymmetricLossOptions<T> : BinaryOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Options with weights 1.</summary>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <exception cref="ArgumentException">The reduction is its default value, which names none.</exception>
    public AsymmetricLossOptions(Reduction reduction)
        : base(reduction)
    {
    }

    /// <summary>The focusing parameter γ⁺ of positive labels, finite and ≥ 0; 1 unless set, as in the code of the authors.</summary>
    public T GammaPositive
    {
        get;
        init => field = OptionChecks.Gamma(value, nameof(GammaPositive));
    }
    = T.One;

    /// <summary>The focusing parameter γ⁻ of negative labels, finite and ≥ 0; 4 unless set, as in the code of the authors.</summary>
    public T GammaNegative
    {
        get;
        init => field = OptionChecks.Gamma(value, nameof(GammaNegative));
    }
    = T.CreateChecked(4);

    /// <summary>
    /// The probability m up to which a negative label costs nothing, at least 0 and below 1; 0.05 unless set, as in the paper.
    /// </summary>
    public T Margin
    {
        get;
        init => field = value >= T.Zero && value < T.One
            ? value
            : throw new ArgumentException($"The margin must be at least 0 and below 1, but {nameof(Margin)} is {value}.", nameof(Margin));
    }
    = T.CreateChecked(0.05);

    internal override LossParameters<T> Parameters
    {
        get
        {
            var bits = Unsafe.SizeOf<T>() * 8;
            return new()
            {
                P0 = GammaPositive,
                P1 = GammaNegative,
                P2 = Margin,
                P3 = T.CreateTruncating(FocalLimits.MinusLog(double.CreateTruncating(GammaPositive), bits)),
                P4 = T.CreateTruncating(
                    FocalLimits.MinusLogWithMargin(double.CreateTruncating(GammaNegative), double.CreateTruncating(Margin), bits)),
            };
        }
    }
}

/// <summary>
/// Asks the source generator for kernels of the asymmetric loss in the static partial class that carries the attribute: one for each
/// instruction set, and the public methods <c>Loss</c>, <c>LossAndGradient</c> and <c>Probabilities</c>. They take all parameters; those
/// that have an attribute have kernels of their own.
/// </summary>
/// <typeparam name="T">The element type of logits and gradient: <see cref="float"/> or <see cref="double"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AsymmetricLossKernelAttribute<T> : Attribute
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The focusing parameter γ⁺ to specialise for, finite and at least 0; 1 if only another parameter is set. None set: kernels for those
    /// of the options.
    /// </summary>
    public double GammaPositive { get; set; }

    /// <summary>The focusing parameter γ⁻ to specialise for, finite and at least 0; 4 if only another parameter is set.</summary>
    public double GammaNegative { get; set; }

    /// <summary>The margin m to specialise for, at least 0 and below 1; 0.05 if only another parameter is set.</summary>
    public double Margin { get; set; }

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.InstructionSets"/>
    public KernelInstructionSets InstructionSets { get; set; } = KernelInstructionSets.All;

    /// <inheritdoc cref="BinaryCrossEntropyKernelAttribute{T}.PortableTwins"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool PortableTwins { get; set; }
}
