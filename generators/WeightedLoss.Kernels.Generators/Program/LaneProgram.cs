using System.Collections.Immutable;
using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Program;

/// <summary>
/// What a body writes its arithmetic with. Each statement appears once per register: side by side with the same statement of the other
/// registers, or all statements of a register together (<see cref="Dialect.InLockStep"/>).
/// </summary>
internal sealed class LaneProgram
{
    private readonly Dialect _dialect;
    private readonly ElementAccess _access;
    private readonly IndentedWriter _writer;
    private readonly ConstantTable _constants;
    private readonly List<(ImmutableArray<Option> Guards, string Text)>[] _pending;
    private readonly SortedSet<string> _held = new(StringComparer.Ordinal);
    private readonly List<string> _tiles = [];
    private readonly bool _inLockStep;
    private ImmutableArray<Option> _guards = [];

    /// <param name="dialect">The instruction set.</param>
    /// <param name="element">What arrays hold.</param>
    /// <param name="writer">Receives the text.</param>
    /// <param name="constants">Receives the constants.</param>
    /// <param name="registers">The registers that each statement stands for; those of a virtual block unless given.</param>
    /// <param name="inLockStep">Whether the registers go side by side; as the dialect says unless given.</param>
    public LaneProgram(
        Dialect dialect,
        Element element,
        IndentedWriter writer,
        ConstantTable constants,
        int? registers = null,
        bool? inLockStep = null)
    {
        _dialect = dialect;
        _access = ElementAccess.Of(element);
        _writer = writer;
        _constants = constants;
        _inLockStep = inLockStep ?? dialect.InLockStep;
        _pending = [.. Enumerable.Range(0, registers ?? dialect.Registers).Select(_ => new List<(ImmutableArray<Option>, string)>())];
    }

    /// <summary>Declarations that the statements so far expect: constants in registers.</summary>
    public IEnumerable<string> Held => _held;

    /// <summary>The references to memory between sweeps that the statements so far expect.</summary>
    public IReadOnlyList<string> Tiles => _tiles;

    private int Registers => _pending.Length;

    /// <summary>The type of the lanes.</summary>
    public Number Number => _dialect.Number;

    /// <inheritdoc cref="Dialect.IsSwept"/>
    public bool IsSwept => _dialect.IsSwept;

    public Lane Zero => new(_ => _dialect.Zero);

    /// <summary>A constant of the kernel; its name must be unique in the file.</summary>
    public Lane Constant(string name, double value)
    {
        _constants.Add(name, value);
        if (!_dialect.IsHeld(name))
        {
            return new(_ => _dialect.Constant(name));
        }

        var local = Dialect.Local(name);
        _held.Add($"var {local} = {_dialect.HeldConstant(name)};");
        return new(_ => local);
    }

    /// <summary>A constant given by its bits, in an integer operation.</summary>
    public Lane ConstantBits(string name, ulong bits) => Constant(name, Number.FromBits(bits));

    /// <summary>The entry of a table that the lowest bits of x say.</summary>
    public Lane LookUp(string table, IReadOnlyList<double> values, Lane x)
    {
        _constants.AddTable(table, values);
        foreach (var declaration in _dialect.TableDeclarations(table))
        {
            _held.Add(declaration);
        }

        return new(register => _dialect.LookUp(table, x.In(register)));
    }

    /// <summary>A run-time value, in all lanes: in a register, or read from memory where it is used if constants are.</summary>
    public Lane Broadcast(string name, string scalar)
    {
        var value = _dialect.Broadcast(scalar);
        if (_dialect.ConstantsInMemory)
        {
            return new(_ => value);
        }

        Line($"var {name} = {value};");
        return new(_ => name);
    }

    /// <summary>The end of the names that follow, for statements that stand several times in one scope.</summary>
    public string Suffix { get; set; } = "";

    public Lane Load(string array, string index = "i") => new(register => _dialect.Load(array, index, register));

    public void Store(string array, Lane value, string index = "i") =>
        ForEach(register => _dialect.Store(array, index, register, value.In(register)));

    /// <summary>Elements of an array, whatever they are in memory, as numbers of the lanes.</summary>
    public Lane LoadElements(string array, string index = "i") => _access.Load(this, array, index);

    /// <summary>Numbers of the lanes as elements of an array.</summary>
    public void StoreElements(string array, Lane value, string index = "i") => _access.Store(this, array, value, index);

    /// <inheritdoc cref="Dialect.LoadHalves"/>
    public Lane LoadHalves(string array, string index) => new(register => _dialect.LoadHalves(array, index, register));

