using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>The methods of a part of the kernels of a loss of a row of logits.</summary>
internal static class SoftmaxLoops
{
    public static IReadOnlyList<KernelMethod> Of(SoftmaxLoss loss, ParameterValues parameters, KernelId id)
    {
        var element = id.Element;
        Func<InstructionSet, string> mender = (id with { Classes = 0, Constants = null, Part = KernelPart.Special }).TypeNameFor;
        return id.Part switch
        {
            KernelPart.Rows =>
            [
                .. RowsMethods.Of(element, isApproximate: true, loss.Begin(parameters)),
                .. RowsMethods.Of(element, isApproximate: false, loss.Begin(parameters)),
            ],
            KernelPart.Special when !loss.HasDenseTargets => [new SpecialRowsMethod(element, isHard: true)],
            KernelPart.Special => [new SpecialRowsMethod(element, isHard: true), new SpecialRowsMethod(element, isHard: false)],
            KernelPart.Few => WithGradient(ComparedLabels.Method(element, ClassRange.Few, mender)),
            KernelPart.Gathered => WithGradient(GatheredLabels.Method(element, mender)),
            KernelPart.Row => [new RowMethod(element, TargetForm.Hard)],
            _ when id.Classes == 2 =>
                [new DifferenceMethod(element), .. WithGradient(ComparedLabels.Method(element, ClassRange.Of(2), mender))],
            _ when id.Classes != 0 => WithGradient(ComparedLabels.Method(element, ClassRange.Of(id.Classes), mender)),
            _ =>
            [
                .. new[]
                {
                    ComparedLabels.Method(element, ClassRange.Any, mender),
                    DenseTargets.Method(element, TargetForm.Smooth, mender),
                    GatheredTargets.Method(element, mender),
                    DenseTargets.Method(element, TargetForm.Soft, mender),
                }.SelectMany(WithGradient),
                new RowMethod(element, TargetForm.Smooth),
                new RowMethod(element, TargetForm.Soft),
            ],
        };
    }

    private static IReadOnlyList<KernelMethod> WithGradient(LanesMethod sweeps) => [sweeps, sweeps.Gradient];
}
