using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// Adds up what is made of the classes of a group of rows: a block of them in four chains that take turns, then the chains, then these sums
/// of blocks. Of the first sum, all additions but those within a chain may keep what they lose (<see cref="LanesShape.HasLow"/>): it is
/// added at the end, and what that addition loses is the second part.
/// </summary>
/// <param name="groups">The rows.</param>
/// <param name="names">The names of the sums.</param>
/// <param name="emitClass">
/// Receives the class as an index, the number of the statement, and what adds to a sum by its number, once to each: something not −0.
/// </param>
internal sealed class ClassSums(LaneGroups groups, string[] names, Action<string, int, Action<int, Lane>> emitClass)
{
    private const int Tile = LaneClasses.Tile;

    private readonly LaneProgram _program = groups.Program;
    private readonly LaneClasses _classes = groups.Classes;
    private readonly LanesShape _shape = groups.Shape;
    private Lane[] _totals = [];
    private Lane _firstLow;
    private bool _isLowSet;

    /// <summary>The sums, and the second part of the first, if it has one.</summary>
    public (Lane[] Totals, Lane? FirstLow) Emit()
    {
        _totals = [.. names.Select(name => _program.Let(name, _program.Zero))];
        _firstLow = _shape.HasLow ? _program.Let($"{names[0]}Low", _program.Zero) : default;
        _isLowSet = !_shape.Range.IsUnrolled;
        if (_shape.Range.IsUnrolled)
        {
            EmitUnrolled();
        }
        else
        {
            EmitLoops();
        }

        return _shape.HasLow ? EmitWhole() : (_totals, null);
    }

    private (Lane[] Totals, Lane? FirstLow) EmitWhole()
    {
        if (_shape.MayBeNarrow)
        {
            // As the kernels for so few classes, whose rows do not look at it.
            _program.Open($"if (classes <= {TuningTable.MostClassesApproximate})");
            _program.Assign(_firstLow, _program.Zero);
            _program.Close();
            _program.Line();
        }

        var whole = TwoPart.SumOfOrdered(_program, $"{names[0]}Whole", _totals[0], _firstLow);
        return ([whole.High, .. _totals.Skip(1)], whole.Low);
    }

    private void EmitUnrolled()
    {
        const int block = KernelFacts.ShortSumBlock;
        for (var first = 0; first < _shape.Range.Most; first += block)
        {
            var start = first;
            _classes.IfThereIs(first, () => EmitBlock(start, System.Math.Min(start + block, _shape.Range.Most)));
            _program.Line();
        }
    }

    private void EmitBlock(int first, int end)
    {
        _program.Open();
        var chains = Chains(System.Math.Min(Tile, end - first));
        for (var k = first; k < end; k++)
        {
            var (number, isFirst) = (k, k - first < Tile);

            // To add the first one to 0 would be an operation for nothing.
            _classes.IfThereIs(k, () => AddClass(LaneClasses.Text(number), number, chains[number % Tile], isFirst));
        }

        AddChains(chains, isFirst: first == 0);
        _program.Close();
    }

    private void EmitLoops()
    {
        _program.Line($"nuint block = classes <= {KernelFacts.MostShortBlocks} ? {KernelFacts.ShortSumBlock}u : {KernelFacts.SumBlock}u;");
        _program.Open("for (nuint k = 0; k < classes;)");
        _program.Line("var end = nuint.Min(k + block, classes);");
        var chains = Chains(Tile);
        _program.Open($"for (; k + {Tile} <= end; k += {Tile})");
        for (var j = 0; j < Tile; j++)
        {
            AddClass(LaneClasses.Sum("k", j), j, chains[j], isFirst: false);
        }

        _program.Close();
        _program.Line();

        // Each to its own chain, as where the loop is unrolled.
        for (var j = 0; j < Tile - 1; j++)
        {
            _program.Open(
                _shape.IsGeneric ? $"if (({LaneClasses.IsAny.Condition} || TClasses.Value % {Tile} > {j}) && k < end)" : "if (k < end)");
            AddClass("k", Tile + j, chains[j], isFirst: false);
            _program.Line("k++;");
            _program.Close();
            _program.Line();
        }

        AddChains(chains, isFirst: false);
        _program.Close();
        _program.Line();
    }

    private Lane[][] Chains(int count) =>
        [.. Enumerable.Range(0, count).Select(chain => names.Select(name => _program.Let($"{name}{chain}", _program.Zero)).ToArray())];

    private void AddClass(string k, int number, Lane[] sums, bool isFirst)
    {
        _program.Suffix = $"_{number}";
        emitClass(k, number, (n, term) => _program.Assign(sums[n], isFirst ? term : _program.Add(sums[n], term)));
        _program.Suffix = "";
    }

    private void AddChains(Lane[][] chains, bool isFirst)
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

            _program.Assign(_totals[n], isFirst ? parts[0] : Add(n, $"{names[n]}Sum", _totals[n], parts[0]));
        }
    }

    /// <summary>The sum; of the first one, the second part gets what it loses.</summary>
    private Lane Add(int n, string name, Lane a, Lane b)
    {
        if (n > 0 || !_shape.HasLow)
        {
            return _program.Add(a, b);
        }

        var sum = TwoPart.SumOfPositive(_program, name, a, b);
        _program.Assign(_firstLow, _isLowSet ? _program.Add(_firstLow, sum.Low) : sum.Low);
        _isLowSet = true;
        return sum.High;
    }
}
