using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>What every loss of the softmax needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
public abstract class SoftmaxOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _classWeights = [];

    private protected SoftmaxOptions(int classes, Reduction reduction)
    {
        ClassChecks.Count(classes);

        Classes = classes;
        Reduction = OptionChecks.Reduction(reduction, nameof(reduction));
    }

    /// <summary>The number of classes K.</summary>
    public int Classes { get; }

    /// <summary>How the losses become one number, and how the gradient is scaled.</summary>
    public Reduction Reduction { get; }

    /// <summary>A weight w_k for each class, finite and ≥ 0. The values are copied. Empty unless set: all 1.</summary>
    public ReadOnlySpan<T> ClassWeights
    {
        get => _classWeights;
        init
        {
            if (!value.IsEmpty && value.Length != Classes)
            {
                throw new ArgumentException(
                    $"There must be one weight per class, but {nameof(ClassWeights)} has {value.Length} and there are {Classes} classes.",
                    nameof(ClassWeights));
            }

            OptionChecks.Weights(value, "A class weight", nameof(ClassWeights));
            WeightRange = WeightRange.Of(value).OrOne;
            HasOnlyZeroWeights = !value.IsEmpty && !value.ContainsAnyExcept(T.Zero);
            _classWeights = value.ToArray();
        }
    }

    /// <summary>
    /// A hard label that means "no label here", outside 0 … K − 1: such a row has loss 0 and gradient 0, whatever its logits, and does
    /// not count. None unless set. Soft targets have none.
    /// </summary>
    public long? IgnoreLabel
    {
        get;
        init
        {
            if (value >= 0 && value < Classes)
            {
                throw new ArgumentException(
                    $"0 to {Classes - 1} are the classes and can't be ignored, but {nameof(IgnoreLabel)} is {value}.", nameof(IgnoreLabel));
            }

            field = value;
        }
    }

    /// <summary>Where the logits of a sample lie; <see cref="LogitLayout.RowMajor"/> unless set.</summary>
    public LogitLayout Layout
    {
        get;
        init
        {
            if (value.Kind == LogitLayoutKind.Rows && Math.Min(value.LogitsStride, value.GradientStride) < Classes)
            {
                throw new ArgumentException(
                    $"A row has {Classes} classes, but {nameof(Layout)} has strides of {value.LogitsStride} and {value.GradientStride}.",
                    nameof(Layout));
            }

            field = value;
        }
    }

    /// <summary>The largest number of threads to use, at least 1; 1 unless set. Results have the same bits for every number.</summary>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = OptionChecks.Threads(value, nameof(MaxDegreeOfParallelism));
    }
    = 1;

    /// <summary>The range of the class weights.</summary>
    internal WeightRange WeightRange { get; private init; }

    /// <summary>Whether all class weights are 0.</summary>
    internal bool HasOnlyZeroWeights { get; private init; }

    /// <summary>The parameters of the loss, for kernels.</summary>
    internal virtual LossParameters<T> Parameters => default;

    /// <summary>Whether the loss is another one, at the limit of its parameters.</summary>
    internal virtual bool IsLimit => false;

    /// <summary>Label smoothing ε; 0 for losses that have none.</summary>
    internal virtual T Smoothing => T.Zero;

    /// <summary>Label smoothing: what the target of every row has of each class, (ε/K)·w_k.</summary>
    internal virtual ReadOnlySpan<T> UniformWeights => default;

    /// <summary>Label smoothing: the sum of <see cref="UniformWeights"/> of all classes but one, by that class.</summary>
    internal virtual ReadOnlySpan<T> UniformOthers => default;

    /// <summary>Label smoothing: the weight of the label itself by class, (1 − ε)·w_k.</summary>
    internal virtual ReadOnlySpan<T> LabelWeights => ClassWeights;

    /// <summary>The same with class weights times a power of two, for losses whose kernels multiply targets with class weights.</summary>
    internal virtual SoftmaxOptions<T> WithScaledWeights(int exponent) => throw new NotSupportedException("The loss takes hard labels.");
}