    /// <inheritdoc cref="Dialect.StoreHalves"/>
    public void StoreHalves(string array, Lane value, string index) =>
        ForEach(register => _dialect.StoreHalves(array, index, register, value.In(register)));

    /// <inheritdoc cref="Dialect.LoadLabels"/>
    public Lane LoadLabels(string array, string index) => new(register => _dialect.LoadLabels(array, index, register));

    /// <inheritdoc cref="Dialect.LoadLabelBits"/>
    public Lane LoadLabelBits(string array, string index) => new(register => _dialect.LoadLabelBits(array, index, register));

    /// <inheritdoc cref="Dialect.LowestWithoutLabel"/>
    public Lane LowestWithoutLabel(string array, string index)
    {
        Constant("Lowest", double.NegativeInfinity);
        return new(_ => _dialect.LowestWithoutLabel(array, index));
    }

    /// <inheritdoc cref="Dialect.LoadTile"/>
    public Lane[] LoadTile(string array, string stride, int classes, string offset)
    {
        RequireNoGaps(stride, classes, offset);
        Flush();
        return [.. _dialect.LoadTile(_writer, array, stride, classes, offset, Suffix).Select(value => new Lane(_ => value))];
    }

    /// <inheritdoc cref="Dialect.StoreTile"/>
    public void StoreTile(string array, string stride, Lane[] values, string offset)
    {
        RequireNoGaps(stride, values.Length, offset);
        Flush();
        _dialect.StoreTile(_writer, array, stride, [.. values.Select(value => value.In(0))], offset, Suffix);
    }

    /// <summary>
    /// Tiles of other widths than four and a wide one exchange elements with the next row, which must be the whole of it.
    /// </summary>
    private void RequireNoGaps(string stride, int classes, string offset)
    {
        if (classes != Dialect.Tile && classes != _dialect.WideTile && (
            stride != classes.ToString(System.Globalization.CultureInfo.InvariantCulture) || offset != "0"))
        {
            throw new InvalidOperationException($"{classes} classes are no tile of rows with the stride {stride}, from {offset} on.");
        }
    }

    /// <inheritdoc cref="Dialect.Gather"/>
    public Lane Gather(string array, string stride, string offset) => new(_ => _dialect.Gather(array, stride, offset));

    /// <inheritdoc cref="Dialect.Scatter"/>
    public void Scatter(string array, string stride, string offset, Lane value)
    {
        foreach (var line in _dialect.Scatter(array, stride, offset, value.In(0)))
        {
            Line(line);
        }
    }

    /// <summary>
    /// Ends a sweep over a tile of blocks. The next one gets these values through memory and loads everything else again. A processor
    /// waits less for the chain of one exponential if the next ones begin beside it, before the rest of the arithmetic is in the way.
    /// </summary>
    public Lane[] NextSweep(params (string Name, Lane Value)[] values) => [.. NextSweepLate(values).Select(late => late())];

    /// <summary>The same, with values that are loaded where a function is called: each then takes a register only from there on.</summary>
    public Func<Lane>[] NextSweepLate(params (string Name, Lane Value)[] values)
    {
        if (!IsSwept)
        {
            var same = values.Select(value => value.Value.In(0) == value.Name ? value.Value : Let(value.Name, value.Value)).ToArray();
            return [.. same.Select(value => (Func<Lane>)(() => value))];
        }

        var late = StoreTiles(values);
        Close();
        Open(_dialect.OverBlocks("tile"));
        return late;
    }

    /// <summary>
    /// The same with two forms of what is left of the iteration, of which a condition chooses one: for a tile, if there are tiles, and else
    /// for a register. The caller closes one block.
    /// </summary>
    public void NextSweepLate(
        string condition, Action<Func<Lane>[]> then, Action<Func<Lane>[]> otherwise, params (string Name, Lane Value)[] values)
    {
        if (!IsSwept)
        {
            var same = NextSweepLate(values);
            Open($"if ({condition})");
            then(same);
            Close();
            Open("else");
            otherwise(same);
            Close();
            return;
        }

        var late = StoreTiles(values);
        Close();
        Open($"if ({condition})");
        Open(_dialect.OverBlocks("tile"));
        then(late);
        Close();
        Close();
        Open("else");
        Open(_dialect.OverBlocks("tile"));
        otherwise(late);
        Close();
    }

    private Func<Lane>[] StoreTiles((string Name, Lane Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            var tile = name + "Tile";
            if (!_tiles.Contains(tile))
            {
                _tiles.Add(tile);
            }

            Store(tile, value);
        }

        return [.. values.Select(value => (Func<Lane>)(() => Let(value.Name, Load(value.Name + "Tile"))))];
    }

