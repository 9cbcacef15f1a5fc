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
        var methods = body.Methods;
        var text = new IndentedWriter(file.Depth);
        foreach (var method in methods)
        {
            switch (method)
            {
                case SampleMethod sample:
                    LoopEmitter.EmitSample(text, dialect, constants, sample);
                    break;
                case LoopMethod loop and ISummed:
                    LoopEmitter.EmitSummed(text, dialect, constants, loop, body.Arguments, plan.BlockIterations);
                    break;
                case LoopMethod loop:
                    LoopEmitter.EmitMap(text, dialect, constants, loop);
                    break;
            }
        }

        constants.Emit(file, dialect);
        if (methods.Any(method => LoopEmitter.NeedsSweepMemory(dialect, method)))
        {
            LoopEmitter.EmitSweepMemory(file, dialect);
        }

        body.EmitEntryPoint(file, dialect);
        file.Append(text);
        file.Close();
        return SourceFile.Close(file, plan.Target);
    }
}
