using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>The methods of a part of the kernels of a loss of a row of logits.</summary>
internal static class SoftmaxLoops
{
    public static IReadOnlyList<KernelMethod> Of(SoftmaxLoss loss, ParameterValues parameters, KernelId id)
    {
        var element = id.Element.Storage;
        Func<InstructionSet, string> mender = (id with { Classes = 0, Constants = null, Part = KernelPart.Special }).TypeNameFor;
        return id.Part switch
        {
            KernelPart.Rows =>
            [
                .. RowsMethods.Of(element, isApproximate: true, loss.Begin(parameters)),
                .. RowsMethods.Of(element, isApproximate: false, loss.Begin(parameters)),
            ],
            KernelPart.Special => [new SpecialRowsMethod(element, isHard: true), .. loss.HasSpreadTargets ? new[] { new SpecialRowsMethod(element, isHard: false) } : []],
            KernelPart.Few => WithGradient(new HardLanesMethod(element, ClassRange.Few, takesLabel: false, mender)),
            KernelPart.Taken => WithGradient(new HardLanesMethod(element, ClassRange.Any, takesLabel: true, mender)),
            KernelPart.Row => [new RowMethod(element, TargetForm.Hard)],
            _ when id.Classes == 2 => [new DifferenceMethod(element), .. WithGradient(new HardLanesMethod(element, ClassRange.Of(2), takesLabel: false, mender))],
            _ when id.Classes != 0 => WithGradient(new HardLanesMethod(element, ClassRange.Of(id.Classes), takesLabel: false, mender)),
            _ =>
            [
                .. new LanesMethod[]
                {
                    new HardLanesMethod(element, ClassRange.Any, takesLabel: false, mender),
                    new SpreadLanesMethod(element, TargetForm.Smooth, mender),
                    new SmoothLanesMethod(element, mender),
                    new SpreadLanesMethod(element, TargetForm.Soft, mender),
                }.SelectMany(WithGradient),
                new RowMethod(element, TargetForm.Smooth),
                new RowMethod(element, TargetForm.Soft),
            ],
        };
    }

    private static IReadOnlyList<KernelMethod> WithGradient(LanesMethod sweeps) => [sweeps, sweeps.Gradient];
}
