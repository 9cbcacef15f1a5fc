using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Program;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Loops;

/// <summary>What is known of each row, in memory between the sweeps over the rows of a call.</summary>
internal sealed class RowValues
{
    internal static readonly RowValues Hard =
        new(KernelFacts.RowValues, "rest", "restLow", "labelShifted", "rowPower", "correctLimit", "labelE", "cost");

    internal static readonly RowValues Dense =
        new(KernelFacts.RowValues, "rest", "others", "gaps", "rowPower", "best", "peak", "shiftedLargest");

    internal static readonly RowValues Smooth = new(KernelFacts.SmoothRowValues, [.. Dense.Names, "labelLogit"]);

    /// <summary>What rows with a dense target need of these.</summary>
    internal static readonly string[] DenseInputs = ["rest", "others", "gaps", "rowPower", "peak", "shiftedLargest", "best"];

    private readonly string[] _names;

    /// <param name="most">The values that callers have memory for.</param>
    /// <param name="names">What the sweeps before the last one leave, in this order; its results come over the first ones.</param>
    private RowValues(int most, params string[] names) => _names = names.Length <= most
        ? names
        : throw new InvalidOperationException($"A row has {names.Length} values, but {nameof(KernelFacts)} has memory for {most}.");

    /// <summary>What the sweeps before the last one leave.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The value that has the largest logit after the first sweep.</summary>
    public static string LargestOf(bool isHard) => isHard ? "rest" : "shiftedLargest";

    /// <summary>Where the gradient of the class lies that is not part of the sums, once it is known.</summary>
    public static string ApartIndex => Index(1);

    /// <summary>Where a value of a row lies.</summary>
    public string IndexOf(string name) => Index(Array.IndexOf(_names, name));

    /// <summary>Where the values of all rows begin.</summary>
    public string BaseOf(string name) => $"{Array.IndexOf(_names, name)} * capacity";

    /// <summary>Their memory, which the names of their places need.</summary>
    public static void EmitDeclaration(LaneProgram program, bool hasPlaces = true)
    {
        if (hasPlaces)
        {
            program.Line($"const uint capacity = {KernelFacts.RowValueBytes * 8 / program.Number.Bits};");
        }

        program.Line("ref var rowValues = ref arguments.RowValues;");
    }

    /// <summary>The end of a sweep before, for some rows.</summary>
    public void Store(LaneProgram program, params (string Name, Lane Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            program.Store("rowValues", value, IndexOf(name));
        }
    }

    /// <summary>What the gradient's sweep needs of some rows: the coefficient of e.</summary>
    public static Lane LoadCoefficient(LaneProgram program, Func<string, Lane> load) => program.Let("coefficient", load(Index(0)));

    /// <summary>The gradient of the class that is not part of the sums.</summary>
    public static Lane LoadApart(LaneProgram program, Func<string, Lane> load) => program.Let("apart", load(ApartIndex));

    /// <summary>
    /// What is computed once per row, in a sweep of its own between those that add up the classes and the one that writes the gradient:
    /// here many rows wait for their operations at the same time, and every lane has a row, whatever the layout of the classes. Adds to
    /// <c>correct</c>.
    /// </summary>
    /// <param name="newProgram">Makes programs for a number of registers.</param>
    /// <param name="dialect">The instruction set.</param>
    /// <param name="inputs">What it needs of the values.</param>
    /// <param name="weights">The array of weights.</param>
    /// <param name="evaluate">The arithmetic, from a row's values by name, its weight, and the reduction's factor.</param>
    public void Emit(
        Func<int?, LaneProgram> newProgram,
        Dialect dialect,
        IReadOnlyList<string> inputs,
        string weights,
        Func<LaneProgram, IReadOnlyDictionary<string, Lane>, Lane, Lane, RowResult> evaluate)
    {
        var program = OpenSweep(newProgram, dialect);
        var values = inputs.ToDictionary(name => name, name => program.Let(name, program.Load("rowValues", IndexOf(name))));
        var weight = program.Let("weight", program.Load($"arguments.{weights}", "row"));
        var result = evaluate(program, values, weight, new Lane(_ => dialect.Broadcast("arguments.Scale")));

        program.Store("rowValues", result.Coefficient, Index(0));
        program.Store("rowValues", result.LabelGradient, ApartIndex);
        program.Store("arguments.Losses", result.Loss, "row");
        program.Line($"correct += {program.Count(program.Let("isCorrect", result.IsCorrect))};");
        program.Close();
        program.Line();
    }

    /// <summary>
    /// The e of the labels, for rows whose sweeps left only its argument; apart from what needs it, which would have to wait for it.
    /// </summary>
    public void EmitLabelE(Func<int?, LaneProgram> newProgram, Dialect dialect)
    {
        var program = OpenSweep(newProgram, dialect);
        var power = program.Let("rowPower", program.Load("rowValues", IndexOf("rowPower")));
        StoreLabelE(program, Exponential.ScaleOf(program, power));
        program.Close();
        program.Line();
    }

    /// <summary>
    /// The losses of weight 1, in a sweep of their own, because a logarithm is a long chain of operations.
    /// </summary>
    public void EmitCosts(Func<int?, LaneProgram> newProgram, Dialect dialect, bool maySaturate)
    {
        var program = OpenSweep(newProgram, dialect);
        var (rest, labelE, labelShifted, power) = (Value("rest"), Value("labelE"), Value("labelShifted"), Value("rowPower"));
        if (maySaturate)
        {
            rest = SaturatedRow.EmitRest(program, rest);
        }

        Store(program, ("cost", HardRow.EmitCost(program, rest, labelE, labelShifted, power)));
        program.Close();
        program.Line();

        Lane Value(string name) => program.Let(name, program.Load("rowValues", IndexOf(name)));
    }

    /// <summary>Looks for saturated rows.</summary>
    /// <returns>Whether there is one.</returns>
    public string EmitIsAnySaturated(Func<int?, LaneProgram> newProgram, Dialect dialect, SaturatedRow saturated)
    {
        var registers = dialect.Registers;
        var program = newProgram(registers);
        var least = program.Let("leastUnsaturated", saturated.EmitLeastUnsaturated(program));
        var seen = program.Let("seen", program.Constant("Infinity", double.PositiveInfinity));
        OpenLoop(program, dialect, registers);
        program.Assign(seen, program.Smaller(program.Let("rest", program.Load("rowValues", IndexOf("rest"))), seen));
        program.Close();
        program.Line();
        return program.Any(program.IsGreater(least, seen));
    }

    /// <summary>Evaluates the e of the labels from its argument, for some rows.</summary>
    public void StoreLabelE(LaneProgram program, (Lane Power, Lane Shift, Lane Smallest) scale)
    {
        var labelShifted = program.Let("labelShifted", program.Load("rowValues", IndexOf("labelShifted")));
        Store(program, ("labelE", program.Let("labelE", Exponential.Scaled(program, labelShifted, scale))));
    }

    private static LaneProgram OpenSweep(Func<int?, LaneProgram> newProgram, Dialect dialect)
    {
        var registers = dialect.Registers;
        var program = newProgram(registers);
        OpenLoop(program, dialect, registers);
        return program;
    }

    private static void OpenLoop(LaneProgram program, Dialect dialect, int registers) =>
        program.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes * registers})");

    /// <summary>Where a value of a row lies, by its number.</summary>
    internal static string Index(int n) => n == 0 ? "row" : $"({n} * capacity) + row";
}
