using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;

namespace WeightedLoss.Generators.Loops;

/// <summary>The results of rows with a hard label: a method that does not know where the classes of a row lie, nor their number.</summary>
/// <param name="element">float or double.</param>
/// <param name="isApproximate">Whether the rows have so few classes that no sum has a second part (<see cref="TuningTable.MostClassesApproximate"/>).</param>
/// <param name="loss">The loss.</param>
internal sealed class RowsMethod(string element, bool isApproximate, RowTerms loss) : SampleMethod(
    isApproximate ? "Approximate" : "Accurate", isApproximate ? "Rows with few classes." : "Rows with more classes.")
{
    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{element}> arguments");

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var statements = program(1);
        RowValues.EmitDeclaration(statements);
        statements.Line("long correct = 0;");
        var rowValues = RowValues.Hard;
        if (!isApproximate)
        {
            // With fewer, the sweeps have left it.
            statements.Open($"if (arguments.Classes > {TuningTable.MostClassesUnrolled})");
            rowValues.EmitLabelE(program, dialect);
            statements.Close();
            statements.Line();
        }

        if (loss.Saturated is { } saturated)
        {
            var (leastUnsaturated, isAny) = rowValues.EmitIsAnySaturated(program, dialect, saturated);
            statements.Open($"if ({isAny})");
            EmitSweeps(leastUnsaturated);
            statements.Line("return correct;");
            statements.Close();
            statements.Line();
        }

        EmitSweeps(null);
        statements.Line("return correct;");

        void EmitSweeps(Lane? least)
        {
            rowValues.EmitCosts(program, dialect, least is not null);
            string[] inputs = isApproximate ? ["rest", "labelE", "cost", "correctLimit"] : ["rest", "restLow", "labelE", "cost", "correctLimit"];
            rowValues.Emit(program, dialect, inputs, "Weights", (rows, values, weight, scale) =>
            {
                var restLow = isApproximate ? default(Lane?) : values["restLow"];
                var row = new HardRow(rows, values["rest"], restLow, values["labelE"], values["cost"], values["correctLimit"], least);
                return loss.Evaluate(row, weight, scale);
            });
        }
    }
}
