using WeightedLoss.Generators.Loops;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;
using WeightedLoss.Shared;

namespace WeightedLoss.Generators.Surface;

/// <summary>How a kernel is reached: the interface of the library that its structs implement, and its methods.</summary>
/// <param name="id">The kernel.</param>
internal sealed class KernelShape(KernelId id)
{
    private const string RowsConstraint = "where TRows : struct, ICrossEntropyRows<{0}>";

    private readonly string _element = id.Element.Storage;
    private readonly LossDefinition _loss = LossList.Of(id.Loss);

    /// <summary>The interface.</summary>
    public string Interface => id switch
    {
        { Loss.Family: LossFamily.Binary } => $"IBinaryLossKernel<{_element}>",
        { Loss.Family: LossFamily.Function } => $"IFunctionKernel<{_element}>",
        { Part: KernelPart.Rows } => $"ICrossEntropyRows<{_element}>",
        _ => $"ICrossEntropyKernel<{_element}>",
    };

    /// <summary>The type of the arguments of methods with sums.</summary>
    public string Arguments =>
        id.Loss.Family == LossFamily.Binary ? $"BinaryKernelArguments<{_element}>" : $"CrossEntropyArguments<{_element}>";

    /// <summary>The methods that hold the arithmetic.</summary>
    public IReadOnlyList<KernelMethod> Methods { get; } = MethodsOf(id);

    /// <summary>The interface's methods.</summary>
    public IReadOnlyList<KernelMember> Members => (id.Loss.Family, id.Part) switch
    {
        (LossFamily.Binary, _) =>
        [
            .. Methods.OfType<SummedMethod>().Select(method => new KernelMember(
                "void",
                $"{method.GenericName}(in {Arguments} arguments, ref double lossLanes, ref double weightLanes){method.Constraints}",
                $"{method.GenericName}(in arguments, ref lossLanes, ref weightLanes)")),
            new(
                "void",
                $"Probabilities(ref {_element} logits, ref {_element} probabilities, nuint count)",
                "Probabilities(ref logits, ref probabilities, count)",
                TakesParameters: false),
        ],
        (LossFamily.Function, _) => [new("void", $"Run(ref {_element} x, ref {_element} y, nuint count)", "Run(ref x, ref y, count)")],
        (_, KernelPart.Rows) => [new("long", $"Run(in {Arguments} arguments)", "Run(in arguments)")],
        _ =>
        [
            new(
                "long",
                $"Run<TRows>(TargetForm form, in {Arguments} arguments) {string.Format(RowsConstraint, _element)}",
                "Run<TRows>(form, in arguments)"),
        ],
    };

    /// <summary>Properties of the interface that say what the loss is.</summary>
    public void EmitTraits(IndentedWriter writer)
    {
        var trait = _loss switch
        {
            BinaryLoss { IsSoftplus: true } => "HasHardSum",
            SoftmaxLoss { HasDifference: true } when id.Part == KernelPart.Rows => "HasDifference",
            _ => null,
        };
        if (trait is not null)
        {
            writer.Line("/// <inheritdoc/>");
            writer.Line($"public static bool {trait} => true;");
            writer.Line();
        }
    }

    /// <summary>The interface's method that leads to those with the arithmetic, where it is none of them.</summary>
    public void EmitEntryPoint(IndentedWriter writer, InstructionSet set)
    {
        if (id.Loss.Family != LossFamily.Softmax || id.Part == KernelPart.Special)
        {
            return;
        }

        writer.Line("/// <inheritdoc/>");
        if (id is { Part: KernelPart.Whole, Classes: 0 })
        {
            writer.Open(Members[0].Signature);
            EmitAnyClasses(writer, set);
            writer.Close();
        }
        else
        {
            writer.Line(Members[0].Signature + " =>");
            writer.Line("    " + id switch
            {
                { Part: KernelPart.Rows } =>
                    $"arguments.Classes <= {TuningTable.MostClassesApproximate} ? Approximate(in arguments) : Accurate(in arguments);",
                { Classes: 2 } => "form == TargetForm.Hard && TRows.HasDifference ? Difference(in arguments) : Hard<TRows>(in arguments);",
                _ => "Hard<TRows>(in arguments);",
            });
        }

        writer.Line();
    }

    private void EmitAnyClasses(IndentedWriter writer, InstructionSet set)
    {
        string Hard(KernelPart part) => (id with { Part = part }).TypeNameFor(set).Replace("<TClasses>", "<AnyCount>");
        writer.Open($"if (arguments.IsClassMajor || (arguments.Classes <= {KernelFacts.MostClassesInLanes} && !arguments.IsFew))");
        writer.Line($"var isCompared = arguments.Classes <= {KernelFacts.MostClassesCompared};");
        writer.Line("return form switch");
        writer.Line("{");
        writer.Line("    TargetForm.Soft => LanesSoft(in arguments),");
        writer.Line("    TargetForm.Smooth => isCompared ? LanesSmooth(in arguments) : LanesSmoothGathered(in arguments),");
        writer.Line($"    _ => isCompared ? LanesHard<TRows>(in arguments) : {Hard(KernelPart.Gathered)}.Hard<TRows>(in arguments),");
        writer.Line("};");
        writer.Close();
        writer.Line();
        writer.Line("return form switch");
        writer.Line("{");
        writer.Line("    TargetForm.Soft => RowSoft(in arguments),");
        writer.Line("    TargetForm.Smooth => RowSmooth(in arguments),");
        writer.Line($"    _ => {Hard(KernelPart.Row)}.Hard<TRows>(in arguments),");
        writer.Line("};");
    }

    private static IReadOnlyList<KernelMethod> MethodsOf(KernelId id)
    {
        var parameters = new ParameterValues(id.Constants);
        return LossList.Of(id.Loss) switch
        {
            BinaryLoss binary => BinaryLoops.Of(binary, parameters, id.Element),
            SoftmaxLoss softmax => SoftmaxLoops.Of(softmax, parameters, id),
            FunctionDefinition function => [new FunctionLoop(function, id.Element)],
            _ => throw new InvalidOperationException($"There are no loops for {id}."),
        };
    }
}

/// <summary>A method of a kernel's interface.</summary>
/// <param name="Returns">The type that it returns.</param>
/// <param name="Declaration">Name, parameters and constraints.</param>
/// <param name="Call">Name and arguments.</param>
/// <param name="TakesParameters">Whether the parameters of the loss are among the arguments.</param>
internal sealed record KernelMember(string Returns, string Declaration, string Call, bool TakesParameters = true)
{
    public string Signature => $"public static {Returns} {Declaration}";

    /// <summary>Hands the call to another type.</summary>
    public void EmitCall(IndentedWriter writer, string type) => writer.Line((Returns == "void" ? "" : "return ") + $"{type}.{Call};");

    /// <summary>Hands the call to another type on a condition.</summary>
    public void EmitCallIf(IndentedWriter writer, string condition, string type)
    {
        writer.Open($"if ({condition})");
        EmitCall(writer, type);
        if (Returns == "void")
        {
            writer.Line("return;");
        }

        writer.Close();
        writer.Line();
    }
}
