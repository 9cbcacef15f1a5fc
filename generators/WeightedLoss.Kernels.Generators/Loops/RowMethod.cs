using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample at a time: virtual blocks of its classes are read for the largest logit, for what spread targets add up to, and for e and its sum.
/// The rows of a call stay in the second-level cache until the gradient's sweep.
/// </summary>
/// <param name="element">The type of the elements.</param>
/// <param name="form">The form of the target.</param>
internal sealed class RowMethod(string element, TargetForm form) : SampleMethod(form == TargetForm.Hard ? "Hard" : $"Row{form}", "A sample at a time.")
{
    /// <summary>
    /// Blocks that are summed in the element type before they go to double: the rounding errors of a lane stay near two units in the last
    /// place of a sum of 64 terms, for any class count.
    /// </summary>
    private const int RunBlocks = 64;

    private readonly bool _isHard = form == TargetForm.Hard;
    private readonly RowValues _results = form == TargetForm.Hard ? RowValues.Hard : RowValues.Spread;

    private Dialect _dialect = null!;
    private LaneProgram _program = null!;
    private LaneProgram _block = null!;
    private Lane _largest;
    private (Lane Power, Lane Shift, Lane Smallest) _scale;

    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{element}> arguments");

    public override (string Parameter, string Constraint)? TypeParameter =>
        _isHard ? ("TRows", $"struct, ICrossEntropyRows<{element}>") : null;

    /// <summary>What the blocks add up of spread targets: D and, unless a table has it, A.</summary>
    private string[] TargetSums => form switch
    {
        TargetForm.Hard => [],
        TargetForm.Smooth => ["sumGap"],
        _ => ["sumTarget", "sumGap"],
    };

    private bool IsAlone => !_dialect.HasWholeBlock;

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        _dialect = dialect;
        _program = program(1);
        _block = program(null);
        _program.Line(_isHard
            ? $"var classes = (nuint)({LaneClasses.IsAny.Condition} ? arguments.Classes : TClasses.Value);"
            : "var classes = (nuint)arguments.Classes;");
        _program.Line($"const uint block = {dialect.BlockLanes};");
        _program.Line("ref var scratch = ref arguments.Scratch;");
        RowValues.EmitDeclaration(_program);
        _program.Line($"ref var numbers = ref RowSupport.Numbers{_program.Number.Name};");
        if (!_isHard)
        {
            _program.Line("ref var uniformWeights = ref arguments.UniformWeights;");
        }

        if (form == TargetForm.Soft)
        {
            _program.Line("ref var classWeights = ref arguments.ClassWeights;");
        }

        _program.Line("nuint whole = classes & ~(nuint)(block - 1);");
        _program.Line("long correct = 0;");

        // A row's largest logit is looked for while the e of the row before are evaluated: nothing else could be done until it is known.
        _program.Line("var next = RowSupport.Largest(ref arguments.Logits, classes);");
        _program.Open("for (nuint row = 0; row < arguments.Count; row++)");
        EmitRead();

        _largest = _program.LetAll("largest", "peak");
        _scale = Exponential.ScaleOf(_program, Exponential.PowerOf(_program, _largest));
        EmitSums();
        StoreValue("rowPower", _program.First(_scale.Power));
        if (_isHard)
        {
            EmitRest();
            StoreValue("labelShifted", "labelValue");
            StoreValue("correctLimit", $"isFirst ? {element}.PositiveInfinity : 0");
        }
        else
        {
            StoreValue("rest", $"({element})sumE");
            var isSmooth = form == TargetForm.Smooth;
            if (isSmooth)
            {
                // The label's own part, to the class with the largest logit or to the others.
                _program.Line("var labelGap = rowWeight == 0 ? 0 : rowWeight * (peak - labelValue);");
            }

            StoreValue("others", isSmooth
                ? "(best < 0 ? 0 : Unsafe.Add(ref arguments.UniformOthers, best) * ownWeight) + (label == best ? 0 : rowWeight)"
                : $"({element})sumTarget");
            StoreValue("gaps", isSmooth ? $"({element})(ownWeight * sumGap) + labelGap" : $"({element})sumGap");
            StoreValue("peak", $"bestTarget{(isSmooth ? " + (label == best ? rowWeight : 0)" : "")}");
            StoreValue("shiftedLargest", "peak");
            StoreValue("best", "best < 0 ? -2 : best");
        }

