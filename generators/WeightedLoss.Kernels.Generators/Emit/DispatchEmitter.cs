using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;

namespace WeightedLoss.Generators.Emit;

/// <summary>What all instruction sets of a kernel share: the public methods, and the struct that chooses among the instruction sets.</summary>
internal static class DispatchEmitter
{
    internal static string Emit(DispatchPlan plan)
    {
        var id = plan.Kernels.First();
        var preferred = plan.Kernels
            .Select(kernel => (Kernel: kernel, Dialect: Dialect.For(kernel)))
            .Where(choice => choice.Dialect.IsPreferred != "false")
            .ToList();
        var body = KernelBody.For(id);
        var file = SourceFile.Open(id.Family, plan.Spec.Target, body.Attribute);

        if (!Planner.HasFacade(id.Loss))
        {
            body.EmitPublicMethods(file, id.DispatcherName);
            body.EmitProbabilities(file, id.DispatcherName);
        }

        file.Line("/// <summary>The best instruction set that the machine has; the JIT keeps one branch of each chain.</summary>");
        file.Open($"internal readonly struct {id.DispatcherName} : {body.Interface}");
        file.Line("/// <summary>The name of the instruction set that is chosen.</summary>");
        file.Line("internal static string InstructionSet =>");
        foreach (var (kernel, dialect) in preferred)
        {
            file.Line(dialect.IsPreferred == "true"
                ? $"    \"{kernel.InstructionSetName}\";"
                : $"    {dialect.IsPreferred} ? \"{kernel.InstructionSetName}\" :");
        }

        file.Line();
        body.EmitDispatcherMembers(file);
        foreach (var (signature, call) in body.Dispatched)
        {
            file.Line($"/// <inheritdoc/>");
            file.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
            file.Open(signature);
            var returns = !signature.Contains(" void ");
            foreach (var (kernel, dialect) in preferred)
            {
                if (dialect.IsPreferred == "true")
                {
                    file.Line($"{(returns ? "return " : "")}{kernel.TypeName}.{call};");
                    continue;
                }

                file.Open($"if ({dialect.IsPreferred})");
                file.Line($"{(returns ? "return " : "")}{kernel.TypeName}.{call};");
                if (!returns)
                {
                    file.Line("return;");
                }

                file.Close();
                file.Line();
            }

            file.Close();
            file.Line();
        }

        file.Close();
        return SourceFile.Close(file, plan.Spec.Target);
    }
}
