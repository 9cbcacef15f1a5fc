using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Loops;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Surface;

/// <summary>One plan → one file: a struct with the methods of a kernel for an instruction set.</summary>
internal static class KernelEmitter
{
    internal static string Emit(KernelPlan plan)
    {
        var id = plan.Id;
        var dialect = Dialect.For(plan.InstructionSet, id.Element.Number);
        var shape = new KernelShape(id);
        var constants = new ConstantTable();
        var file = SourceFile.OpenKernels(plan.Name, plan.Target, id.Loss, isArithmetic: true);

        file.Line($"/// <summary>{plan.Name}</summary>");
        var ofInterface = id.Part == KernelPart.Special ? "" : $" : {shape.Interface}";
        file.Line($"internal readonly struct {id.TypeNameFor(plan.InstructionSet)}{ofInterface}");
        if (id.IsGeneric)
        {
            file.Line("    where TClasses : struct, IClassCount");
        }

        file.Open();
        var text = new IndentedWriter(file.Depth);
        foreach (var method in shape.Methods)
        {
            switch (method)
            {
                case SampleMethod sample:
                    LoopEmitter.EmitSample(text, dialect, constants, sample);
                    break;
                case SummedMethod summed:
                    LoopEmitter.EmitSummed(text, dialect, constants, summed, shape.Arguments);
                    break;
                case LoopMethod loop:
                    LoopEmitter.EmitMap(text, dialect, constants, loop);
                    break;
            }
        }

        constants.Emit(file, dialect);
        if (shape.Methods.Any(method => LoopEmitter.NeedsSweepMemory(dialect, method)))
        {
            LoopEmitter.EmitSweepMemory(file, dialect);
        }

        shape.EmitTraits(file);
        shape.EmitEntryPoint(file, plan.InstructionSet);
        file.Append(text);
        file.Close();
        return file.ToString();
    }
}
