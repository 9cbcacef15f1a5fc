using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>What the target of a row is.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum TargetForm
{
    /// <summary>A label.</summary>
    Hard,

    /// <summary>None: the probabilities are wanted. Computed as the gradient of a row of weight 1 that has no label.</summary>
    None,

    /// <summary>A label, and a part for every class that all rows share.</summary>
    Smooth,

    /// <summary>A number for every class.</summary>
    Soft,
}

/// <summary>One call of a cross-entropy kernel over some rows.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// For generated code. Where a sample has a lane of its own, missing rows are added with weight 0 before the call, up to a multiple of the
/// lanes of a block (64 bytes of elements). That is the number of rows; where a row has a hard label or none, and there are at most half as
/// many as a block has, it may be less. Wherever it is no multiple, the values of the rows behind the last one, up to a multiple, are 0.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct CrossEntropyArguments<T>
    where T : unmanaged
{
    /// <summary>The logits.</summary>
    public ref T Logits;

    /// <summary>Receives the gradient; may be the memory of the logits.</summary>
    public ref T Gradient;

    /// <summary>Soft targets, laid out as the logits.</summary>
    public ref T Targets;

    /// <summary>The label of each row; negative for none, which is no error.</summary>
    public ref int Labels;

    /// <summary>Memory for the class that is taken out of each row: what <see cref="RowSupport.ChooseTaken"/> makes of the labels, or the best.</summary>
    public ref int TakenLabels;

    /// <summary>The weight of each row's label, with everything that belongs to it.</summary>
    public ref T Weights;

    /// <summary>Smooth and soft targets: the weight of each row; 0 makes it inert. For a hard label <see cref="Weights"/> does.</summary>
    public ref T SampleWeights;

    /// <summary>Smooth and soft targets: what every row's target has of each class.</summary>
    public ref T UniformWeights;

    /// <summary>Smooth targets: what every row's target has of all classes but one, by that class.</summary>
    public ref T UniformOthers;

    /// <summary>Soft targets: the weight of the row's own target by class.</summary>
    public ref T ClassWeights;

    /// <summary>Receives w·loss for each row.</summary>
    public ref T Losses;

    /// <summary>
    /// Memory to work in: where a sample has a lane of its own, an element for each of its classes, and another one for soft targets and for
    /// smoothed labels of few classes; otherwise two blocks and, if no gradient is wanted, an element for each class.
    /// </summary>
    public ref T Scratch;

    /// <summary>
    /// Memory for what is known of each row: seven values, or eight for smoothed labels, each in 2 KiB, 512 rows in float and 256 in double.
    /// </summary>
    public ref T RowValues;

    /// <summary>The number of rows.</summary>
    public nuint Count;

    /// <summary>The elements from row to row; with <see cref="IsClassMajor"/> from class to class.</summary>
    public nuint Stride;

    /// <summary>The same for the gradient.</summary>
    public nuint GradientStride;

    /// <summary>The same for the targets.</summary>
    public nuint TargetStride;

    /// <summary>The number of classes.</summary>
    public int Classes;

    /// <summary>Whether rows lie side by side, and not classes.</summary>
    public bool IsClassMajor;

    /// <summary>
    /// Hard labels or none, of rows that do not lie side by side: whether so few rows come that they are taken one at a time, although each
    /// could have a lane of its own. Then <see cref="WantsGradient"/> is set. The bits are the same.
    /// </summary>
    public bool IsFew;

    /// <summary>Whether the kernel asks for memory before it comes to it (<see cref="Prefetch.Lines{T}"/>).</summary>
    public bool Fetches;

    /// <summary>Hard labels: whether rows have any (they have none where probabilities are wanted); a row without one then has weight 0.</summary>
    public bool HasLabels;

    /// <summary>Whether the gradient is written.</summary>
    public bool WantsGradient;

    /// <summary>The factor of the reduction.</summary>
    public T Scale;

    /// <summary>γ of a focal loss.</summary>
    public T Gamma;

    /// <summary>−γ.</summary>
    public T GammaNegated;

    /// <summary>The −log q from which on q^γ counts as 0.</summary>
    public T GammaLimit;

    /// <summary>The q below which q^γ counts as 0, for a γ with products.</summary>
    public T LeastQ;

    /// <summary>The q below which a row is far.</summary>
    public T NearQ;
}

