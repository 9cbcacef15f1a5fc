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
        var any = Kernel<T>("focal-sigmoid", "", isa).WithGamma(T.CreateChecked(2))!;
        var crossEntropy = Kernel<T>("bce", "", isa);
        yield return new Ours<T, BinaryWorkload<T>>(isa, workload, Ours.PublicCall(workload));
        yield return new Call<T>("ours-losses", isa, workload, true, w => Losses(constant, w));
        yield return new Call<T>("ours-any-gamma", isa, workload, true, w => any.LossAndGradient(w.LogitSpan, w.LabelSpan, w.GradientSpan, w.Options));
        yield return new Call<T>("ours-any-gamma-losses", isa, workload, true, w => Losses(any, w));
        yield return new Call<T>("ours-bce-losses", isa, workload, false, w => Losses(crossEntropy, w));
    }

    private static LossSum Losses<T>(BinaryKernelEntry<T> kernel, BinaryWorkload<T> workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        kernel.LossAndGradient(workload.LogitSpan, workload.LabelSpan, workload.GradientSpan, workload.Options, losses: workload.LossSpan);

    private static BinaryKernelEntry<T> Kernel<T>(string loss, string gamma, string isa)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var type = typeof(T) == typeof(float) ? "f32" : "f64";
        return KernelRegistry.All.OfType<BinaryKernelEntry<T>>().Single(kernel => kernel.Id == $"{loss}-{type}{gamma}-{isa}");
    }

    /// <summary>A call whose results are those of the workload's loss, or of another one that is only timed.</summary>
    private sealed class Call<T>(string name, string isa, BinaryWorkload<T> workload, bool isSameLoss, Func<BinaryWorkload<T>, LossSum> call)
        : LossContender<T, BinaryWorkload<T>>(name, isa, workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override double Run() => call(Workload).Loss;

        public override string? FindError(double result) => isSameLoss ? base.FindError(result) : null;
    }
}
