using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Emit;

/// <summary>The public methods of a loss that has kernels for several class counts, and the struct that chooses among these.</summary>
internal static class FacadeEmitter
{
    /// <summary>For example <c>CrossEntropyF32</c>: the file and the struct.</summary>
    internal static string NameFor(FacadePlan plan) => $"CrossEntropy{(plan.Element == ElementType.Float32 ? "F32" : "F64")}";

    internal static string Emit(FacadePlan plan)
    {
        var name = NameFor(plan);
        var first = Scalar(plan, 0);
        var body = KernelBody.For(first);
        var element = Dialect.For(first).Element;
        var file = SourceFile.Open(name, plan.Target, body.Attribute);
        body.EmitPublicMethods(file, name);

        file.Line("/// <summary>The kernel of a class count, or the one for any.</summary>");
        file.Open($"internal readonly struct {name} : {body.Interface}");
        file.Line("/// <inheritdoc/>");
        file.Line($"public static long Run(TargetForm form, in {body.Arguments} arguments) => arguments.Classes switch");
        file.Line("{");
        foreach (var classes in plan.Classes.Where(classes => classes != 0))
        {
            file.Line($"    {classes} => {Scalar(plan, classes).DispatcherName}.Run(form, in arguments),");
        }

        var any = plan.Classes.Contains(0) ? Scalar(plan, 0).DispatcherName : "AnyClasses";
        file.Line($"    _ => {any}.Run(form, in arguments),");
        file.Line("};");
        file.Close();
        return SourceFile.Close(file, plan.Target);
    }

    private static KernelId Scalar(FacadePlan plan, int classes) => new(plan.Loss, plan.Element, classes, InstructionSet.Scalar);
}
