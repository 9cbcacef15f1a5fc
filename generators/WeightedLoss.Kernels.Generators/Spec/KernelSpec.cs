namespace WeightedLoss.Generators.Spec;

/// <summary>What one attribute asks for, as plain values: no symbol, syntax node or compilation goes past this point.</summary>
/// <param name="Target">The class that receives the public methods.</param>
/// <param name="Loss">The loss, or the function of one variable.</param>
/// <param name="Element">The type of the elements.</param>
/// <param name="Classes">The class count that the kernels are specialised for; 0 where it is given at run time, or means nothing.</param>
/// <param name="Constants">
/// The parameters that the kernels have as constants, in the order of the loss; null where they are given at run time.
/// </param>
/// <param name="InstructionSets">What the kernels are made for.</param>
/// <param name="HasRegistry">Whether the project sees the library's registry of kernels, and gets a list of its own.</param>
/// <param name="HasProbabilities">
/// Whether the class receives <c>Probabilities</c> from it, and not from another loss with the same ones.
/// </param>
internal sealed record KernelSpec(
    TargetClass Target,
    LossInfo Loss,
    Element Element,
    int Classes,
    EquatableArray<double>? Constants,
    InstructionSets InstructionSets,
    bool HasRegistry,
    bool HasProbabilities = true);

/// <summary>The instruction sets that an attribute asks for; scalar code is always there. The library has the same type.</summary>
[Flags]
internal enum InstructionSets
{
    Avx512 = 1,
    Avx2 = 2,
    Neon = 4,
    Sse2 = 8,
    All = Avx512 | Avx2 | Neon | Sse2,

    /// <summary>The portable twins: not a part of what users can ask for by this name.</summary>
    Twins = 1 << 16,
}

/// <summary>A static partial class, with what is needed to open it again in another file.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containers">The declarations of the types around it, outermost first, for example <c>partial class Outer</c>.</param>
/// <param name="Declaration">For example <c>static partial class Kernels</c>.</param>
/// <param name="QualifiedName">
/// Namespace, containers and name, joined by dots, without escapes, and a hash where another class differs only in case: unique in a
/// compilation, and as a folder.
/// </param>
/// <param name="IsLibrary">Whether it is a class of the library, whose kernels serve those of users.</param>
internal sealed record TargetClass(
    string Namespace, EquatableArray<string> Containers, string Declaration, string QualifiedName, bool IsLibrary)
{
    /// <summary>Who sees the structs that choose among its kernels.</summary>
    public string KernelVisibility => IsLibrary ? "public" : "internal";

    /// <summary>
    /// The namespace of its kernels, which no other class has: dots become underscores, and underscores, which could also begin or end a
    /// name, become <c>_0</c>. A name in lower case may be a keyword.
    /// </summary>
    public string KernelNamespace
    {
        get
        {
            var name = QualifiedName.Replace("_", "_0").Replace('.', '_').Replace("-", "_1");
            return $"WeightedLoss.Generated.{(name.All(char.IsLower) ? "@" : "")}{name}";
        }
    }
}
