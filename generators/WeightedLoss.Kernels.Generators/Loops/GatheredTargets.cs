using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Smoothed labels of more than <see cref="KernelFacts.MostClassesCompared"/> classes. What the targets of all rows have of a class is one
/// number, for which rows need no memory; what the label adds to it, and the best class, whose gradient is apart, are gathered row by row,
/// by scalar code.
/// </summary>
/// <inheritdoc/>
internal sealed class GatheredTargets(LaneGroups groups) : LaneTargets(groups)
{
    /// <summary>The method's name.</summary>
    public const string MethodName = "LanesSmoothGathered";

    public static LanesMethod Method(Element element, Func<InstructionSet, string> mender) => new(
        MethodName,
        new(element, ClassRange.Any, TargetForm.Smooth, RowValues.Smooth) { GradientNeedsIndex = false },
        groups => new GatheredTargets(groups),
        mender);

    public override void EmitDeclarations() => Program.Line("ref var uniformWeights = ref arguments.UniformWeights;");

    public override RowPeaks EmitRead() => EmitSpreadLogits(EmitSampleWeight());

    /// <summary>What the uniform part of the targets adds to the loss, and then, row by row, what the label adds.</summary>
    public override void EmitSweep()
    {
        Groups.Open();
        var largest = Program.Let("largest", Groups.LoadValue("shiftedLargest"));
        var (sums, _) = new ClassSums(Groups, ["gaps"], (k, _, add) =>
        {
            var gap = Program.Let("gap", Program.Subtract(largest, Program.Let("t", Classes.Get(k))));
            var cost = Program.Let("uniformCost", Program.Multiply(Uniform(k), gap));

            // A logit of −∞ that is no target costs nothing; the product is NaN.
            add(0, Program.Larger(cost, Program.Zero));
        }).Emit();
        Groups.StoreValues(("gaps", sums[0]));
        Groups.Close();
        EmitTake();
    }

    public override void EmitResults(Func<int?, LaneProgram> newProgram) => Groups.Shape.Values.Emit(
        newProgram, Groups.Dialect, [.. RowValues.DenseInputs, "labelLogit"], "SampleWeights", (rows, values, weight, gradientScale) =>
        {
            // The label's own part, to the best class or to the others.
            var own = rows.Let("labelWeight", rows.Load("arguments.Weights", "row"));
            var isBest = rows.Let("isBest", rows.AreEqual(values["best"], rows.LoadLabels("arguments.Labels", "row")));
            var ownGap = rows.Let("labelGap", rows.Multiply(own, rows.Subtract(values["shiftedLargest"], values["labelLogit"])));
            var ownCost = rows.Let("labelCost", rows.Keep(rows.IsNotZero(own), ownGap));
            var all = values.ToDictionary(value => value.Key, value => value.Value);
            all["gaps"] = rows.Let("allGaps", rows.MultiplyAdd(values["gaps"], weight, ownCost));
            all["others"] = rows.Let("allOthers", rows.MultiplyAdd(values["others"], weight, rows.Drop(isBest, own)));
            all["peak"] = rows.Let("wholePeak", rows.MultiplyAdd(values["peak"], weight, rows.Keep(isBest, own)));
            return CrossEntropy.EmitDense(rows, all, weight, gradientScale);
        });

    public override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient)
    {
        var sampleWeight = Program.Load("arguments.SampleWeights", "row");
        var scaledWeight = RowTerms.EmitScaledWeight(Program, sampleWeight, new Lane(_ => Groups.Dialect.Broadcast("arguments.Scale")));
        return (_, k, e) =>
        {
            var product = Program.Multiply(Program.Let("value", e), coefficient);
            return Program.Let("g", Program.NegatedMultiplyAdd(Uniform(k), scaledWeight, product));
        };
    }

    public override void EmitOverGradient(string gradient, string rowStride, string classStride)
    {
        Program.Line($"ref var apart = ref Unsafe.Add(ref rowValues, {RowValues.ApartIndex});");
        Program.Line($"RowSupport.PutBest(in arguments, row, {Groups.Lanes}, ref apart, ref {gradient}, {rowStride}, {classStride});");
    }

    private Lane Uniform(string k) => Program.LetAll("uniform", $"Unsafe.Add(ref uniformWeights, {k})");

    /// <summary>The best class's logit is taken out of its row, so that its e does not belong to the sum.</summary>
    private void EmitTake()
    {
        var values = string.Join(
            ", ", new[] { "best", "peak", "others", "labelLogit" }.Select(
                name => $"ref Unsafe.Add(ref rowValues, {Groups.Shape.Values.BaseOf(name)})"));
        Program.Line($"RowSupport.TakeBest(in arguments, {Groups.Lanes}, {values});");
        Program.Line();
    }
}
