using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>What is known of the rows of a method with a sample per lane when it is emitted.</summary>
/// <param name="Element">The type of the elements.</param>
/// <param name="Range">The number of classes.</param>
/// <param name="Form">The form of the target.</param>
/// <param name="Values">What sweeps leave of a row.</param>
internal sealed record LanesShape(Element Element, ClassRange Range, TargetForm Form, RowValues Values)
{
    /// <summary>Whether the class count is a type argument, which may leave it to run time.</summary>
    public bool IsGeneric { get; init; }

    /// <summary>Whether each row has memory for a target of each class.</summary>
    public bool HasTargets { get; init; }

    /// <summary>Whether code that reads a class has to know which one it is.</summary>
    public bool NeedsIndex { get; init; } = true;

    /// <summary>The same of code for its gradient.</summary>
    public bool GradientNeedsIndex { get; init; } = true;

    /// <summary>Whether a row may have fewer classes than a tile although the count is given at run time.</summary>
    public bool MayBeNarrow { get; init; }

    /// <summary>Whether the sum of the e has a second part: what its additions lost.</summary>
    public bool HasLow { get; init; }
}

/// <summary>
/// The rows of a call, in groups of as many as a register has lanes: sweeps over them, and what lies in memory between the sweeps.
/// </summary>
/// <param name="program">Receives the statements of one method.</param>
/// <param name="dialect">The instruction set.</param>
/// <param name="shape">What is known of the rows.</param>
internal sealed class LaneGroups(LaneProgram program, Dialect dialect, LanesShape shape)
{
    public LaneProgram Program => program;

    public Dialect Dialect => dialect;

    public LanesShape Shape => shape;

    public int Lanes => dialect.Lanes;

    /// <summary>The classes of the group at hand, in scratch memory.</summary>
    public LaneClasses Classes { get; } = new(program, shape.Range, dialect.Lanes);

    /// <summary>What all sweeps refer to.</summary>
    public void EmitDeclarations(bool needsStride)
    {
        var range = shape.Range;
        if (range.Count != 0)
        {
            program.Line(
                $"const uint classes = {range.Count}, {(needsStride ? $"stride = {range.Count}, " : "")}gradientStride = {range.Count};");
        }
        else if (range.IsUnrolled)
        {
            program.Line("var classes = (nuint)TClasses.Value;");
            program.Line("var stride = classes;");
            program.Line("var gradientStride = classes;");
        }
        else if (shape.IsGeneric)
        {
            var isAny = LaneClasses.IsAny.Condition;
            program.Line($"var classes = (nuint)({isAny} ? arguments.Classes : TClasses.Value);");
            program.Line($"var stride = {isAny} ? arguments.Stride : classes;");
            program.Line($"var gradientStride = {isAny} ? arguments.GradientStride : classes;");
        }
        else
        {
            program.Line("var classes = (nuint)arguments.Classes;");
            program.Line("var stride = arguments.Stride;");
            program.Line("var gradientStride = arguments.GradientStride;");
        }

        RowValues.EmitDeclaration(program);
    }

    /// <summary>Opens a sweep.</summary>
    public void Open()
    {
        program.Open();
        program.Line("ref var group = ref arguments.Scratch;");
        if (shape.HasTargets)
        {
            program.Line("ref var groupTargets = ref Unsafe.Add(ref arguments.Scratch, arguments.Count * classes);");
        }

        program.Open($"for (nuint row = 0; row < arguments.Count; row += {Lanes})");
    }

    public void Close()
    {
        program.Line($"group = ref Unsafe.Add(ref group, {Lanes} * classes);");
        if (shape.HasTargets)
        {
            program.Line($"groupTargets = ref Unsafe.Add(ref groupTargets, {Lanes} * classes);");
        }

        program.Close();
        program.Close();
        program.Line();
    }

    /// <summary>What a sweep before has left of the rows.</summary>
    public Lane LoadValue(string name) => LoadAt(shape.Values.IndexOf(name));

    /// <summary>The same by its place.</summary>
    public Lane LoadAt(string index) => program.Load("rowValues", index);

    public void StoreValues(params (string Name, Lane Value)[] values) => shape.Values.Store(program, values);

    /// <summary>
    /// Two and three classes whose rows have no gaps, which can be transposed, and then the opening of what others take, which the caller
    /// closes.
    /// </summary>
    /// <param name="hasNoGaps">A condition, for a class count.</param>
    /// <param name="emit">Emits a tile of all classes, and the elements from row to row.</param>
    public void EmitNarrow(Func<int, string> hasNoGaps, Action<ClassTile, string> emit)
    {
        for (var narrow = 2; narrow < LaneClasses.Tile; narrow++)
        {
            program.Open($"{(narrow == 2 ? "if" : "else if")} (classes == {narrow} && {hasNoGaps(narrow)})");
            emit(new("0", narrow, 0, Classes.Constant, _ => ""), LaneClasses.Text(narrow));
            program.Close();
        }

        program.Open("else");
    }
}
