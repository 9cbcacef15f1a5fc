using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Layouts;

/// <summary>
/// A sample at a time: virtual blocks of its classes are read for the largest logit, for e and its sum, and for the gradient. The row
/// stays in the cache between the three.
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="classes">The class count, at least four blocks; 0 if it is given at run time.</param>
/// <param name="form">The form of the target.</param>
internal sealed class RowMethod(string element, int classes, TargetForm form) : SampleMethod(
    (classes == 0 ? "Row" : "") + form, "A sample at a time.")
{
    /// <summary>
    /// Blocks that are summed in the element type before they go to double: the rounding errors of a lane stay near two units in the last
    /// place of a sum of 64 terms, for any class count.
    /// </summary>
    private const int RunBlocks = 64;

    private readonly bool _isFloat = element == "float";
    private readonly bool _isHard = form == TargetForm.Hard;
    private readonly int _blockLanes = element == "float" ? 16 : 8;

    private Dialect _dialect = null!;
    private LaneProgram _program = null!;
    private LaneProgram _block = null!;
    private Lane _offset;
    private Lane _largest;
    private (Lane Power, Lane Shift, Lane Smallest) _scale;

    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{element}> arguments");

    /// <summary>What the blocks add up: S, and for spread targets A and D.</summary>
    private string[] Sums => _isHard ? ["sumE"] : ["sumE", "sumTarget", "sumGap"];

    private bool IsScalar => _dialect.Registers == 0;

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        _dialect = dialect;
        _program = program(1);
        _block = program(null);
        _program.Line(classes == 0 ? "var classes = (nuint)arguments.Classes;" : $"const uint classes = {classes};");
        _program.Line($"const uint block = {_blockLanes};");
        _program.Line("ref var scratch = ref arguments.Scratch;");
        if (!_isHard)
        {
            _program.Line("ref var uniformWeights = ref arguments.UniformWeights;");
        }

        if (form == TargetForm.Soft)
        {
            _program.Line("ref var classWeights = ref arguments.ClassWeights;");
        }

        _program.Line("long hits = 0;");
        _program.Open("for (nuint row = 0; row < arguments.Count; row++)");
        EmitRead();

        var gradientScale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        (_offset, _largest, _scale) = CrossEntropyBody.EmitScale(_program, _program.LetAll("largest", "peak"), _isFloat);
        var label = _isHard || form == TargetForm.Smooth
            ? _program.Let("labelShifted", _program.Subtract(_program.LetAll("labelLogit", "labelValue"), _offset))
            : default;
        EmitSums();
        var weight = _isHard || form == TargetForm.Smooth ? _program.LetAll("weight", "rowWeight") : default;
        Func<Lane, Lane> times;
        Lane loss, apartGradient, isNumber;
        var rest = _program.LetAll("rest", $"({element})sumE");
        if (_isHard)
        {
            var restLow = _program.LetAll("restLow", $"({element})(sumE - ({element})sumE)");
            (loss, var quotient, apartGradient, isNumber) =
                CrossEntropyBody.EmitHard(_program, rest, restLow, label, _scale, weight, gradientScale, _isFloat);
            times = value => quotient.Times(_block, value);
        }
        else
        {
            var others = _program.LetAll("others", $"({element})sumTarget");
            var gaps = _program.LetAll("gaps", $"({element})sumGap");
            var peak = _program.LetAll("peakTarget", "bestTarget");
            if (form == TargetForm.Smooth)
            {
                // The label's own part, to the best class or to the others.
                var gap = _program.Let("labelGap", _program.Multiply(weight, _program.Subtract(_largest, label)));
                gaps = _program.Let("allGaps", _program.Add(gaps, _program.Keep(_program.IsNotZero(weight), gap)));
                others = _program.Let("allOthers", _program.Add(others, _program.LetAll("apartWeight", "label == best ? 0 : rowWeight")));
                peak = _program.Let("wholePeak", _program.Add(peak, _program.LetAll("bestWeight", "label == best ? rowWeight : 0")));
            }

            var sampleWeight = _program.LetAll("sampleWeight", "ownWeight");
            (loss, var coefficient, apartGradient, isNumber) = CrossEntropyBody.EmitSpread(
                _program, rest, _largest, _scale, others, peak, gaps, sampleWeight, gradientScale, _isFloat);
            times = value => _block.Multiply(value, coefficient);
        }

        _program.Line($"Unsafe.Add(ref arguments.Losses, row) = {_program.First(loss)};");
        if (form != TargetForm.Soft)
        {
            _program.Line($"hits += isFirst && {_program.Any(isNumber)} ? 1 : 0;");
        }

        EmitGradient(times, gradientScale, apartGradient);
        _program.Close();
        _program.Line();
        _program.Line("return hits;");
    }

    private void EmitRead()
    {
        _program.Line("ref var logits = ref Unsafe.Add(ref arguments.Logits, row * arguments.Stride);");
        _program.Line("ref var gradient = ref Unsafe.Add(ref arguments.Gradient, row * arguments.GradientStride);");
        if (form == TargetForm.Soft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
            _program.Line("const int label = -1;");
        }
        else
        {
            _program.Line("var label = Unsafe.Add(ref arguments.Labels, row);");
            _program.Line("var rowWeight = Unsafe.Add(ref arguments.Weights, row);");
        }

        if (!_isHard)
        {
            _program.Line("var ownWeight = Unsafe.Add(ref arguments.SampleWeights, row);");
        }

        _program.Open($"if ({(_isHard ? "rowWeight" : "ownWeight")} == 0)");
        _program.Line("hits += RowSupport.Skip(ref logits, ref gradient, classes, label, arguments.WantsGradient) ? 1 : 0;");
        _program.Line("Unsafe.Add(ref arguments.Losses, row) = 0;");
        _program.Line("continue;");
        _program.Close();
        _program.Line();
        _program.Line("var peak = RowSupport.Largest(ref logits, classes);");
        if (!_isHard)
        {
            _program.Line("var best = RowSupport.IndexOf(ref logits, classes, peak);");
            var own = form == TargetForm.Soft
                ? $"{(_isFloat ? "global::System.MathF" : "global::System.Math")}.FusedMultiplyAdd(Unsafe.Add(ref classWeights, best), Unsafe.Add(ref targets, best), Unsafe.Add(ref uniformWeights, best))"
                : "Unsafe.Add(ref uniformWeights, best)";
            _program.Line($"var bestTarget = best < 0 ? 0 : {own} * ownWeight;");
        }

        if (form != TargetForm.Soft)
        {
            _program.Line("var isFirst = RowSupport.IsFirst(ref logits, label, peak);");
        }

        _program.Open($"if (peak == {element}.PositiveInfinity)");
        _program.Line("logits = ref RowSupport.Limit(ref logits, classes, out peak);");
        _program.Close();
        _program.Line();
        if (form != TargetForm.Soft)
        {
            _program.Line($"var labelValue = label < 0 ? {element}.NegativeInfinity : Unsafe.Add(ref logits, label);");
        }
    }

    /// <summary>
    /// Whole blocks in runs; a block that needs care apart: the one with the label, or for spread targets the one with the largest logit,
    /// whose e does not belong to the sum, and the last one, if classes are missing in it.
    /// </summary>
    private void EmitSums()
    {
        _program.Line(string.Join(" ", Sums.Select(sum => $"double {sum} = 0;")));
        _program.Line("nuint whole = classes & ~(nuint)(block - 1);");
        _program.Line($"var apart = {(_isHard ? "label" : "best")};");
        _program.Line("var apartBlock = apart < 0 ? nuint.MaxValue : (nuint)apart & ~(nuint)(block - 1);");
        _program.Open("for (nuint i = 0; i < classes;)");
        _program.Line("var stop = i <= apartBlock && apartBlock < whole ? apartBlock : whole;");
        _program.Open("while (i < stop)");
        _program.Line($"var end = nuint.Min(i + (block * {RunBlocks}), stop);");
        if (IsScalar)
        {
            _program.Open("for (nuint lane = 0; lane < block; lane++)");
        }

        _block.Suffix = "_run";
        var sums = Sums.Select(sum => _block.Let(sum, _block.Zero)).ToArray();
        _block.Open(IsScalar ? "for (var j = i + lane; j < end; j += block)" : "for (var j = i; j < end; j += block)");
        var parts = EmitBlock("logits", "j", Inputs.InPlace("j"), "gradient", "j", ifWanted: true);
        for (var n = 0; n < sums.Length; n++)
        {
            _block.Assign(sums[n], _block.Add(sums[n], parts[n]));
        }

        _block.Close();
        for (var n = 0; n < sums.Length; n++)
        {
            _block.Store("scratch", sums[n], IsScalar ? $"({n} * block) + lane" : $"{n} * block");
        }

        _block.Flush();
        if (IsScalar)
        {
            _program.Close();
        }

        EmitFold();
        _program.Line("i = end;");
        _program.Close();
        _program.Line();

        _program.Open("if (i < classes)");
        _program.Line("var count = nuint.Min(block, classes - i);");
        _program.Line($"RowSupport.Load(ref Unsafe.Add(ref logits, i), count, ref Unsafe.Add(ref scratch, 3 * block), block, {element}.NegativeInfinity);");
        if (!_isHard)
        {
            EmitTailInputs();
        }

        _program.Open("if (i == apartBlock)");
        _program.Line($"Unsafe.Add(ref scratch, (3 * block) + (nuint)apart - i) = {element}.NegativeInfinity;");
        if (!_isHard)
        {
            _program.Line("Unsafe.Add(ref scratch, (4 * block) + (nuint)apart - i) = 0;");
        }

        if (form == TargetForm.Soft)
        {
            _program.Line("Unsafe.Add(ref scratch, (5 * block) + (nuint)apart - i) = 0;");
        }

        _program.Close();
        _program.Line();

        if (IsScalar)
        {
            _program.Open("for (nuint lane = 0; lane < block; lane++)");
        }

        string At(int part) => IsScalar ? $"({part} * block) + lane" : $"{part} * block";
        _block.Suffix = "_tail";
        var tail = EmitBlock("scratch", At(3), Inputs.InScratch(At), "scratch", At(3), ifWanted: false);
        for (var n = 0; n < tail.Length; n++)
        {
            _block.Store("scratch", tail[n], At(n));
        }

        _block.Flush();
        if (IsScalar)
        {
            _program.Close();
        }

        EmitFold();
        _program.Open("if (arguments.WantsGradient)");
        _program.Line("RowSupport.Store(ref Unsafe.Add(ref scratch, 3 * block), count, ref Unsafe.Add(ref gradient, i));");
        _program.Close();
        _program.Line();
        _program.Line("i += block;");
        _program.Close();
        _program.Close();
        _program.Line();
    }

    private void EmitTailInputs()
    {
        _program.Line("RowSupport.Load(ref Unsafe.Add(ref uniformWeights, i), count, ref Unsafe.Add(ref scratch, 4 * block), block, 0);");
        if (form == TargetForm.Soft)
        {
            _program.Line("RowSupport.Load(ref Unsafe.Add(ref classWeights, i), count, ref Unsafe.Add(ref scratch, 6 * block), block, 0);");
            _program.Line("RowSupport.Load(ref Unsafe.Add(ref targets, i), count, ref Unsafe.Add(ref scratch, 5 * block), block, 0);");
        }
    }

    private void EmitFold()
    {
        for (var n = 0; n < Sums.Length; n++)
        {
            _program.Line($"{Sums[n]} += RowSupport.Sum(ref Unsafe.Add(ref scratch, {n} * block));");
        }
    }

    /// <summary>e of a block, which is stored, and what the block adds to the sums.</summary>
    private Lane[] EmitBlock(
        string source, string sourceIndex, Inputs inputs, string result, string resultIndex, bool ifWanted)
    {
        var t = _block.Let("t", _block.Subtract(_block.Load(source, sourceIndex), _offset));
        Lane[] parts = [];
        if (!_isHard)
        {
            var b = _block.Let("b", Target(inputs));
            var gap = _block.Let("gap", _block.Multiply(b, _block.Subtract(_largest, t)));
            parts = [b, _block.Let("kept", _block.Keep(_block.IsNotZero(b), gap))];
        }

        var e = _block.Let("e", Exponential.Scaled(_block, t, _scale, _isFloat));
        if (ifWanted)
        {
            _block.Open("if (arguments.WantsGradient)");
        }

        _block.Store(result, e, resultIndex);
        if (ifWanted)
        {
            _block.Close();
            _block.Line();
        }

        return [e, .. parts];
    }

    private Lane Target(Inputs inputs)
    {
        var weight = _block.Load(inputs.Uniform, inputs.UniformIndex);
        if (form == TargetForm.Soft)
        {
            weight = _block.Let("weighted", _block.MultiplyAdd(_block.Load(inputs.Weights, inputs.WeightsIndex), _block.Load(inputs.Targets, inputs.TargetsIndex), weight));
        }

        return _block.Multiply(weight, new Lane(_ => _dialect.Broadcast("ownWeight")));
    }

    private void EmitGradient(Func<Lane, Lane> times, Lane gradientScale, Lane apartGradient)
    {
        _program.Open("if (arguments.WantsGradient)");
        _block.Suffix = "_out";
        _block.Open(IsScalar ? "for (nuint i = 0; i < whole; i++)" : "for (nuint i = 0; i < whole; i += block)");
        Result("gradient", "i", Inputs.InPlace("i"));
        _block.Close();
        _block.Line();
        _program.Open("if (whole < classes)");
        _program.Line("var i = whole;");
        _program.Line("var count = classes - i;");
        _program.Line("RowSupport.Load(ref Unsafe.Add(ref gradient, i), count, ref Unsafe.Add(ref scratch, 3 * block), block, 0);");
        if (!_isHard)
        {
            EmitTailInputs();
        }

        string At(int part) => IsScalar ? $"({part} * block) + lane" : $"{part} * block";
        if (IsScalar)
        {
            _program.Open("for (nuint lane = 0; lane < block; lane++)");
        }

        _block.Suffix = "_last";
        Result("scratch", At(3), Inputs.InScratch(At));
        _block.Flush();
        if (IsScalar)
        {
            _program.Close();
        }

        _program.Line("RowSupport.Store(ref Unsafe.Add(ref scratch, 3 * block), count, ref Unsafe.Add(ref gradient, i));");
        _program.Close();
        _program.Line();
        if (form == TargetForm.Smooth)
        {
            _program.Open("if (label >= 0)");
            _program.Line("Unsafe.Add(ref gradient, label) -= rowWeight * arguments.Scale;");
            _program.Close();
            _program.Line();
        }

        _program.Open("if (apart >= 0)");
        _program.Line($"Unsafe.Add(ref gradient, apart) = {_program.First(apartGradient)};");
        _program.Close();

        _program.Close();

        void Result(string array, string index, Inputs inputs)
        {
            var product = _block.Let("product", times(_block.Let("value", _block.Load(array, index))));
            var value = _isHard
                ? product
                : _block.NegatedMultiplyAdd(_block.Let("b", Target(inputs)), gradientScale, product);
            _block.Store(array, _block.Let("g", value), index);
        }
    }

    /// <summary>Where what the targets of a block are made of lies.</summary>
    private sealed record Inputs(string Uniform, string UniformIndex, string Weights, string WeightsIndex, string Targets, string TargetsIndex)
    {
        public static Inputs InPlace(string index) => new("uniformWeights", index, "classWeights", index, "targets", index);

        public static Inputs InScratch(Func<int, string> at) => new("scratch", at(4), "scratch", at(6), "scratch", at(5));
    }
}
