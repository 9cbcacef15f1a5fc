using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Surface;

/// <summary>The struct that chooses among the instruction sets of a kernel.</summary>
internal static class DispatchEmitter
{
    internal static string Emit(DispatchPlan plan)
    {
        var id = plan.Id;
        var shape = new KernelShape(id);
        var choices = plan.InstructionSets
            .Select(set => (
                Set: KernelId.NameOf(set),
                Type: plan.Kernels.TypeNameFor(set).Replace("<TClasses>", $"<{id.TypeName}>"),
                Condition: Dialect.For(set, id.Element.Number).IsPreferred))
            .ToList();
        var file = SourceFile.OpenKernels(id.ToString(), plan.Target, id.Loss);
        var hasCount = id is { Classes: > 0, Part: KernelPart.Whole };

        file.Line("/// <summary>The best instruction set that the machine has; the JIT keeps one branch of each chain.</summary>");
        if (hasCount && Planner.PartOf(id.Classes) == KernelPart.Few)
        {
            // The size is the count, which the sweeps ask for.
            const string interop = "global::System.Runtime.InteropServices";
            file.Line($"[{interop}.StructLayout({interop}.LayoutKind.Sequential, Size = {id.Classes})]");
        }

        file.Open($"internal readonly struct {id.TypeName} : {shape.Interface}{(hasCount ? $", IClassKernel<{id.Element.Storage}>" : "")}");
        file.Line("/// <summary>The name of the instruction set that is chosen.</summary>");
        file.Line("internal static string InstructionSet =>");
        foreach (var (set, _, condition) in choices)
        {
            file.Line(condition == "true" ? $"    \"{set}\";" : $"    {condition} ? \"{set}\" :");
        }

        file.Line();
        shape.EmitTraits(file);
        if (hasCount)
        {
            EmitClassCount(file, id, shape.Arguments);
        }

        foreach (var member in shape.Members)
        {
            file.Line("/// <inheritdoc/>");
            file.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
            file.Open(member.Signature);
            foreach (var (_, type, condition) in choices)
            {
                if (condition == "true")
                {
                    member.EmitCall(file, type);
                }
                else
                {
                    member.EmitCallIf(file, condition, type);
                }
            }

            file.Close();
            file.Line();
        }

        file.Close();
        return file.ToString();
    }

    /// <summary>The class count, and which calls with it the kernel serves.</summary>
    private static void EmitClassCount(IndentedWriter file, KernelId id, string arguments)
    {
        var classes = id.Classes;
        var fits = Planner.PartOf(classes) == KernelPart.Row
            ? "!arguments.IsClassMajor"
            : $"(arguments.IsClassMajor || (arguments.Stride == {classes} && arguments.GradientStride == {classes}))";
        file.Line("/// <inheritdoc/>");
        file.Line($"public static int Value => {classes};");
        file.Line();
        file.Line("/// <inheritdoc/>");
        file.Line($"public static bool Takes(TargetForm form, in {arguments} arguments) =>");
        file.Line($"    form <= TargetForm.None && arguments.Classes == {classes} && {fits} && !arguments.IsFew;");
        file.Line();
    }
}
