using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;
using WeightedLoss.Generators.Plan;

namespace WeightedLoss.Generators.Emit.Layouts;

/// <summary>
/// A sample per lane: as many rows as a register has lanes are transposed, computed with, and transposed back. Sweeps over the rows of
/// a call read the logits into scratch memory, exponentiate and add them up, compute what is known per row, and write the gradient. Apart
/// from one another, because a processor can hold only so many operations that wait for their operands: in one sweep, the chains of
/// operations of two or three groups of rows fill it, and each waits for its end (3 classes: 2.0 ns per logit in one sweep, 1.0 in four).
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="classes">The class count; 0 if it is given at run time.</param>
/// <param name="form">The form of the target.</param>
/// <param name="takesLabel">Hard labels: whether they are taken row by row (<see cref="TuningTable.MostClassesCompared"/>).</param>
internal sealed class LanesMethod(string element, int classes, TargetForm form, bool takesLabel) : SampleMethod(
    (classes == 0 ? "Lanes" : "") + form + (classes == 0 && takesLabel ? "Taken" : ""), "A sample per lane.")
{
    /// <summary>Classes that are transposed together.</summary>
    private const int Tile = 4;

    /// <summary>Classes whose e are added up before their sum goes to the total.</summary>
    private const int Block = 16;

    /// <summary>The same in float, up to <see cref="MostShortBlocks"/> classes.</summary>
    private const int ShortBlock = 8;

    private const int MostShortBlocks = 64;

    /// <summary>What rows with a spread target need of their values.</summary>
    internal static readonly string[] SpreadInputs = ["rest", "others", "gaps", "rowPower", "peak", "shiftedLargest"];

    private readonly bool _isFloat = element == "float";
    private readonly bool _isUnrolled = classes is > 0 and <= TuningTable.MostClassesUnrolled;
    private readonly bool _isRough = classes > 0 && classes <= TuningTable.MostClassesRough(element == "float");
    private readonly bool _picksLabel = classes is > 0 and <= TuningTable.MostClassesPicked;
    private readonly bool _isHard = form == TargetForm.Hard;

    private LaneProgram _program = null!;
    private int _lanes;
    private Lane _labels;
    private Lane _weight;
    private Lane _sampleWeight;
    private Lane _largest;
    private Lane _best;
    private Lane _labelLogit;
    private Lane _labelE;
    private Lane _peak;

    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{element}> arguments");

    public override string? RowsConstraint => _isHard ? $"ICrossEntropyRows<{element}>" : null;

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        _program = program(1);
        _lanes = dialect.Lanes;
        EmitDeclarations();
        if (takesLabel)
        {
            _program.Line("RowSupport.ChooseTaken(ref arguments.Labels, ref arguments.TakenLabels, arguments.Count, classes);");
        }

        var results = new RowValues(form, _isHard && !_isRough);
        _program.Open($"for (nuint row = 0; row < arguments.Count; row += {_lanes})");
        EmitGroup();
        if (takesLabel)
        {
            EmitLogits();
            EmitTake(results);
            _program.Close();
            _program.Line();

            // Apart, so that what was written row by row is in the cache when registers are read.
            _program.Open($"for (nuint row = 0; row < arguments.Count; row += {_lanes})");
            EmitGroup();
            EmitRowInputs(_program.Load("rowValues", results.IndexOf("labelShifted")));
            EmitLargest();
        }
        else
        {
            EmitRowInputs(_program.Constant("Lowest", double.NegativeInfinity));
            EmitLogits();
        }

        if (_isHard)
        {
            EmitHits();
        }

        EmitCare();
        var power = Exponential.PowerOf(_program, _largest, _isFloat);
        results.Store(_program, ("rowPower", power), ("best", _best), _isHard ? ("labelShifted", _labelLogit) : ("shiftedLargest", _largest));
        _program.Close();
        _program.Line();

        _program.Open($"for (nuint row = 0; row < arguments.Count; row += {_lanes})");
        EmitGroup();
        EmitFetch();
        var scale = Exponential.ScaleOf(_program, _program.Let("rowPower", _program.Load("rowValues", results.IndexOf("rowPower"))), _isFloat);
        if (_isHard)
        {
            _labels = _picksLabel ? _program.Let("labels", _program.LoadLabels("arguments.Labels", "row")) : default;
            _labelE = _picksLabel ? _program.Let("labelE", _program.Zero) : default;
            var (sums, restLow) = EmitExponentials(scale);
            results.Store(_program, ("rest", sums[0]));
            if (_picksLabel)
            {
                results.Store(_program, ("labelE", _labelE));
            }

            if (!_isRough)
            {
                results.Store(_program, ("restLow", restLow));
            }

            if (classes == 0 && !takesLabel)
            {
                _program.Open($"if (classes <= {TuningTable.MostClassesPicked})");
                results.StoreLabelE(_program, scale, _isFloat);
                _program.Close();
            }
        }
        else
        {
            _best = _program.Let("best", _program.Load("rowValues", results.IndexOf("best")));
            _largest = _program.Let("largest", _program.Load("rowValues", results.IndexOf("shiftedLargest")));
            _peak = _program.Let("peak", _program.Zero);
            var (sums, _) = EmitExponentials(scale);
            results.Store(_program, ("rest", sums[0]), ("others", sums[1]), ("gaps", sums[2]), ("peak", _peak));
        }

        _program.Close();
        _program.Line();
        if (_isHard)
        {
            _program.Line("hits += TRows.Run(in arguments);");
        }
        else
        {
            results.Emit(program, dialect, SpreadInputs, "SampleWeights", (rows, values, weight, gradientScale) =>
                CrossEntropyBody.EmitSpread(rows, values, weight, gradientScale, _isFloat));
        }

        _program.Open("if (arguments.WantsGradient)");
        _program.Open($"for (nuint row = 0; row < arguments.Count; row += {_lanes})");
        EmitGroup();
        var coefficient = results.LoadCoefficient(_program, Load);
        var apart = takesLabel ? default : results.LoadApart(_program, Load);
        var apartClass = takesLabel ? default
            : _isHard ? _program.Let("labels", _program.LoadLabels("arguments.Labels", "row"))
            : _program.Let("best", Load(results.IndexOf("best")));
        var gradientScale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        EmitGradient(dialect.WideTile, (index, value, b) =>
        {
            var isApart = takesLabel ? default : _program.Let("isApart", _program.AreEqual(apartClass, index));
            var product = coefficient.Times(_program, _program.Let("value", value));
            return takesLabel ? product
                : _program.Select(isApart, apart, _isHard ? product : _program.Let("g", _program.NegatedMultiplyAdd(b, gradientScale, product)));
        });
        _program.Close();
        _program.Close();
        _program.Line();
        _program.Line("return hits;");

        Lane Load(string index) => _program.Load("rowValues", index);
    }

    /// <summary>The scratch memory of the rows of a register.</summary>
    private void EmitGroup()
    {
        _program.Line("ref var group = ref Unsafe.Add(ref arguments.Scratch, row * classes);");
        if (!_isHard)
        {
            _program.Line("ref var groupTargets = ref Unsafe.Add(ref arguments.Scratch, (arguments.Count + row) * classes);");
        }
    }

    /// <summary>
    /// Rows that lie side by side are read a few classes at a time, which a processor does not foresee: the same rows of the next tile's
    /// logits, and those of the gradient, are asked for.
    /// </summary>
    private void EmitFetch()
    {
        _program.Open("if (arguments.Fetches)");
        _program.Line($"RowSupport.Fetch(ref arguments.Logits, (arguments.Count + row) * stride, {_lanes} * stride);");
        if (form == TargetForm.Soft)
        {
            _program.Line($"RowSupport.Fetch(ref arguments.Targets, (arguments.Count + row) * arguments.TargetStride, {_lanes} * arguments.TargetStride);");
        }

        _program.Open("if (arguments.WantsGradient)");
        _program.Line($"RowSupport.Fetch(ref arguments.Gradient, row * gradientStride, {_lanes} * gradientStride);");
        _program.Close();
        _program.Close();
        _program.Line();
    }

    private void EmitDeclarations()
    {
        if (classes == 0)
        {
            _program.Line("var classes = (nuint)arguments.Classes;");
            _program.Line("var stride = arguments.Stride;");
            _program.Line("var gradientStride = arguments.GradientStride;");
        }
        else
        {
            _program.Line($"const uint classes = {classes}, stride = {classes}, gradientStride = {classes};");
        }

        _program.Line("ref var rowValues = ref arguments.RowValues;");
        _program.Line("long hits = 0;");
    }

    /// <summary>What is known of the rows of a register before their logits, and what becomes of them.</summary>
    private void EmitRowInputs(Lane labelLogit)
    {
        _labels = _program.Let("labels", _program.LoadLabels("arguments.Labels", "row"));
        _weight = _program.Let("weight", _program.Load("arguments.Weights", "row"));
        _sampleWeight = _isHard ? _weight : _program.Let("sampleWeight", _program.Load("arguments.SampleWeights", "row"));
        _largest = _program.Let(_isHard ? "largestOther" : "largest", _program.Constant("Lowest", double.NegativeInfinity));
        _best = _isHard ? default : _program.Let("best", _program.Zero);
        _labelLogit = _isHard ? _program.Let("labelLogit", labelLogit) : default;
    }

    /// <summary>
    /// Reads the rows and, unless that is done row by row, finds the largest logit and the label's; unless the label's e is picked out
    /// later, −∞ comes in its place: its e is not wanted in the sum.
    /// </summary>
    private void EmitLogits()
    {
        _program.Open("if (arguments.IsClassMajor)");
        _program.Line("ref var column = ref Unsafe.Add(ref arguments.Logits, row);");
        if (!_isHard)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row);");
        }

        EmitClasses("k", (index, k, j) => Read(
            index, _program.Load("column", Product(k, "arguments.Stride")), k, j, () => _program.Load("targets", Product(k, "arguments.TargetStride"))));
        _program.Close();
        if (classes == 0 && !takesLabel)
        {
            _program.Open($"else if (classes < {Tile})");
            EmitRowReferences();
            EmitClasses("k", (index, k, j) => Read(
                index, _program.Gather("rows", "stride", k), k, j, () => _program.Gather("targets", "arguments.TargetStride", k)));
            _program.Close();
        }

        _program.Open("else");
        EmitRowReferences();
        EmitTiles(0, (k, count, first, done) =>
        {
            var values = _program.LoadTile("rows", RowStride("stride"), count, k);
            var targets = form == TargetForm.Soft ? LoadTargetTile(k, count) : [];
            var index = default(Lane);
            for (var j = done; j < count; j++)
            {
                index = takesLabel ? default : IndexOf(index, first, j, k);
                var target = j < targets.Length ? targets[j] : default;
                Read(index, values[j], Sum(k, j), first + j, () => target);
                _program.Suffix = "";
            }
        });
        _program.Close();
    }

    private Lane[] LoadTargetTile(string k, int count)
    {
        _program.Suffix = "T";
        var targets = _program.LoadTile("targets", "arguments.TargetStride", count, k);
        _program.Suffix = "";
        return targets;
    }

    private void EmitRowReferences()
    {
        _program.Line("ref var rows = ref Unsafe.Add(ref arguments.Logits, row * stride);");
        if (form == TargetForm.Soft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
    }

    private void Read(Lane index, Lane logit, string k, int number, Func<Lane> target)
    {
        _program.Suffix = $"_{number}";
        var z = _program.Let("z", logit);
        if (takesLabel)
        {
            Set(k, z);
            return;
        }

        if (_isHard)
        {
            var isLabel = _program.Let("isLabel", _program.AreEqual(_labels, index));
            _program.Assign(_labelLogit, _program.Select(isLabel, z, _labelLogit));
            if (_picksLabel)
            {
                _program.Assign(_largest, _program.LargerUnless(isLabel, z, _largest));
                Set(k, z);
                return;
            }

            var other = _program.Let("other", _program.Select(isLabel, _program.Constant("Lowest", double.NegativeInfinity), z));
            _program.Assign(_largest, _program.Larger(other, _largest));
            Set(k, other);
            return;
        }

        var isLarger = _program.Let("isLarger", _program.IsGreater(z, _largest));
        _program.Assign(_best, _program.Select(isLarger, index, _best));
        _program.Assign(_largest, _program.Larger(z, _largest));
        Set(k, z);
        var uniform = _program.LetAll("uniform", $"Unsafe.Add(ref arguments.UniformWeights, {k})");
        var b = default(Lane);
        if (form == TargetForm.Soft)
        {
            var classWeight = _program.LetAll("classWeight", $"Unsafe.Add(ref arguments.ClassWeights, {k})");
            b = _program.Multiply(_program.Let("weighted", _program.MultiplyAdd(classWeight, target(), uniform)), _sampleWeight);
        }
        else
        {
            var isLabel = _program.Let("isLabel", _program.AreEqual(_labels, index));
            b = _program.Add(_program.Let("share", _program.Multiply(uniform, _sampleWeight)), _program.Keep(isLabel, _weight));
        }

        _program.Store("groupTargets", _program.Let("b", b), ScratchIndex(k));
    }

    /// <summary>Takes the label's logit out of each row: −∞ comes in its place.</summary>
    private void EmitTake(RowValues results)
    {
        _program.Open("if (arguments.HasLabels)");
        _program.Line("ref var taken = ref Unsafe.Add(ref arguments.TakenLabels, row);");
        _program.Line($"ref var labelLogits = ref Unsafe.Add(ref rowValues, {results.IndexOf("labelShifted")});");
        for (var lane = 0; lane < _lanes; lane++)
        {
            _program.Line($"RowSupport.TakeLabel(ref group, ref taken, ref labelLogits, {lane}, {_lanes});");
        }

        _program.Close();
        _program.Open("else");
        results.Store(_program, ("labelShifted", _program.Constant("Lowest", double.NegativeInfinity)));
        _program.Close();
    }

    /// <summary>The largest logit of what is left; in four chains, because each comparison waits for the one before.</summary>
    private void EmitLargest()
    {
        var lowest = _program.Constant("Lowest", double.NegativeInfinity);
        Lane[] chains = [_largest, .. Enumerable.Range(1, Tile - 1).Select(chain => _program.Let($"largest{chain}", lowest))];
        _program.Line("nuint next = 0;");
        _program.Open($"for (; next + {Tile} <= classes; next += {Tile})");
        for (var j = 0; j < Tile; j++)
        {
            _program.Assign(chains[j], _program.Larger(Get(Sum("next", j)), chains[j]));
        }

        _program.Close();
        _program.Line();
        _program.Open("for (; next < classes; next++)");
        _program.Assign(_largest, _program.Larger(Get("next"), _largest));
        _program.Close();
        _program.Line();
        foreach (var chain in chains.Skip(1))
        {
            _program.Assign(_largest, _program.Larger(chain, _largest));
        }
    }

    /// <summary>
    /// The label is a hit if its logit is larger than all others. If one is equal, it depends on which comes first; equal logits are rare,
    /// but at the start of a training all are.
    /// </summary>
    private void EmitHits()
    {
        var none = _program.Constant("NoClass", -2);
        _best = _program.Let("best", _program.Select(_program.IsGreater(_labelLogit, _largest), _labels, none));
        var isEqual = _program.Let("isEqual", _program.AreEqual(_labelLogit, _largest));
        _program.Open($"if ({_program.Any(isEqual)})");
        var earlier = _program.Let("earlier", _program.Zero);
        EmitClasses("k", (index, k, number) =>
        {
            var isTie = _program.Let("isTie", _program.AreEqual(Get(k), _labelLogit));
            var isEarlier = _program.Let("isEarlier", _program.Both(isTie, _program.IsGreater(_labels, index)));
            _program.Assign(earlier, _program.Select(isEarlier, _program.Constant("One", 1), earlier));
        });

        // A row without a label, or with nothing but −∞, is no hit.
        var isLogit = _program.Both(isEqual, _program.IsGreater(_labelLogit, _program.Constant("Lowest", double.NegativeInfinity)));
        var isFirst = _program.Let("isFirst", _program.Both(isLogit, _program.AreEqual(earlier, _program.Zero)));
        _program.Assign(_best, _program.Select(isFirst, _labels, _best));
        _program.Close();
        _program.Line();
        _largest = _program.Let("largest", _program.Larger(_labelLogit, _largest));
    }

    /// <summary>
    /// What is rare: an inert row becomes a row of zeros, whatever it holds. A row with one infinite logit becomes its limit, 0 for it and
    /// −∞ for all others; with several there is no limit, and the row becomes NaN. A row of large logits is shifted.
    /// </summary>
    private void EmitCare()
    {
        var infinity = _program.Constant("Infinity", double.PositiveInfinity);
        _program.Suffix = "";
        var isInert = _program.AreEqual(_sampleWeight, _program.Zero);
        var isLarge = CrossEntropyBody.IsLarge(_program, _largest, _isFloat);
        _program.Open($"if ({_program.Any(_program.Either(isInert, isLarge))})");
        _program.Open($"if ({_program.Any(isInert)})");
        var isLive = _program.Let("isLive", _program.IsNotZero(_sampleWeight));

        // Such a row may still be a hit, but not with a NaN, a second +∞, or nothing but −∞.
        var one = _program.Constant("One", 1);
        var lowest = _program.Constant("Lowest", double.NegativeInfinity);
        var peaks = _program.Let("peaks", _program.Zero);
        void CountPeak(Lane value)
        {
            _program.Assign(peaks, _program.Add(peaks, _program.Keep(_program.AreEqual(value, infinity), one)));
            var isNumber = _program.Either(_program.AreEqual(value, lowest), _program.IsGreater(value, lowest));
            _program.Assign(peaks, _program.Select(isNumber, peaks, _program.Constant("Two", 2)));
        }

        EmitClasses(
            "k",
            (_, k, number) =>
            {
                var value = _program.Let("inert", Get(k));
                CountPeak(value);
                Set(k, _program.Keep(isLive, value));
            },
            withIndex: false);
        var isEmpty = _program.Let("isEmpty", _program.AreEqual(_largest, lowest));
        _program.Assign(_largest, _program.Keep(isLive, _largest));
        if (_isHard)
        {
            // Few classes have the label's logit among the others.
            if (!_picksLabel)
            {
                CountPeak(_labelLogit);
            }

            _program.Assign(_labelLogit, _program.Keep(isLive, _labelLogit));
        }

        var isHitless = _program.Either(isEmpty, _program.IsGreater(peaks, one));
        if (takesLabel)
        {
            // Of a row without a label, the last class's logit was taken.
            isHitless = _program.Either(isHitless, _program.IsGreater(_program.Zero, _labels));
        }

        _program.Assign(_best, _program.Select(_program.Let("isHitless", isHitless), _program.Constant("NoClass", -2), _best));

        _program.Close();
        _program.Line();
        _program.Open($"if ({_program.Any(_program.AreEqual(_largest, infinity))})");
        var isInfinite = _program.Let("isInfinite", _program.AreEqual(_largest, infinity));
        var count = _program.Let("infinities", _program.Zero);
        EmitClasses(
            "k",
            (_, k, number) =>
            {
                var value = _program.Let("value", Get(k));
                Set(k, Limit(value, isCounted: true));
            },
            withIndex: false);
        _program.Suffix = "_label";
        if (_isHard)
        {
            var value = _program.Let("value", _labelLogit);

            // Few classes have the label's logit among the others.
            _program.Assign(_labelLogit, Limit(value, isCounted: !_picksLabel));
        }

        _program.Suffix = "";
        var isSingle = _program.Let("isSingle", _program.AreEqual(count, _program.Constant("One", 1)));
        var limit = _program.Let("limit", _program.Select(isSingle, _program.Zero, _program.Constant("NoNumber", double.NaN)));
        _program.Assign(_largest, _program.Select(isInfinite, limit, _largest));
        _program.Close();
        _program.Line();
        var (offset, shifted) = CrossEntropyBody.EmitShift(_program, _largest, _isFloat);
        _program.Assign(_largest, shifted);
        EmitClasses("k", (_, k, number) => Set(k, _program.Subtract(Get(k), offset)), withIndex: false);
        if (_isHard)
        {
            _program.Assign(_labelLogit, _program.Subtract(_labelLogit, offset));
        }

        _program.Close();
        _program.Line();

        Lane Limit(Lane value, bool isCounted)
        {
            var isPeak = _program.Let("isPeak", _program.AreEqual(value, infinity));
            if (isCounted)
            {
                _program.Assign(count, _program.Add(count, _program.Keep(isPeak, _program.Constant("One", 1))));
            }

            var below = _program.Let("below", _program.Subtract(value, infinity));
            return _program.Select(isInfinite, _program.Select(isPeak, _program.Zero, below), value);
        }
    }

    /// <summary>
    /// Replaces every logit by its e, and adds them up: a block of classes in four sums that take turns, then these to the total, and the
    /// classes beyond the last four one by one. In one sum, the rounding errors of 64 classes would reach several units in the last place;
    /// with blocks of 16, a gradient of up to 64 classes in float reaches 4.6, with 8 it reaches 4.0 and takes 2 to 4 % more time (400 rows
    /// of every kind).
    /// </summary>
    private (Lane[] Totals, Lane RestLow) EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        string[] names = _isHard ? ["rest"] : ["rest", "others", "gaps"];
        var totals = names.Select(name => _program.Let(name, _program.Zero)).ToArray();
        var restLow = _isHard && !_isRough ? _program.Let("restLow", _program.Zero) : default;
        var quads = classes & -Tile;
        if (_isUnrolled)
        {
            var block = KnownBlock();
            for (var first = 0; first < quads; first += block)
            {
                _program.Open();
                var chains = Chains();
                for (var k = first; k < System.Math.Min(first + block, quads); k++)
                {
                    EmitClass(k.ToString(System.Globalization.CultureInfo.InvariantCulture), k, [.. chains.Select(chain => chain[k % Tile])]);
                }

                AddChains(chains, isFirst: first == 0);
                _program.Close();
                _program.Line();
            }

            for (var k = quads; k < classes; k++)
            {
                EmitClass(k.ToString(System.Globalization.CultureInfo.InvariantCulture), k, totals);
            }
        }
        else
        {
            _program.Line($"nuint quads = classes & ~(nuint){Tile - 1};");
            var block = classes == 0 && _isFloat ? $"classes <= {MostShortBlocks} ? {ShortBlock}u : {Block}u" : $"{KnownBlock()}";
            _program.Line($"nuint block = {block};");
            _program.Open("for (nuint k = 0; k < quads;)");
            _program.Line("var end = nuint.Min(k + block, quads);");
            var chains = Chains();
            _program.Open($"for (; k < end; k += {Tile})");
            for (var j = 0; j < Tile; j++)
            {
                EmitClass(Sum("k", j), j, [.. chains.Select(chain => chain[j])]);
            }

            _program.Close();
            _program.Line();
            AddChains(chains, isFirst: false);
            _program.Close();
            _program.Line();
            if (classes == 0 || classes % Tile != 0)
            {
                _program.Open("for (var k = quads; k < classes; k++)");
                EmitClass("k", 0, totals);
                _program.Close();
            }
        }

        _program.Suffix = "";
        return (totals, restLow);

        int KnownBlock() => _isFloat && classes <= MostShortBlocks ? ShortBlock : Block;

        Lane[][] Chains() =>
            [.. names.Select(name => Enumerable.Range(0, Tile).Select(chain => _program.Let($"{name}{chain}", _program.Zero)).ToArray())];

        void AddChains(Lane[][] chains, bool isFirst)
        {
            _program.Suffix = "";
            for (var n = 0; n < names.Length; n++)
            {
                var even = _program.Add(chains[n][0], chains[n][1]);
                var part = _program.Let($"{names[n]}Block", _program.Add(even, _program.Add(chains[n][2], chains[n][3])));
                if (isFirst)
                {
                    // Nothing comes before it.
                    _program.Assign(totals[n], part);
                }
                else if (n == 0 && _isHard && !_isRough)
                {
                    // What these additions lose is kept: there are few of them, and they are the largest.
                    var (sum, low) = CrossEntropyBody.EmitTwoSum(_program, "rest", totals[0], part);
                    _program.Assign(restLow, _program.Add(restLow, low));
                    _program.Assign(totals[0], sum);
                }
                else
                {
                    _program.Assign(totals[n], _program.Add(totals[n], part));
                }
            }
        }

        void EmitClass(string k, int number, Lane[] sums)
        {
            _program.Suffix = $"_{number}";
            var t = _program.Let("t", Get(k));
            var isBest = default(Lane);
            if (!_isHard)
            {
                var index = _program.LetAll("index", $"({element})(int)({k})");
                isBest = _program.Let("isBest", _program.AreEqual(_best, index));
                var b = _program.Let("b", _program.Load("groupTargets", ScratchIndex(k)));
                _program.Assign(_peak, _program.Select(isBest, b, _peak));
                var gap = _program.Let("gap", _program.Multiply(b, _program.Subtract(_largest, t)));

                // A logit of −∞ that is no target costs nothing; the product would be NaN.
                _program.Assign(sums[2], _program.Add(sums[2], _program.Keep(_program.IsNotZero(b), gap)));
                _program.Assign(sums[1], _program.Add(sums[1], _program.Select(isBest, _program.Zero, b)));
            }

            var e = _program.Let("e", Exponential.Scaled(_program, t, scale, _isFloat));
            var other = e;
            if (_picksLabel)
            {
                var isLabel = _program.Let("isLabelE", _program.AreEqual(_labels, ClassConstant(number)));
                _program.Assign(_labelE, _program.Select(isLabel, e, _labelE));
                other = _program.Drop(isLabel, e);
            }
            else if (!_isHard)
            {
                other = _program.Select(isBest, _program.Zero, e);
            }

            _program.Assign(sums[0], _program.Add(sums[0], other));
            _program.Store("group", e, ScratchIndex(k));
        }
    }

    private void EmitGradient(int wideTile, Func<Lane, Lane, Lane, Lane> value)
    {
        _program.Open("if (arguments.IsClassMajor)");
        _program.Line("ref var column = ref Unsafe.Add(ref arguments.Gradient, row);");
        EmitClasses("k", (index, k, number) =>
        {
            _program.Suffix = $"_{number}";
            _program.Store("column", _program.Let("result", value(index, Get(k), Target(k))), Product(k, "arguments.GradientStride"));
        });
        Put("column", "1", "arguments.GradientStride");
        _program.Close();
        if (classes == 0 && !takesLabel)
        {
            _program.Open($"else if (classes < {Tile})");
            _program.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * gradientStride);");
            EmitClasses("k", (index, k, number) =>
            {
                _program.Suffix = $"_{number}";
                _program.Scatter("rows", "gradientStride", k, _program.Let("result", value(index, Get(k), Target(k))));
            });
            _program.Close();
        }

        _program.Open("else");
        _program.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * gradientStride);");
        EmitTiles(wideTile, (k, count, first, _) =>
        {
            var index = default(Lane);
            var values = new Lane[count];
            for (var j = 0; j < count; j++)
            {
                index = takesLabel ? default : IndexOf(index, first, j, k);
                _program.Suffix = $"_{first + j}";
                values[j] = _program.Let("result", value(index, Get(Sum(k, j)), Target(Sum(k, j))));
            }

            _program.Suffix = "";
            _program.StoreTile("rows", RowStride("gradientStride"), values, k);
        });
        Put("rows", "gradientStride", "1");
        _program.Close();

        // The gradient of the labels comes over that of their e.
        void Put(string gradient, string rowStride, string classStride)
        {
            if (takesLabel)
            {
                _program.Open("if (arguments.HasLabels)");
                _program.Line($"ref var labelRow = ref {gradient};");
                _program.Line("ref var taken = ref Unsafe.Add(ref arguments.TakenLabels, row);");
                _program.Line($"ref var labelGradients = ref Unsafe.Add(ref rowValues, {RowValues.ApartIndex});");
                for (var lane = 0; lane < _lanes; lane++)
                {
                    // No reference may point behind the last row.
                    if (lane > 0)
                    {
                        _program.Line($"labelRow = ref Unsafe.Add(ref labelRow, {rowStride});");
                    }

                    _program.Line($"RowSupport.PutLabel(ref labelRow, {classStride}, ref taken, ref labelGradients, {lane});");
                }

                _program.Close();
            }
        }
    }

    /// <summary>A loop over the classes, or a statement for each.</summary>
    private void EmitClasses(string variable, Action<Lane, string, int> emit, bool withIndex = true)
    {
        if (_isUnrolled)
        {
            for (var k = 0; k < classes; k++)
            {
                _program.Suffix = $"_{k}";
                emit(withIndex ? ClassConstant(k) : default, k.ToString(System.Globalization.CultureInfo.InvariantCulture), k);
                _program.Suffix = "";
            }

            return;
        }

        _program.Open($"for (nuint {variable} = 0; {variable} < classes; {variable}++)");
        emit(withIndex ? _program.LetAll("index", $"({element})(int){variable}") : default, variable, 0);
        _program.Suffix = "";
        _program.Close();
    }

    /// <summary>
    /// As many classes after as many as a wide tile has, if there is one, and then four after four; the last four overlap the ones before
    /// if the class count is no multiple, which writes the same values twice. Few classes with a wide tile are one tile. Where the loop is
    /// unrolled, the last number says how many of the tile were there before.
    /// </summary>
    private void EmitTiles(int wideTile, Action<string, int, int, int> emit)
    {
        if (!_isUnrolled)
        {
            _program.Line("nuint k = 0;");
            if (wideTile > 0)
            {
                _program.Open($"for (; k + {wideTile} <= classes; k += {wideTile})");
                emit("k", wideTile, 0, 0);
                _program.Close();
                _program.Line();
            }

            _program.Open("while (k < classes)");
            _program.Line($"k = nuint.Min(k, classes - {Tile});");
            emit("k", Tile, 0, 0);
            _program.Line($"k += {Tile};");
            _program.Close();
            return;
        }

        var wide = System.Math.Min(wideTile, classes);
        for (var k = 0; k < classes;)
        {
            var tile = wide > 0 && k + wide <= classes ? wide : System.Math.Min(Tile, classes);
            var first = System.Math.Min(k, classes - tile);
            _program.Open();
            emit(first.ToString(System.Globalization.CultureInfo.InvariantCulture), tile, first, k - first);
            _program.Close();
            k += tile;
        }
    }

    private Lane IndexOf(Lane previous, int first, int j, string k)
    {
        if (_isUnrolled)
        {
            return ClassConstant(first + j);
        }

        return j == 0
            ? _program.LetAll("index0", $"({element})(int){k}")
            : _program.Let($"index{j}", _program.Add(previous, _program.Constant("One", 1)));
    }

    private Lane ClassConstant(int k) => k switch
    {
        0 => _program.Zero,
        1 => _program.Constant("One", 1),
        _ => _program.Constant($"Class{k}", k),
    };

    private Lane Get(string k) => _program.Load("group", ScratchIndex(k));

    private void Set(string k, Lane value) => _program.Store("group", value, ScratchIndex(k));

    private Lane Target(string k) => _isHard ? default : _program.Load("groupTargets", ScratchIndex(k));

    private string ScratchIndex(string k) => int.TryParse(k, out var number)
        ? (number * _lanes).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : _lanes == 1 ? k : $"({k}) * {_lanes}";

    private string RowStride(string variable) =>
        classes == 0 ? variable : classes.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Product(string k, string stride) => k == "0" ? "0" : $"{k} * {stride}";

    private static string Sum(string k, int j) =>
        j == 0 ? k : int.TryParse(k, out var number) ? (number + j).ToString(System.Globalization.CultureInfo.InvariantCulture) : $"{k} + {j}";
}
