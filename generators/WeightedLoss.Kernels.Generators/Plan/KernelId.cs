using System.Globalization;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>
/// The name of a kernel on all instruction sets, for example <c>bce-f32</c>, <c>ce-f32-c7</c> or <c>focal-softmax-f32-c7-g2</c>: with an
/// instruction set behind it, file, registry entry, test, benchmark row and result row carry it.
/// </summary>
/// <param name="Loss">The loss.</param>
/// <param name="Element">The type of the elements.</param>
/// <param name="Classes">The class count that it is specialised for; 0 for any, or where there are no classes.</param>
/// <param name="Constants">The parameters that it has as constants; null if they are given at run time.</param>
/// <param name="Part">The part of a kernel that several share; none for a whole one.</param>
internal sealed record KernelId(
    LossInfo Loss, Element Element, int Classes = 0, EquatableArray<double>? Constants = null, KernelPart Part = KernelPart.Whole)
{
    private static readonly IReadOnlyDictionary<InstructionSet, string> SetNames = new Dictionary<InstructionSet, string>
    {
        [InstructionSet.AdvSimd] = "neon",
    };

    /// <summary>The name of the struct that chooses among the instruction sets, for example <c>BceF32</c> or <c>CeF32C7</c>.</summary>
    public string TypeName => string.Concat(ToString().Split('-').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)))
        .Replace('.', '_').Replace('+', 'p');

    /// <summary>The name of the struct for an instruction set, for example <c>BceF32Avx2</c>.</summary>
    public string TypeNameFor(InstructionSet set) =>
        TypeName + char.ToUpperInvariant(NameOf(set)[0]) + NameOf(set).Substring(1) + (IsGeneric ? "<TClasses>" : "");

    /// <summary>Whether the class count is a type parameter.</summary>
    public bool IsGeneric => Part is KernelPart.Few or KernelPart.Gathered or KernelPart.Row;

    /// <summary>The name for an instruction set, for example <c>bce-f32-avx2</c>.</summary>
    public string NameFor(InstructionSet set) => $"{this}-{NameOf(set)}";

    /// <summary>For example <c>avx2</c>.</summary>
    public static string NameOf(InstructionSet set) => SetNames.TryGetValue(set, out var name) ? name : set.ToString().ToLowerInvariant();

    public override string ToString() =>
        $"{Loss.Id}-{Element.Name}"
        + (Classes == 0 ? "" : "-c" + Classes.ToString(CultureInfo.InvariantCulture))
        + (Constants is { } values ? string.Concat(Loss.Parameters.Zip(values, Spelled)) : "")
        + (Part == KernelPart.Whole ? "" : "-" + Part.ToString().ToLowerInvariant());

    /// <summary>A parameter in a name, for example <c>-g1.5</c>.</summary>
    private static string Spelled(LossParameter parameter, double value) =>
        $"-{parameter.Letter}{value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant()}";
}

/// <summary>What a file of a kernel holds.</summary>
internal enum KernelPart
{
    /// <summary>
    /// All that a kernel is made of, or of the softmax the sweeps for a class count, or those for any with dense targets.
    /// </summary>
    Whole,

    /// <summary>
    /// Sweeps for hard labels of few classes, a sample per lane and labels compared in every class, with a statement for each.
    /// </summary>
    Few,

    /// <summary>Sweeps for hard labels, a sample per lane and labels gathered from their rows.</summary>
    Gathered,

    /// <summary>Sweeps for hard labels, a sample at a time.</summary>
    Row,

    /// <summary>What is done where a sample has a lane and some rows need more than the arithmetic of lanes.</summary>
    Special,

    /// <summary>What is computed once per row with a hard label.</summary>
    Rows,
}
