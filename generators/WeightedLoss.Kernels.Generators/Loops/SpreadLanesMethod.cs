using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample per lane, with a target that is spread over the classes and has memory of its own for each: soft targets, and smoothed labels of up to
/// <see cref="KernelFacts.MostClassesCompared"/> classes.
/// </summary>
/// <param name="element">The type of the elements.</param>
/// <param name="form">The form of the target.</param>
/// <param name="mender">The type that mends rare rows.</param>
internal sealed class SpreadLanesMethod(string element, TargetForm form, Func<InstructionSet, string> mender) : LanesMethod($"Lanes{form}", element, ClassRange.Any, form, RowValues.Spread, mender)
{
    protected override void EmitDeclarations()
    {
        base.EmitDeclarations();
        Program.Line("ref var uniformWeights = ref arguments.UniformWeights;");
        if (Form == TargetForm.Soft)
        {
            Program.Line("ref var classWeights = ref arguments.ClassWeights;");
        }
    }

    protected override void EmitRead()
    {
        var isSmooth = Form == TargetForm.Smooth;
        var labels = isSmooth ? Program.Let("labels", Program.LoadLabels("arguments.Labels", "row")) : default;
        var weight = isSmooth ? Program.Let("weight", Program.Load("arguments.Weights", "row")) : default;
        EmitSpreadLogits((index, k, target) =>
        {
            var uniform = Program.LetAll("uniform", $"Unsafe.Add(ref uniformWeights, {k})");
            Lane b;
            if (isSmooth)
            {
                var isLabel = Program.Let("isLabel", Program.AreEqual(labels, index));
                b = Program.Add(Program.Let("share", Program.Multiply(uniform, SampleWeight)), Program.Keep(isLabel, weight));
            }
            else
            {
                var classWeight = Program.LetAll("classWeight", $"Unsafe.Add(ref classWeights, {k})");
                b = Program.Multiply(Program.Let("weighted", Program.MultiplyAdd(classWeight, target(), uniform)), SampleWeight);
            }

            Classes.SetTarget(k, Program.Let("b", b));
        });
    }

    /// <summary>
    /// What the targets add to the loss, for all classes but the best one, whose logit is taken out: its e does not belong to the sum. In a
    /// sweep of its own, because the chains of all three sums do not fit into the registers of AVX2.
    /// </summary>
    protected override void EmitTargets()
    {
        OpenGroups();
        var best = Program.Let("best", LoadValue("best"));
        var largest = Program.Let("largest", LoadValue("shiftedLargest"));
        var peak = Program.Let("peak", Program.Zero);
        var indices = Classes.Indices("k");
        var (sums, _) = EmitSums(["others", "gaps"], (k, number, add) =>
        {
            var index = number < Tile ? indices(number) : Classes.Indices(k)(0);
            var t = Program.Let("t", Classes.Get(k));
            var isBest = Program.Let("isBest", Program.AreEqual(best, index));
            var b = Program.Let("b", Classes.GetTarget(k));
            Program.Assign(peak, Program.Select(isBest, b, peak));
            var gap = Program.Let("gap", Program.Multiply(b, Program.Subtract(largest, t)));

            // A logit of −∞ that is no target costs nothing; the product would be NaN.
            add(1, Program.Keep(Program.IsNotZero(b), gap));
            add(0, Program.Drop(isBest, b));
            Classes.Set(k, Program.Select(isBest, Program.Constant("Lowest", double.NegativeInfinity), t));
        });
        Values.Store(Program, ("others", sums[0]), ("gaps", sums[1]), ("peak", peak));
        CloseGroups();
    }

    protected override void EmitResults(Func<int?, LaneProgram> program, Dialect dialect) =>
        Values.Emit(program, dialect, RowValues.SpreadInputs, "SampleWeights", (rows, values, weight, gradientScale) =>
            CrossEntropy.EmitSpread(rows, values, weight, gradientScale));

    protected override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient, Dialect dialect)
    {
        var apart = RowValues.LoadApart(Program, LoadAt);
        var best = Program.Let("best", LoadValue("best"));
        var gradientScale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        return (index, k, e) =>
        {
            var isApart = Program.Let("isApart", Program.AreEqual(best, index));
            var product = Program.Multiply(Program.Let("value", e), coefficient);
            return Program.Select(isApart, apart, Program.Let("g", Program.NegatedMultiplyAdd(Classes.GetTarget(k), gradientScale, product)));
        };
    }
}
