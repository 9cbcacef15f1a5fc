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
        var body = KernelBody.For(plan.Id);
        var constants = new ConstantTable(plan.Id.Arithmetic);
        var file = SourceFile.Open(plan.Id.ToString(), plan.Target, body.Attribute, isArithmetic: true);

        file.Line($"/// <summary>{plan.Id}</summary>");
        file.Open($"internal readonly struct {plan.Id.TypeName} : {body.Interface}");
        var methods = new IndentedWriter(file.Depth);
        foreach (var method in body.Methods)
        {
            switch (method)
            {
                case SampleMethod sample:
                    LoopEmitter.EmitSample(methods, dialect, constants, sample);
                    break;
                case LoopMethod loop and ISummed:
                    LoopEmitter.EmitSummed(methods, dialect, constants, loop, body.Arguments, plan.BlockIterations);
                    break;
                case LoopMethod loop:
                    LoopEmitter.EmitMap(methods, dialect, constants, loop);
                    break;
            }
        }

        constants.Emit(file, dialect);
        if (body.Methods.Any(method => LoopEmitter.IsSwept(dialect, method)))
        {
            LoopEmitter.EmitSweepMemory(file, dialect);
        }

        body.EmitEntryPoint(file, dialect);
        file.Append(methods);
        file.Close();
        return SourceFile.Close(file, plan.Target);
    }
}
