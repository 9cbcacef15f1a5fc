using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample at a time: virtual blocks of its classes are read for the largest logit, for what dense targets add up to, and for e and its
/// sum. The rows of a call stay in the second-level cache until the gradient's sweep.
/// </summary>
/// <param name="element">The type of the elements.</param>
/// <param name="form">The form of the target.</param>
internal sealed class RowMethod(Element element, TargetForm form)
    : SampleMethod(form == TargetForm.Hard ? "Hard" : $"Row{form}", "A sample at a time.", element)
{
    private readonly bool _isHard = form == TargetForm.Hard;
    private readonly RowValues _values = form == TargetForm.Hard ? RowValues.Hard : RowValues.Dense;

    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override (string Parameter, string Constraint)? TypeParameter =>
        _isHard ? ("TRows", $"struct, ICrossEntropyRows<{Element.Storage}>") : null;

    /// <summary>What the blocks add up of dense targets: D and, unless a table has it, A.</summary>
    private string[] TargetSums => form switch
    {
        TargetForm.Hard => [],
        TargetForm.Smooth => ["sumGap"],
        _ => ["sumTarget", "sumGap"],
    };

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var statements = program(1);
        var blocks = new RowBlocks(statements, program(null), dialect);
        EmitDeclarations(statements, dialect);

        // A row's largest logit is looked for while the e of the row before are evaluated: nothing else could be done until it is known.
        statements.Line("var next = RowSupport.Largest(ref arguments.Logits, classes);");
        statements.Open("for (nuint row = 0; row < arguments.Count; row++)");
        EmitRead(statements);
        var largest = statements.LetAll("largest", "peak");
        var scale = Exponential.ScaleOf(statements, Exponential.PowerOf(statements, largest));
        EmitSums(blocks, largest, scale);
        StoreValue(statements, "rowPower", statements.First(scale.Power));
        if (_isHard)
        {
            EmitHardValues(statements);
        }
        else
        {
            EmitSpreadValues(statements);
        }

        statements.Close();
        statements.Line();
        if (_isHard)
        {
            statements.Line("correct += TRows.Run(in arguments);");
        }
        else
        {
            _values.Emit(program, dialect, RowValues.DenseInputs, "SampleWeights", (rows, values, weight, gradientScale) =>
                CrossEntropy.EmitDense(rows, values, weight, gradientScale));
        }

        new RowGradient(blocks, form, _values, start => EmitTarget(blocks, start)).Emit();
        statements.Line("return correct;");
    }

    private void EmitDeclarations(LaneProgram program, Dialect dialect)
    {
        program.Line(_isHard
            ? $"var classes = (nuint)({LaneClasses.IsAny.Condition} ? arguments.Classes : TClasses.Value);"
            : "var classes = (nuint)arguments.Classes;");
        program.Line($"const uint block = {dialect.BlockLanes};");
        program.Line("ref var scratch = ref arguments.Scratch;");
        RowValues.EmitDeclaration(program);
        program.Line($"ref var numbers = ref RowSupport.Numbers{program.Number.Name};");
        if (!_isHard)
        {
            program.Line("ref var uniformWeights = ref arguments.UniformWeights;");
        }

        if (form == TargetForm.Soft)
        {
            program.Line("ref var classWeights = ref arguments.ClassWeights;");
        }

        program.Line("nuint whole = classes & ~(nuint)(block - 1);");
        program.Line("long correct = 0;");
    }

    /// <summary>What the row is, and its largest logit. Rows of weight 0 end here.</summary>
    private void EmitRead(LaneProgram program)
    {
        program.Line("ref var logits = ref Unsafe.Add(ref arguments.Logits, row * arguments.Stride);");
        program.Line("var peak = next;");
        program.Open(
            $"if (row + 1 < arguments.Count && Unsafe.Add(ref arguments.{(_isHard ? "Weights" : "SampleWeights")}, row + 1) != 0)");
        program.Line("next = RowSupport.Largest(ref Unsafe.Add(ref logits, arguments.Stride), classes);");
        program.Close();
        program.Line();

        // No reference may point outside of the call's arrays, not even one that is not read.
        program.Line(
            "ref var gradient = ref Unsafe.Add(ref arguments.Gradient, arguments.WantsGradient ? row * arguments.GradientStride : 0);");
        if (form == TargetForm.Soft)
        {
            program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
        else
        {
            program.Line("var label = RowSupport.LabelOf(ref arguments.Labels, row, classes);");
            program.Line("var rowWeight = Unsafe.Add(ref arguments.Weights, row);");
        }

        if (!_isHard)
        {
            program.Line("var ownWeight = Unsafe.Add(ref arguments.SampleWeights, row);");
        }

        EmitInert(program);
        EmitApartClass(program);
        EmitLimits(program);
        if (form != TargetForm.Soft)
        {
            program.Line($"var labelValue = label < 0 ? {Element.Number.Keyword}.NegativeInfinity : Unsafe.Add(ref logits, label);");
        }
    }

    private void EmitInert(LaneProgram program)
    {
        program.Open($"if ({(_isHard ? "rowWeight" : "ownWeight")} == 0)");
        foreach (var name in _values.Names.Where(name => name is not ("best" or "correctLimit" or "labelE" or "cost")))
        {
            StoreValue(program, name, "0");
        }

        const string isCorrect = "RowSupport.IsCorrect(ref logits, classes, label)";
        StoreValue(program, _isHard ? "correctLimit" : "best", form switch
        {
            TargetForm.Hard => $"{isCorrect} ? {Element.Number.Keyword}.PositiveInfinity : 0",
            TargetForm.Smooth => $"{isCorrect} ? label : -2",
            _ => "-2",
        });
        program.Line("continue;");
        program.Close();
        program.Line();
    }

    /// <summary>
    /// The class whose e is in no sum: the label's, or of dense targets that with the largest logit, and what its target is.
    /// </summary>
    private void EmitApartClass(LaneProgram program)
    {
        if (_isHard)
        {
            program.Line("var isFirst = RowSupport.IsFirst(ref logits, label, peak);");
            return;
        }

        program.Line("var best = RowSupport.IndexOf(ref logits, classes, peak);");
        var math = program.Number.Of("global::System.MathF", "global::System.Math");
        string Of(string array) => $"Unsafe.Add(ref {array}, best)";
        var own = form == TargetForm.Soft
            ? $"{math}.FusedMultiplyAdd({Of("classWeights")}, {Of("targets")}, {Of("uniformWeights")})"
            : Of("uniformWeights");
        program.Line($"var bestTarget = best < 0 ? 0 : {own} * ownWeight;");
    }

    /// <summary>
    /// A row with an infinite logit, or with large ones, is replaced by one that gives the same: it lies where the gradient will.
    /// </summary>
    private void EmitLimits(LaneProgram program)
    {
        var behindSums = System.Math.Max(1, TargetSums.Length);
        program.Line($"ref var spare = ref arguments.WantsGradient ? ref gradient : ref Unsafe.Add(ref scratch, {behindSums} * block);");
        program.Open($"if (peak == {Element.Number.Keyword}.PositiveInfinity)");
        program.Line("logits = ref RowSupport.Limit(ref logits, ref spare, classes, out peak);");
        program.Close();
        program.Line();
        program.Open("if (RowSupport.IsLarge(peak))");
        program.Line("logits = ref RowSupport.Shifted(ref logits, ref spare, classes, peak);");
        program.Line("peak -= peak;");
        program.Close();
        program.Line();
    }

    /// <summary>
    /// Adds up the targets' part, and then the e: in one loop, the chains of all sums and the constants of the exponential would not fit
    /// into the registers of AVX2.
    /// </summary>
    private void EmitSums(RowBlocks blocks, Lane largest, (Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var (program, block) = (blocks.Program, blocks.Block);
        program.Line(string.Join(" ", TargetSums.Append("sumE").Select(sum => $"double {sum} = 0;")));
        program.Line($"var apart = {(_isHard ? "label" : "best")};");
        program.Line("var apartBlock = apart < 0 ? whole : nuint.Min((nuint)apart & ~(nuint)(block - 1), whole);");
        program.Line("var runs = apartBlock < whole ? whole - block : whole;");
        if (!_isHard)
        {
            blocks.EmitSums(TargetSums, "_target", (logits, start, choose) => EmitTargetBlock(blocks, largest, logits, start, choose));
        }

        blocks.EmitSums(
            ["sumE"],
            "",
            (t, _, _) => [block.Let("e", Exponential.Scaled(block, block.Let("t", t), scale))],
            blocks.IsAlone ? null : () => EmitFetch(block),
            storesFirst: true);
    }

    /// <summary>
    /// Asks for what a later row has here: the row's largest logit is searched before its exponentials come, so that without it the search
    /// waits for memory, and the arithmetic does not cover it. (In a row that has been shifted, it asks for something else: for nothing.)
    /// </summary>
    private void EmitFetch(LaneProgram block)
    {
        block.Open("if (arguments.Fetches)");
        block.Line($"Prefetch.Lines(ref logits, k + ({TuningTable.RowsFetchedAhead} * arguments.Stride), block);");
        if (form == TargetForm.Soft)
        {
            block.Line($"Prefetch.Lines(ref targets, k + ({TuningTable.RowsFetchedAhead} * arguments.TargetStride), block);");
        }

        block.Close();
        block.Line();
    }

    /// <summary>
    /// What a block's targets add to <see cref="TargetSums"/>. A logit of −∞ that is no target costs nothing; the product is NaN.
    /// </summary>
    private Lane[] EmitTargetBlock(RowBlocks blocks, Lane largest, Lane logits, string start, Func<Lane, Lane> choose)
    {
        var block = blocks.Block;
        var distance = block.Let("distance", block.Subtract(largest, block.Let("t", logits)));
        if (form == TargetForm.Smooth)
        {
            var cost = block.Let("cost", block.Multiply(choose(block.Load("uniformWeights", start)), distance));
            return [block.Larger(cost, block.Zero)];
        }

        var b = block.Let("b", choose(EmitTarget(blocks, start)));
        return [b, block.Larger(block.Let("cost", block.Multiply(b, distance)), block.Zero)];
    }

    /// <summary>Soft targets: a row's own part and the uniform one, weighted.</summary>
    private static Lane EmitTarget(RowBlocks blocks, string start)
    {
        var block = blocks.Block;
        var weight = block.Let(
            "weighted", block.MultiplyAdd(
                block.Load("classWeights", start), block.Load("targets", start), block.Load("uniformWeights", start)));
        return block.Let("target", block.Multiply(weight, blocks.Broadcast("ownWeight")));
    }

    /// <summary>The sum of a hard label's row; of one that could have a lane of its own, the bits that it would have there.</summary>
    private void EmitHardValues(LaneProgram program)
    {
        // So few rows always have their e where a gradient lies.
        program.Open($"if ({LaneClasses.IsAny.Condition} && classes <= {KernelFacts.MostClassesInLanes})");
        program.Line($"RowSupport.SumAsInLanes(ref gradient, classes, out {Value("rest")}, out {Value("restLow")});");
        program.Close();
        program.Open("else");
        StoreValue(program, "rest", $"({Element.Number.Keyword})sumE");
        StoreValue(program, "restLow", $"({Element.Number.Keyword})(sumE - ({Element.Number.Keyword})sumE)");
        program.Close();
        program.Line();
        StoreValue(program, "labelShifted", "labelValue");
        StoreValue(program, "correctLimit", $"isFirst ? {Element.Number.Keyword}.PositiveInfinity : 0");
    }

    private void EmitSpreadValues(LaneProgram program)
    {
        StoreValue(program, "rest", $"({Element.Number.Keyword})sumE");
        var isSmooth = form == TargetForm.Smooth;
        if (isSmooth)
        {
            // The label's own part, to the class with the largest logit or to the others.
            program.Line("var labelGap = rowWeight == 0 ? 0 : rowWeight * (peak - labelValue);");
        }

        StoreValue(program, "others", isSmooth
            ? "(best < 0 ? 0 : Unsafe.Add(ref arguments.UniformOthers, best) * ownWeight) + (label == best ? 0 : rowWeight)"
            : $"({Element.Number.Keyword})sumTarget");
        StoreValue(
            program, "gaps", isSmooth ? $"({Element.Number.Keyword})(ownWeight * sumGap) + labelGap" : $"({Element.Number.Keyword})sumGap");
        StoreValue(program, "peak", $"bestTarget{(isSmooth ? " + (label == best ? rowWeight : 0)" : "")}");
        StoreValue(program, "shiftedLargest", "peak");
        StoreValue(program, "best", "best < 0 ? -2 : best");
    }

    private void StoreValue(LaneProgram program, string name, string value) => program.Line($"{Value(name)} = {value};");

    private string Value(string name) => $"Unsafe.Add(ref rowValues, {_values.IndexOf(name)})";
}