    /// <summary>A line that is no arithmetic.</summary>
    public void Line(string line = "")
    {
        Flush();
        _writer.Line(line);
    }

    /// <summary>Opens a block of statements.</summary>
    public void Open(string? line = null)
    {
        if (!_guards.IsEmpty)
        {
            throw new InvalidOperationException("A block in a choice of the JIT's would have to be opened once for all registers.");
        }

        Flush();
        _writer.Open(line);
    }

    /// <summary>Statements of one case of an option, and those of the other.</summary>
    public void When(Option option, Action then, Action? otherwise = null)
    {
        var around = _guards;
        _guards = around.Add(option);
        then();
        if (otherwise is not null)
        {
            _guards = around.Add(option.Not);
            otherwise();
        }

        _guards = around;
        if (_inLockStep && around.IsEmpty)
        {
            Flush();
        }
    }

    /// <summary>A value that an option decides, named; without another one for the other case, nothing may read it there.</summary>
    public Lane Choose(string name, Option option, Func<Lane> then, Func<Lane>? otherwise = null) =>
        Choose(name, _dialect.LaneType, option, then, otherwise);

    /// <summary>The same for a mask.</summary>
    public Lane ChooseMask(string name, Option option, Func<Lane> then, Func<Lane>? otherwise = null) =>
        Choose(name, _dialect.MaskType, option, then, otherwise);

    private Lane Choose(string name, string type, Option option, Func<Lane> then, Func<Lane>? otherwise)
    {
        var chosen = Declare(name + Suffix, type, otherwise is null ? " = default" : "");
        When(option, () => Assign(chosen, then()), otherwise is null ? null : () => Assign(chosen, otherwise()));
        return chosen;
    }

    /// <summary>Closes a block of statements.</summary>
    public void Close()
    {
        Flush();
        _writer.Close();
    }

    /// <summary>Names a value.</summary>
    public Lane Let(string name, Lane value)
    {
        name += Suffix;
        ForEach(register => $"var {Name(name, register)} = {value.In(register)};");
        return new(register => Name(name, register));
    }

    /// <summary>Names a value that is assigned later.</summary>
    public Lane Declare(string name) => Declare(name, _dialect.LaneType);

    private Lane Declare(string name, string type, string value = "")
    {
        ForEach(register => $"{type} {Name(name, register)}{value};");
        return new(register => Name(name, register));
    }

    /// <summary>Gives a named value another value.</summary>
    public void Assign(Lane target, Lane value) => ForEach(register => $"{target.In(register)} = {value.In(register)};");

    /// <summary>Adds factor·value to a double per lane.</summary>
    public void AddToSums(string lanes, Lane value, string factor) => ForEach(register =>
        $"LaneSum.Add(ref {lanes}, {register * _dialect.Lanes}, {value.In(register)}, {factor});");

    /// <inheritdoc cref="Dialect.IsPositive"/>
    public Lane IsPositive(string labels) => Let("isPositive", new(register => _dialect.IsPositive(labels, register)));

    /// <inheritdoc cref="Dialect.IsKnown"/>
    public Lane IsKnown(string labels) => new(register => _dialect.IsKnown(labels, register));

    /// <summary>Whether <see cref="IfNoLabelIsSet"/> asks.</summary>
    public bool AsksForLabels => _dialect.NoLabelIsSet("labels") is not null;

    /// <summary>
    /// Two forms of the arithmetic on a block: one for a block whose labels are all 0, if the dialect can ask that at once.
    /// </summary>
    /// <param name="labels">The array of labels.</param>
    /// <param name="allZero">Emits the form for labels that are all 0.</param>
    /// <param name="otherwise">Emits the other one.</param>
    /// <param name="and">What else must hold for the first; null for nothing.</param>
    public void IfNoLabelIsSet(string labels, Action allZero, Action otherwise, string? and = null)
    {
        if (_dialect.NoLabelIsSet(labels) is { } condition)
        {
            Open(and is null ? $"if ({condition})" : $"if ({and} && {condition})");
            allZero();
            Flush();
            _writer.Close();
            _writer.Open("else");
            otherwise();
            Flush();
            _writer.Close();
        }
        else
        {
            otherwise();
        }
    }

    public Lane Add(Lane a, Lane b) => Map(a, b, _dialect.Add);

    public Lane Subtract(Lane a, Lane b) => Map(a, b, _dialect.Subtract);

    public Lane Multiply(Lane a, Lane b) => Map(a, b, _dialect.Multiply);

