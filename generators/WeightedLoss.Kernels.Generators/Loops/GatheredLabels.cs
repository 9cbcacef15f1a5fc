using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Hard labels of more than <see cref="KernelFacts.MostClassesCompared"/> classes: scalar code takes a row's own class out of it, row by
/// row. In one more sweep, because the largest of the other logits can only be found when all labels' are gone.
/// </summary>
/// <inheritdoc/>
internal sealed class GatheredLabels(LaneGroups groups) : HardTargets(groups)
{
    public static LanesMethod Method(Element element, Func<InstructionSet, string> mender) => new(
        "Hard",
        new(element, ClassRange.Any, TargetForm.Hard, RowValues.Hard)
        {
            IsGeneric = true,
            NeedsIndex = false,
            GradientNeedsIndex = false,
            HasLow = true,
        },
        groups => new GatheredLabels(groups),
        mender);

    public override string MendCall => "MendHard(in arguments, isLabelApart: true)";

    public override void EmitPreparation()
    {
        Program.Open("if (arguments.HasLabels)");
        var count = Groups.Lanes > 8 ? $"(arguments.Count + {Groups.Lanes - 1}) & ~(nuint){Groups.Lanes - 1}" : "arguments.Count";
        Program.Line($"RowSupport.ChooseGathered(ref arguments.Labels, ref arguments.GatheredLabels, {count}, classes);");
        Program.Close();
        Program.Line();
    }

    public override RowPeaks EmitRead()
    {
        var lowest = Program.Constant("Lowest", double.NegativeInfinity);
        new LogitReader(Groups, (_, z, k, _) => Classes.Set(k, z)).Emit();
        EmitTake(lowest);
        Groups.Close();

        // Apart, because what was written row by row can't be read as a register before it has reached the cache.
        Groups.Open();
        EmitLabels();
        var weight = EmitWeight();
        var largest = Program.Let("largestOther", lowest);
        var labelLogit = Program.Let("labelLogit", Groups.LoadValue("labelShifted"));
        EmitLargest(largest, lowest);
        return EmitPeaks(weight, labelLogit, largest);
    }

    public override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient) =>
        (_, _, e) => Program.Multiply(Program.Let("value", e), coefficient);

    /// <summary>The label's gradient comes over that of its e.</summary>
    public override void EmitOverGradient(string gradient, string rowStride, string classStride)
    {
        Program.Open("if (arguments.HasLabels)");
        Program.Line($"ref var labelRow = ref {gradient};");
        Program.Line("ref var gathered = ref Unsafe.Add(ref arguments.GatheredLabels, row);");
        Program.Line($"ref var labelGradients = ref Unsafe.Add(ref rowValues, {RowValues.ApartIndex});");
        for (var lane = 0; lane < Groups.Lanes; lane++)
        {
            // No reference may point behind the last row.
            if (lane > 0)
            {
                Program.Line($"labelRow = ref Unsafe.Add(ref labelRow, {rowStride});");
            }

            Program.Line($"RowSupport.PutLabel(ref labelRow, {classStride}, ref gathered, ref labelGradients, {lane});");
        }

        Program.Close();
    }

    /// <summary>Takes the label's logit out of each row: −∞ comes in its place.</summary>
    private void EmitTake(Lane lowest)
    {
        Program.Open("if (arguments.HasLabels)");
        Program.Line("ref var gathered = ref Unsafe.Add(ref arguments.GatheredLabels, row);");
        Program.Line($"ref var labelLogits = ref Unsafe.Add(ref rowValues, {Groups.Shape.Values.IndexOf("labelShifted")});");
        for (var lane = 0; lane < Groups.Lanes; lane++)
        {
            Program.Line($"RowSupport.GatherLabel(ref group, ref gathered, ref labelLogits, {lane}, {Groups.Lanes});");
        }

        Program.Close();
        Program.Open("else");
        Groups.StoreValues(("labelShifted", lowest));
        Program.Close();
    }

    /// <summary>The largest logit of what is left; in four chains, because each comparison waits for the one before.</summary>
    private void EmitLargest(Lane largest, Lane lowest)
    {
        const int tile = LaneClasses.Tile;
        Lane[] chains = [largest, .. Enumerable.Range(1, tile - 1).Select(chain => Program.Let($"largest{chain}", lowest))];
        Program.Line("nuint next = 0;");
        Program.Open($"for (; next + {tile} <= classes; next += {tile})");
        for (var j = 0; j < tile; j++)
        {
            Program.Assign(chains[j], Program.Larger(Classes.Get(LaneClasses.Sum("next", j)), chains[j]));
        }

        Program.Close();
        Program.Line();
        Program.Open("for (; next < classes; next++)");
        Program.Assign(largest, Program.Larger(Classes.Get("next"), largest));
        Program.Close();
        Program.Line();
        foreach (var chain in chains.Skip(1))
        {
            Program.Assign(largest, Program.Larger(chain, largest));
        }
    }
}
