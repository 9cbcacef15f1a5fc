using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Surface;

/// <summary>
/// The structs that choose among the kernels of one class by what is fixed at build time: parameters, and the class count.
/// </summary>
internal static class ChoiceEmitter
{
    /// <summary>The file.</summary>
    internal static string NameFor(SurfacePlan plan) => $"{plan.Name}-choice";

    /// <summary>The type of the library that serves whatever a loss is asked for.</summary>
    internal static string LibraryType(LossInfo loss, Element element, string suffix = "") =>
        $"global::WeightedLoss.Generated.WeightedLoss_{loss.Class}.{SurfacePlan.ChoiceOf(loss, element, suffix)}";

    internal static string Emit(SurfacePlan plan)
    {
        var file = SourceFile.OpenKernels(NameFor(plan), plan.Target, plan.Loss);
        var any = new KernelId(plan.Loss, plan.Element);
        if (plan.Loss.Family == LossFamily.Binary)
        {
            Open(file, plan, plan.Choice, new KernelShape(any));
            EmitByParameters(file, plan, any, "");
        }
        else
        {
            Open(file, plan, plan.Choice, new KernelShape(any));
            EmitByClassCount(file, plan, any);
            file.Close();
            file.Line();
            Open(file, plan, plan.RowsChoice, new KernelShape(Planner.RowsOf(any)));
            EmitByParameters(file, plan, Planner.RowsOf(any), "Rows");
        }

        file.Close();
        return file.ToString();
    }

    private static void Open(IndentedWriter file, SurfacePlan plan, string name, KernelShape shape)
    {
        file.Line("/// <summary>The kernel of what is fixed at build time, or the one for any.</summary>");
        file.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        file.Open($"{plan.Target.KernelVisibility} readonly struct {name} : {shape.Interface}");
        shape.EmitTraits(file);
    }

    private static void EmitByParameters(IndentedWriter file, SurfacePlan plan, KernelId any, string suffix)
    {
        var kernels = plan.Kernels.Select(kernel => kernel with { Classes = 0, Part = any.Part }).Distinct().ToList();
        var others = plan.Kernels.Any(kernel => kernel.Constants is null && (kernel.Classes == 0 || plan.Loss.Parameters.Any()))
            ? any.TypeName
            : LibraryType(plan.Loss, plan.Element, suffix);
        foreach (var member in new KernelShape(any).Members)
        {
            file.Line("/// <inheritdoc/>");
            file.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
            file.Open(member.Signature);
            foreach (var kernel in kernels.Where(kernel => kernel.Constants is not null && HasParameters(kernel, member)))
            {
                var equal = kernel.Constants!.Value.Select(
                    (value, place) => $"arguments.Parameters.P{place} == {plan.Element.Number.Literal(value)}");
                member.EmitCallIf(file, string.Join(" && ", equal), kernel.TypeName);
            }

            member.EmitCall(file, others);
            file.Close();
            file.Line();
        }

        static bool HasParameters(KernelId kernel, KernelMember member) =>
            member.TakesParameters && new KernelShape(kernel).Members.Any(other => other.Call == member.Call);
    }

    private static void EmitByClassCount(IndentedWriter file, SurfacePlan plan, KernelId any)
    {
        var hasOwn = LossList.Of(plan.Loss) is SoftmaxLoss { HasDenseTargets: true } && plan.Kernels.Any(kernel => kernel.Classes == 0);
        var others = hasOwn ? any.TypeName : LibraryType(LossList.CrossEntropy.Info, plan.Element);
        var member = new KernelShape(any).Members.Single();
        file.Line("/// <inheritdoc/>");
        file.Open(member.Signature);
        file.Open("switch (arguments.Classes)");
        foreach (
            var kernel in plan.Kernels.Where(kernel => kernel.Classes != 0).Select(kernel => kernel with { Constants = null }).Distinct())
        {
            file.Line($"case {kernel.Classes} when {kernel.TypeName}.Takes(form, in arguments):");
            file.Line($"    return {kernel.TypeName}.{member.Call};");
        }

        file.Line("default:");
        file.Line($"    return {others}.{member.Call};");
        file.Close();
        file.Close();
        file.Line();
    }
}
