using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators.Loops;

/// <summary>The results of rows with a hard label: methods that do not know where the classes of a row lie, nor their number.</summary>
internal static class RowsMethods
{
    /// <param name="element">The type of the elements.</param>
    /// <param name="isApproximate">
    /// Whether the rows have so few classes that no sum has a second part (<see cref="TuningTable.MostClassesApproximate"/>).
    /// </param>
    /// <param name="loss">The loss.</param>
    public static IReadOnlyList<KernelMethod> Of(Element element, bool isApproximate, RowTerms loss)
    {
        var sweeps = new RowSweepsMethod(element, isApproximate, loss);
        return [new RowsMethod(element, isApproximate, loss, sweeps.Name), sweeps];
    }
}

/// <summary>What comes before the sweeps over rows, and their choice.</summary>
internal sealed class RowsMethod(Element element, bool isApproximate, RowTerms loss, string sweeps) : SampleMethod(
    isApproximate ? "Approximate" : "Accurate", isApproximate ? "Rows with few classes." : "Rows with more classes.", element)
{
    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var statements = program(1);
        if (!isApproximate || loss.Saturated is not null)
        {
            RowValues.EmitDeclaration(statements, hasPlaces: !isApproximate);
        }

        if (!isApproximate)
        {
            // With fewer, the sweeps have left it.
            statements.Open($"if (arguments.Classes > {TuningTable.MostClassesUnrolled})");
            RowValues.Hard.EmitLabelE(program, dialect);
            statements.Close();
            statements.Line();
        }

        if (loss.Saturated is { } saturated)
        {
            var isAny = RowValues.Hard.EmitIsAnySaturated(program, dialect, saturated);
            statements.Line($"return {isAny}");
            statements.Line($"    ? {sweeps}<Yes>(in arguments)");
            statements.Line($"    : {sweeps}<No>(in arguments);");
        }
        else
        {
            statements.Line($"return {sweeps}(in arguments);");
        }
    }
}

/// <summary>The sweeps over rows: the losses of weight 1, and then all else.</summary>
internal sealed class RowSweepsMethod(Element element, bool isApproximate, RowTerms loss)
    : SampleMethod(
        isApproximate ? "ApproximateRows" : "AccurateRows", "The losses of rows, and what the gradient is made of.", element)
{
    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override (string Parameter, string Constraint)? TypeParameter =>
        loss.Saturated is null ? null : (SaturatedRow.AreSome.Parameter, "struct");

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var statements = program(1);
        RowValues.EmitDeclaration(statements);
        statements.Line("long correct = 0;");
        var leastUnsaturated = loss.Saturated is { } saturated ? EmitLeast(program(dialect.Registers), saturated) : default(Lane?);
        RowValues.Hard.EmitCosts(program, dialect, leastUnsaturated is not null);
        string[] inputs = isApproximate
            ? ["rest", "labelE", "cost", "correctLimit"]
            : ["rest", "restLow", "labelE", "cost", "correctLimit"];
        RowValues.Hard.Emit(program, dialect, inputs, "Weights", (rows, values, weight, scale) =>
        {
            var restLow = isApproximate ? default(Lane?) : values["restLow"];
            var row = new HardRow(
                rows, values["rest"], restLow, values["labelE"], values["cost"], values["correctLimit"], leastUnsaturated);
            return loss.Evaluate(row, weight, scale);
        });
        statements.Line("return correct;");
    }

    private static Lane EmitLeast(LaneProgram program, SaturatedRow saturated) =>
        program.Let("leastUnsaturated", saturated.EmitLeastUnsaturated(program));
}
