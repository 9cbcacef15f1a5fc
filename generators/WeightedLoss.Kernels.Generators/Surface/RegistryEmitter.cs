using System.Globalization;
using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Surface;

/// <summary>The list of a class's kernels of one loss, so that no kernel exists untested.</summary>
internal static class RegistryEmitter
{
    internal static string NameFor(RegistryPlan plan) => $"{plan.Loss.Class}Registry";

    internal static string Emit(RegistryPlan plan)
    {
        var file = SourceFile.OpenKernels(NameFor(plan), plan.Target, plan.Loss);
        file.Line("/// <summary>The kernels of the class.</summary>");
        file.Open($"internal static class {NameFor(plan)}");
        file.Line("/// <summary>Every one, for each instruction set.</summary>");
        file.Line("internal static KernelEntry[] All { get; } =");
        file.Line("[");
        foreach (var kernel in plan.Kernels)
        {
            foreach (var set in kernel.InstructionSets)
            {
                file.Line($"    new {EntryType(kernel.Id, set)}({EntryArguments(kernel.Id, set)}),");
            }
        }

        file.Line("];");
        if (plan.Loss.Family != LossFamily.Function)
        {
            EmitInUse(file, plan);
        }

        file.Close();
        return file.ToString();
    }

    /// <summary>For users: what the dispatchers choose, without the kernels themselves, which trimming would keep.</summary>
    private static void EmitInUse(IndentedWriter file, RegistryPlan plan)
    {
        file.Line();
        file.Line("/// <summary>The kernels that the public methods of this class choose among in this process.</summary>");
        file.Line("internal static global::System.Collections.Generic.IReadOnlyList<global::WeightedLoss.KernelInfo> InUse =>");
        file.Line("[");
        foreach (var id in plan.Kernels.Select(kernel => kernel.Id))
        {
            // Of a focal loss of the softmax for any class count, only the rows are its own.
            var chooser = plan.Loss.Family == LossFamily.Softmax && (id.Constants is not null || id.Loss.Parameters.Any())
                ? Planner.RowsOf(id)
                : id;
            var set = $"{chooser.TypeName}.InstructionSet";
            var parameters = id.Constants is { } constants ? $", [{string.Join(", ", constants.Select(Spelled))}]" : "";
            file.Line($"    new(\"{id}-\" + {set}, \"{plan.Loss.Class}\", typeof({id.Element.Storage}), {id.Classes}, {set}{parameters}),");
        }

        file.Line("];");
    }

    private static string EntryType(KernelId id, InstructionSet set)
    {
        var element = id.Element.Storage;
        return LossList.Of(id.Loss) switch
        {
            BinaryLoss loss => $"BinaryKernelEntry<{element}, {id.TypeNameFor(set)}, {Limit(loss, loss.Limit, id.TypeNameFor(set), "")}>",
            SoftmaxLoss loss =>
                $"CrossEntropyKernelEntry<{element}, {Sweeps(loss)}, {Rows(loss)}, {Limit(loss, loss.Limit, Rows(loss), "Rows")}>",
            _ => $"FunctionKernelEntry<{element}, {id.TypeNameFor(set)}>",
        };

        string Limit(LossDefinition loss, LossDefinition limit, string own, string suffix) =>
            ReferenceEquals(loss, limit) ? own : ChoiceEmitter.LibraryType(limit.Info, id.Element, suffix);

        // A kernel for a single class count leaves what it does not take to the library's for any.
        string Sweeps(SoftmaxLoss loss)
        {
            var library = ChoiceEmitter.LibraryType(LossList.CrossEntropy.Info, id.Element);
            var counted = id with { Constants = null };
            var own = Planner.SweepsOf(counted).TypeNameFor(set).Replace("<TClasses>", $"<{counted.TypeName}>");
            return id.Classes != 0 ? $"ClassCountOrAny<{element}, {counted.TypeName}, {own}, {library}>"
                : loss.HasDenseTargets ? own
                : library;
        }

        // The rows of cross-entropy are made with the kernels for any class count.
        string Rows(SoftmaxLoss loss) => loss.HasDenseTargets && id.Classes != 0
            ? ChoiceEmitter.LibraryType(id.Loss, id.Element, "Rows")
            : Planner.RowsOf(id).TypeNameFor(set);
    }

    private static string EntryArguments(KernelId id, InstructionSet set)
    {
        var supported = Dialect.For(set, id.Element.Number).IsSupported;
        var common = $"\"{id.NameFor(set)}\", \"{KernelId.NameOf(set)}\", {supported}";
        var classes = id.Loss.Family == LossFamily.Softmax ? $", {id.Classes}" : "";
        var constants = id.Constants is { } values ? string.Concat(values.Select(value => ", " + id.Element.Number.Literal(value))) : "";
        return common + classes + constants;
    }

    private static string Spelled(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
