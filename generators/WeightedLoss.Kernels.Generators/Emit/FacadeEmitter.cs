using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Emit;

/// <summary>The public methods of a loss that has several kernels for one type, and the struct that chooses among these.</summary>
internal static class FacadeEmitter
{
    /// <summary>For example <c>CrossEntropyF32</c>: the file and the struct.</summary>
    internal static string NameFor(FacadePlan plan)
    {
        var first = plan.Kernels.First();
        return KernelBody.For(first).Facade + (first.Element == ElementType.Float32 ? "F32" : "F64");
    }

    internal static string Emit(FacadePlan plan)
    {
        var name = NameFor(plan);
        var body = KernelBody.For(plan.Kernels.First());
        var file = SourceFile.Open(name, plan.Target, body.Attribute);
        body.EmitPublicMethods(file, name);
        if (plan.HasProbabilities)
        {
            body.EmitProbabilities(file, name);
        }

        file.Line("/// <summary>The kernel of what is fixed at build time, or the one for any.</summary>");
        file.Open($"internal readonly struct {name} : {body.FacadeInterface}");
        body.EmitFacade(file, [.. plan.Kernels]);
        file.Close();
        return SourceFile.Close(file, plan.Target);
    }
}
