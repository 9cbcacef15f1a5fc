using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Math;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>
/// A sample per lane: as many rows as a register has lanes are transposed, computed with, and transposed back. Sweeps over the rows of
/// a call read the logits into scratch memory, exponentiate and add them up, compute what is known per row, and write the gradient. Apart
/// from one another, because a processor can hold only so many operations that wait for their operands: in one sweep, the chains of
/// operations of two or three groups of rows fill it, and each waits for its end.
/// </summary>
/// <param name="name">The method's name.</param>
/// <param name="shape">What is known of the rows.</param>
/// <param name="targets">What the form of the target adds.</param>
/// <param name="mender">The type that mends rare rows.</param>
internal sealed class LanesMethod(string name, LanesShape shape, Func<LaneGroups, LaneTargets> targets, Func<InstructionSet, string> mender)
    : SampleMethod(name, "A sample per lane.", shape.Element)
{
    public override (string Type, string Parameters) Signature => ("long", $"in CrossEntropyArguments<{Element.Storage}> arguments");

    public override (string Parameter, string Constraint)? TypeParameter =>
        shape.Form == TargetForm.Hard ? ("TRows", $"struct, ICrossEntropyRows<{Element.Storage}>") : null;

    /// <summary>The sweep that writes the gradient.</summary>
    public SampleMethod Gradient { get; } = new LanesGradientMethod(name + "Gradient", shape, targets);

    public override void Emit(Func<int?, LaneProgram> program, Dialect dialect)
    {
        var statements = program(1);
        var groups = new LaneGroups(statements, dialect, shape);
        var ofTargets = targets(groups);
        groups.EmitDeclarations(needsStride: true);
        ofTargets.EmitDeclarations();
        statements.Line("long correct = 0;");
        statements.Line("var hasSpecialRows = false;");
        ofTargets.EmitPreparation();
        groups.Open();
        EmitSpecialRows(groups, ofTargets.EmitRead());
        groups.Close();
        statements.Open("if (hasSpecialRows)");
        statements.Line($"{mender(dialect.InstructionSet)}.{ofTargets.MendCall};");
        statements.Close();
        statements.Line();

        ofTargets.EmitSweep();
        groups.Open();
        EmitFetch(groups);
        ofTargets.EmitExponentials(Exponential.ScaleOf(statements, statements.Let("rowPower", groups.LoadValue("rowPower"))));
        groups.Close();

        ofTargets.EmitResults(program);
        statements.Open("if (arguments.WantsGradient)");
        statements.Line($"{Gradient.Name}(in arguments);");
        statements.Close();
        statements.Line();
        statements.Line("return correct;");
    }

    /// <summary>
    /// Looks for rows that are rare: inert ones, those whose largest logit is large or infinite, and those that the form has of its own.
    /// They are mended in another method: a call in this loop would cost it the registers of its constants.
    /// </summary>
    private void EmitSpecialRows(LaneGroups groups, RowPeaks peaks)
    {
        var program = groups.Program;
        var isInert = program.AreEqual(peaks.Weight, program.Zero);
        var isRare = program.Either(isInert, RowShift.IsLarge(program, peaks.Largest));
        program.Open($"if ({program.Any(peaks.IsRare is { } own ? program.Either(own, isRare) : isRare)})");
        program.Line("hasSpecialRows = true;");
        program.Close();
        program.Line();
        groups.StoreValues(("rowPower", Exponential.PowerOf(program, peaks.Largest)), peaks.Correct, peaks.Shifted);
        var largest = RowValues.LargestOf(shape.Form == TargetForm.Hard);
        if (peaks.Shifted.Name != largest)
        {
            groups.StoreValues((largest, peaks.Largest));
        }
    }

    /// <summary>
    /// Rows that lie side by side are read a few classes at a time, which a processor does not foresee: the same rows of the next tile's
    /// logits, and those of the gradient, are asked for.
    /// </summary>
    private void EmitFetch(LaneGroups groups)
    {
        var (program, lanes) = (groups.Program, groups.Lanes);
        program.Open("if (arguments.Fetches)");
        program.Line($"Prefetch.Lines(ref arguments.Logits, (arguments.Count + row) * stride, {lanes} * stride);");
        if (shape.Form == TargetForm.Soft)
        {
            program.Line(
                "Prefetch.Lines(ref arguments.Targets, (arguments.Count + row) * arguments.TargetStride, "
                + $"{lanes} * arguments.TargetStride);");
        }

        program.Open("if (arguments.WantsGradient)");
        program.Line($"Prefetch.Lines(ref arguments.Gradient, row * gradientStride, {lanes} * gradientStride);");
        program.Close();
        program.Close();
        program.Line();
    }
}
