using System.Numerics;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Contenders;

/// <summary>
/// This library's focal loss with γ = 2: by the kernel for it and by the one for any γ, without and with losses one by one; and beside
/// them its cross-entropy.
/// </summary>
internal static class FocalOurs
{
    public static IEnumerable<Contender> For<T>(BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isa = InstructionSetName.OfOurs;
        var constant = Kernel<T>("focal-sigmoid", "-g2", isa);
        var any = Kernel<T>("focal-sigmoid", "", isa);
        var crossEntropy = Kernel<T>("bce", "", isa);
        yield return new Ours<T, BinaryWorkload<T>>(isa, workload, Ours.PublicCall(workload));
        yield return new Call<T, BinaryWorkload<T>>("ours-losses", isa, workload, true, w => Losses(constant, w, w.FocalOptions));
        yield return new Call<T, BinaryWorkload<T>>("ours-any-gamma", isa, workload, true, Ours.KernelCall(any, workload));
        yield return new Call<T, BinaryWorkload<T>>("ours-any-gamma-losses", isa, workload, true, w => Losses(any, w, w.FocalOptions));
        yield return new Call<T, BinaryWorkload<T>>("ours-bce-losses", isa, workload, false, w => Losses(crossEntropy, w, w.Options));
    }

    /// <summary>The same for several classes, without losses one by one, which are no variant there.</summary>
    public static IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isa = InstructionSetName.OfOurs;
        var type = typeof(T) == typeof(float) ? "f32" : "f64";
        var any = KernelRegistry.All.OfType<CrossEntropyKernelEntry<T>>().Single(kernel => kernel.Id == $"focal-softmax-{type}-{isa}");
        var crossEntropy = workload.Case with { Loss = "ce" };
        yield return new Ours<T, CrossEntropyWorkload<T>>(isa, workload, Ours.PublicCall(workload));
        yield return new Call<T, CrossEntropyWorkload<T>>("ours-any-gamma", isa, workload, true, Ours.KernelCall(any, workload));
        yield return new Call<T, CrossEntropyWorkload<T>>("ours-ce", isa, workload, false, Ours.PublicCall(workload, crossEntropy));
    }

    private static LossSum Losses<T>(BinaryKernelEntry<T> kernel, BinaryWorkload<T> workload, BinaryOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        kernel.LossAndGradient(workload.LogitSpan, workload.LabelSpan, workload.GradientSpan, options, losses: workload.LossSpan);

    private static BinaryKernelEntry<T> Kernel<T>(string loss, string gamma, string isa)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var type = typeof(T) == typeof(float) ? "f32" : "f64";
        return KernelRegistry.All.OfType<BinaryKernelEntry<T>>().Single(kernel => kernel.Id == $"{loss}-{type}{gamma}-{isa}");
    }

    /// <summary>A call whose results are those of the workload's loss, or of another one that is only timed.</summary>
    private sealed class Call<T, TWorkload>(string name, string isa, TWorkload workload, bool isSameLoss, Func<TWorkload, LossSum> call)
        : LossContender<T, TWorkload>(name, isa, workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWorkload : Workload<T>
    {
        public override bool KeepsVectorsOnStack => true;

        public override double Run() => call(Workload).Loss;

        public override string? FindError(double result) => isSameLoss ? base.FindError(result) : null;
    }
}
