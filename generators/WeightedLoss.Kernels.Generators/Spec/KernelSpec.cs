namespace WeightedLoss.Generators.Spec;

/// <summary>What one attribute asks for, as plain values: no symbol, syntax node or compilation goes past this point.</summary>
/// <param name="Target">The class that receives the kernels.</param>
/// <param name="Loss">The loss, or the function of one variable.</param>
/// <param name="Element">The type of the elements in memory.</param>
/// <param name="Classes">The class count that the kernels are specialised for; 0 where it is given at run time, or means nothing.</param>
/// <param name="PortableTwins">Whether the kernels are also emitted over the portable vectors.</param>
/// <param name="Gamma">The focusing parameter that the kernels are specialised for; null where it is given at run time, or means nothing.</param>
/// <param name="HasProbabilities">Whether the class receives <c>Probabilities</c> from it, and not from another loss with the same ones.</param>
internal sealed record KernelSpec(
    TargetClass Target,
    LossKind Loss,
    ElementType Element,
    int Classes,
    bool PortableTwins,
    double? Gamma = null,
    bool HasProbabilities = true);

/// <summary>A static partial class, with what is needed to open it again in another file.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containers">The declarations of the types around it, outermost first, for example <c>partial class Outer</c>.</param>
/// <param name="Declaration">For example <c>static partial class Kernels</c>.</param>
/// <param name="QualifiedName">Namespace, containers and name, joined by dots, without escapes, and a hash where another class differs only in case: unique in a compilation, and as a folder.</param>
internal sealed record TargetClass(string Namespace, EquatableArray<string> Containers, string Declaration, string QualifiedName);

/// <summary>A loss, or a function that the losses are made of.</summary>
internal enum LossKind
{
    BinaryCrossEntropy,
    CrossEntropy,
    SigmoidFocal,
    SoftmaxFocal,

    /// <summary>exp(−|x|).</summary>
    ExpNegative,

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    Log1pUnit,

    /// <summary>log(1 + x) for x ≥ 0.</summary>
    Log1p,
}

/// <summary>The type of elements in memory. Arithmetic may use a wider one; see <see cref="Plan.Arithmetic"/>.</summary>
internal enum ElementType
{
    Float32,
    Float64,
}
