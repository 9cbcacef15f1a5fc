using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Emit.Layouts;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit.Bodies;

/// <summary>
/// What the kernels of every loss of the softmax share: the sweeps over the classes of a row, which know nothing of the loss. They are
/// generic in the type that evaluates the rows in between; a struct, so that the JIT makes one method of both.
/// </summary>
/// <param name="element">float or double.</param>
/// <param name="classes">The class count; 0 if it is given at run time.</param>
internal sealed class SoftmaxKernel(string element, int classes)
{
    private readonly ClassLayout _layout = Planner.LayoutOf(classes);

    /// <summary>Smoothed labels and soft targets have no methods for a single class count: the one for any serves them.</summary>
    public IReadOnlyList<KernelMethod> Methods => _layout switch
    {
        ClassLayout.Difference => [new DifferenceMethod(element), HardLanes(takesLabel: false)],
        ClassLayout.Lanes => [HardLanes(takesLabel: classes > TuningTable.MostClassesCompared)],
        ClassLayout.Row => [new RowMethod(element, classes, TargetForm.Hard)],
        _ =>
        [
            HardLanes(takesLabel: false),
            HardLanes(takesLabel: true),
            new SpreadLanesMethod(element, TargetForm.Smooth),
            new SmoothLanesMethod(element),
            new SpreadLanesMethod(element, TargetForm.Soft),
            .. Forms.Select(form => new RowMethod(element, 0, form)),
        ],
    };

    public IReadOnlyList<(string Signature, string Call)> Dispatched => [(Signature(element), "Run<TRows>(form, in arguments)")];

    private HardLanesMethod HardLanes(bool takesLabel) => new(element, classes, takesLabel);

    private static TargetForm[] Forms => [TargetForm.Hard, TargetForm.Smooth, TargetForm.Soft];

    public void EmitEntryPoint(IndentedWriter writer, Dialect dialect)
    {
        if (_layout == ClassLayout.Any)
        {
            writer.Line("/// <summary>Up to this class count a sample has a lane of its own, unless there are few.</summary>");
            writer.Line($"internal const int MostClassesInLanes = {TuningTable.MostClassesInLanes};");
            writer.Line();
            writer.Line("/// <summary>Up to this class count smoothed labels have a lane's memory for the target of each class.</summary>");
            writer.Line($"internal const int MostClassesCompared = {TuningTable.MostClassesCompared};");
            writer.Line();
            writer.Line("/// <summary>The rows for which each value of a row has memory.</summary>");
            writer.Line($"internal const int RowCapacity = {TuningTable.RowCapacity(element == "float")};");
            writer.Line();
        }

        writer.Line("/// <inheritdoc/>");
        writer.Open(Signature(element));
        var held = LoopEmitter.ConstantsArgument(dialect);
        if (_layout == ClassLayout.Any)
        {
            writer.Open("if (arguments.IsClassMajor || (arguments.Classes <= MostClassesInLanes && !arguments.IsFew))");
            writer.Open($"if (form != TargetForm.Soft && arguments.Classes > {TuningTable.MostClassesCompared})");
            writer.Line("return form == TargetForm.Smooth");
            writer.Line($"    ? {SmoothLanesMethod.MethodName}(in arguments{held})");
            writer.Line($"    : {HardLanesMethod.NameOf(0, takesLabel: true)}<TRows>(in arguments{held});");
            writer.Close();
            writer.Line();
            EmitForms(writer, "Lanes", held);
            writer.Close();
            writer.Line();
            EmitForms(writer, "Row", held);
        }
        else
        {
            var fits = _layout == ClassLayout.Row ? "!arguments.IsClassMajor" : $"(arguments.IsClassMajor || (arguments.Stride == {classes} && arguments.GradientStride == {classes}))";
            if (_layout == ClassLayout.Lanes && classes > TuningTable.MostClassesCompared)
            {
                fits += " && !arguments.IsFew";
            }

            if (_layout == ClassLayout.Difference)
            {
                writer.Open($"if (form == TargetForm.Hard && TRows.IsCrossEntropy && arguments.Classes == {classes} && {fits})");
                writer.Line($"return {Methods[0].Name}(in arguments{held});");
                writer.Close();
                writer.Line();
            }

            writer.Line($"return form <= TargetForm.None && arguments.Classes == {classes} && {fits}");
            writer.Line($"    ? Hard<TRows>(in arguments{held})");
            writer.Line("    : AnyClasses.Run<TRows>(form, in arguments);");
        }

        writer.Close();
        writer.Line();
    }

    /// <summary>The methods that evaluate rows with a hard label.</summary>
    public static IReadOnlyList<KernelMethod> RowMethods(string element, IRowLoss loss) =>
        [new RowsMethod(element, isRough: true, loss), new RowsMethod(element, isRough: false, loss)];

    public static IReadOnlyList<(string Signature, string Call)> DispatchedRows(string element) =>
        [($"public static long Run(in CrossEntropyArguments<{element}> arguments)", "Run(in arguments)")];

    /// <summary>The methods that lead to these.</summary>
    public static void EmitRowsEntryPoint(IndentedWriter writer, Dialect dialect, string element, bool isCrossEntropy)
    {
        var held = LoopEmitter.ConstantsArgument(dialect);
        EmitIsCrossEntropy(writer, isCrossEntropy);
        writer.Line("/// <inheritdoc/>");
        writer.Line(DispatchedRows(element)[0].Signature + " =>");
        writer.Line($"    arguments.Classes <= {TuningTable.MostClassesRough} ? Rough(in arguments{held}) : Exact(in arguments{held});");
        writer.Line();
    }

    /// <summary>Tells the loss of rows apart, where two classes have a way of their own for cross-entropy.</summary>
    public static void EmitIsCrossEntropy(IndentedWriter writer, bool isCrossEntropy)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public static bool IsCrossEntropy => {(isCrossEntropy ? "true" : "false")};");
        writer.Line();
    }

    /// <summary>A choice among the kernels of several class counts.</summary>
    public static void EmitFacade(IndentedWriter writer, string element, IEnumerable<KernelId> kernels, string others)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Open(Signature(element));
        writer.Line("return arguments.Classes switch");
        writer.Line("{");
        foreach (var kernel in kernels.Where(kernel => kernel.Classes != 0).GroupBy(kernel => kernel.Classes))
        {
            writer.Line($"    {kernel.Key} => {kernel.First().DispatcherName}.Run<TRows>(form, in arguments),");
        }

        writer.Line($"    _ => {others}.Run<TRows>(form, in arguments),");
        writer.Line("};");
        writer.Close();
        writer.Line();
    }

    private static string Signature(string element) =>
        $"public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<{element}> arguments) where TRows : struct, ICrossEntropyRows<{element}>";

    private static void EmitForms(IndentedWriter writer, string layout, string held)
    {
        writer.Line("return form switch");
        writer.Line("{");
        writer.Line($"    TargetForm.Hard or TargetForm.None => {layout}Hard<TRows>(in arguments{held}),");
        writer.Line($"    TargetForm.Smooth => {layout}Smooth(in arguments{held}),");
        writer.Line($"    TargetForm.Soft => {layout}Soft(in arguments{held}),");
        writer.Line("    _ => throw new global::System.ArgumentOutOfRangeException(nameof(form), form, null),");
        writer.Line("};");
    }
}
