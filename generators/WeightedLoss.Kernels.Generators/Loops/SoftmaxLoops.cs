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
        return id.Part switch
        {
            KernelPart.Rows => [new RowsMethod(element, isApproximate: true, loss.Begin(parameters)), new RowsMethod(element, isApproximate: false, loss.Begin(parameters))],
            KernelPart.Lanes => [new HardLanesMethod(element, 0, takesLabel: false)],
            KernelPart.Taken => [new HardLanesMethod(element, 0, takesLabel: true)],
            KernelPart.Row => [new RowMethod(element, TargetForm.Hard)],
            _ when id.Classes == 2 => [new DifferenceMethod(element), new HardLanesMethod(element, 2, takesLabel: false)],
            _ when id.Classes != 0 => [new HardLanesMethod(element, id.Classes, takesLabel: false)],
            _ =>
            [
                new SpreadLanesMethod(element, TargetForm.Smooth),
                new SmoothLanesMethod(element),
                new SpreadLanesMethod(element, TargetForm.Soft),
                new RowMethod(element, TargetForm.Smooth),
                new RowMethod(element, TargetForm.Soft),
            ],
        };
    }
}
