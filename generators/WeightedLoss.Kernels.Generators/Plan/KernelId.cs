using System.Globalization;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>
/// The name of a kernel, for example <c>bce-f32-avx2</c>, <c>ce-f32-c7-avx2</c> or <c>focal-softmax-f32-c7-g2-avx2</c>: file, registry entry,
/// test, benchmark row and result row carry it.
/// </summary>
internal readonly record struct KernelId(
    LossKind Loss, ElementType Element, int Classes, InstructionSet InstructionSet, double? Gamma = null)
{
    /// <summary>Loss, type, class count and γ, for what all instruction sets share.</summary>
    public string Family => $"{LossName}-{TypeAndClasses}{(Gamma is null ? "" : "-" + GammaName)}";

    /// <summary>The type that the lanes compute in.</summary>
    public Arithmetic Arithmetic => Element == ElementType.Float32 ? Arithmetic.Float32 : Arithmetic.Float64;

    /// <summary>For example <c>avx2</c>.</summary>
    public string InstructionSetName => InstructionSet switch
    {
        InstructionSet.AdvSimd => "neon",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The name of the emitted struct, for example <c>BceF32Avx2</c> or <c>FocalSigmoidF32G0_5Avx2</c>.</summary>
    public string TypeName => DispatcherName + char.ToUpperInvariant(InstructionSetName[0]) + InstructionSetName.Substring(1);

    /// <summary>The name of the emitted struct that chooses among the instruction sets, for example <c>BceF32</c>.</summary>
    public string DispatcherName => string.Concat(
        $"{LossName}-{TypeAndClasses}".Split('-').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)))
        + GammaName.Replace('g', 'G').Replace('.', '_').Replace('-', 'm').Replace("+", "");

    private string TypeAndClasses => (Element == ElementType.Float32 ? "f32" : "f64") + (Classes == 0 ? "" : "-c" + Classes.ToString(CultureInfo.InvariantCulture));

    private string GammaName => Gamma is { } gamma ? "g" + gamma.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant() : "";

    private string LossName => Loss switch
    {
        LossKind.BinaryCrossEntropy => "bce",
        LossKind.CrossEntropy => "ce",
        LossKind.SigmoidFocal => "focal-sigmoid",
        LossKind.SoftmaxFocal => "focal-softmax",
        LossKind.ExpNegative => "exp",
        LossKind.Log1pUnit => "log1punit",
        _ => "log1p",
    };

    public override string ToString() => $"{Family}-{InstructionSetName}";
}
