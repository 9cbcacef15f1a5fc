using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample per lane: as many rows as a register has lanes are transposed, computed with, and transposed back. Sweeps over the rows of
/// a call read the logits into scratch memory, exponentiate and add them up, compute what is known per row, and write the gradient. Apart
/// from one another, because a processor can hold only so many operations that wait for their operands: in one sweep, the chains of
/// operations of two or three groups of rows fill it, and each waits for its end (3 classes: 2.0 ns per logit in one sweep, 1.0 in four).
/// There is one more for targets that are spread over the classes, and where classes are taken row by row.
/// </summary>
/// <param name="name">The method's name.</param>
/// <param name="element">The type of the elements.</param>
/// <param name="count">The class count; 0 if it is given at run time, or by a type argument.</param>
/// <param name="form">The form of the target.</param>
/// <param name="values">What sweeps leave of a row.</param>
internal abstract class LanesMethod(string name, string element, int count, TargetForm form, RowValues values) : SampleMethod(name, "A sample per lane.")
{
    protected const int Tile = LaneClasses.Tile;

    public sealed override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element}> arguments");

    protected string Element { get; } = element;

    /// <summary>The class count; 0 if it is given at run time, or by a type argument.</summary>
    protected int Count { get; } = count;

    /// <summary>Whether the class count is a type argument.</summary>
    protected virtual bool IsGeneric => false;

    protected TargetForm Form { get; } = form;

    protected LaneProgram Program { get; private set; } = null!;

    protected LaneClasses Classes { get; private set; } = null!;

    protected int Lanes { get; private set; }

    /// <summary>What sweeps leave of a row.</summary>
    protected RowValues Values { get; } = values;

    /// <summary>The largest logit that counts.</summary>
    protected Lane Largest { get; set; }

    /// <summary>What says whether a row is a hit, by its name among the values.</summary>
    protected (string Name, Lane Value) Hit { get; set; }

    /// <summary>The weight that makes a row inert if it is 0.</summary>
    protected Lane SampleWeight { get; set; }

    /// <summary>What a row's results need of its logits.</summary>
    protected virtual (string Name, Lane Value) Shifted => ("shiftedLargest", Largest);

    /// <summary>Whether code that reads a class has to know which one it is.</summary>
    protected virtual bool NeedsIndex => true;

    /// <summary>The same of code for its gradient.</summary>
    protected virtual bool GradientNeedsIndex => NeedsIndex;

    /// <summary>Whether a row may have fewer classes than a tile although the count is given at run time.</summary>
    protected virtual bool MayBeNarrow => Count == 0;

    /// <summary>Whether the first sum of <see cref="EmitSums"/> has a second part: what its additions lost.</summary>
    protected virtual bool HasLow => false;

    /// <summary>Whether each row has memory for a target of each class.</summary>
    protected virtual bool HasTargets => Form != TargetForm.Hard;

    public sealed override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        Program = program(1);
        Lanes = dialect.Lanes;
        Classes = new(Program, Element, Count, Lanes);
        EmitDeclarations();
        OpenGroups();
        EmitRead();
        EmitCare();
        var power = Exponential.PowerOf(Program, Largest);
        Values.Store(Program, ("rowPower", power), Hit, Shifted);
        CloseGroups();

        EmitTargets();
        OpenGroups();
        EmitFetch();
        var scale = Exponential.ScaleOf(Program, Program.Let("rowPower", LoadValue("rowPower")));
        EmitExponentials(scale);
        CloseGroups();

        EmitResults(program, dialect);
        Program.Open("if (arguments.WantsGradient)");
        OpenGroups();
        EmitGradient(dialect);
        CloseGroups();
        Program.Close();
        Program.Line();
        Program.Line("return correct;");
    }

    /// <summary>What comes before the sweeps.</summary>
    protected virtual void EmitDeclarations()
    {
        if (IsGeneric)
        {
            var isAny = LaneClasses.IsAny.Condition;
            Program.Line($"var classes = (nuint)({isAny} ? arguments.Classes : TClasses.Value);");
            Program.Line($"var stride = {isAny} ? arguments.Stride : classes;");
            Program.Line($"var gradientStride = {isAny} ? arguments.GradientStride : classes;");
        }
        else if (Count == 0)
        {
            Program.Line("var classes = (nuint)arguments.Classes;");
            Program.Line("var stride = arguments.Stride;");
            Program.Line("var gradientStride = arguments.GradientStride;");
        }
        else
        {
            Program.Line($"const uint classes = {Count}, stride = {Count}, gradientStride = {Count};");
        }

        RowValues.EmitDeclaration(Program);
        Program.Line("long correct = 0;");
    }

    /// <summary>Reads rows, and finds their largest logit and their best class; may begin another sweep in between.</summary>
    protected abstract void EmitRead();

    /// <summary>A sweep for targets that are spread over the classes.</summary>
    protected virtual void EmitTargets()
    {
    }

    /// <summary>Replaces every logit by its e, and leaves their sum, without that of the class whose gradient is apart.</summary>
    protected virtual void EmitExponentials((Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var (sums, _) = EmitSums(["rest"], (k, _, add) =>
        {
            var e = Program.Let("e", Exponential.Scaled(Program, Program.Let("t", Classes.Get(k)), scale));
            add(0, e);
            Classes.Set(k, e);
        });
        Values.Store(Program, ("rest", sums[0]));
    }

    /// <summary>Reads rows whose target is spread over the classes, and finds their largest logit and its class, the first of equal ones.</summary>
    /// <param name="read">What else is read of a class: receives it in lanes, its index, and what gives the row's own target of it.</param>
    protected void EmitSpreadLogits(Action<Lane, string, Func<Lane>>? read = null)
    {
        SampleWeight = Program.Let("sampleWeight", Program.Load("arguments.SampleWeights", "row"));
        Largest = Program.Let("largest", Program.Constant("Lowest", double.NegativeInfinity));
        var best = Program.Let("best", Program.Zero);
        Hit = ("best", best);
        EmitLogits((index, z, k, target) =>
        {
            var isLarger = Program.Let("isLarger", Program.IsGreater(z, Largest));
            Program.Assign(best, Program.Select(isLarger, index, best));
            Program.Assign(Largest, Program.Larger(z, Largest));
            Classes.Set(k, z);
            read?.Invoke(index, k, target);
        });
    }

    /// <summary>The losses of the rows, and what the gradient is made of.</summary>
    protected abstract void EmitResults(Func<int?, LaneProgram> program, Dialect dialect);

    /// <summary>The gradient of a class, from the class in lanes, its index and its e.</summary>
    protected abstract Func<Lane, string, Lane, Lane> GradientOf(Lane coefficient, Dialect dialect);

    /// <summary>What comes over the gradient of some rows, where the first of them lies, how far it is to the next, and to the next class.</summary>
    protected virtual void EmitOverGradient(string gradient, string rowStride, string classStride)
    {
    }

    /// <summary>
    /// Changes the label's logit as all others, if it lies apart from them. <paramref name="change"/> receives it, and whether it lies among
    /// the others, too.
    /// </summary>
    protected virtual void ChangeLabelLogit(Func<Lane, bool, Lane> change)
    {
    }

    /// <summary>What begins a condition that only kernels for any class count have.</summary>
    protected string IfAny => IsGeneric ? LaneClasses.IsAny.Condition + " && " : "";

    /// <summary>More rows that are rare.</summary>
    protected virtual Lane? NeedsCare => null;

    /// <summary>What is done for them.</summary>
    protected virtual void EmitOwnCare()
    {
    }

    /// <summary>What else is done where a row is inert.</summary>
    protected virtual void EndInert(Lane isInert)
    {
    }

    /// <summary>Rows without a label, if one was made up for them; they are inert, and no hit.</summary>
    protected virtual Lane? Unlabelled => null;

    /// <summary>The label's logit, if it is not among the others.</summary>
    protected virtual Lane? LabelLogitApart => null;

    /// <summary>Rows of weight 0 that can't be a hit, among them those without a limit.</summary>
    protected virtual Lane WithoutCorrect(Lane hasNoLimit) => hasNoLimit;

    protected Lane LoadValue(string name) => LoadAt(Values.IndexOf(name));

    /// <summary>The same by its place.</summary>
    protected Lane LoadAt(string index) => Program.Load("rowValues", index);

    /// <summary>Opens a sweep over groups of as many rows as a register has lanes.</summary>
    protected void OpenGroups()
    {
        Program.Open();
        Program.Line("ref var group = ref arguments.Scratch;");
        if (HasTargets)
        {
            Program.Line("ref var groupTargets = ref Unsafe.Add(ref arguments.Scratch, arguments.Count * classes);");
        }

        Program.Open($"for (nuint row = 0; row < arguments.Count; row += {Lanes})");
    }

    protected void CloseGroups()
    {
        Program.Line($"group = ref Unsafe.Add(ref group, {Lanes} * classes);");
        if (HasTargets)
        {
            Program.Line($"groupTargets = ref Unsafe.Add(ref groupTargets, {Lanes} * classes);");
        }

        Program.Close();
        Program.Close();
        Program.Line();
    }

    /// <summary>Reads the logits of rows.</summary>
    /// <param name="read">Receives the class in lanes, the logit, the class's index, and what gives the row's own target of it.</param>
    protected void EmitLogits(Action<Lane, Lane, string, Func<Lane>> read)
    {
        Program.Open("if (arguments.IsClassMajor)");
        Program.Line("ref var column = ref Unsafe.Add(ref arguments.Logits, row);");
        if (Form == TargetForm.Soft)
        {
            Program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row);");
        }

        EmitLoop(
            k => Program.Load("column", LaneClasses.Product(k, "arguments.Stride")),
            k => Program.Load("targets", LaneClasses.Product(k, "arguments.TargetStride")));
        Program.Close();
        if (MayBeNarrow)
        {
            Program.Open($"else if ({IfAny}classes < {Tile})");
            EmitRowReferences();
            EmitNarrow(
                narrow => $"stride == {narrow}{(Form == TargetForm.Soft ? $" && arguments.TargetStride == {narrow}" : "")}",
                narrow => EmitTile("0", LaneClasses.Text(narrow), LaneClasses.Text(narrow), narrow, 0, Classes.Constant));
            EmitLoop(k => Program.Gather("rows", "stride", k), k => Program.Gather("targets", "arguments.TargetStride", k));
            Program.Close();
            Program.Close();
        }

        Program.Open("else");
        EmitRowReferences();
        Classes.ForEachTile(0, (k, tile, first, done) =>
            EmitTile(k, Classes.RowStride("stride"), "arguments.TargetStride", tile, done, Classes.Indices(first, k), first));
        Program.Close();

        void EmitTile(string k, string stride, string targetStride, int tile, int done, Func<int, Lane> indexOf, int first = 0)
        {
            var values = Program.LoadTile("rows", stride, tile, k);
            Program.Suffix = "T";
            var targets = Form == TargetForm.Soft ? Program.LoadTile("targets", targetStride, tile, k) : [];
            Program.Suffix = "";
            for (var j = done; j < tile; j++)
            {
                var index = NeedsIndex ? indexOf(j) : default;
                var target = j < targets.Length ? targets[j] : default;
                Program.Suffix = $"_{first + j}";
                read(index, Program.Let("z", values[j]), LaneClasses.Sum(k, j), () => target);
                Program.Suffix = "";
            }
        }

        void EmitLoop(Func<string, Lane> load, Func<string, Lane> loadTarget) => Classes.ForEach((index, k, number) =>
        {
            Program.Suffix = $"_{number}";
            read(index, Program.Let("z", load(k)), k, () => loadTarget(k));
        }, NeedsIndex);
    }

    /// <summary>
    /// Adds up what is made of the classes: a block of them in four chains that take turns, then the chains, then these sums of blocks. Of the
    /// first sum, all additions but those within a chain may keep what they lose: it is added at the end, and what that addition loses is the
    /// second part. (Float, 20 million gradients of rows of ten kinds for each of 4 to 64 classes: at most 3.6 ulp, with blocks of 16 3.9;
    /// without second parts up to 5.4.)
    /// </summary>
    /// <param name="names">The names of the sums.</param>
    /// <param name="emitClass">
    /// Receives the class as an index, the number of the statement, and what adds to a sum by its number, once to each: something not −0.
    /// </param>
    /// <returns>The sums, and the second part of the first, if it has one.</returns>
    protected (Lane[] Totals, Lane? FirstLow) EmitSums(string[] names, Action<string, int, Action<int, Lane>> emitClass)
    {
        var totals = names.Select(name => Program.Let(name, Program.Zero)).ToArray();
        var firstLow = HasLow ? Program.Let($"{names[0]}Low", Program.Zero) : default;
        var isLowSet = !Classes.IsUnrolled;
        if (Classes.IsUnrolled)
        {
            const int block = KernelFacts.ShortSumBlock;
            for (var first = 0; first < Count; first += block)
            {
                Program.Open();
                var end = System.Math.Min(first + block, Count);
                var chains = Chains(System.Math.Min(Tile, end - first));
                for (var k = first; k < end; k++)
                {
                    // To add the first one to 0 would be an operation for nothing.
                    AddClass(LaneClasses.Text(k), k, chains[k % Tile], isFirst: k - first < Tile);
                }

                AddChains(chains, isFirst: first == 0);
                Program.Close();
                Program.Line();
            }
        }
        else
        {
            Program.Line($"nuint block = classes <= {KernelFacts.MostShortBlocks} ? {KernelFacts.ShortSumBlock}u : {KernelFacts.SumBlock}u;");
            Program.Open("for (nuint k = 0; k < classes;)");
            Program.Line("var end = nuint.Min(k + block, classes);");
            var chains = Chains(Tile);
            Program.Open($"for (; k + {Tile} <= end; k += {Tile})");
            for (var j = 0; j < Tile; j++)
            {
                AddClass(LaneClasses.Sum("k", j), j, chains[j], isFirst: false);
            }

            Program.Close();
            Program.Line();
            // Each to its own chain, as where the loop is unrolled.
            for (var j = 0; j < Tile - 1; j++)
            {
                Program.Open(IsGeneric ? $"if (({LaneClasses.IsAny.Condition} || TClasses.Value % {Tile} > {j}) && k < end)" : "if (k < end)");
                AddClass("k", Tile + j, chains[j], isFirst: false);
                Program.Line("k++;");
                Program.Close();
                Program.Line();
            }

            AddChains(chains, isFirst: false);
            Program.Close();
            Program.Line();
        }

        if (!HasLow)
        {
            return (totals, null);
        }

        if (MayBeNarrow)
        {
            // As the kernels for so few classes, whose rows do not look at it.
            Program.Open($"if ({IfAny}classes <= {TuningTable.MostClassesApproximate})");
            Program.Assign(firstLow, Program.Zero);
            Program.Close();
            Program.Line();
        }

        var whole = TwoPart.SumOfOrdered(Program, $"{names[0]}Whole", totals[0], firstLow);
        return ([whole.High, .. totals.Skip(1)], whole.Low);

        Lane[][] Chains(int count) =>
            [.. Enumerable.Range(0, count).Select(chain => names.Select(name => Program.Let($"{name}{chain}", Program.Zero)).ToArray())];

        void AddClass(string k, int number, Lane[] sums, bool isFirst)
        {
            Program.Suffix = $"_{number}";
            emitClass(k, number, (n, term) => Program.Assign(sums[n], isFirst ? term : Program.Add(sums[n], term)));
            Program.Suffix = "";
        }

        void AddChains(Lane[][] chains, bool isFirst)
        {
            for (var n = 0; n < names.Length; n++)
            {
                Lane[] parts = [.. chains.Select(chain => chain[n])];
                for (var step = 1; step < parts.Length; step *= 2)
                {
                    for (var j = 0; j + step < parts.Length; j += 2 * step)
                    {
                        parts[j] = Add(n, $"{names[n]}From{j}Of{2 * step}", parts[j], parts[j + step]);
                    }
                }

                Program.Assign(totals[n], isFirst ? parts[0] : Add(n, $"{names[n]}Sum", totals[n], parts[0]));
            }
        }

        // The sum; of the first one, the second part gets what it loses.
        Lane Add(int n, string name, Lane a, Lane b)
        {
            if (n > 0 || !HasLow)
            {
                return Program.Add(a, b);
            }

            var sum = TwoPart.SumOfPositive(Program, name, a, b);
            Program.Assign(firstLow, isLowSet ? Program.Add(firstLow, sum.Low) : sum.Low);
            isLowSet = true;
            return sum.High;
        }
    }

    /// <summary>
    /// What is rare: an inert row with a NaN, or with a largest logit that is large, becomes a row of zeros. (Of other inert rows, the products
    /// with weight 0 are 0.) A row with one infinite logit becomes its limit, 0 for it and −∞ for all others; with several there is no limit,
    /// and the row becomes NaN. A row of large logits is shifted.
    /// </summary>
    private void EmitCare()
    {
        var infinity = Program.Constant("Infinity", double.PositiveInfinity);
        var one = Program.Constant("One", 1);
        Program.Suffix = "";
        var isInert = Program.AreEqual(SampleWeight, Program.Zero);
        var isLarge = RowShift.IsLarge(Program, Largest);
        var isRare = Program.Either(isInert, isLarge);
        Program.Open($"if ({Program.Any(NeedsCare is { } own ? Program.Either(own, isRare) : isRare)})");
        EmitOwnCare();
        Program.Open($"if ({Program.Any(isInert)})");
        if (Unlabelled is { } unlabelled)
        {
            Miss(unlabelled);
        }

        var areNumbers = Program.Let("areNumbers", LabelLogitApart is { } apart ? Program.IsGreater(infinity, apart) : Program.IsGreater(infinity, one));
        Classes.ForEach(k => Program.Assign(areNumbers, Program.Both(areNumbers, Program.IsGreater(infinity, Program.Let("value", Classes.Get(k))))));
        var hasNaN = Program.IsNotZero(Program.Let("hasNaN", Program.Select(areNumbers, Program.Zero, one)));
        Program.Open($"if ({Program.Any(Program.Both(isInert, Program.Either(hasNaN, isLarge)))})");
        EmitInert();
        Program.Close();
        Program.Line();
        EndInert(isInert);
        Program.Close();
        Program.Line();
        Program.Open($"if ({Program.Any(Program.AreEqual(Largest, infinity))})");
        EmitLimit();
        Program.Close();
        Program.Line();
        Program.Open($"if ({Program.Any(RowShift.IsLarge(Program, Largest))})");
        var (offset, shifted) = RowShift.Emit(Program, Largest);
        Program.Assign(Largest, shifted);
        Classes.ForEach(k => Classes.Set(k, Program.Subtract(Classes.Get(k), offset)));
        ChangeLabelLogit((logit, _) => Program.Subtract(logit, offset));
        Program.Close();
        Program.Close();
        Program.Line();

        // −2 is no class, and below every sum.
        void Miss(Lane mask) => Program.Assign(Hit.Value, Program.Select(mask, Program.Constant("NoClass", -2), Hit.Value));

        void EmitInert()
        {
            // Such a row may still be a hit, but not with a NaN, a second +∞, or nothing but −∞.
            var isLive = Program.Let("isLive", Program.IsNotZero(SampleWeight));
            var lowest = Program.Constant("Lowest", double.NegativeInfinity);
            var peaks = Program.Let("peaks", Program.Zero);
            Classes.ForEach(k =>
            {
                var value = Program.Let("inert", Classes.Get(k));
                CountPeak(value);
                Classes.Set(k, Program.Keep(isLive, value));
            });
            var isEmpty = Program.Let("isEmpty", Program.AreEqual(Largest, lowest));
            Program.Assign(Largest, Program.Keep(isLive, Largest));
            ChangeLabelLogit((logit, isAmongOthers) =>
            {
                if (!isAmongOthers)
                {
                    CountPeak(logit);
                }

                return Program.Keep(isLive, logit);
            });
            var hasNoCorrect = Program.Let("hasNoCorrect", WithoutCorrect(Program.Either(isEmpty, Program.IsGreater(peaks, one))));
            Miss(hasNoCorrect);

            void CountPeak(Lane value)
            {
                Program.Assign(peaks, Program.Add(peaks, Program.Keep(Program.AreEqual(value, infinity), one)));
                var isNumber = Program.Either(Program.AreEqual(value, lowest), Program.IsGreater(value, lowest));
                Program.Assign(peaks, Program.Select(isNumber, peaks, Program.Constant("Two", 2)));
            }
        }

        void EmitLimit()
        {
            var isInfinite = Program.Let("isInfinite", Program.AreEqual(Largest, infinity));
            var peaks = Program.Let("infinities", Program.Zero);
            Classes.ForEach(k => Classes.Set(k, Limit(Program.Let("value", Classes.Get(k)), isCounted: true)));
            ChangeLabelLogit((logit, isAmongOthers) =>
            {
                Program.Suffix = "_label";
                return Limit(Program.Let("value", logit), isCounted: !isAmongOthers);
            });
            Program.Suffix = "";
            var isSingle = Program.Let("isSingle", Program.AreEqual(peaks, one));
            var limit = Program.Let("limit", Program.Select(isSingle, Program.Zero, Program.Constant("NoNumber", double.NaN)));
            Program.Assign(Largest, Program.Select(isInfinite, limit, Largest));

            Lane Limit(Lane value, bool isCounted)
            {
                var isPeak = Program.Let("isPeak", Program.AreEqual(value, infinity));
                if (isCounted)
                {
                    Program.Assign(peaks, Program.Add(peaks, Program.Keep(isPeak, one)));
                }

                var below = Program.Let("below", Program.Subtract(value, infinity));
                return Program.Select(isInfinite, Program.Select(isPeak, Program.Zero, below), value);
            }
        }
    }

    /// <summary>
    /// Rows that lie side by side are read a few classes at a time, which a processor does not foresee: the same rows of the next tile's
    /// logits, and those of the gradient, are asked for.
    /// </summary>
    private void EmitFetch()
    {
        Program.Open("if (arguments.Fetches)");
        Program.Line($"Prefetch.Lines(ref arguments.Logits, (arguments.Count + row) * stride, {Lanes} * stride);");
        if (Form == TargetForm.Soft)
        {
            Program.Line($"Prefetch.Lines(ref arguments.Targets, (arguments.Count + row) * arguments.TargetStride, {Lanes} * arguments.TargetStride);");
        }

        Program.Open("if (arguments.WantsGradient)");
        Program.Line($"Prefetch.Lines(ref arguments.Gradient, row * gradientStride, {Lanes} * gradientStride);");
        Program.Close();
        Program.Close();
        Program.Line();
    }

    private void EmitGradient(Dialect dialect)
    {
        var coefficient = RowValues.LoadCoefficient(Program, LoadAt);
        var gradientOf = GradientOf(coefficient, dialect);
        Program.Open("if (arguments.IsClassMajor)");
        Program.Line("ref var column = ref Unsafe.Add(ref arguments.Gradient, row);");
        EmitLoop((k, result) => Program.Store("column", result, LaneClasses.Product(k, "arguments.GradientStride")));
        EmitOverGradient("column", "1", "arguments.GradientStride");
        Program.Close();
        if (MayBeNarrow)
        {
            Program.Open($"else if ({IfAny}classes < {Tile})");
            EmitRowReference();
            EmitNarrow(narrow => $"gradientStride == {narrow}", narrow => EmitTile("0", LaneClasses.Text(narrow), narrow, 0, Classes.Constant));
            EmitLoop((k, result) => Program.Scatter("rows", "gradientStride", k, result));
            Program.Close();
            Program.Close();
        }

        Program.Open("else");
        EmitRowReference();
        Classes.ForEachTile(dialect.WideTile, (k, tile, first, _) =>
            EmitTile(k, Classes.RowStride("gradientStride"), tile, first, Classes.Indices(first, k)));
        EmitOverGradient("rows", "gradientStride", "1");
        Program.Close();

        void EmitRowReference() => Program.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * gradientStride);");

        void EmitTile(string k, string stride, int tile, int first, Func<int, Lane> indexOf)
        {
            var results = new Lane[tile];
            for (var j = 0; j < tile; j++)
            {
                var index = GradientNeedsIndex ? indexOf(j) : default;
                Program.Suffix = $"_{first + j}";
                results[j] = Result(index, LaneClasses.Sum(k, j));
            }

            Program.Suffix = "";
            Program.StoreTile("rows", stride, results, k);
        }

        Lane Result(Lane index, string k) => Program.Let("result", gradientOf(index, k, Classes.Get(k)));

        void EmitLoop(Action<string, Lane> store) => Classes.ForEach((index, k, number) =>
        {
            Program.Suffix = $"_{number}";
            store(k, Result(index, k));
        }, GradientNeedsIndex);
    }

    /// <summary>Two and three classes whose rows have no gaps, which can be transposed, and the opening of what others take.</summary>
    private void EmitNarrow(Func<int, string> hasNoGaps, Action<int> emit)
    {
        for (var narrow = 2; narrow < Tile; narrow++)
        {
            Program.Open($"{(narrow == 2 ? "if" : "else if")} (classes == {narrow} && {hasNoGaps(narrow)})");
            emit(narrow);
            Program.Close();
        }

        Program.Open("else");
    }

    private void EmitRowReferences()
    {
        Program.Line("ref var rows = ref Unsafe.Add(ref arguments.Logits, row * stride);");
        if (Form == TargetForm.Soft)
        {
            Program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
    }
}
