using System.Collections.Immutable;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Plan;

/// <summary>Turns what the attributes of one loss on one class ask for into files. Knows nothing of Roslyn.</summary>
internal static class Planner
{
    /// <summary>The kernel files: those that several kernels share once.</summary>
    internal static ImmutableArray<KernelPlan> PlanKernels(EquatableArray<KernelSpec> specs) =>
    [
        .. from spec in specs
           from part in PartsOf(Id(spec))
           from set in SetsOf(spec)
           group (spec, part, set) by (part, set) into same
           let first = same.First()
           select new KernelPlan(first.spec.Target, first.part, first.set),
    ];

    /// <summary>The structs that choose among instruction sets.</summary>
    internal static ImmutableArray<DispatchPlan> PlanDispatch(EquatableArray<KernelSpec> specs) =>
    [
        .. from spec in specs
           let id = Id(spec)
           from choice in DispatchedOf(id)
           group (spec, choice) by choice into same
           select new DispatchPlan(
               same.First().spec.Target,
               same.Key,
               SweepsOf(same.Key),
               new([.. same.SelectMany(one => SetsOf(one.spec)).Where(IsChosen).Distinct().OrderBy(set => set)])),
    ];

    /// <summary>Whether a dispatcher may choose an instruction set: portable vectors are for tests.</summary>
    private static bool IsChosen(InstructionSet set) => set <= InstructionSet.Scalar;

    /// <summary>The public methods.</summary>
    internal static ImmutableArray<SurfacePlan> PlanSurface(EquatableArray<KernelSpec> specs) =>
    [
        .. from spec in specs
           where spec.Loss.Family != LossFamily.Function
           group spec by spec.Element into same
           let first = same.First()
           select new SurfacePlan(
               first.Target,
               first.Loss,
               first.Element,
               new([.. same.Select(Id)]),
               same.All(spec => spec.HasProbabilities)),
    ];

    /// <summary>The list of kernels, for projects that see the library's.</summary>
    internal static ImmutableArray<RegistryPlan> PlanRegistry(EquatableArray<KernelSpec> specs) =>
    [
        .. from spec in specs
           where spec.HasRegistry
           group spec by spec.Loss.Class into same
           let first = same.First()
           select new RegistryPlan(
               first.Target, first.Loss, new([.. same.Select(spec => new RegisteredKernel(Id(spec), new([.. SetsOf(spec)])))])),
    ];

    /// <summary>
    /// What the instruction sets have of a kernel: the sweeps of its class count, or those that every class count shares.
    /// </summary>
    internal static KernelId SweepsOf(KernelId id) =>
        id is not { Loss.Family: LossFamily.Softmax, Part: KernelPart.Whole, Classes: > TuningTable.MostClassesUnrolled } ? id
        : id with { Classes = 0, Constants = null, Part = PartOf(id.Classes) };

    /// <summary>The rows of a loss of the softmax, which do not depend on the class count.</summary>
    internal static KernelId RowsOf(KernelId id) => id with { Classes = 0, Part = KernelPart.Rows };

    /// <summary>The sweeps for hard labels that serve a class count.</summary>
    internal static KernelPart PartOf(int classes) => classes switch
    {
        <= TuningTable.MostClassesUnrolled => KernelPart.Whole,
        <= KernelFacts.MostClassesCompared => KernelPart.Few,
        <= KernelFacts.MostClassesInLanes => KernelPart.Gathered,
        _ => KernelPart.Row,
    };

    private static KernelId Id(KernelSpec spec) => new(spec.Loss, spec.Element, spec.Classes, spec.Constants);

    /// <summary>The kernel files of one attribute.</summary>
    private static IEnumerable<KernelId> PartsOf(KernelId id)
    {
        if (id.Loss.Family != LossFamily.Softmax)
        {
            return [id];
        }

        // Cross-entropy has rows of its own where it serves any class count; a focal loss leaves the sweeps for any to the library.
        var hasConstants = id.Loss.Parameters.Any();
        return (hasConstants, id.Classes) switch
        {
            (false, 0) => [id, RowsOf(id), .. new[] { KernelPart.Gathered, KernelPart.Row, KernelPart.Special }.Select(
                part => id with { Part = part })],
            (false, _) => SweepFilesOf(id),
            (true, 0) => [RowsOf(id)],
            (true, _) => [.. SweepFilesOf(id with { Constants = null }), RowsOf(id)],
        };

        static IEnumerable<KernelId> SweepFilesOf(KernelId id) => PartOf(id.Classes) == KernelPart.Row
            ? [SweepsOf(id)]
            : [SweepsOf(id), id with { Classes = 0, Part = KernelPart.Special }];
    }

    /// <summary>What of one attribute has a choice of instruction sets.</summary>
    private static IEnumerable<KernelId> DispatchedOf(KernelId id)
    {
        if (id.Loss.Family != LossFamily.Softmax)
        {
            return [id];
        }

        var sweeps = id with { Constants = null };
        return (id.Loss.Parameters.Any(), id.Classes) switch
        {
            (false, 0) => [id, RowsOf(id)],
            (false, _) => [sweeps],
            (true, 0) => [RowsOf(id)],
            (true, _) => [sweeps, RowsOf(id)],
        };
    }

    /// <summary>
    /// In double, SSE2 would lose: an emulated multiply-add of two-part products takes longer than a call of the C library for each.
    /// </summary>
    private static IEnumerable<InstructionSet> SetsOf(KernelSpec spec)
    {
        foreach (var (flag, set) in new[]
        {
            (InstructionSets.Avx512, InstructionSet.Avx512),
            (InstructionSets.Avx2, InstructionSet.Avx2),
            (InstructionSets.Neon, InstructionSet.AdvSimd),
            (InstructionSets.Sse2, InstructionSet.Sse2),
        })
        {
            if ((spec.InstructionSets & flag) != 0 && (set != InstructionSet.Sse2 || spec.Element.Number == Number.Single))
            {
                yield return set;
            }
        }

        yield return InstructionSet.Scalar;
        if ((spec.InstructionSets & InstructionSets.Twins) != 0)
        {
            yield return InstructionSet.Portable512;
            yield return InstructionSet.Portable256;
            yield return InstructionSet.Portable128;
        }
    }
}
