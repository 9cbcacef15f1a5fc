using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Emit;

/// <summary>The list of a class's kernels of one loss, so that no kernel exists untested.</summary>
internal static class RegistryEmitter
{
    internal static string NameFor(EquatableArray<DispatchPlan> plans) => KernelBody.For(plans.First().Spec.Loss, "T").Registry;

    internal static string Emit(EquatableArray<DispatchPlan> plans)
    {
        var first = plans.First().Spec;
        var body = KernelBody.For(first.Loss, "T");
        var file = SourceFile.Open(body.Registry, first.Target, body.Attribute);
        file.Line("/// <summary>Every kernel of this class, for each instruction set.</summary>");
        file.Line($"internal static KernelEntry[] {body.Registry} {{ get; }} =");
        file.Line("[");
        foreach (var plan in plans)
        {
            foreach (var kernel in plan.Kernels)
            {
                var dialect = Dialect.For(kernel);
                var entry = KernelBody.For(kernel.Loss, dialect.Element).Entry;
                file.Line($"    new {entry}<{dialect.Element}, {kernel.TypeName}>(\"{kernel}\", \"{kernel.InstructionSetName}\", {dialect.IsSupported}),");
            }
        }

        file.Line("];");
        return SourceFile.Close(file, first.Target);
    }
}
