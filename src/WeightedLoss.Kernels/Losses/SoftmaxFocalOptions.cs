using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss;

/// <summary>What the focal loss of the softmax needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
/// <remarks>
/// With logits z, label y, class weights w and focusing parameter γ the loss of a sample is w_y·(1 − p_y)^γ·(−log p_y), p the softmax of z:
/// the focal loss of Lin, Goyal, Girshick, He and Dollár ("Focal Loss for Dense Object Detection", 2017) for several classes. The paper's α
/// is the weight of a class.
/// </remarks>
public sealed class SoftmaxFocalOptions<T> : SoftmaxOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LossParameters<T> _parameters = ParametersOf(T.CreateChecked(2));

    /// <summary>Options with weights 1.</summary>
    /// <param name="classes">The number of classes K, 2 to 2²⁴; labels are 0 … K − 1.</param>
    /// <param name="reduction">How the losses become one number, and how the gradient is scaled.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than 2 classes, more than 2²⁴, or the reduction is its default value, which names none.
    /// </exception>
    public SoftmaxFocalOptions(int classes, Reduction reduction)
        : base(classes, reduction)
    {
    }

    /// <summary>
    /// The focusing parameter γ, finite and ≥ 0; 2 unless set, as in the paper. 0 is cross-entropy, to the last bit. With 2 the kernels of
    /// <see cref="SoftmaxFocal"/> are the fastest; <see cref="SoftmaxFocalKernelAttribute{T}"/> makes them for any other value.
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

    internal override LossParameters<T> Parameters => _parameters;

    internal override bool IsLimit => Gamma == T.Zero;

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
            P3 = T.CreateTruncating(FocalLimits.LeastQ(gamma, bits)),
            P4 = T.CreateTruncating(FocalLimits.UnsaturatedQ(gamma, bits)),
        };
    }
}