        _program.Close();
        _program.Line();
        if (_isHard)
        {
            _program.Line("correct += TRows.Run(in arguments);");
        }
        else
        {
            _results.Emit(program, dialect, RowValues.SpreadInputs, "SampleWeights", (rows, values, weight, gradientScale) =>
                CrossEntropy.EmitSpread(rows, values, weight, gradientScale));
        }

        EmitGradient();
        _program.Line("return correct;");
    }

    private void StoreValue(string name, string value) => _program.Line($"{Value(name)} = {value};");

    private string Value(string name) => $"Unsafe.Add(ref rowValues, {_results.IndexOf(name)})";

    /// <summary>The sum of a hard label's row; of one that could have a lane of its own, the bits that it would have there.</summary>
    private void EmitRest()
    {
        // So few rows always have their e where a gradient lies.
        _program.Open($"if ({LaneClasses.IsAny.Condition} && classes <= {KernelFacts.MostClassesInLanes})");
        _program.Line($"RowSupport.SumAsInLanes(ref gradient, classes, out {Value("rest")}, out {Value("restLow")});");
        _program.Close();
        _program.Open("else");
        StoreValue("rest", $"({element})sumE");
        StoreValue("restLow", $"({element})(sumE - ({element})sumE)");
        _program.Close();
        _program.Line();
    }

    private void EmitRead()
    {
        _program.Line("ref var logits = ref Unsafe.Add(ref arguments.Logits, row * arguments.Stride);");
        _program.Line("var peak = next;");
        _program.Open($"if (row + 1 < arguments.Count && Unsafe.Add(ref arguments.{(_isHard ? "Weights" : "SampleWeights")}, row + 1) != 0)");
        _program.Line("next = RowSupport.Largest(ref Unsafe.Add(ref logits, arguments.Stride), classes);");
        _program.Close();
        _program.Line();

        // No reference may point outside of the call's arrays, not even one that is not read.
        _program.Line("ref var gradient = ref Unsafe.Add(ref arguments.Gradient, arguments.WantsGradient ? row * arguments.GradientStride : 0);");
        if (form == TargetForm.Soft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
        else
        {
            _program.Line("var label = RowSupport.LabelOf(ref arguments.Labels, row, classes);");
            _program.Line("var rowWeight = Unsafe.Add(ref arguments.Weights, row);");
        }

        if (!_isHard)
        {
            _program.Line("var ownWeight = Unsafe.Add(ref arguments.SampleWeights, row);");
        }

        _program.Open($"if ({(_isHard ? "rowWeight" : "ownWeight")} == 0)");
        foreach (var name in _results.Names.Where(name => name is not ("best" or "correctLimit" or "labelE" or "cost")))
        {
            StoreValue(name, "0");
        }

        const string IsCorrect = "RowSupport.IsCorrect(ref logits, classes, label)";
        _program.Line(form switch
        {
            TargetForm.Hard => $"Unsafe.Add(ref rowValues, {_results.IndexOf("correctLimit")}) = {IsCorrect} ? {element}.PositiveInfinity : 0;",
            TargetForm.Smooth => $"Unsafe.Add(ref rowValues, {_results.IndexOf("best")}) = {IsCorrect} ? label : -2;",
            _ => $"Unsafe.Add(ref rowValues, {_results.IndexOf("best")}) = -2;",
        });
        _program.Line("continue;");
        _program.Close();
        _program.Line();
        if (!_isHard)
        {
            _program.Line("var best = RowSupport.IndexOf(ref logits, classes, peak);");
            var own = form == TargetForm.Soft
                ? $"{_program.Number.Of("global::System.MathF", "global::System.Math")}.FusedMultiplyAdd(Unsafe.Add(ref classWeights, best), Unsafe.Add(ref targets, best), Unsafe.Add(ref uniformWeights, best))"
                : "Unsafe.Add(ref uniformWeights, best)";
            _program.Line($"var bestTarget = best < 0 ? 0 : {own} * ownWeight;");
        }

        if (_isHard)
        {
            _program.Line("var isFirst = RowSupport.IsFirst(ref logits, label, peak);");
        }

        // A row that takes the place of this one lies where the gradient will, or behind the sums of a block.
        _program.Line($"ref var spare = ref arguments.WantsGradient ? ref gradient : ref Unsafe.Add(ref scratch, {System.Math.Max(1, TargetSums.Length)} * block);");
        _program.Open($"if (peak == {element}.PositiveInfinity)");
        _program.Line("logits = ref RowSupport.Limit(ref logits, ref spare, classes, out peak);");
        _program.Close();
        _program.Line();
        _program.Open("if (RowSupport.IsLarge(peak))");
        _program.Line("logits = ref RowSupport.Shifted(ref logits, ref spare, classes, peak);");
        _program.Line("peak -= peak;");
        _program.Close();
        _program.Line();
        if (form != TargetForm.Soft)
        {
            _program.Line($"var labelValue = label < 0 ? {element}.NegativeInfinity : Unsafe.Add(ref logits, label);");
        }
    }

    /// <summary>
    /// Adds up the targets' part, and then the e: in one loop, the chains of all sums and the constants of the exponential would not fit into
    /// the registers of AVX2.
    /// </summary>
    private void EmitSums()
    {
        _program.Line(string.Join(" ", TargetSums.Append("sumE").Select(sum => $"double {sum} = 0;")));
        _program.Line($"var apart = {(_isHard ? "label" : "best")};");
        _program.Line("var apartBlock = apart < 0 ? whole : nuint.Min((nuint)apart & ~(nuint)(block - 1), whole);");
        _program.Line("var runs = apartBlock < whole ? whole - block : whole;");
        if (!_isHard)
        {
            EmitSums(TargetSums, "_target", EmitTargetBlock, storesFirst: false);
        }

        EmitSums(["sumE"], "", (t, _, _) => [_block.Let("e", Exponential.Scaled(_block, _block.Let("t", t), _scale))], storesFirst: true);
    }

    /// <summary>
    /// Asks for what a later row has here: the row's largest logit is searched before its exponentials come, so that without it the search
    /// waits for memory, and the arithmetic does not cover it. (In a row that has been shifted, it asks for something else: for nothing.)
    /// </summary>
    private void EmitFetch()
    {
        _block.Open("if (arguments.Fetches)");
        _block.Line($"Prefetch.Lines(ref logits, k + ({TuningTable.RowsFetchedAhead} * arguments.Stride), block);");
        if (form == TargetForm.Soft)
        {
            _block.Line($"Prefetch.Lines(ref targets, k + ({TuningTable.RowsFetchedAhead} * arguments.TargetStride), block);");
        }

        _block.Close();
        _block.Line();
    }

    /// <summary>
    /// Whole blocks in runs; a block that needs care apart: the one with the label, or for spread targets the one with the largest logit,
    /// whose e does not belong to the sum, and the last one, if classes are missing in it. The runs step over the block with the label
    /// without a branch, which a processor would not foresee.
    /// </summary>
    /// <param name="names">The sums.</param>
    /// <param name="suffix">The end of local names.</param>
    /// <param name="emitBlock">What a block adds to each, from its logits, where it starts, and what makes 0 of that which belongs to no sum.</param>
    /// <param name="storesFirst">Whether what it adds to the first one is stored in place of the gradient.</param>
    private void EmitSums(string[] names, string suffix, Func<Lane, string, Func<Lane, Lane>, Lane[]> emitBlock, bool storesFirst)
    {
        _program.Open("for (nuint i = 0; i < runs;)");
        _program.Line($"var end = nuint.Min(i + (block * {RunBlocks}), runs);");
        if (IsAlone)
        {
            _program.Open(_dialect.OverRegisters);
        }

        _block.Suffix = $"{suffix}_run";
        var sums = names.Select(sum => _block.Let(sum, _block.Zero)).ToArray();
        _block.Open(IsAlone ? "for (var j = i + lane; j < end; j += block)" : "for (var j = i; j < end; j += block)");
        _block.Line("var k = j + RowSupport.StepOver(j, apartBlock, block);");
        if (storesFirst && !IsAlone)
        {
            EmitFetch();
        }

        var parts = emitBlock(_block.Load("logits", "k"), "k", value => value);
        StoreFirst(() => _block.Store("gradient", parts[0], "k"));
        for (var n = 0; n < sums.Length; n++)
        {
            _block.Assign(sums[n], _block.Add(sums[n], parts[n]));
        }

        _block.Close();
        for (var n = 0; n < sums.Length; n++)
        {
            _block.Store("scratch", sums[n], IsAlone ? $"({n} * block) + lane" : $"{n} * block");
        }

        _block.Flush();
        if (IsAlone)
        {
            _program.Close();
        }

        EmitFold(names);
        _program.Line("i = end;");
        _program.Close();
        _program.Line();

        _program.Open("for (var i = apartBlock; i < classes; i = i < whole ? whole : classes)");
        EmitPartialBlock();
        _program.Line($"var apartLane = apart < 0 ? -1 : ({element})((nint)apart - (nint)start);");
        OpenLanes();
        _block.Suffix = $"{suffix}_part";
        var isFresh = EmitIsFresh();
        var isApart = _block.Let("isApart", _block.AreEqual(_block.Load("numbers", At("0")), new Lane(_ => _dialect.Broadcast("apartLane"))));
        var lowest = _block.Constant("Lowest", double.NegativeInfinity);
        var loaded = _block.Select(isFresh, _block.Load("logits", At("start")), lowest);
        var z = _block.Let("z", _block.Select(isApart, lowest, _block.Let("fresh", loaded)));
        var partial = emitBlock(
            z, At("start"), value => _block.Select(isApart, _block.Zero, _block.Let("freshValue", _block.Select(isFresh, value, _block.Zero))));
        for (var n = 0; n < partial.Length; n++)
        {
            _block.Store("scratch", partial[n], At($"{n} * block"));
        }

        StoreFirst(() => _block.Store("gradient", _block.Let("mixed", _block.Select(isFresh, partial[0], _block.Load("gradient", At("start")))), At("start")));
        CloseLanes();
        EmitFold(names);
        _program.Close();
        _program.Line();

        void StoreFirst(Action store)
        {
            if (storesFirst)
            {
                _block.Open("if (arguments.WantsGradient)");
                store();
                _block.Close();
                _block.Line();
            }
        }
    }

    /// <summary>
    /// A block whose lanes are not all new: one that ends with the row, and overlaps the one before. Where nothing overlaps, all are.
    /// </summary>
    private void EmitPartialBlock()
    {
        _program.Line("var start = nuint.Min(i, classes - block);");
        _program.Line($"var old = ({element})(int)(i - start) - ({element})0.5;");
    }

    private Lane EmitIsFresh() =>
        _block.Let("isFresh", _block.IsGreater(_block.Load("numbers", At("0")), new Lane(_ => _dialect.Broadcast("old"))));

    /// <summary>Where registers are visited one after the other.</summary>
    private void OpenLanes()
    {
        if (IsAlone)
        {
            _program.Open(_dialect.OverRegisters);
        }
    }

    private void CloseLanes()
    {
        _block.Flush();
        if (IsAlone)
        {
            _program.Close();
        }

        _program.Line();
    }

    private string At(string start) => !IsAlone ? start : start == "0" ? "lane" : $"({start}) + lane";

    private void EmitFold(string[] names)
    {
        for (var n = 0; n < names.Length; n++)
        {
            _program.Line($"{names[n]} += RowSupport.Sum(ref Unsafe.Add(ref scratch, {n} * block));");
        }
    }

    /// <summary>What a block's targets add to <see cref="TargetSums"/>. A logit of −∞ that is no target costs nothing; the product is NaN.</summary>
    private Lane[] EmitTargetBlock(Lane logits, string start, Func<Lane, Lane> choose)
    {
        var distance = _block.Let("distance", _block.Subtract(_largest, _block.Let("t", logits)));
        if (form == TargetForm.Smooth)
        {
            var cost = _block.Let("cost", _block.Multiply(choose(_block.Load("uniformWeights", start)), distance));
            return [_block.Larger(cost, _block.Zero)];
        }

        var b = _block.Let("b", choose(Target(start)));
        return [b, _block.Larger(_block.Let("cost", _block.Multiply(b, distance)), _block.Zero)];
    }

    /// <summary>Soft targets: a row's own part and the uniform one, weighted.</summary>
    private Lane Target(string start)
    {
        var weight = _block.Let(
            "weighted", _block.MultiplyAdd(_block.Load("classWeights", start), _block.Load("targets", start), _block.Load("uniformWeights", start)));
        return _block.Let("target", _block.Multiply(weight, new Lane(_ => _dialect.Broadcast("ownWeight"))));
    }

    private void EmitGradient()
    {
        _program.Open("if (arguments.WantsGradient)");
        _program.Open("for (nuint row = 0; row < arguments.Count; row++)");
        _program.Line("ref var gradient = ref Unsafe.Add(ref arguments.Gradient, row * arguments.GradientStride);");
        if (form == TargetForm.Soft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }

        var weights = _isHard ? "Weights" : "SampleWeights";
        _program.Line($"var ownWeight = Unsafe.Add(ref arguments.{weights}, row);");
        _program.Open("if (ownWeight == 0)");
        _program.Line("RowSupport.Clear(ref gradient, classes);");
        _program.Line("continue;");
        _program.Close();
        _program.Line();
        var coefficient = RowValues.LoadCoefficient(_program, Load);
        var apart = RowValues.LoadApart(_program, Load);
        _program.Flush();
        if (form == TargetForm.Smooth)
        {
            // An infinite one would make NaN of a class of weight 0.
            _program.Line($"var share = global::System.Math.Min(ownWeight * arguments.Scale, {element}.MaxValue);");
        }

        _block.Suffix = "_out";
        var step = !IsAlone ? "j += block" : _dialect.Lanes == 1 ? "j++" : $"j += {_dialect.Lanes}";
        _block.Open($"for (nuint j = 0; j < whole; {step})");
        _block.Store("gradient", Result("j"), "j");
        _block.Close();
        _block.Line();

        _program.Open("if (whole < classes)");
        _program.Line("var i = whole;");
        EmitPartialBlock();
        OpenLanes();
        _block.Suffix = "_last";
        var isFresh = EmitIsFresh();
        var result = Result(At("start"));
        _block.Store("gradient", _block.Let("mixed", _block.Select(isFresh, result, _block.Load("gradient", At("start")))), At("start"));
        CloseLanes();
        _program.Close();
        _program.Line();
        if (form == TargetForm.Smooth)
        {
            _program.Line("var label = RowSupport.LabelOf(ref arguments.Labels, row, classes);");
            _program.Open("if (label >= 0)");
            _program.Line("Unsafe.Add(ref gradient, label) -= Unsafe.Add(ref arguments.Weights, row) * arguments.Scale;");
            _program.Close();
            _program.Line();
        }

        _program.Line(_isHard ? "var index = RowSupport.LabelOf(ref arguments.Labels, row, classes);" : $"var index = (int)Unsafe.Add(ref rowValues, {_results.IndexOf("best")});");
        _program.Open("if (index >= 0)");
        _program.Line($"Unsafe.Add(ref gradient, index) = {_program.First(apart)};");
        _program.Close();
        _program.Close();
        _program.Close();
        _program.Line();

        Lane Load(string index) => Broadcast($"Unsafe.Add(ref rowValues, {index})");

        Lane Broadcast(string scalar) => new(_ => _dialect.Broadcast(scalar));

        Lane Result(string start)
        {
            var value = _block.Multiply(_block.Let("value", _block.Load("gradient", start)), coefficient);
            return _block.Let("g", form switch
            {
                TargetForm.Hard => value,
                TargetForm.Smooth => _block.NegatedMultiplyAdd(_block.Load("uniformWeights", start), Broadcast("share"), value),
                _ => _block.NegatedMultiplyAdd(Target(start), Broadcast("arguments.Scale"), value),
            });
        }
    }
}
