using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Emit;

/// <summary>What the emitted members of a class are called, so that a class that has one of these names can be told.</summary>
internal static class MemberNames
{
    /// <summary>The public methods, overloads of which a class may have.</summary>
    internal static readonly string[] Methods = ["Loss", "LossAndGradient", "Probabilities"];

    /// <summary>The types and properties of one loss.</summary>
    internal static IEnumerable<string> Of(EquatableArray<KernelSpec> specs)
    {
        foreach (var spec in specs)
        {
            foreach (var plan in Planner.PlanKernels(spec))
            {
                yield return plan.Id.TypeName;
            }

            var id = Planner.PlanDispatch(spec).Kernels.First();
            yield return id.DispatcherName;
            yield return KernelBody.For(id).Registry;
            yield return KernelBody.For(id).Registry + "InUse";
        }

        foreach (var facade in Planner.PlanFacades(specs))
        {
            yield return FacadeEmitter.NameFor(facade);
        }
    }
}
