using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>Hard labels that are compared with every class: operations in the lanes do what a row's own class needs.</summary>
/// <inheritdoc/>
internal sealed class ComparedLabels(LaneGroups groups) : HardTargets(groups)
{
    /// <summary>Whether the label's e is picked out while the e are added up.</summary>
    private readonly bool _picksLabel = groups.Shape.Range.Count > 0;

    public static LanesMethod Method(Element element, ClassRange range, Func<InstructionSet, string> mender) => new(
        range.IsUnrolled ? "Hard" : "LanesHard",
        new(element, range, TargetForm.Hard, RowValues.Hard)
        {
            MayBeNarrow = !range.IsUnrolled,
            HasLow = range.Count is 0 or > TuningTable.MostClassesApproximate,
        },
        groups => new ComparedLabels(groups),
        mender);

    /// <summary>Few classes have the label's logit among the others, so that its e can be picked.</summary>
    public override string MendCall => $"MendHard(in arguments, isLabelApart: {(_picksLabel ? "false" : "true")})";

    /// <summary>
    /// Finds the label's logit and the largest of the others. Unless the label's e is picked out later, −∞ comes in its place: its e is not
    /// wanted in the sum.
    /// </summary>
    public override RowPeaks EmitRead()
    {
        var lowest = Program.Constant("Lowest", double.NegativeInfinity);
        var labels = EmitLabels();
        var weight = EmitWeight();
        var largest = Program.Let("largestOther", lowest);
        var labelLogit = Program.Let("labelLogit", _picksLabel ? Program.LowestWithoutLabel("rowLabels", "row") : lowest);
        new LogitReader(Groups, (index, z, k, _) =>
        {
            var isLabel = Program.Let("isLabel", Program.AreEqual(labels, index));
            if (_picksLabel)
            {
                Program.Assign(labelLogit, Program.SelectOverZero(isLabel, z, labelLogit));
                Program.Assign(largest, Program.LargerUnless(isLabel, z, largest));
                Classes.Set(k, z);
                return;
            }

            Program.Assign(labelLogit, Program.Select(isLabel, z, labelLogit));
            var other = Program.Let("other", Program.Select(isLabel, lowest, z));
            Program.Assign(largest, Program.Larger(other, largest));
            Classes.Set(k, other);
        }).Emit();
        return EmitPeaks(weight, labelLogit, largest);
    }

    public override void EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        if (_picksLabel)
        {
            EmitPickedExponentials(scale);
            return;
        }

        base.EmitExponentials(scale);
        if (!Groups.Shape.Range.IsUnrolled)
        {
            // The rows of few classes expect it, as the kernels of a single class count leave it.
            Program.Open($"if (classes <= {TuningTable.MostClassesUnrolled})");
            Groups.Shape.Values.StoreLabelE(Program, scale);
            Program.Close();
        }
    }

    public override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient)
    {
        var apart = RowValues.LoadApart(Program, Groups.LoadAt);
        var labels = EmitLabels();
        return (index, _, e) =>
        {
            var isApart = Program.Let("isApart", Program.AreEqual(labels, index));

            // The label's e is 0 there.
            return Program.MultiplyUnless(isApart, apart, Program.Let("value", e), coefficient);
        };
    }

    private void EmitPickedExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var labels = EmitLabels();
        var labelE = Program.Let("labelE", Program.Zero);
        var (sums, low) = new ClassSums(Groups, ["rest"], (k, number, add) =>
        {
            var e = Program.Let("e", Exponential.Scaled(Program, Program.Let("t", Classes.Get(k)), scale));
            var isLabel = Program.Let("isLabelE", Program.AreEqual(labels, Classes.Constant(number)));
            Program.Assign(labelE, Program.SelectOverZero(isLabel, e, labelE));
            var other = Program.Let("other", Program.Drop(isLabel, e));
            add(0, other);
            Classes.Set(k, other);
        }).Emit();
        Groups.StoreValues(("rest", sums[0]), ("labelE", labelE));
        if (low is { } restLow)
        {
            Groups.StoreValues(("restLow", restLow));
        }
    }
}
