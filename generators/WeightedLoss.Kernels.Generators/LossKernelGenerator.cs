using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;
using WeightedLoss.Generators.Surface;

namespace WeightedLoss.Generators;

/// <summary>
/// Attribute → <see cref="KernelSpec"/> → plans → text. Bad input is reported by the analyzers in Diagnostics; here it only leads to no
/// output.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class LossKernelGenerator : IIncrementalGenerator
{
    /// <summary>The tracking names of the steps, for tests of the cache.</summary>
    internal const string SpecStep = "Spec",
        KernelStep = "KernelPlan",
        DispatchStep = "DispatchPlan",
        SurfaceStep = "SurfacePlan",
        RegistryStep = "RegistryPlan";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var losses in LossList.All.Select(loss => loss.Info).GroupBy(info => info.AttributeMetadataName))
        {
            var infos = losses.ToArray();
            var earlier = EarlierBinaryLosses(infos[0]);
            var specs = context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    losses.Key,
                    static (node, _) => node is ClassDeclarationSyntax,
                    (attributed, _) => SpecReader.Read(attributed, infos, earlier))
                .WithTrackingName(SpecStep);

            context.RegisterSourceOutput(
                specs.SelectMany(static (specs, _) => Planner.PlanKernels(specs)).WithTrackingName(KernelStep),
                static (output, plan) => output.AddSource(HintName(plan.Target, plan.Name), KernelEmitter.Emit(plan)));
            context.RegisterSourceOutput(
                specs.SelectMany(static (specs, _) => Planner.PlanDispatch(specs)).WithTrackingName(DispatchStep),
                static (output, plan) => output.AddSource(HintName(plan.Target, plan.Id.ToString()), DispatchEmitter.Emit(plan)));
            context.RegisterSourceOutput(
                specs.SelectMany(static (specs, _) => Planner.PlanSurface(specs)).WithTrackingName(SurfaceStep),
                static (output, plan) =>
                {
                    output.AddSource(HintName(plan.Target, plan.Name), PublicMethods.Emit(plan));
                    output.AddSource(HintName(plan.Target, ChoiceEmitter.NameFor(plan)), ChoiceEmitter.Emit(plan));
                });
            context.RegisterSourceOutput(
                specs.SelectMany(static (specs, _) => Planner.PlanRegistry(specs)).WithTrackingName(RegistryStep),
                static (output, plan) =>
                    output.AddSource(HintName(plan.Target, RegistryEmitter.NameFor(plan)), RegistryEmitter.Emit(plan)));
        }
    }

    /// <summary>All binary losses have the same <c>Probabilities</c>: a class has them from the first of its losses in the list.</summary>
    private static LossInfo[] EarlierBinaryLosses(LossInfo loss) => loss.Family != LossFamily.Binary
        ? []
        : [.. LossList.All.Select(other => other.Info).Where(other => other.Family == loss.Family).TakeWhile(other => other != loss)];

    private static string HintName(TargetClass target, string name) => $"{target.QualifiedName}/{name}.g.cs";
}