    public Lane Divide(Lane a, Lane b) => Map(a, b, _dialect.Divide);

    /// <inheritdoc cref="Dialect.MultiplyAdd"/>
    public Lane MultiplyAdd(Lane a, Lane b, Lane c) => Map(a, b, c, _dialect.MultiplyAdd);

    /// <inheritdoc cref="Dialect.NegatedMultiplyAdd"/>
    public Lane NegatedMultiplyAdd(Lane a, Lane b, Lane c) => Map(a, b, c, _dialect.NegatedMultiplyAdd);

    /// <inheritdoc cref="Dialect.MultiplySubtract"/>
    public Lane MultiplySubtract(Lane a, Lane b, Lane c) => Map(a, b, c, _dialect.MultiplySubtract);

    /// <inheritdoc cref="Dialect.SquareRoot"/>
    public Lane SquareRoot(Lane x) => new(register => _dialect.SquareRoot(x.In(register)));

    /// <inheritdoc cref="Dialect.NegatedAbs"/>
    public Lane NegatedAbs(Lane x)
    {
        AddSignBit();
        return new(register => _dialect.NegatedAbs(x.In(register)));
    }

    /// <inheritdoc cref="Dialect.Max"/>
    public Lane Max(Lane a, Lane b) => Map(a, b, _dialect.Max);

    /// <inheritdoc cref="Dialect.Min"/>
    public Lane Min(Lane a, Lane b) => Map(a, b, _dialect.Min);

    /// <inheritdoc cref="Dialect.Larger"/>
    public Lane Larger(Lane x, Lane largest) => Map(x, largest, _dialect.Larger);

    /// <inheritdoc cref="Dialect.Smaller"/>
    public Lane Smaller(Lane x, Lane smallest) => Map(x, smallest, _dialect.Smaller);

    /// <inheritdoc cref="Dialect.LargerUnless"/>
    public Lane LargerUnless(Lane mask, Lane x, Lane largest) => Map(mask, x, largest, _dialect.LargerUnless);

    /// <inheritdoc cref="Dialect.First"/>
    public string First(Lane x) => _dialect.First(x.In(0));

    /// <summary>A scalar expression in all lanes, as a named value.</summary>
    public Lane LetAll(string name, string scalar) => Let(name, new Lane(_ => _dialect.Broadcast(scalar)));

    /// <inheritdoc cref="Dialect.Keep"/>
    public Lane Keep(Lane mask, Lane x) => Map(mask, x, _dialect.Keep);

    /// <inheritdoc cref="Dialect.Drop"/>
    public Lane Drop(Lane mask, Lane x) => Map(mask, x, _dialect.Drop);

    /// <inheritdoc cref="Dialect.NegateIf"/>
    public Lane NegateIf(Lane mask, Lane x)
    {
        AddSignBit();
        return Map(mask, x, _dialect.NegateIf);
    }

    /// <inheritdoc cref="Dialect.NegateBySign"/>
    public Lane NegateBySign(Lane sign, Lane x)
    {
        AddSignBit();
        return Map(sign, x, _dialect.NegateBySign);
    }

    /// <inheritdoc cref="Dialect.Select"/>
    public Lane Select(Lane mask, Lane a, Lane b) => Map(mask, a, b, _dialect.Select);

    /// <inheritdoc cref="Dialect.SelectOverZero"/>
    public Lane SelectOverZero(Lane mask, Lane a, Lane b) => Map(mask, a, b, _dialect.SelectOverZero);

    /// <inheritdoc cref="Dialect.MultiplyUnless"/>
    public Lane MultiplyUnless(Lane mask, Lane other, Lane a, Lane b) =>
        new(register => _dialect.MultiplyUnless(mask.In(register), other.In(register), a.In(register), b.In(register)));

    /// <inheritdoc cref="Dialect.OneIfPositive"/>
    public Lane OneIfPositive(Lane x, Lane other, Lane one, Lane beyondOne) =>
        new(register => _dialect.OneIfPositive(x.In(register), other.In(register), one.In(register), beyondOne.In(register)));

    /// <inheritdoc cref="Dialect.SelectBySign"/>
    public Lane SelectBySign(Lane x, Lane negative, Lane other) => Map(x, negative, other, _dialect.SelectBySign);

    /// <inheritdoc cref="Dialect.IsNotZero"/>
    public Lane IsNotZero(Lane x) => new(register => _dialect.IsNotZero(x.In(register)));

    /// <inheritdoc cref="Dialect.AreEqual"/>
    public Lane AreEqual(Lane a, Lane b) => Map(a, b, _dialect.AreEqual);

