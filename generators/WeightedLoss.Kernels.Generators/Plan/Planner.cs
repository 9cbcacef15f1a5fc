using System.Collections.Immutable;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Plan;

/// <summary>Turns what an attribute asks for into the kernels that answer it. Knows nothing of Roslyn.</summary>
internal static class Planner
{
    private static readonly ImmutableArray<InstructionSet> Native =
        [InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.AdvSimd, InstructionSet.Scalar];

    private static readonly ImmutableArray<InstructionSet> Twins =
        [InstructionSet.Portable512, InstructionSet.Portable256, InstructionSet.Portable128];

    internal static ImmutableArray<KernelPlan> PlanKernels(KernelSpec spec) =>
        [.. InstructionSets(spec).Select(set => new KernelPlan(
            spec.Target,
            spec.Loss,
            spec.Element,
            set,
            TuningTable.BlockIterations))];

    internal static DispatchPlan PlanDispatch(KernelSpec spec) =>
        new(spec, new([.. InstructionSets(spec).Select(set => new KernelId(spec.Loss, spec.Element, set))]));

    private static ImmutableArray<InstructionSet> InstructionSets(KernelSpec spec) => spec.PortableTwins ? [.. Native, .. Twins] : Native;
}
