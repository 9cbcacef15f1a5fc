using WeightedLoss.Generators.Program;
using WeightedLoss.Runtime;

namespace WeightedLoss.Generators.Loops;

/// <summary>The sweep that writes the gradient of rows of many classes, from their e, which lie in its place.</summary>
/// <param name="blocks">The blocks of a row.</param>
/// <param name="form">The form of the target.</param>
/// <param name="values">What is known of a row.</param>
/// <param name="target">A soft target, from where it lies.</param>
internal sealed class RowGradient(RowBlocks blocks, TargetForm form, RowValues values, Func<string, Lane> target)
{
    private readonly LaneProgram _program = blocks.Program;
    private readonly LaneProgram _block = blocks.Block;

    public void Emit()
    {
        _program.Open("if (arguments.WantsGradient)");
        _program.Open("for (nuint row = 0; row < arguments.Count; row++)");
        EmitStart();
        var coefficient = RowValues.LoadCoefficient(_program, LoadAt);
        var apart = RowValues.LoadApart(_program, LoadAt);
        _program.Flush();
        if (form == TargetForm.Smooth)
        {
            // An infinite one would make NaN of a class of weight 0.
            _program.Line($"var scaledWeight = global::System.Math.Min(ownWeight * arguments.Scale, {_program.Number.Keyword}.MaxValue);");
        }

        _block.Suffix = "_out";
        _block.Open($"for (nuint j = 0; j < whole; {blocks.Step})");
        _block.Store("gradient", Result("j", coefficient), "j");
        _block.Close();
        _block.Line();

        _program.Open("if (whole < classes)");
        _program.Line("var i = whole;");
        var isFresh = blocks.OpenPartial("_last");
        var start = blocks.At("start");
        var result = Result(start, coefficient);
        _block.Store("gradient", _block.Let("mixed", _block.Select(isFresh, result, _block.Load("gradient", start))), start);
        blocks.ClosePartial();
        _program.Close();
        _program.Line();
        EmitApart(apart);
        _program.Close();
        _program.Close();
        _program.Line();
    }

    private void EmitStart()
    {
        _program.Line("ref var gradient = ref Unsafe.Add(ref arguments.Gradient, row * arguments.GradientStride);");
        if (form == TargetForm.Soft)
        {
            _program.Line("ref var targets = ref Unsafe.Add(ref arguments.Targets, row * arguments.TargetStride);");
        }

        _program.Line($"var ownWeight = Unsafe.Add(ref arguments.{(form == TargetForm.Hard ? "Weights" : "SampleWeights")}, row);");
        _program.Open("if (ownWeight == 0)");
        _program.Line("RowSupport.Clear(ref gradient, classes);");
        _program.Line("continue;");
        _program.Close();
        _program.Line();
    }

    /// <summary>The class whose e is in no sum, and what a smoothed label's own class has more than the others.</summary>
    private void EmitApart(Lane apart)
    {
        if (form == TargetForm.Smooth)
        {
            _program.Line("var label = RowSupport.LabelOf(ref arguments.Labels, row, classes);");
            _program.Open("if (label >= 0)");
            _program.Line("Unsafe.Add(ref gradient, label) -= Unsafe.Add(ref arguments.Weights, row) * arguments.Scale;");
            _program.Close();
            _program.Line();
        }

        _program.Line(form == TargetForm.Hard
            ? "var index = RowSupport.LabelOf(ref arguments.Labels, row, classes);"
            : $"var index = (int)Unsafe.Add(ref rowValues, {values.IndexOf("best")});");
        _program.Open("if (index >= 0)");
        _program.Line($"Unsafe.Add(ref gradient, index) = {_program.First(apart)};");
        _program.Close();
    }

    private Lane LoadAt(string index) => blocks.Broadcast($"Unsafe.Add(ref rowValues, {index})");

    private Lane Result(string start, Lane coefficient)
    {
        var value = _block.Multiply(_block.Let("value", _block.Load("gradient", start)), coefficient);
        return _block.Let("g", form switch
        {
            TargetForm.Hard => value,
            TargetForm.Smooth => _block.NegatedMultiplyAdd(_block.Load("uniformWeights", start), blocks.Broadcast("scaledWeight"), value),
            _ => _block.NegatedMultiplyAdd(target(start), blocks.Broadcast("arguments.Scale"), value),
        });
    }
}
