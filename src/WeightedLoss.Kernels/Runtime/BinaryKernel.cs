using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>One call of a binary loss kernel: arrays of <see cref="Count"/> elements, and coefficients.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// For generated code. The count is a multiple of the lanes of a block (64 bytes of elements): tails are padded before the call.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct BinaryKernelArguments<T>
    where T : unmanaged
{
    /// <summary>The logits.</summary>
    public ref T Logits;

    /// <summary>Hard labels: 1 positive, 0 negative, anything else ignored.</summary>
    public ref byte Labels;

    /// <summary>Soft targets in [0, 1].</summary>
    public ref T Targets;

    /// <summary>A weight for each label; 0 makes it inert.</summary>
    public ref T SampleWeights;

    /// <summary>A positive weight for each label.</summary>
    public ref T PositiveWeights;

    /// <summary>Receives the gradient; may be the memory of the logits.</summary>
    public ref T Gradient;

    /// <summary>Receives w·loss for each label.</summary>
    public ref T Losses;

    /// <summary>What one sweep of a kernel hands to the next: memory for four values of 256 elements each, whatever it holds.</summary>
    public ref T Scratch;

    /// <summary>The number of elements.</summary>
    public nuint Count;

    /// <summary>Whether the kernel asks for memory before it comes to it (<see cref="Prefetch.Line{T}"/>).</summary>
    public bool Fetches;

    /// <summary>w⁺.</summary>
    public T PositiveWeight;

    /// <summary>w⁻.</summary>
    public T NegativeWeight;

    /// <summary>−w⁺ times the scale of the reduction: the gradient of a positive label is this times σ(−z).</summary>
    public T PositiveGradient;

    /// <summary>w⁻ times the scale of the reduction: the gradient of a negative label is this times σ(z).</summary>
    public T NegativeGradient;

    /// <summary>−1 times the scale of the reduction, the factor of a positive weight that a label has of its own.</summary>
    public T PositiveGradientScale;

    /// <summary>1 − ε of the label smoothing.</summary>
    public T SmoothingScale;

    /// <summary>ε/2 of the label smoothing.</summary>
    public T SmoothingOffset;

    /// <summary>The parameters of the loss.</summary>
    public ref LossParameters<T> Parameters;
}

/// <summary>The kernels of one binary loss for one element type and instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>
/// For generated code. A struct that implements it makes the code that uses it specialise: no call is virtual. Each method adds Σ w·loss,
/// and Σ w where it takes more than the counts of the labels, to one double per lane, and writes what its options want. Options are marker
/// types: the JIT drops what the others would do.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBinaryLossKernel<T>
    where T : unmanaged
{
    /// <summary>
    /// Whether <see cref="HardSum"/> serves the sum of hard labels that are weighted by class only; <see cref="Hard"/> does otherwise.
    /// </summary>
    static virtual bool HasHardSum => false;

    /// <summary>Hard labels that are weighted by class only, and no losses one by one.</summary>
    /// <typeparam name="TIgnored">Whether some labels are to be ignored.</typeparam>
    /// <typeparam name="TGradient">Whether the gradient is written.</typeparam>
    static virtual void HardSum<TIgnored, TGradient>(in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TIgnored : struct
        where TGradient : struct => throw new NotSupportedException();

    /// <summary>Hard labels, without smoothing.</summary>
    /// <typeparam name="TWeights"><see cref="ByClass"/>, <see cref="BySample"/> or <see cref="BySampleAndColumn"/>.</typeparam>
    /// <typeparam name="TLosses">Whether the losses are written.</typeparam>
    /// <typeparam name="TGradient">Whether the gradient is written.</typeparam>
    static abstract void Hard<TWeights, TLosses, TGradient>(
        in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TWeights : struct
        where TLosses : struct
        where TGradient : struct;

    /// <summary>Soft targets, or smoothed labels.</summary>
    /// <typeparam name="TTargets"><see cref="SoftTargets"/> or <see cref="SmoothedLabels"/>.</typeparam>
    /// <typeparam name="TWeights"><see cref="ByClass"/>, <see cref="BySample"/> or <see cref="BySampleAndColumn"/>.</typeparam>
    /// <typeparam name="TLosses">Whether the losses are written.</typeparam>
    /// <typeparam name="TGradient">Whether the gradient is written.</typeparam>
    static abstract void Soft<TTargets, TWeights, TLosses, TGradient>(
        in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TTargets : struct
        where TWeights : struct
        where TLosses : struct
        where TGradient : struct;

    /// <summary>The same as one probability, for losses that have <see cref="FocalTargets.Mixed"/>.</summary>
    /// <inheritdoc cref="Soft"/>
    static virtual void Mixed<TTargets, TWeights, TLosses, TGradient>(
        in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes)
        where TTargets : struct
        where TWeights : struct
        where TLosses : struct
        where TGradient : struct => throw new NotSupportedException();

    /// <summary>σ(z) for a number of logits that is a multiple of the lanes of a block.</summary>
    static abstract void Probabilities(ref T logits, ref T probabilities, nuint count);
}

/// <summary>A function of one variable for one element type and instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal interface IFunctionKernel<T>
    where T : unmanaged
{
    /// <summary>y = f(x) for a number of elements that is a multiple of the lanes of a block.</summary>
    static abstract void Run(ref T x, ref T y, nuint count);
}
