using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Rows that have a lane each and need more than the arithmetic of lanes, in a sweep of its own over the rows of a call that has some: an
/// inert row with a NaN, or with a largest logit that is large, becomes a row of zeros. (Of other inert rows, the products with weight 0
/// are 0.) A row with one infinite logit becomes its limit, 0 for it and −∞ for all others; with several there is no limit, and the row
/// becomes NaN. A row of large logits is shifted. With a hard label, equal logits are looked at, too.
/// </summary>
/// <param name="element">The type of the elements.</param>
/// <param name="isHard">Whether rows have a hard label.</param>
internal sealed class SpecialRowsMethod(Element element, bool isHard)
    : SampleMethod(
        isHard ? "MendHard" : "MendDense",
        isHard ? "Special rows with a hard label." : "Special rows with a dense target.",
        element)
{
    private readonly RowValues _values = isHard ? RowValues.Hard : RowValues.Dense;
    private LaneProgram _program = null!;
    private LaneClasses _classes = null!;
    private Lane _weight;
    private Lane _largest;
    private Lane _correct;
    private Lane _labelLogit;
    private Lane _labels;

    public override (string Type, string Parameters) Signature =>
        ("void", $"in CrossEntropyArguments<{Element.Storage}> arguments{(isHard ? ", bool isLabelApart" : "")}");

    public override string OtherArguments => isHard ? ", isLabelApart" : "";

    private Lane Infinity => _program.Constant("Infinity", double.PositiveInfinity);

    private Lane Lowest => _program.Constant("Lowest", double.NegativeInfinity);

    private Lane One => _program.Constant("One", 1);

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        _program = program(1);
        _classes = new(_program, ClassRange.Any, dialect.Lanes);
        _program.Line("var classes = (nuint)arguments.Classes;");
        RowValues.EmitDeclaration(_program);
        _program.Line($"ref var weights = ref arguments.{(isHard ? "Weights" : "SampleWeights")};");
        if (isHard)
        {
            _program.Line("ref var rowLabels = ref arguments.Labels;");
        }

        _program.Line("ref var group = ref arguments.Scratch;");
        _program.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes})");
        _weight = _program.Let("weight", _program.Load("weights", "row"));
        _largest = Load("largest", RowValues.LargestOf(isHard));
        _correct = Load("correct", isHard ? "correctLimit" : "best");
        if (isHard)
        {
            _labels = _program.Let("labels", _program.LoadLabels("rowLabels", "row"));
            _labelLogit = Load("labelLogit", "labelShifted");
            EmitTies();
        }

        EmitInert();
        EmitLimits();
        EmitShift();
        _values.Store(
            _program,
            ("rowPower", Exponential.PowerOf(_program, _largest)),
            (isHard ? "correctLimit" : "best", _correct),
            isHard ? ("labelShifted", _labelLogit) : ("shiftedLargest", _largest));
        _program.Line($"group = ref Unsafe.Add(ref group, {dialect.Lanes} * classes);");
        _program.Close();
    }

    private Lane Load(string name, string value) => _program.Let(name, _program.Load("rowValues", _values.IndexOf(value)));

    /// <summary>
    /// If another logit is equal to the label's, it depends on which comes first; equal logits are rare, but at the start of a training all
    /// are.
    /// </summary>
    private void EmitTies()
    {
        // The limit says already that the label's is larger than all others.
        var isTie = _program.Let(
            "isTie", _program.Both(_program.AreEqual(_labelLogit, _largest), _program.AreEqual(_correct, _program.Zero)));
        _program.Open($"if ({_program.Any(isTie)})");
        var earlier = _program.Let("earlier", _program.Zero);
        _classes.ForEach((index, k, _) =>
        {
            var isEqual = _program.Let("isEqual", _program.AreEqual(_classes.Get(k), _labelLogit));
            var isEarlier = _program.Let("isEarlier", _program.Both(isEqual, _program.IsGreater(_labels, index)));
            _program.Assign(earlier, _program.Select(isEarlier, One, earlier));
        });

        // A row without a label, or with nothing but −∞, is not predicted.
        var isLogit = _program.Both(isTie, _program.IsGreater(_labelLogit, Lowest));
        var isFirst = _program.Let("isFirst", _program.Both(isLogit, _program.AreEqual(earlier, _program.Zero)));
        _program.Assign(_correct, _program.Select(isFirst, Infinity, _correct));
        _program.Close();
        _program.Line();
    }

    private void EmitInert()
    {
        var isInert = _program.AreEqual(_weight, _program.Zero);
        _program.Open($"if ({_program.Any(isInert)})");
        var areNumbers = _program.Let("areNumbers", _program.IsGreater(Infinity, One));
        if (isHard)
        {
            Miss(_program.Both(isInert, _program.IsGreater(_program.Zero, _labels)));
            WhereLabelIsApart(() => _program.Assign(areNumbers, _program.IsGreater(Infinity, _labelLogit)));
        }

        _classes.ForEach(k => _program.Assign(areNumbers, _program.Both(areNumbers, _program.IsGreater(Infinity, _classes.Get(k)))));
        var isNumber = _program.Let("isNumber", _program.Select(areNumbers, One, _program.Zero));
        var isSpecial = _program.Either(RowShift.IsLarge(_program, _largest), _program.AreEqual(isNumber, _program.Zero));
        _program.Open($"if ({_program.Any(_program.Both(isInert, isSpecial))})");
        EmitZeros();
        _program.Close();
        if (isHard)
        {
            // A label of −∞, as rows without one have, would have an infinite loss, and times 0 that is NaN.
            _program.Assign(_labelLogit, _program.Select(isInert, _largest, _labelLogit));
        }

        _program.Close();
        _program.Line();
    }

    /// <summary>
    /// Inert rows become zeros. They may still be correct predictions, but not with a NaN, a second +∞, or nothing but −∞.
    /// </summary>
    private void EmitZeros()
    {
        var isLive = _program.Let("isLive", _program.IsNotZero(_weight));
        var peaks = _program.Let("peaks", _program.Zero);
        _classes.ForEach(k =>
        {
            var value = _program.Let("inert", _classes.Get(k));
            CountPeak(value);
            _classes.Set(k, _program.Keep(isLive, value));
        });
        if (isHard)
        {
            WhereLabelIsApart(() => CountPeak(_labelLogit));
        }

        var isEmpty = _program.AreEqual(_largest, Lowest);
        Miss(_program.Both(_program.AreEqual(_weight, _program.Zero), _program.Either(isEmpty, _program.IsGreater(peaks, One))));
        _program.Assign(_largest, _program.Keep(isLive, _largest));

        void CountPeak(Lane value)
        {
            _program.Assign(peaks, _program.Add(peaks, _program.Keep(_program.AreEqual(value, Infinity), One)));
            var isNumber = _program.Either(_program.AreEqual(value, Lowest), _program.IsGreater(value, Lowest));
            _program.Assign(peaks, _program.Select(isNumber, peaks, _program.Constant("Two", 2)));
        }
    }

    private void EmitLimits()
    {
        _program.Open($"if ({_program.Any(_program.AreEqual(_largest, Infinity))})");
        var isInfinite = _program.Let("isInfinite", _program.AreEqual(_largest, Infinity));
        var peaks = _program.Let("infinities", _program.Zero);
        _classes.ForEach(k =>
        {
            var value = _program.Let("value", _classes.Get(k));
            CountPeak(value);
            _classes.Set(k, Limit(value));
        });
        if (isHard)
        {
            WhereLabelIsApart(() => CountPeak(_labelLogit));
            _program.Assign(_labelLogit, Limit(_labelLogit));
        }

        var isSingle = _program.Let("isSingle", _program.AreEqual(peaks, One));
        var limit = _program.Let("limit", _program.Select(isSingle, _program.Zero, _program.Constant("NoNumber", double.NaN)));
        _program.Assign(_largest, _program.Select(isInfinite, limit, _largest));
        _program.Close();
        _program.Line();

        void CountPeak(Lane value) => _program.Assign(peaks, _program.Add(peaks, _program.Keep(_program.AreEqual(value, Infinity), One)));

        Lane Limit(Lane value) => _program.Select(
            isInfinite, _program.Select(_program.AreEqual(value, Infinity), _program.Zero, _program.Subtract(value, Infinity)), value);
    }

    private void EmitShift()
    {
        _program.Open($"if ({_program.Any(RowShift.IsLarge(_program, _largest))})");
        var (offset, shifted) = RowShift.Emit(_program, _largest);
        _program.Assign(_largest, shifted);
        _classes.ForEach(k => _classes.Set(k, _program.Subtract(_classes.Get(k), offset)));
        if (isHard)
        {
            _program.Assign(_labelLogit, _program.Subtract(_labelLogit, offset));
        }

        _program.Close();
        _program.Line();
    }

    private void WhereLabelIsApart(Action emit)
    {
        _program.Open("if (isLabelApart)");
        emit();
        _program.Close();
        _program.Line();
    }

    /// <summary>−2 is no class, and below every sum.</summary>
    private void Miss(Lane mask) => _program.Assign(_correct, _program.Select(mask, _program.Constant("NoClass", -2), _correct));
}
