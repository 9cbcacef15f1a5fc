using System.Globalization;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>The name of a kernel, for example <c>bce-f32-avx2</c> or <c>ce-f32-c7-avx2</c>: file, registry entry, test, benchmark row and result row carry it.</summary>
internal readonly record struct KernelId(LossKind Loss, ElementType Element, int Classes, InstructionSet InstructionSet)
{
    /// <summary>Loss, type and class count, for what all instruction sets share.</summary>
    public string Family => $"{LossName}-{(Element == ElementType.Float32 ? "f32" : "f64")}{(Classes == 0 ? "" : "-c" + Classes.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>The type that the lanes compute in.</summary>
    public Arithmetic Arithmetic => Element == ElementType.Float32 ? Arithmetic.Float32 : Arithmetic.Float64;

    /// <summary>For example <c>avx2</c>.</summary>
    public string InstructionSetName => InstructionSet switch
    {
        InstructionSet.AdvSimd => "neon",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The name of the emitted struct, for example <c>BceF32Avx2</c>.</summary>
    public string TypeName => string.Concat(ToString().Split('-').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

    /// <summary>The name of the emitted struct that chooses among the instruction sets, for example <c>BceF32</c>.</summary>
    public string DispatcherName => string.Concat(Family.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

    private string LossName => Loss switch
    {
        LossKind.BinaryCrossEntropy => "bce",
        LossKind.CrossEntropy => "ce",
        LossKind.ExpNegative => "exp",
        LossKind.Log1pUnit => "log1punit",
        _ => "log1p",
    };

    public override string ToString() => $"{Family}-{InstructionSetName}";
}
