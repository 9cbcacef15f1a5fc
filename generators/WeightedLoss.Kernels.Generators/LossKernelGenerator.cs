using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using WeightedLoss.Generators.Emit;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Spec;

namespace WeightedLoss.Generators;

/// <summary>
/// Attribute → <see cref="KernelSpec"/> → <see cref="KernelPlan"/>, one per instruction set → text. Bad input is reported by the
/// analyzers in Diagnostics; here it only leads to no output.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class LossKernelGenerator : IIncrementalGenerator
{
    /// <summary>The tracking names of the steps, for tests of the cache.</summary>
    internal const string SpecStep = "Spec", KernelStep = "KernelPlan", DispatchStep = "DispatchPlan", FacadeStep = "FacadePlan", RegistryStep = "RegistryPlan";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var (metadataName, loss) in SpecReader.Attributes)
        {
            var perClass = context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    metadataName,
                    static (node, _) => node is ClassDeclarationSyntax,
                    (attributed, _) => SpecReader.Read(attributed, loss))
                .WithTrackingName(SpecStep);
            var specs = perClass.SelectMany(static (specs, _) => specs);

            context.RegisterSourceOutput(
                specs.SelectMany(static (spec, _) => Planner.PlanKernels(spec)).WithTrackingName(KernelStep),
                static (output, plan) => output.AddSource(HintName(plan.Target, plan.Id.ToString()), KernelEmitter.Emit(plan)));

            context.RegisterSourceOutput(
                specs.Select(static (spec, _) => Planner.PlanDispatch(spec)).WithTrackingName(DispatchStep),
                static (output, plan) => output.AddSource(HintName(plan.Spec.Target, plan.Kernels.First().Family), DispatchEmitter.Emit(plan)));

            context.RegisterSourceOutput(
                perClass.SelectMany(static (specs, _) => Planner.PlanFacades(specs)).WithTrackingName(FacadeStep),
                static (output, plan) => output.AddSource(HintName(plan.Target, FacadeEmitter.NameFor(plan)), FacadeEmitter.Emit(plan)));

            context.RegisterSourceOutput(
                perClass
                    .Select(static (specs, _) => new EquatableArray<DispatchPlan>([.. specs.Select(Planner.PlanDispatch)]))
                    .WithTrackingName(RegistryStep),
                static (output, plans) =>
                {
                    if (plans.Any())
                    {
                        output.AddSource(HintName(plans.First().Spec.Target, RegistryEmitter.NameFor(plans)), RegistryEmitter.Emit(plans));
                    }
                });
        }
    }

    private static string HintName(TargetClass target, string name) => $"{target.QualifiedName}/{name}.g.cs";
}
