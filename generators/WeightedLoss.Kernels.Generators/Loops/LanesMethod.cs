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
/// <param name="range">What is known of the class count.</param>
/// <param name="form">The form of the target.</param>
/// <param name="values">What sweeps leave of a row.</param>
/// <param name="mender">The type that mends rare rows.</param>
internal abstract class LanesMethod(string name, string element, ClassRange range, TargetForm form, RowValues values, Func<InstructionSet, string> mender) : SampleMethod(name, "A sample per lane.")
{
    protected const int Tile = LaneClasses.Tile;

    private bool _isGradient;

    public sealed override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element}> arguments");

    protected string Element { get; } = element;

    /// <summary>What is known of the class count.</summary>
    protected ClassRange Range { get; } = range;

    /// <summary>Whether the class count is a type argument, which may leave it to run time.</summary>
    protected virtual bool IsGeneric => false;

    protected TargetForm Form { get; } = form;

    protected LaneProgram Program { get; private set; } = null!;

    protected LaneClasses Classes { get; private set; } = null!;

    protected int Lanes { get; private set; }

    /// <summary>What sweeps leave of a row.</summary>
    protected RowValues Values { get; } = values;

    /// <summary>The largest logit that counts.</summary>
    protected Lane Largest { get; set; }

    /// <summary>What says whether a prediction is correct, by its name among the values.</summary>
    protected (string Name, Lane Value) Correct { get; set; }

    /// <summary>The weight that makes a row inert if it is 0.</summary>
    protected Lane SampleWeight { get; set; }

    /// <summary>What a row's results need of its logits.</summary>
    protected virtual (string Name, Lane Value) Shifted => ("shiftedLargest", Largest);

    /// <summary>Whether code that reads a class has to know which one it is.</summary>
    protected virtual bool NeedsIndex => true;

    /// <summary>The same of code for its gradient.</summary>
    protected virtual bool GradientNeedsIndex => NeedsIndex;

    /// <summary>Whether a row may have fewer classes than a tile although the count is given at run time.</summary>
    protected virtual bool MayBeNarrow => !Range.IsUnrolled;

    /// <summary>Whether the first sum of <see cref="EmitSums"/> has a second part: what its additions lost.</summary>
    protected virtual bool HasLow => false;

    /// <summary>Whether each row has memory for a target of each class.</summary>
    protected virtual bool HasTargets => Form != TargetForm.Hard;

    /// <summary>The sweep that writes the gradient: a method of its own, because a JIT stops to inline in one of so many variables.</summary>
    public SampleMethod Gradient => new GradientMethod(this);

    public sealed override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        Begin(program, dialect, isGradient: false);
        Program.Line("long correct = 0;");
        Program.Line("var hasSpecialRows = false;");
        EmitPreparation();
        OpenGroups();
        EmitRead();
        EmitSpecialRows();
        CloseGroups();
        Program.Open("if (hasSpecialRows)");
        Program.Line($"{mender(dialect.InstructionSet)}.{MendCall};");
        Program.Close();
        Program.Line();

        EmitTargets();
        OpenGroups();
        EmitFetch();
        var scale = Exponential.ScaleOf(Program, Program.Let("rowPower", LoadValue("rowPower")));
        EmitExponentials(scale);
        CloseGroups();

        EmitResults(program, dialect);
        Program.Open("if (arguments.WantsGradient)");
        Program.Line($"{Gradient.Name}(in arguments);");
        Program.Close();
        Program.Line();
        Program.Line("return correct;");
    }

    /// <summary>What all sweeps refer to.</summary>
    protected virtual void EmitDeclarations()
    {
        if (Range.Count != 0)
        {
            Program.Line($"const uint classes = {Range.Count}, {(_isGradient ? "" : $"stride = {Range.Count}, ")}gradientStride = {Range.Count};");
        }
        else if (Range.IsUnrolled)
        {
            Program.Line("var classes = (nuint)TClasses.Value;");
            Program.Line("var stride = classes;");
            Program.Line("var gradientStride = classes;");
        }
        else if (IsGeneric)
        {
            var isAny = LaneClasses.IsAny.Condition;
            Program.Line($"var classes = (nuint)({isAny} ? arguments.Classes : TClasses.Value);");
            Program.Line($"var stride = {isAny} ? arguments.Stride : classes;");
            Program.Line($"var gradientStride = {isAny} ? arguments.GradientStride : classes;");
        }
        else
        {
            Program.Line("var classes = (nuint)arguments.Classes;");
            Program.Line("var stride = arguments.Stride;");
            Program.Line("var gradientStride = arguments.GradientStride;");
        }

        RowValues.EmitDeclaration(Program);
    }

    /// <summary>What comes before the sweeps.</summary>
    protected virtual void EmitPreparation()
    {
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
        Correct = ("best", best);
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

    /// <summary>More rows that are rare.</summary>
    protected virtual Lane? OwnSpecialRows => null;

    /// <summary>The call that mends rare rows.</summary>
    protected virtual string MendCall => "MendSpread(in arguments)";

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
            Program.Open($"else if (classes < {Tile})");
            EmitRowReferences();
            EmitNarrow(
                narrow => $"stride == {narrow}{(Form == TargetForm.Soft ? $" && arguments.TargetStride == {narrow}" : "")}",
                narrow => EmitTile(Narrow(narrow), LaneClasses.Text(narrow), LaneClasses.Text(narrow)));
            EmitLoop(k => Program.Gather("rows", "stride", k), k => Program.Gather("targets", "arguments.TargetStride", k));
            Program.Close();
            Program.Close();
        }

        Program.Open("else");
        EmitRowReferences();
        Classes.ForEachTile(0, tile => EmitTile(tile, Classes.RowStride("stride"), "arguments.TargetStride"));
        Program.Close();

        void EmitTile(ClassTile tile, string stride, string targetStride)
        {
            var values = Program.LoadTile("rows", stride, tile.Width, tile.K);
            Program.Suffix = "T";
            var targets = Form == TargetForm.Soft ? Program.LoadTile("targets", targetStride, tile.Width, tile.K) : [];
            Program.Suffix = "";
            for (var j = 0; j < tile.Width; j++)
            {
                if (tile.IsNew(j) is { } condition)
                {
                    var place = j;
                    Classes.If(condition, () =>
                    {
                        var index = NeedsIndex ? tile.Index(place) : default;
                        var target = place < targets.Length ? targets[place] : default;
                        Program.Suffix = $"_{tile.Number + place}";
                        read(index, Program.Let("z", values[place]), LaneClasses.Sum(tile.K, place), () => target);
                        Program.Suffix = "";
                    });
                }
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
        var isLowSet = !Range.IsUnrolled;
        if (Range.IsUnrolled)
        {
            const int block = KernelFacts.ShortSumBlock;
            for (var first = 0; first < Range.Most; first += block)
            {
                var start = first;
                Classes.IfThereIs(first, () => EmitBlock(start, System.Math.Min(start + block, Range.Most)));
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
            Program.Open($"if (classes <= {TuningTable.MostClassesApproximate})");
            Program.Assign(firstLow, Program.Zero);
            Program.Close();
            Program.Line();
        }

        var whole = TwoPart.SumOfOrdered(Program, $"{names[0]}Whole", totals[0], firstLow);
        return ([whole.High, .. totals.Skip(1)], whole.Low);

        void EmitBlock(int first, int end)
        {
            Program.Open();
            var chains = Chains(System.Math.Min(Tile, end - first));
            for (var k = first; k < end; k++)
            {
                var (number, isFirst) = (k, k - first < Tile);

                // To add the first one to 0 would be an operation for nothing.
                Classes.IfThereIs(k, () => AddClass(LaneClasses.Text(number), number, chains[number % Tile], isFirst));
            }

            AddChains(chains, isFirst: first == 0);
            Program.Close();
        }

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
    /// Looks for rows that are rare: inert ones, those whose largest logit is large or infinite, and those that the form has of its own. They are mended
    /// in another method: a call in this loop would cost it the registers of its constants.
    /// </summary>
    private void EmitSpecialRows()
    {
        var isInert = Program.AreEqual(SampleWeight, Program.Zero);
        var isRare = Program.Either(isInert, RowShift.IsLarge(Program, Largest));
        Program.Open($"if ({Program.Any(OwnSpecialRows is { } own ? Program.Either(own, isRare) : isRare)})");
        Program.Line("hasSpecialRows = true;");
        Program.Close();
        Program.Line();
        Values.Store(Program, ("rowPower", Exponential.PowerOf(Program, Largest)), Correct, Shifted);
        if (Shifted.Name != RowValues.LargestOf(Form == TargetForm.Hard))
        {
            Values.Store(Program, (RowValues.LargestOf(Form == TargetForm.Hard), Largest));
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

    private void Begin(Func<int?, LaneProgram> program, Dialect dialect, bool isGradient)
    {
        _isGradient = isGradient;
        Program = program(1);
        Lanes = dialect.Lanes;
        Classes = new(Program, Element, Range, Lanes);
        EmitDeclarations();
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
            Program.Open($"else if (classes < {Tile})");
            EmitRowReference();
            EmitNarrow(narrow => $"gradientStride == {narrow}", narrow => EmitTile(Narrow(narrow), LaneClasses.Text(narrow)));
            EmitLoop((k, result) => Program.Scatter("rows", "gradientStride", k, result));
            Program.Close();
            Program.Close();
        }

        Program.Open("else");
        EmitRowReference();
        Classes.ForEachTile(
            dialect.WideTile, tile => EmitTile(tile, tile.IsRow ? LaneClasses.Text(tile.Width) : Classes.RowStride("gradientStride")));
        EmitOverGradient("rows", "gradientStride", "1");
        Program.Close();

        void EmitRowReference() => Program.Line("ref var rows = ref Unsafe.Add(ref arguments.Gradient, row * gradientStride);");

        void EmitTile(ClassTile tile, string stride)
        {
            var results = new Lane[tile.Width];
            for (var j = 0; j < tile.Width; j++)
            {
                var index = GradientNeedsIndex ? tile.Index(j) : default;
                Program.Suffix = $"_{tile.Number + j}";
                results[j] = Result(index, LaneClasses.Sum(tile.K, j));
            }

            Program.Suffix = "";
            Program.StoreTile("rows", stride, results, tile.K);
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

    private ClassTile Narrow(int classes) => new("0", classes, 0, Classes.Constant, _ => "");

    private void EmitRowReferences()
    {
        Program.Line("ref var rows = ref Unsafe.Add(ref arguments.Logits, row * stride);");
        if (Form == TargetForm.Soft)
        {
            Program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }
    }

    private sealed class GradientMethod(LanesMethod sweeps) : SampleMethod(sweeps.Name + "Gradient", "The gradient, from what the sweeps left.")
    {
        public override (string Type, string Parameters) Signature => ("void", sweeps.Signature.Parameters);

        public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
        {
            sweeps.Begin(program, dialect, isGradient: true);
            sweeps.OpenGroups();
            sweeps.EmitGradient(dialect);
            sweeps.CloseGroups();
        }
    }
}
