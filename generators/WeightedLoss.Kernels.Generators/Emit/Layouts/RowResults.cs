using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Math;

namespace WeightedLoss.Generators.Emit.Layouts;

/// <summary>
/// What is computed once per row, in a sweep of its own between those that add up the classes and the one that writes the gradient. A
/// row's loss hangs on a long chain of operations; here many rows wait for theirs at the same time, and every lane has a row, whatever
/// the layout of the classes.
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="form">The form of the target.</param>
/// <param name="isExact">C#: whether the quotient has a second part; a constant, or known at run time.</param>
internal sealed class RowResults(string element, TargetForm form, string isExact)
{
    /// <summary>What the sweeps before leave of a row, in this order; this one puts its results over the first three.</summary>
    private static readonly string[] s_hard = ["rest", "restLow", "labelShifted", "power", "best"];

    private static readonly string[] s_rough = ["rest", "best", "labelShifted", "power", "labelE"];

    private static readonly string[] s_spread = ["rest", "others", "gaps", "power", "best", "peak", "shiftedLargest"];

    private readonly bool _isFloat = element == "float";

    private readonly bool _isHard = form == TargetForm.Hard;

    /// <summary>What the sweeps before leave.</summary>
    public IReadOnlyList<string> Names => Inputs;

    private bool HasLow => _isHard && isExact != "false";

    private string[] Inputs => HasLow ? s_hard : _isHard ? s_rough : s_spread;

    /// <summary>Where a value of a row lies.</summary>
    public string IndexOf(string name) => Index(Array.IndexOf(Inputs, name));

    /// <summary>The end of a sweep before, for some rows.</summary>
    public void Store(LaneProgram program, params (string Name, Lane Value)[] values)
    {
        foreach (var (name, value) in values.Where(value => Inputs.Contains(value.Name)))
        {
            program.Store("rowValues", value, IndexOf(name));
        }
    }

    /// <summary>The sweep, a virtual block at a time.</summary>
    public void Emit(Func<int?, LaneProgram> newProgram, Dialect dialect)
    {
        var registers = System.Math.Max(1, dialect.Registers);
        var program = newProgram(registers);
        program.Open($"for (nuint row = 0; row < arguments.Count; row += {dialect.Lanes * registers})");
        var values = Inputs.ToDictionary(name => name, name => program.Let(name, program.Load("rowValues", IndexOf(name))));
        var labels = program.Let("labels", program.LoadLabels("arguments.Labels", "row"));
        var weight = program.Let("weight", program.Load(_isHard ? "arguments.Weights" : "arguments.SampleWeights", "row"));
        var gradientScale = new Lane(_ => dialect.Broadcast("arguments.Scale"));
        Lane loss, isNumber;
        if (_isHard)
        {
            var hard = CrossEntropyBody.EmitHard(
                program,
                values["rest"],
                HasLow ? values["restLow"] : null,
                HasLow ? LabelE() : values["labelE"],
                values["labelShifted"],
                values["power"],
                weight,
                gradientScale,
                low => IfExact(dialect, low),
                _isFloat);
            (loss, isNumber) = (hard.Loss, hard.IsNumber);
            StoreResults(program, hard.Coefficient.High, hard.Coefficient.Low, hard.LabelGradient);
        }
        else
        {
            var spread = CrossEntropyBody.EmitSpread(
                program, values["rest"], values["shiftedLargest"], Exponential.ScaleOf(program, values["power"], _isFloat), values["others"], values["peak"], values["gaps"], weight, gradientScale, _isFloat);
            (loss, isNumber) = (spread.Loss, spread.IsNumber);
            StoreResults(program, spread.Coefficient, null, spread.PeakGradient);
        }

        program.Store("arguments.Losses", loss, "row");
        var isHit = program.Let("isHit", program.Both(program.AreEqual(values["best"], labels), isNumber));
        program.Line($"hits += {program.Count(isHit)};");
        program.Close();
        program.Line();

        Lane LabelE() => program.Let(
            "labelE", Exponential.Scaled(program, values["labelShifted"], Exponential.ScaleOf(program, values["power"], _isFloat), _isFloat));
    }

    /// <summary>What the gradient's sweep needs of some rows: the coefficient of e, and the gradient of the class that is not part of the sums.</summary>
    public (CrossEntropyBody.Quotient Coefficient, Lane Apart) Load(LaneProgram program, Func<string, Lane> load)
    {
        var high = program.Let("coefficient", load(Index(0)));
        var low = HasLow ? program.Let("coefficientLow", load(Index(1))) : default(Lane?);
        return (new(high, low), program.Let("apart", load(Index(2))));
    }

    /// <summary>0 in place of the second part where few classes need none: the same bits as without.</summary>
    private Lane IfExact(Dialect dialect, Lane low) =>
        isExact == "true" ? low : new Lane(register => $"({isExact} ? {low.In(register)} : {dialect.Zero})");

    private static string Index(int n) => n == 0 ? "row" : $"({n} * arguments.Capacity) + row";

    private static void StoreResults(LaneProgram program, Lane coefficient, Lane? coefficientLow, Lane apart)
    {
        program.Store("rowValues", coefficient, Index(0));
        if (coefficientLow is { } low)
        {
            program.Store("rowValues", low, Index(1));
        }

        program.Store("rowValues", apart, Index(2));
    }
}
