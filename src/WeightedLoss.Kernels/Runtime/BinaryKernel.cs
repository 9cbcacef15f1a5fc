using System.ComponentModel;

namespace WeightedLoss.Runtime;

/// <summary>Which outputs and inputs a call of a binary loss kernel has; each combination that occurs is a method of its own.</summary>
/// <remarks>For generated code.</remarks>
[Flags]
[EditorBrowsable(EditorBrowsableState.Never)]
public enum BinaryKernelVariant
{
    /// <summary>The sum of hard labels, weighted by class only.</summary>
    HardSum = 0,

    /// <summary>The gradient is written.</summary>
    Gradient = 1,

    /// <summary>Some of the hard labels are to be ignored.</summary>
    Ignore = 2,

    /// <summary>One loss per label is computed, so that it can be weighted or written one by one; hard labels unless <see cref="Soft"/>.</summary>
    PerSample = 4,

    /// <summary>Soft targets; only together with <see cref="PerSample"/>.</summary>
    Soft = 8,

    /// <summary>The losses are written; only together with <see cref="PerSample"/>.</summary>
    Losses = 16,

    /// <summary>
    /// Every label has a weight of its own; only together with <see cref="PerSample"/>. Smoothed labels are <see cref="Soft"/> then.
    /// </summary>
    SampleWeights = 32,

    /// <summary>Every label has a positive weight of its own; only together with <see cref="SampleWeights"/>.</summary>
    PositiveWeights = 64,

    /// <summary>
    /// Soft targets as one probability, <see cref="FocalTargets.Mixed"/>; only together with all of the other flags but <see cref="Ignore"/>.
    /// </summary>
    Mixed = 128,
}

/// <summary>One call of a binary loss kernel: arrays of <see cref="Count"/> elements, and coefficients.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code. The count is a multiple of the lanes of a block (64 bytes of elements): tails are padded before the call.</remarks>
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

    /// <summary>γ of a focal loss.</summary>
    public T Gamma;

    /// <summary>−γ.</summary>
    public T GammaNegated;

    /// <summary>The −log q from which on q^γ counts as 0.</summary>
    public T GammaLimit;

    /// <summary>The exp(−|z|) below which a far logit has 0 for it (float).</summary>
    public T LeastE;

    /// <summary>The exp(−|z|) below which a logit is far (float).</summary>
    public T NearE;
}

/// <summary>The kernels of one binary loss for one element type and instruction set.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <remarks>For generated code. A struct that implements it makes the code that uses it specialise: no call is virtual.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBinaryLossKernel<T>
    where T : unmanaged
{
    /// <summary>Adds Σ w·loss, and Σ w where it takes more than the counts of the labels, to one double per lane, and writes what the variant writes.</summary>
    static abstract void Run(BinaryKernelVariant variant, in BinaryKernelArguments<T> arguments, ref double lossLanes, ref double weightLanes);

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
