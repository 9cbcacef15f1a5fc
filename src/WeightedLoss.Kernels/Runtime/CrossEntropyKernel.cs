using System.ComponentModel;

namespace WeightedLoss.Runtime;

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

    /// <summary>
    /// Memory for the class that is taken out of each row: what <see cref="RowSupport.ChooseGathered"/> makes of the labels, or the best.
    /// </summary>
    public ref int GatheredLabels;

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
    /// Memory to work in: where a sample has a lane of its own, an element for each of its classes, and another one for soft targets and
    /// for smoothed labels of few classes; otherwise two blocks and, if no gradient is wanted, an element for each class.
    /// </summary>
    public ref T Scratch;

    /// <summary>
    /// Memory for what is known of each row: seven values, or eight for smoothed labels, each in 2 KiB, 512 rows in float and 256 in
    /// double.
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

    /// <summary>
    /// Hard labels: whether rows have any (they have none where probabilities are wanted); a row without one then has weight 0.
    /// </summary>
    public bool HasLabels;

    /// <summary>Whether the gradient is written.</summary>
    public bool WantsGradient;

    /// <summary>The factor of the reduction.</summary>
    public T Scale;

    /// <summary>The parameters of the loss.</summary>
    public ref LossParameters<T> Parameters;
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

/// <summary>A kernel for a single class count.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IClassKernel<T> : IClassCount
    where T : unmanaged
{
    /// <summary>Whether the kernel serves a call; others are for the kernel for any class count.</summary>
    static abstract bool Takes(TargetForm form, in CrossEntropyArguments<T> arguments);
}

/// <summary>
/// What is computed once per row with a hard label: all that is left of the softmax's size is in
/// <see cref="CrossEntropyArguments{T}.RowValues"/>.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICrossEntropyRows<T>
    where T : unmanaged
{
    /// <summary>Whether the loss of two classes is the softplus of the difference of their logits.</summary>
    static virtual bool HasDifference => false;

    /// <summary>Writes w·loss of each row, and in its values what the gradient is made of.</summary>
    /// <returns>The number of rows whose label is the class of the first largest logit.</returns>
    static abstract long Run(in CrossEntropyArguments<T> arguments);
}

/// <summary>The kernel for a single class count, and for what it does not take one for any.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TCount">The class count.</typeparam>
/// <typeparam name="TKernel">Its kernel.</typeparam>
/// <typeparam name="TAny">The kernel for any class count.</typeparam>
internal readonly struct ClassCountOrAny<T, TCount, TKernel, TAny> : ICrossEntropyKernel<T>
    where T : unmanaged
    where TCount : struct, IClassKernel<T>
    where TKernel : struct, ICrossEntropyKernel<T>
    where TAny : struct, ICrossEntropyKernel<T>
{
    public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<T> arguments)
        where TRows : struct, ICrossEntropyRows<T> =>
        TCount.Takes(form, in arguments) ? TKernel.Run<TRows>(form, in arguments) : TAny.Run<TRows>(form, in arguments);
}
