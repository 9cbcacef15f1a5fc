using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>Hard labels: rows are evaluated by methods that know the loss.</summary>
/// <inheritdoc/>
internal abstract class HardTargets(LaneGroups groups) : LaneTargets(groups)
{
    public override void EmitDeclarations()
    {
        Program.Line("ref var rowLabels = ref arguments.Labels;");
        Program.Line("ref var rowWeights = ref arguments.Weights;");
    }

    public override void EmitResults(Func<int?, LaneProgram> newProgram) => Program.Line("correct += TRows.Run(in arguments);");

    protected Lane EmitLabels() => Program.Let("labels", Program.LoadLabels("rowLabels", "row"));

    protected Lane EmitWeight() => Program.Let("weight", Program.Load("rowWeights", "row"));

    /// <summary>
    /// A prediction is correct if the label's logit is larger than all others; of equal ones it depends on which comes first.
    /// </summary>
    protected RowPeaks EmitPeaks(Lane weight, Lane labelLogit, Lane largestOther)
    {
        var isLargest = Program.IsGreater(labelLogit, largestOther);
        var correct = Program.Let("correctLimit", Program.Keep(isLargest, Program.Constant("Infinity", double.PositiveInfinity)));
        var isEqual = Program.Let("isEqual", Program.AreEqual(labelLogit, largestOther));
        var largest = Program.Let("largest", Program.Larger(labelLogit, largestOther));
        return new(weight, largest, ("correctLimit", correct), ("labelShifted", labelLogit), isEqual);
    }
}
