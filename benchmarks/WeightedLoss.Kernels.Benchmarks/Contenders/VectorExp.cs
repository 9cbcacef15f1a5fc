using System.Numerics;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>Our exp alone: what a loss can't be faster than, with one exp per logit.</summary>
internal sealed unsafe class VectorExp<T>(FunctionKernelEntry<T> kernel, Workload<T> workload)
    : Contender("vector-exp", kernel.InstructionSet)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int? BytesPerLogit => 2 * sizeof(T);

    public override bool IsLimit => true;

    public override bool KeepsVectorsOnStack => true;

    public override double Run()
    {
        kernel.Run(workload.ExpArgumentSpan, workload.GradientSpan);
        return double.CreateTruncating(workload.Gradient[0]);
    }

    /// <summary>Both our exp and the runtime's are good to 1 ulp.</summary>
    public override string? FindError(double result)
    {
        var (relative, absolute) = typeof(T) == typeof(float) ? (2.4e-7, 1e-38) : (4.5e-16, 2.3e-308);
        return ExpCheck.FindError(workload, relative, absolute);
    }
}

/// <inheritdoc cref="VectorExp{T}"/>
internal static class VectorExp
{
    public static IEnumerable<Contender> For<T>(Workload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        // The kernels take whole blocks of 64 bytes.
        workload.Case.Threads == 1 && workload.Case.Logits % 64 == 0
            ? KernelRegistry.All.OfType<FunctionKernelEntry<T>>()
                .Where(kernel => kernel.Id == $"exp-{workload.Case.Type}-{InstructionSetName.OfOurs}" && kernel.InstructionSet != "scalar")
                .Select(kernel => new VectorExp<T>(kernel, workload))
            : [];
}
