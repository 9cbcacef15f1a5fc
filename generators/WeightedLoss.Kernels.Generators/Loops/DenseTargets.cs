using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A dense target with memory of its own for each class: soft targets, and smoothed labels of up to
/// <see cref="KernelFacts.MostClassesCompared"/> classes.
/// </summary>
/// <inheritdoc/>
internal sealed class DenseTargets(LaneGroups groups) : LaneTargets(groups)
{
    public static LanesMethod Method(Element element, TargetForm form, Func<InstructionSet, string> mender) => new(
        $"Lanes{form}",
        new(element, ClassRange.Any, form, RowValues.Dense) { HasTargets = true, MayBeNarrow = true },
        groups => new DenseTargets(groups),
        mender);

    private bool IsSoft => Groups.Shape.Form == TargetForm.Soft;

    public override void EmitDeclarations()
    {
        Program.Line("ref var uniformWeights = ref arguments.UniformWeights;");
        if (IsSoft)
        {
            Program.Line("ref var classWeights = ref arguments.ClassWeights;");
        }
    }

    public override RowPeaks EmitRead()
    {
        var labels = IsSoft ? default : Program.Let("labels", Program.LoadLabels("arguments.Labels", "row"));
        var labelWeight = IsSoft ? default : Program.Let("weight", Program.Load("arguments.Weights", "row"));
        var weight = EmitSampleWeight();
        return EmitSpreadLogits(weight, (index, k, target) =>
        {
            var uniform = Program.LetAll("uniform", $"Unsafe.Add(ref uniformWeights, {k})");
            Lane b;
            if (IsSoft)
            {
                var classWeight = Program.LetAll("classWeight", $"Unsafe.Add(ref classWeights, {k})");
                b = Program.Multiply(Program.Let("weighted", Program.MultiplyAdd(classWeight, target(), uniform)), weight);
            }
            else
            {
                var isLabel = Program.Let("isLabel", Program.AreEqual(labels, index));
                b = Program.Add(Program.Let("uniformWeight", Program.Multiply(uniform, weight)), Program.Keep(isLabel, labelWeight));
            }

            Classes.SetTarget(k, Program.Let("b", b));
        });
    }

    /// <summary>
    /// What the targets add to the loss, for all classes but the best one, whose logit is taken out: its e does not belong to the sum. In a
    /// sweep of its own, because the chains of all three sums do not fit into the registers of AVX2.
    /// </summary>
    public override void EmitSweep()
    {
        Groups.Open();
        var best = Program.Let("best", Groups.LoadValue("best"));
        var largest = Program.Let("largest", Groups.LoadValue("shiftedLargest"));
        var peak = Program.Let("peak", Program.Zero);
        var indices = Classes.Indices("k");
        var (sums, _) = new ClassSums(Groups, ["others", "gaps"], (k, number, add) =>
        {
            var index = number < LaneClasses.Tile ? indices(number) : Classes.Indices(k)(0);
            var t = Program.Let("t", Classes.Get(k));
            var isBest = Program.Let("isBest", Program.AreEqual(best, index));
            var b = Program.Let("b", Classes.GetTarget(k));
            Program.Assign(peak, Program.Select(isBest, b, peak));
            var gap = Program.Let("gap", Program.Multiply(b, Program.Subtract(largest, t)));

            // A logit of −∞ that is no target costs nothing; the product would be NaN.
            add(1, Program.Keep(Program.IsNotZero(b), gap));
            add(0, Program.Drop(isBest, b));
            Classes.Set(k, Program.Select(isBest, Program.Constant("Lowest", double.NegativeInfinity), t));
        }).Emit();
        Groups.StoreValues(("others", sums[0]), ("gaps", sums[1]), ("peak", peak));
        Groups.Close();
    }

    public override void EmitResults(Func<int?, LaneProgram> newProgram) => Groups.Shape.Values.Emit(
        newProgram, Groups.Dialect, RowValues.DenseInputs, "SampleWeights", (rows, values, weight, gradientScale) =>
            CrossEntropy.EmitDense(rows, values, weight, gradientScale));

    public override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient)
    {
        var apart = RowValues.LoadApart(Program, Groups.LoadAt);
        var best = Program.Let("best", Groups.LoadValue("best"));
        var gradientScale = new Lane(_ => Groups.Dialect.Broadcast("arguments.Scale"));
        return (index, k, e) =>
        {
            var isApart = Program.Let("isApart", Program.AreEqual(best, index));
            var product = Program.Multiply(Program.Let("value", e), coefficient);
            return Program.Select(
                isApart, apart, Program.Let("g", Program.NegatedMultiplyAdd(Classes.GetTarget(k), gradientScale, product)));
        };
    }
}
