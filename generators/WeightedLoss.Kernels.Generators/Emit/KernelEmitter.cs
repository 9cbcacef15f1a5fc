using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit;

/// <summary>One plan → one file: a struct with a flat method per variant.</summary>
internal static class KernelEmitter
{
    internal static string Emit(KernelPlan plan)
    {
        var dialect = Dialect.For(plan.Id);
        var body = KernelBody.For(plan.Loss, dialect.Element);
        var constants = new ConstantTable(plan.Id.Arithmetic);
        var file = SourceFile.Open(plan.Id.ToString(), plan.Target, body.Attribute);

        file.Line($"/// <summary>{plan.Id}</summary>");
        file.Open($"internal readonly struct {plan.Id.TypeName} : {body.Interface}");
        var methods = new IndentedWriter();
        foreach (var method in body.Methods)
        {
            if (method is ISummed)
            {
                LoopEmitter.EmitSummed(methods, dialect, constants, method, body.Arguments, plan.BlockLanes, plan.BlockIterations);
            }
            else
            {
                LoopEmitter.EmitMap(methods, dialect, constants, method, plan.BlockLanes);
            }
        }

        constants.Emit(file, dialect);
        body.EmitEntryPoint(file);
        file.Lines(methods.ToString().TrimEnd('\n'));
        file.Close();
        return SourceFile.Close(file, plan.Target);
    }
}
