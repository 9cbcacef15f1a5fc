using WeightedLoss.Generators.Emit.Bodies;
using WeightedLoss.Generators.Emit.Dialects;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Emit;

/// <summary>The list of a class's kernels of one loss, so that no kernel exists untested.</summary>
internal static class RegistryEmitter
{
    internal static string NameFor(EquatableArray<DispatchPlan> plans) => KernelBody.For(plans.First().Kernels.First()).Registry;

    internal static string Emit(EquatableArray<DispatchPlan> plans)
    {
        var first = plans.First().Spec;
        var body = KernelBody.For(plans.First().Kernels.First());
        var file = SourceFile.Open(body.Registry, first.Target, body.Attribute);
        file.Line("/// <summary>Every kernel of this class, for each instruction set.</summary>");
        file.Line($"internal static KernelEntry[] {body.Registry} {{ get; }} =");
        file.Line("[");
        KernelId[] all = [.. plans.SelectMany(plan => plan.Kernels)];
        foreach (var plan in plans)
        {
            foreach (var kernel in plan.Kernels)
            {
                var dialect = Dialect.For(kernel);
                var types = string.Concat(body.EntryTypes(kernel, all).Select(type => ", " + type));
                file.Line($"    new {body.Entry}<{dialect.Element}, {kernel.TypeName}{types}>(\"{kernel}\", \"{kernel.InstructionSetName}\", {dialect.IsSupported}{body.EntryArguments(kernel)}),");
            }
        }

        file.Line("];");
        if (body is not FunctionBody)
        {
            EmitInUse(file, plans, body);
        }

        return SourceFile.Close(file, first.Target);
    }

    /// <summary>The same for users: only what the dispatchers choose, and without the kernels themselves, which trimming would keep.</summary>
    private static void EmitInUse(IndentedWriter file, EquatableArray<DispatchPlan> plans, KernelBody body)
    {
        const string Suffix = "Kernels";
        var loss = body.Registry.Substring(0, body.Registry.Length - Suffix.Length);
        file.Line();
        file.Line("/// <summary>The kernels that the public methods of this class choose among in this process.</summary>");
        file.Line($"internal static global::System.Collections.Generic.IReadOnlyList<global::WeightedLoss.KernelInfo> {body.Registry}InUse =>");
        file.Line("[");
        foreach (var plan in plans)
        {
            var kernel = plan.Kernels.First();
            var set = $"{kernel.DispatcherName}.InstructionSet";
            file.Line($"    new(\"{kernel.Family}-\" + {set}, \"{loss}\", typeof({Dialect.For(kernel).Element}), {kernel.Classes}, {set}{(kernel.Gamma is { } gamma ? ", " + gamma.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "")}),");
        }

        file.Line("];");
    }
}
