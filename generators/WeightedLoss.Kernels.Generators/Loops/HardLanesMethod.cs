using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample per lane, with hard labels. What a label's class needs is done in one of two ways: compared, by operations in every class for
/// the lanes that have it as their label; or taken, by scalar code row by row, with one more sweep, because the largest of the other logits
/// can only be found when all labels' are gone.
/// </summary>
/// <param name="element">The type of the elements.</param>
/// <param name="range">What is known of the class count.</param>
/// <param name="takesLabel">Whether labels are taken (<see cref="KernelFacts.MostClassesCompared"/>).</param>
/// <param name="mender">The type that mends rare rows.</param>
internal sealed class HardLanesMethod(string element, ClassRange range, bool takesLabel, Func<InstructionSet, string> mender)
    : LanesMethod(range.IsUnrolled || takesLabel ? "Hard" : "LanesHard", element, range, TargetForm.Hard, RowValues.Hard, mender)
{
    /// <summary>Whether the label's e is picked out while the e are added up.</summary>
    private readonly bool _picksLabel = range.Count > 0;

    private Lane _labels;
    private Lane _isEqual;
    private Lane _labelLogit;
    private Lane _labelE;

    protected override bool IsGeneric => takesLabel;

    public override (string Parameter, string Constraint)? TypeParameter => ("TRows", $"struct, ICrossEntropyRows<{Element}>");

    protected override (string Name, Lane Value) Shifted => ("labelShifted", _labelLogit);

    protected override bool NeedsIndex => !takesLabel;

    protected override bool MayBeNarrow => !Range.IsUnrolled && !takesLabel;

    protected override bool HasLow => Range.Count is 0 or > TuningTable.MostClassesApproximate;

    protected override void EmitDeclarations()
    {
        base.EmitDeclarations();
        Program.Line("ref var rowLabels = ref arguments.Labels;");
        Program.Line("ref var rowWeights = ref arguments.Weights;");
    }

    protected override void EmitPreparation()
    {
        if (takesLabel)
        {
            Program.Open("if (arguments.HasLabels)");
            var count = Lanes > 8 ? $"(arguments.Count + {Lanes - 1}) & ~(nuint){Lanes - 1}" : "arguments.Count";
            Program.Line($"RowSupport.ChooseTaken(ref arguments.Labels, ref arguments.TakenLabels, {count}, classes);");
            Program.Close();
            Program.Line();
        }
    }

    protected override void EmitRead()
    {
        var lowest = Program.Constant("Lowest", double.NegativeInfinity);
        if (takesLabel)
        {
            EmitLogits((_, z, k, _) => Classes.Set(k, z));
            EmitTake();
            CloseGroups();

            // Apart, because what was written row by row can't be read as a register before it has reached the cache.
            OpenGroups();
        }

        _labels = Program.Let("labels", Program.LoadLabels("rowLabels", "row"));
        SampleWeight = Program.Let("weight", Program.Load("rowWeights", "row"));
        Largest = Program.Let("largestOther", lowest);
        _labelLogit = Program.Let("labelLogit", takesLabel ? LoadValue("labelShifted") : _picksLabel ? Program.LowestWithoutLabel("rowLabels", "row") : lowest);
        if (takesLabel)
        {
            EmitLargest();
        }
        else
        {
            EmitLogits(Compare);
        }

        EmitCorrect();
    }

    protected override void EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        if (_picksLabel)
        {
            _labels = Program.Let("labels", Program.LoadLabels("rowLabels", "row"));
            _labelE = Program.Let("labelE", Program.Zero);
        }

        var (sums, restLow) = EmitSums(["rest"], (k, number, add) =>
        {
            var t = Program.Let("t", Classes.Get(k));
            var e = Program.Let("e", Exponential.Scaled(Program, t, scale));
            var other = e;
            if (_picksLabel)
            {
                var isLabel = Program.Let("isLabelE", Program.AreEqual(_labels, Classes.Constant(number)));
                Program.Assign(_labelE, Program.SelectOverZero(isLabel, e, _labelE));
                other = Program.Let("other", Program.Drop(isLabel, e));
            }

            add(0, other);
            Classes.Set(k, other);
        });
        Values.Store(Program, ("rest", sums[0]));
        if (_picksLabel)
        {
            Values.Store(Program, ("labelE", _labelE));
        }

        if (restLow is { } low)
        {
            Values.Store(Program, ("restLow", low));
        }

        if (!Range.IsUnrolled && !takesLabel)
        {
            // The rows of few classes expect it, as the kernels of a single class count leave it.
            Program.Open($"if (classes <= {TuningTable.MostClassesUnrolled})");
            Values.StoreLabelE(Program, scale);
            Program.Close();
        }
    }

    protected override void EmitResults(Func<int?, LaneProgram> program, Dialect dialect) => Program.Line("correct += TRows.Run(in arguments);");

    protected override Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient, Dialect dialect)
    {
        if (takesLabel)
        {
            return (_, _, e) => Program.Multiply(Program.Let("value", e), coefficient);
        }

        var apart = RowValues.LoadApart(Program, LoadAt);
        var labels = Program.Let("labels", Program.LoadLabels("rowLabels", "row"));
        return (index, _, e) =>
        {
            var isApart = Program.Let("isApart", Program.AreEqual(labels, index));

            // The label's e is 0 there.
            return Program.MultiplyUnless(isApart, apart, Program.Let("value", e), coefficient);
        };
    }

    /// <summary>Where labels are taken, their gradient comes over that of their e.</summary>
    protected override void EmitOverGradient(string gradient, string rowStride, string classStride)
    {
        if (!takesLabel)
        {
            return;
        }

        Program.Open("if (arguments.HasLabels)");
        Program.Line($"ref var labelRow = ref {gradient};");
        Program.Line("ref var taken = ref Unsafe.Add(ref arguments.TakenLabels, row);");
        Program.Line($"ref var labelGradients = ref Unsafe.Add(ref rowValues, {RowValues.ApartIndex});");
        for (var lane = 0; lane < Lanes; lane++)
        {
            // No reference may point behind the last row.
            if (lane > 0)
            {
                Program.Line($"labelRow = ref Unsafe.Add(ref labelRow, {rowStride});");
            }

            Program.Line($"RowSupport.PutLabel(ref labelRow, {classStride}, ref taken, ref labelGradients, {lane});");
        }

        Program.Close();
    }

    /// <summary>Equal logits: it depends on which of them comes first.</summary>
    protected override Lane? OwnSpecialRows => _isEqual;

    /// <summary>Few classes have the label's logit among the others, so that its e can be picked.</summary>
    protected override string MendCall => $"MendHard(in arguments, isLabelApart: {(_picksLabel ? "false" : "true")})";

    /// <summary>Takes the label's logit out of each row: −∞ comes in its place.</summary>
    private void EmitTake()
    {
        Program.Open("if (arguments.HasLabels)");
        Program.Line("ref var taken = ref Unsafe.Add(ref arguments.TakenLabels, row);");
        Program.Line($"ref var labelLogits = ref Unsafe.Add(ref rowValues, {Values.IndexOf("labelShifted")});");
        for (var lane = 0; lane < Lanes; lane++)
        {
            Program.Line($"RowSupport.TakeLabel(ref group, ref taken, ref labelLogits, {lane}, {Lanes});");
        }

        Program.Close();
        Program.Open("else");
        Values.Store(Program, ("labelShifted", Program.Constant("Lowest", double.NegativeInfinity)));
        Program.Close();
    }

    /// <summary>The largest logit of what is left; in four chains, because each comparison waits for the one before.</summary>
    private void EmitLargest()
    {
        var lowest = Program.Constant("Lowest", double.NegativeInfinity);
        Lane[] chains = [Largest, .. Enumerable.Range(1, Tile - 1).Select(chain => Program.Let($"largest{chain}", lowest))];
        Program.Line("nuint next = 0;");
        Program.Open($"for (; next + {Tile} <= classes; next += {Tile})");
        for (var j = 0; j < Tile; j++)
        {
            Program.Assign(chains[j], Program.Larger(Classes.Get(LaneClasses.Sum("next", j)), chains[j]));
        }

        Program.Close();
        Program.Line();
        Program.Open("for (; next < classes; next++)");
        Program.Assign(Largest, Program.Larger(Classes.Get("next"), Largest));
        Program.Close();
        Program.Line();
        foreach (var chain in chains.Skip(1))
        {
            Program.Assign(Largest, Program.Larger(chain, Largest));
        }
    }

    /// <summary>
    /// Finds the label's logit and the largest of the others. Unless the label's e is picked out later, −∞ comes in its place: its e is not
    /// wanted in the sum.
    /// </summary>
    private void Compare(Lane index, Lane z, string k, Func<Lane> target)
    {
        var isLabel = Program.Let("isLabel", Program.AreEqual(_labels, index));
        Program.Assign(_labelLogit, _picksLabel ? Program.SelectOverZero(isLabel, z, _labelLogit) : Program.Select(isLabel, z, _labelLogit));
        if (_picksLabel)
        {
            Program.Assign(Largest, Program.LargerUnless(isLabel, z, Largest));
            Classes.Set(k, z);
            return;
        }

        var other = Program.Let("other", Program.Select(isLabel, Program.Constant("Lowest", double.NegativeInfinity), z));
        Program.Assign(Largest, Program.Larger(other, Largest));
        Classes.Set(k, other);
    }

    /// <summary>A prediction is correct if the label's logit is larger than all others.</summary>
    private void EmitCorrect()
    {
        Correct = ("correctLimit", Program.Let("correctLimit", Program.Keep(Program.IsGreater(_labelLogit, Largest), Program.Constant("Infinity", double.PositiveInfinity))));
        _isEqual = Program.Let("isEqual", Program.AreEqual(_labelLogit, Largest));
        Largest = Program.Let("largest", Program.Larger(_labelLogit, Largest));
    }
}
