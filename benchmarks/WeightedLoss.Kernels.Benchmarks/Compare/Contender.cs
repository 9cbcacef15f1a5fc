using System.Numerics;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>Something whose time is taken, bound to a workload.</summary>
/// <param name="name">The name in tables and result files.</param>
/// <param name="isa">The instruction set: avx512, avx2, neon, sse2, … or scalar.</param>
internal abstract class Contender(string name, string isa)
{
    public string Name => name;

    public string Isa => isa;

    /// <summary>The memory that has to be read and written for a logit, if that differs from what the case says.</summary>
    public virtual int? BytesPerLogit => null;

    /// <summary>Whether this is not a loss, but a part of one that no loss can do without.</summary>
    public virtual bool IsLimit => false;

    /// <summary>Whether the time can depend on where its frame lies, as it can for vector code of the JIT.</summary>
    public virtual bool KeepsVectorsOnStack => false;

    /// <summary>One call. Returns something that depends on the work, so that none of it can be left out.</summary>
    public abstract double Run();

    /// <summary>Compares what <see cref="Run"/> returned and wrote with what is right; returns what is wrong, or null.</summary>
    public abstract string? FindError(double result);
}

/// <summary>A contender that computes the whole case: the loss, and the gradient if it is wanted.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TWorkload">The loss's workload.</typeparam>
/// <param name="name">The name.</param>
/// <param name="isa">The instruction set.</param>
/// <param name="workload">The workload.</param>
internal abstract class LossContender<T, TWorkload>(string name, string isa, TWorkload workload) : Contender(name, isa)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TWorkload : Workload<T>
{
    protected TWorkload Workload => workload;

    /// <summary>
    /// Peers form a gradient as p − y: it is right to a few rounding errors of p, and no better where it is small. So the tolerance is
    /// relative to the largest weight in a gradient.
    /// </summary>
    public override string? FindError(double result)
    {
        var (sumTolerance, gradientTolerance) = typeof(T) == typeof(float) ? (1e-5, 1e-6) : (1e-11, 1e-14);
        return Agreement.FindSumError(result, workload.ReferenceLoss, sumTolerance)
            ?? (workload.Case.Gradient
                ? Agreement.FindError<T>(
                    workload.GradientSpan,
                    workload.ReferenceGradientSpan,
                    relative: 0,
                    absolute: gradientTolerance * workload.LargestGradient)
                : null);
    }
}