    /// <inheritdoc cref="Dialect.IsGreater"/>
    public Lane IsGreater(Lane a, Lane b) => Map(a, b, _dialect.IsGreater);

    /// <inheritdoc cref="Dialect.Both"/>
    public Lane Both(Lane a, Lane b) => Map(a, b, _dialect.Both);

    /// <inheritdoc cref="Dialect.Either"/>
    public Lane Either(Lane a, Lane b) => Map(a, b, _dialect.Either);

    /// <inheritdoc cref="Dialect.Any"/>
    public string Any(Lane mask) => string.Join(" || ", Enumerable.Range(0, Registers).Select(register => _dialect.Any(mask.In(register))));

    /// <inheritdoc cref="Dialect.Count"/>
    public string Count(Lane mask) =>
        string.Join(" + ", Enumerable.Range(0, Registers).Select(register => _dialect.Count(mask.In(register))));

    /// <inheritdoc cref="Dialect.AddBits"/>
    public Lane AddBits(Lane x, Lane y) => Map(x, y, _dialect.AddBits);

    /// <inheritdoc cref="Dialect.SubtractBits"/>
    public Lane SubtractBits(Lane x, Lane y) => Map(x, y, _dialect.SubtractBits);

    /// <inheritdoc cref="Dialect.AndBits"/>
    public Lane AndBits(Lane x, Lane y) => Map(x, y, _dialect.AndBits);

    /// <inheritdoc cref="Dialect.XorBits"/>
    public Lane XorBits(Lane x, Lane y) => Map(x, y, _dialect.XorBits);

    /// <inheritdoc cref="Dialect.FromInteger"/>
    public Lane FromInteger(Lane x) => new(register => _dialect.FromInteger(x.In(register)));

    /// <inheritdoc cref="Dialect.ShiftLeftBits"/>
    public Lane ShiftLeftBits(Lane x, int count) => new(register => _dialect.ShiftLeftBits(x.In(register), count));

    /// <inheritdoc cref="Dialect.ShiftRightBits"/>
    public Lane ShiftRightBits(Lane x, int count) => new(register => _dialect.ShiftRightBits(x.In(register), count));

    /// <summary>Ends a section: writes the statements that wait for their register's turn.</summary>
    public void Flush()
    {
        foreach (var statements in _pending)
        {
            Write(statements, 0);
            statements.Clear();
        }
    }

    /// <summary>Writes statements, those of a case of an option in one block.</summary>
    private void Write(List<(ImmutableArray<Option> Guards, string Text)> statements, int depth)
    {
        var before = default(Option?);
        for (var n = 0; n < statements.Count;)
        {
            if (statements[n].Guards.Length == depth)
            {
                _writer.Line(statements[n++].Text);
                before = null;
                continue;
            }

            var guard = statements[n].Guards[depth];
            var end = statements.FindIndex(n, statement => statement.Guards.Length == depth || statement.Guards[depth] != guard);
            var guarded = statements.GetRange(n, (end < 0 ? statements.Count : end) - n);
            var head = before == guard.Not ? "else" : $"if ({guard.Condition})";

            // A declaration needs a block: C# allows none as the only statement of an if.
            var text = guarded[0].Text;
            var isDeclaration = text.StartsWith("var ", StringComparison.Ordinal) || text.StartsWith("Vector", StringComparison.Ordinal);
            if (guarded.Count == 1 && guarded[0].Guards.Length == depth + 1 && !isDeclaration)
            {
                _writer.Line($"{head} {text}");
            }
            else
            {
                _writer.Open(head);
                Write(guarded, depth + 1);
                _writer.Close();
            }

            before = head == "else" ? null : guard;
            n += guarded.Count;
        }
    }

    private static Lane Map(Lane a, Lane b, Func<string, string, string> spell) =>
        new(register => spell(a.In(register), b.In(register)));

    private static Lane Map(Lane a, Lane b, Lane c, Func<string, string, string, string> spell) =>
        new(register => spell(a.In(register), b.In(register), c.In(register)));

    private void AddSignBit() => _constants.Add("SignBit", -0.0);

    private string Name(string name, int register) =>
        Registers == 1 ? name : name + register.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void ForEach(Func<int, string> statement)
    {
        for (var register = 0; register < Registers; register++)
        {
            // Side by side, the statements of all registers are one list.
            _pending[_inLockStep ? 0 : register].Add((_guards, statement(register)));
        }

        if (_inLockStep && _guards.IsEmpty)
        {
            Flush();
        }
    }
}
