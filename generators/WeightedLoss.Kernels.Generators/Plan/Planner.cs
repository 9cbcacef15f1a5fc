using System.Collections.Immutable;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>Turns what an attribute asks for into the kernels that answer it. Knows nothing of Roslyn.</summary>
internal static class Planner
{
    /// <summary>
    /// In double, SSE2 would lose: binary cross-entropy takes 42 ns with a fused multiply-add of two-part products, 29 ns with a call of the C
    /// library's for each (compiled ahead of time, AMD Zen 5).
    /// </summary>
    private static readonly ImmutableArray<InstructionSet>
        Float = [InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.AdvSimd, InstructionSet.Sse2, InstructionSet.Scalar],
        Double = Float.Remove(InstructionSet.Sse2);

    private static readonly ImmutableArray<InstructionSet> Twins =
        [InstructionSet.Portable512, InstructionSet.Portable256, InstructionSet.Portable128];

    internal static ImmutableArray<KernelPlan> PlanKernels(KernelSpec spec) =>
        [.. InstructionSets(spec).Select(set => new KernelPlan(
            spec.Target,
            spec.Loss,
            spec.Element,
            spec.Classes,
            set,
            TuningTable.BlockIterations,
            spec.Gamma))];

    internal static DispatchPlan PlanDispatch(KernelSpec spec) =>
        new(spec, new([.. InstructionSets(spec).Select(set => Id(spec, set))]));

    /// <summary>The public methods of the losses that have several kernels for one type.</summary>
    internal static ImmutableArray<FacadePlan> PlanFacades(EquatableArray<KernelSpec> specs) =>
    [
        .. specs
            .Where(spec => HasFacade(spec.Loss))
            .GroupBy(spec => (spec.Target, spec.Loss, spec.Element))
            .Select(group => new FacadePlan(
                group.Key.Target,
                new([.. group.Select(spec => Id(spec, InstructionSet.Scalar))]),
                group.All(spec => spec.HasProbabilities))),
    ];

    /// <summary>Whether the public methods choose among class counts or γ, and so do not belong to the dispatcher of one.</summary>
    internal static bool HasFacade(LossKind loss) => loss is LossKind.CrossEntropy or LossKind.SigmoidFocal or LossKind.SoftmaxFocal;

    /// <summary>The layout of a class count, 0 for any.</summary>
    internal static ClassLayout LayoutOf(int classes) => classes switch
    {
        0 => ClassLayout.Any,
        2 => ClassLayout.Difference,
        <= TuningTable.MostClassesInLanes => ClassLayout.Lanes,
        _ => ClassLayout.Row,
    };

    private static KernelId Id(KernelSpec spec, InstructionSet set) => new(spec.Loss, spec.Element, spec.Classes, set, spec.Gamma);

    private static ImmutableArray<InstructionSet> InstructionSets(KernelSpec spec)
    {
        var native = spec.Element == ElementType.Float32 ? Float : Double;
        return spec.PortableTwins ? [.. native, .. Twins] : native;
    }
}