/// <summary>The sweeps over the classes of rows, for one element type and instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code. A struct that implements it makes the code that uses it specialise: no call is virtual.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICrossEntropyKernel<T>
    where T : unmanaged
{
    /// <summary>Writes w·loss of each row, and the gradient if wanted.</summary>
    /// <typeparam name="TRows">The loss of a row with a hard label. Other rows have cross-entropy.</typeparam>
    /// <returns>The number of rows whose label is the class of the first largest logit.</returns>
    static abstract long Run<TRows>(TargetForm form, in CrossEntropyArguments<T> arguments)
        where TRows : struct, ICrossEntropyRows<T>;
}

/// <summary>What is computed once per row with a hard label: all that is left of the softmax's size is in <see cref="CrossEntropyArguments{T}.RowValues"/>.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICrossEntropyRows<T>
    where T : unmanaged
{
    /// <summary>Whether the loss is cross-entropy, for which kernels may have a way of their own.</summary>
    static abstract bool IsCrossEntropy { get; }

    /// <summary>Writes w·loss of each row, and in its values what the gradient is made of.</summary>
    /// <returns>The number of rows whose label is the class of the first largest logit.</returns>
    static abstract long Run(in CrossEntropyArguments<T> arguments);
}

/// <summary>The kernels for any class count, for what kernels of a single class count leave to them.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AnyClasses
{
    /// <summary>Up to this class count a sample has a lane of its own, unless there are few.</summary>
    internal const int MostClassesInLanes = CrossEntropy.CeF32Scalar.MostClassesInLanes;

    /// <summary>Up to this class count smoothed labels that have a lane of their own have memory for the target of each class.</summary>
    internal const int MostClassesCompared = CrossEntropy.CeF32Scalar.MostClassesCompared;

    /// <summary>The rows for which each value of a row has memory.</summary>
    internal static int RowCapacity<T>() => typeof(T) == typeof(float) ? CrossEntropy.CeF32Scalar.RowCapacity : CrossEntropy.CeF64Scalar.RowCapacity;

    /// <inheritdoc cref="ICrossEntropyKernel{T}.Run"/>
    public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<float> arguments)
        where TRows : struct, ICrossEntropyRows<float> => CrossEntropy.CeF32.Run<TRows>(form, in arguments);

    /// <inheritdoc cref="ICrossEntropyKernel{T}.Run"/>
    public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<double> arguments)
        where TRows : struct, ICrossEntropyRows<double> => CrossEntropy.CeF64.Run<TRows>(form, in arguments);
}

/// <summary>The library's kernels for all class counts, for losses that bring only their rows.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BuiltInClasses : ICrossEntropyKernel<float>, ICrossEntropyKernel<double>
{
    /// <inheritdoc/>
    public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<float> arguments)
        where TRows : struct, ICrossEntropyRows<float> => CrossEntropy.CrossEntropyF32.Run<TRows>(form, in arguments);

    /// <inheritdoc/>
    public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<double> arguments)
        where TRows : struct, ICrossEntropyRows<double> => CrossEntropy.CrossEntropyF64.Run<TRows>(form, in arguments);
}

/// <summary>The library's rows of the focal loss, for any γ.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BuiltInFocalRows
{
    /// <inheritdoc cref="ICrossEntropyRows{T}.Run"/>
    public static long Run(in CrossEntropyArguments<float> arguments) => SoftmaxFocal.FocalSoftmaxF32.Run(in arguments);

    /// <inheritdoc cref="ICrossEntropyRows{T}.Run"/>
    public static long Run(in CrossEntropyArguments<double> arguments) => SoftmaxFocal.FocalSoftmaxF64.Run(in arguments);
}

/// <summary>The library's rows of cross-entropy.</summary>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BuiltInRows : ICrossEntropyRows<float>, ICrossEntropyRows<double>
{
    /// <inheritdoc cref="ICrossEntropyRows{T}.IsCrossEntropy"/>
    public static bool IsCrossEntropy => true;

    /// <inheritdoc/>
    public static long Run(in CrossEntropyArguments<float> arguments) => CrossEntropy.CeF32.Run(in arguments);

    /// <inheritdoc/>
    public static long Run(in CrossEntropyArguments<double> arguments) => CrossEntropy.CeF64.Run(in arguments);
}
